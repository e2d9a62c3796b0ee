"""A company's own names for our roles and classes of tax, in each package. Every function runs in the company's scope."""

from dataclasses import replace

from marketplace.core import db
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.shift_jis import lacking, width
from payouts.exports.journal import Role, TaxClass
from payouts.exports.mapping import BOUNDS, CODE_MOST, Account, Label, Names, Package, suggested


async def names_of(company: str, package: Package) -> Names:
    """Return a company's names: its own where it has given them, our suggestions elsewhere."""
    found, owner = suggested(package), f"company:{company}"
    rows = await db.fetch(
        "select * from account_mapping where owner = $1 and package = $2", owner, package.value
    )
    own = {
        Role(row["role"]): Account(row["account"], row["sub_account"], row["code"], row["department"])
        for row in rows
    }
    labelled = await db.fetch(
        "select * from tax_label where owner = $1 and package = $2", owner, package.value
    )
    labels = {TaxClass(row["tax_class"]): Label(row["label"], row["invoice_label"]) for row in labelled}
    return replace(
        found,
        accounts={**found.accounts, **own},
        labels={**found.labels, **labels},
        suggested=found.suggested - own.keys(),
    )


async def save(company: str, names: Names) -> None:
    """Keep a company's names of every role and class in a package. Raises Invalid naming `<role>_account` and so on."""
    check(names)
    owner, package = f"company:{company}", names.package.value
    await db.executemany(
        """insert into account_mapping (owner, package, role, account, sub_account, code, department)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (owner, package, role) do update
           set account = $4, sub_account = $5, code = $6, department = $7""",
        [
            (owner, package, role.value, one.name, one.sub_account, one.code, one.department)
            for role, one in names.accounts.items()
        ],
    )
    await db.executemany(
        """insert into tax_label (owner, package, tax_class, label, invoice_label) values ($1, $2, $3, $4, $5)
           on conflict (owner, package, tax_class) do update set label = $4, invoice_label = $5""",
        [(owner, package, kind.value, one.text, one.invoice) for kind, one in names.labels.items()],
    )


async def forget(company: str, package: Package) -> None:
    """Go back to our suggestions."""
    for table in ("account_mapping", "tax_label"):
        await db.execute(
            f"delete from {table} where owner = $1 and package = $2", f"company:{company}", package.value
        )


def check(names: Names) -> None:
    """Raise Invalid for a name that is missing, too wide for the package, or not in its character set."""
    wrong: dict[str, Message] = {}
    bounds = BOUNDS[names.package]
    for role, one in names.accounts.items():
        told = (
            ("account", one.name, bounds.account), ("sub_account", one.sub_account, bounds.sub_account),
            ("code", one.code, CODE_MOST), ("department", one.department, bounds.department),
        )  # fmt: skip
        wrong |= _problems(names, role, told)
    for kind, label in names.labels.items():
        kinds = (("label", label.text, bounds.label), ("invoice", label.invoice, bounds.label))
        wrong |= _problems(names, kind, kinds)
    if wrong:
        raise Invalid(fields=wrong)


def _problems(
    names: Names, of: Role | TaxClass, told: tuple[tuple[str, str, int], ...]
) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for field, text, most in told:
        if field in {"account", "label"} and not text:
            found[f"{of}_{field}"] = Message(N_("Please fill this in."))
        elif width(text) > most:
            found[f"{of}_{field}"] = Message(
                N_("This is too long for the package: %(most)s half-width places, these are %(given)s."),
                {"most": most, "given": width(text)},
            )
        elif names.package is Package.YAYOI and (signs := lacking(text)):
            found[f"{of}_{field}"] = Message(N_("Shift-JIS has no %(signs)s."), {"signs": " ".join(signs)})
    return found
