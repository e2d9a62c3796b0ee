"""The papers of a package: statements, invoices, credit notes and platform invoices, as tables and as they were stored."""

from collections.abc import Callable
from typing import Any

from marketplace.core import db
from marketplace.core.streaming import stream
from marketplace.funds.package_parts import queries
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope, day, japanese
from payouts.billing import documents
from payouts.billing.sheet import LOCALES
from payouts.billing.sheet import numbered as billed
from payouts.statements import papers as stored
from payouts.statements import platform_sheet, sheet

AT_A_TIME = 50
BILLED = ("invoice", "credit_note")

Cells = Callable[[Any], list[str | int | None]]

STATEMENTS = (
    "company", "number", "status", "payee", "payee_name", "registration", "work", "bounties", "tax", "withheld", "netted",
    "net", "document_tax", "deductible", "issued_on", "sent_at", "answered_at", "papers",
)  # fmt: skip
LINES = (
    "company", "number", "position", "kind", "on", "title", "reference", "part", "rate_bp", "base", "tax", "withheld",
    "netted", "net", "agreed_withheld",
)  # fmt: skip
INVOICES = (
    "company", "number", "status", "title", "issued_on", "due_on", "paid_at", "fee", "tax", "bounty", "total", "posting", "papers",
)  # fmt: skip
CREDIT_NOTES = (
    "company", "number", "invoice", "reason", "issued_on", "fee", "tax", "bounty", "into", "posting", "papers",
)  # fmt: skip
PLATFORM_INVOICES = (
    "company",
    "number",
    "month",
    "fee",
    "contract_tax",
    "tax",
    "issued_on",
    "borne_by",
    "papers",
)


async def print_missing(scope: Scope) -> None:
    """Print what the sweeps have not come to yet: a package holds every paper of its month."""
    for kind in _kinds(scope):
        async with db.transaction(**scope.rows):
            missing = await db.fetch(queries.unprinted(kind), *scope.span)
        for row in missing:
            await (documents if kind in BILLED else stored).read(kind, row["id"], row["locale"])


def _kinds(scope: Scope) -> tuple[str, ...]:
    """Statements are papers of the company that issued them: the operator's package has their table alone."""
    return (*(("statement",) if scope.company else ()), *BILLED, "platform_invoice")


async def write(archive: Archive, scope: Scope) -> dict[str, Any]:
    """Write all of them; return what the manifest says of what is not on a paper yet."""
    owned = _papers if scope.company else _no_papers
    await _table(
        archive,
        scope,
        "statements/statements.csv",
        STATEMENTS,
        queries.STATEMENTS,
        lambda row: _statement(row, owned),
    )
    await _table(archive, scope, "statements/lines.csv", LINES, queries.LINES, _line)
    await _table(archive, scope, "invoices/invoices.csv", INVOICES, queries.INVOICES, _invoice)
    await _table(
        archive, scope, "invoices/credit_notes.csv", CREDIT_NOTES, queries.CREDIT_NOTES, _credit_note
    )
    await _table(
        archive, scope, "platform_invoices/platform_invoices.csv", PLATFORM_INVOICES, queries.PLATFORM_INVOICES, _platform_invoice
    )  # fmt: skip
    for kind in _kinds(scope):
        async for row in stream(queries.papers(kind), *scope.span, size=AT_A_TIME):
            archive.add(_name(kind, row["number"], row["locale"]), row["content"])
    return await _open(scope)


async def _open(scope: Scope) -> dict[str, int]:
    """Return what happened in the month and stands on no statement or invoice, in yen; zero when all is made."""
    unstated = await db.fetchval(queries.UNSTATED, *scope.span)
    async with db.transaction(operator=True):
        uninvoiced = await db.fetchrow(queries.UNINVOICED, *scope.span)
    assert uninvoiced is not None
    return {"unstated": unstated, "uninvoiced_fee": uninvoiced["fee"], "uninvoiced_tax": uninvoiced["tax"]}


async def _table(
    archive: Archive, scope: Scope, name: str, titles: tuple[str, ...], sql: str, cells: Cells
) -> None:
    with archive.table(name, titles) as row:
        async for found in stream(sql, *scope.span):
            row(cells(found))


def _statement(row: Any, papers: Callable[[str, int], str]) -> list[str | int | None]:
    return [
        row["payer"], sheet.numbered(row["number"]), row["status"], row["owner"], row["payee"]["name"], row["registration"],
        *_amounts(row, "work", "bounty", "tax", "withheld", "netted", "net", "document_tax", "deductible"),
        day(row["issued_on"]), japanese(row["sent_at"]), japanese(row["answered_at"]), papers("statement", row["number"]),
    ]  # fmt: skip


def _line(row: Any) -> list[str | int | None]:
    return [
        row["company"], sheet.numbered(row["number"]), row["position"], row["kind"], day(row["on_day"]), row["title"],
        row["reference"], row["part"], row["rate_bp"],
        *_amounts(row, "base", "tax", "withheld", "netted", "net", "agreed"),
    ]  # fmt: skip


def _invoice(row: Any) -> list[str | int | None]:
    return [
        row["owner"], billed("invoice", row["number"]), row["status"], row["title"], day(row["issued_on"]), day(row["due_on"]),
        japanese(row["paid_at"]), *_amounts(row, "fee", "tax", "bounty", "total"), f"invoice:{row['number']}",
        _papers("invoice", row["number"]),
    ]  # fmt: skip


def _credit_note(row: Any) -> list[str | int | None]:
    return [
        row["owner"], billed("credit_note", row["number"]), billed("invoice", row["invoice_number"]), row["reason"],
        day(row["issued_on"]), *_amounts(row, "fee", "tax", "bounty"), row["into_account"], f"credit_note:{row['number']}",
        _papers("credit_note", row["number"]),
    ]  # fmt: skip


def _platform_invoice(row: Any) -> list[str | int | None]:
    return [
        row["owner"], platform_sheet.numbered(row["number"]), day(row["month"]), *_amounts(row, "fee", "contract_tax", "tax"),
        day(row["issued_on"]), row["borne_by"], _papers("platform_invoice", row["number"]),
    ]  # fmt: skip


def _amounts(row: Any, *names: str) -> list[int]:
    return [row[f"{name}_amount"] for name in names]


def _papers(kind: str, number: int) -> str:
    return " ".join(_name(kind, number, locale) for locale in sorted(LOCALES))


def _no_papers(_kind: str, _number: int) -> str:
    return ""


def _name(kind: str, number: int, locale: str) -> str:
    if kind in BILLED:
        return f"invoices/{billed(kind, number)}-{locale}.pdf"
    numbered = sheet.numbered if kind == "statement" else platform_sheet.numbered
    return f"{kind}s/{numbered(number)}-{locale}.pdf"
