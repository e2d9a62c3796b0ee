"""Find documents in the index: a page at a time, the next one from where the last one ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.documents.criteria import ORDERS, Criteria, behind, conditions

PAGE = 50
MOST_COUNTED = 1000
"""Up to here the documents that were found are counted; more are “more than 1,000”."""

MOST_PARTIES = 200
"""Up to here a part of a name is looked for by the whole names that hold it; a part of more names is in so many
documents that reading them in order finds a page soon."""

_COLUMNS = "kind, document_id, number, dealt_on, amount, currency, counterparty, counterparty_key"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of documents, how many there are in all (at most one more than MOST_COUNTED), and where the next page begins."""

    rows: list[Any]
    count: int
    after: UUID | None

    @property
    def many(self) -> bool:
        """Tell whether there are more than are counted."""
        return self.count > MOST_COUNTED


async def find(owner: str, wanted: Criteria, *, after: UUID | None = None) -> Found:
    """Return one page of an owner's documents behind the one named `after`. Runs in the owner's scope. Raises Invalid."""
    wanted.check()
    await _plan_for_values()
    asked = await _asked(owner, wanted)
    start = await _start(owner, wanted, after)
    where, values = _where(asked)
    behind_it, later = _where([start] if start else [], begin=len(values))
    rows = await db.fetch(
        _PAGE.format(where=where, behind=behind_it, order=ORDERS[wanted.order].sql), *values, *later
    )
    count = rows[0]["found"]
    page = [row for row in rows if row["document_id"]]
    return Found(page[:PAGE], count, page[PAGE - 1]["document_id"] if len(page) > PAGE else None)


# One statement for the page and the count: a row with the count alone when the page is empty.
_PAGE = f"""
with counted as (select count(*) as found from (select from document_index where {{where}} limit {MOST_COUNTED + 1}) bounded),
page as (select {_COLUMNS} from document_index where {{where}} and {{behind}} order by {{order}} limit {PAGE + 1})
select page.*, counted.found from counted left join page on true order by {{order}}
"""


async def whole(owner: str, wanted: Criteria, *, most: int) -> list[Any]:
    """Return every document that is found, in order, up to `most`. Runs in the owner's scope. Raises Invalid."""
    wanted.check()
    await _plan_for_values()
    where, values = _where(await _asked(owner, wanted))
    sql = f"select {_COLUMNS} from document_index where {where} order by {ORDERS[wanted.order].sql} limit {most}"
    return list(await db.fetch(sql, *values))


async def one(owner: str, document: UUID) -> Any:
    """Return a document of an owner. Runs in the owner's scope. Raises NotFound."""
    row = await db.fetchrow(
        f"select owner, {_COLUMNS} from document_index where owner = $1 and document_id = $2", owner, document
    )
    if row is None:
        raise NotFound
    return row


async def named(owner: str, documents: list[UUID]) -> dict[UUID, Any]:
    """Return some documents of an owner by their ids. Runs in the owner's scope."""
    rows = await db.fetch(
        f"select {_COLUMNS} from document_index where owner = $1 and document_id = any($2::uuid[])",
        owner,
        documents,
    )
    return {row["document_id"]: row for row in rows}


Condition = tuple[str, tuple[Any, ...]]
"""SQL with `{}` for each of its values."""


async def _plan_for_values() -> None:
    """Let PostgreSQL plan for what is asked: how narrow a range is decides which index to walk."""
    await db.execute("set local plan_cache_mode = force_custom_plan")


async def _asked(owner: str, wanted: Criteria) -> list[Condition]:
    parties = await _parties(owner, wanted.counterparty) if wanted.counterparty else None
    found: list[Condition] = [("owner = {}", (owner,))]
    found += [(sql, (value,)) for sql, value in conditions(wanted, parties)]
    if wanted.number:
        found.append(await _number(wanted.number))
    return found


async def _parties(owner: str, part: str) -> list[str] | None:
    rows = await db.fetch(
        "select key from document_party where owner = $1 and strpos(key, document_key($2)) > 0 limit $3",
        owner, part, MOST_PARTIES + 1,
    )  # fmt: skip
    return [row["key"] for row in rows] if len(rows) <= MOST_PARTIES else None


async def _number(text: str) -> Condition:
    """Ask for numbers that begin so; digits alone are a number of any row: 12 is INV-000012 and PS-000012."""
    key = str(await db.fetchval("select document_key($1)", text))
    if key.isascii() and key.isdigit():
        wanted = [f"{prefix}-{int(key):06}" for prefix in ("inv", "cn", "ps", "pf")]
        return "number_key = any({}::text[])", (wanted,)
    return "number_key >= {} and number_key < {}", (key, f"{key}\U0010ffff")


async def _start(owner: str, wanted: Criteria, after: UUID | None) -> Condition | None:
    if after is None:
        return None
    order, last = ORDERS[wanted.order], await one(owner, after)
    values: tuple[date | int | str | UUID, ...] = tuple(last[column] for column in order.columns)
    parts = list(behind(order, values))
    holes = ", ".join(sql for sql, _ in parts)
    sign = "<" if order.down else ">"
    return f"({', '.join(order.columns)}) {sign} ({holes})", tuple(value for _, value in parts)


def _where(asked: list[Condition], *, begin: int = 0) -> tuple[str, list[Any]]:
    """Number the values of conditions behind `begin` others, and join them; no condition is always true."""
    values = [value for _, given in asked for value in given]
    joined = " and ".join(sql for sql, _ in asked) or "true"
    return joined.format(*(f"${begin + number}" for number in range(1, len(values) + 1))), values
