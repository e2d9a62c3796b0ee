"""The register of income tax withheld in a package: a company's own; the operator withholds nothing."""

from marketplace.core import db
from marketplace.funds import (
    invoice_notices,  # noqa: F401 - knows the companies as issuers
    statements,
)
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope, day
from payouts.statements import withholding

TITLES = (
    "fact", "day", "payee", "payee_name", "title", "reference", "part", "tax_category", "base", "tax", "agreed", "adjusted",
    "withheld", "net",
)  # fmt: skip
_AMOUNTS = ("base", "tax", "agreed", "adjusted", "withheld", "net")


async def write(archive: Archive, scope: Scope) -> dict[str, int | str]:
    """Write the register; return its sum and when it is to be remitted, for the manifest."""
    if scope.company is None:
        return {}
    async with db.transaction(operator=True):
        found = await withholding.register(str(scope.company), scope.month)
        _issuer, payees = await statements.know(
            str(scope.company), sorted({row["owner"] for row in found.rows})
        )
    with archive.table("withholding/register.csv", TITLES) as row:
        for line in found.rows:
            row([
                line["fact"], day(line["day"]), line["owner"], payees[line["owner"]].name, line["title"], line["reference"],
                line["part"], line["tax_category"], *(line[f"{name}_amount"] for name in _AMOUNTS),
            ])  # fmt: skip
    return {"withheld": found.withheld.amount, "remit_by": day(found.due_on)}
