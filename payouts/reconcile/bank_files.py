"""The operator's bank comes in by file: uploaded, shown, mapped if need be, and imported; the same line only once."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from payouts.reconcile import bank_lines, bank_match
from payouts.reconcile.bank_lines import COLUMNS, Layout, Line

ACCOUNTS = ("bank:client", "bank:operator")
MOST_HEADER_ROWS = 20


async def stage(account: str, bank: str, name: str, content: bytes, *, ref: str, by_name: str) -> UUID:
    """Keep a file as a preview, in the operator's scope. Raises Invalid, on field `file`, for what cannot be read."""
    kind = "zengin" if bank_lines.is_zengin(content) else "csv"
    if kind == "zengin":
        bank_lines.read_zengin(content, today=await clock.today())
    else:
        bank_lines.rows_of(content)
        if not bank:
            raise Invalid(
                fields={"bank": Message(N_("Please name the bank: its columns are remembered under it."))}
            )
    number: UUID = await db.fetchval(
        """insert into bank_file (account, kind, name, bank, sha256, content, by_ref, by_name)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
        *(account, kind, name[:200], bank, hashlib.sha256(content).hexdigest(), content, ref, by_name),
    )
    return number


async def one(number: UUID) -> Any:
    """Return a file with the layout that is remembered for its bank. Raises NotFound."""
    row = await db.fetchrow(
        """select f.*, l.columns, l.header_rows,
             (select count(*) from bank_file o where o.sha256 = f.sha256 and o.account = f.account and o.status = 'imported'
                and o.id <> f.id) as before
           from bank_file f left join bank_layout l on f.kind = 'csv' and l.bank = f.bank where f.id = $1""",
        number,
    )
    if row is None:
        raise NotFound
    return row


async def lines_of(row: Any) -> list[Line] | None:
    """Read a file's lines; None while its columns are not known. Raises Invalid on `file`."""
    content, today = bytes(row["content"]), await clock.today()
    if row["kind"] == "zengin":
        return bank_lines.read_zengin(content, today=today)
    if row["columns"] is None:
        return None
    return bank_lines.read_csv(content, Layout(row["columns"], row["header_rows"]), today=today)


async def remember(number: UUID, columns: Mapping[str, int], header_rows: int) -> None:
    """Keep which column of a bank's file means what, once the file can be read by it.

    Raises NotFound, Conflict for a file that is no preview, Invalid on the field that is wrong.
    """
    row = await one(number)
    _must_be_preview(row)
    if row["kind"] != "csv":
        raise Conflict(N_("This file needs no mapping."))
    if "day" not in columns:
        raise Invalid(fields={"day": Message(N_("Please choose the column of the day."))})
    if not columns.keys() & {"amount", "paid_in", "paid_out"}:
        raise Invalid(
            fields={"amount": Message(N_("Please choose the column of the amount, or those of in and out."))}
        )
    known = {name: place for name, place in columns.items() if name in COLUMNS}
    bank_lines.read_csv(bytes(row["content"]), Layout(known, header_rows), today=await clock.today())
    await db.execute(
        """insert into bank_layout (bank, header_rows, columns) values ($1, $2, $3)
           on conflict (bank) do update set header_rows = excluded.header_rows, columns = excluded.columns,
             used_at = business_now()""",
        *(row["bank"], header_rows, known),
    )


async def take_in(number: UUID) -> tuple[int, int]:
    """Import a preview: return how many lines it has and how many are new; then match them.

    Raises NotFound, Conflict when it is no preview or its columns are not known, Invalid on `file`.
    """
    row = await one(number)
    _must_be_preview(row)
    lines = await lines_of(row)
    if lines is None:
        raise Conflict(N_("Please say first which column means what."))
    new = await _write(row, lines)
    await db.execute(
        """update bank_file set status = 'imported', imported_at = business_now(), line_count = $2, new_count = $3
           where id = $1""",
        *(number, len(lines), new),
    )
    await bank_match.run()
    return len(lines), new


_WRITE = """
insert into bank_line (file_id, account, line, fingerprint, day, amount, balance_amount, counterparty, description, reference)
select $1, $2, * from unnest($3::integer[], $4::text[], $5::date[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[])
on conflict (account, fingerprint) do nothing
"""


async def _write(row: Any, lines: list[Line]) -> int:
    members = ("day", "amount", "balance", "counterparty", "description", "reference")
    columns = [[getattr(line, name) for line in lines] for name in members]
    marks = bank_lines.fingerprints(lines)
    return await db.execute(_WRITE, row["id"], row["account"], [line.line for line in lines], marks, *columns)


async def discard(number: UUID) -> None:
    """Throw a preview away. Raises NotFound, Conflict when it is none."""
    await one(number)
    if not await db.execute(
        "update bank_file set status = 'discarded' where id = $1 and status = 'preview'", number
    ):
        raise Conflict(N_("This file was already imported or thrown away."))


def _must_be_preview(row: Any) -> None:
    if row["status"] != "preview":
        raise Conflict(N_("This file was already imported or thrown away."))


async def files(most: int = 50) -> list[Any]:
    """Return the newest files without their content."""
    return list(
        await db.fetch(
            """select id, account, kind, name, bank, status, line_count, new_count, by_name, made_at from bank_file
               where status <> 'discarded' order by id desc limit $1""",
            most,
        )
    )


_LINES = """
select l.*, m.rule, m.transfer_id, b.id as break_id, b.kind as break_kind, count(*) over () as found
from bank_line l left join lateral (select rule, transfer_id from bank_match m where m.line_id = l.id limit 1) m on true
left join lateral (select id, kind from reconcile_break b where b.subject = 'line:' || l.id and b.status <> 'closed'
  order by b.id desc limit 1) b on true
where $1 = '' or l.account = $1
order by l.day desc, l.id desc limit $2 offset $3
"""


async def lines(account: str, *, page: int, size: int) -> tuple[list[Any], int]:
    """Return one page of the bank's lines with their postings, and how many there are."""
    rows = await db.fetch(_LINES, account, size, (page - 1) * size)
    return list(rows), rows[0]["found"] if rows else 0
