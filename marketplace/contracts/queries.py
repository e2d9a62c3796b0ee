"""Read contracts: one with everything that its page shows, many by what is to be done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.activity import queries as activity
from marketplace.contracts import documents, inspection, private, sides
from marketplace.contracts.conclude import cost_of
from marketplace.contracts.terms import Terms
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from payouts.fees import SeatCost

PAGE = 30

STAGES: dict[str, tuple[str, ...]] = {
    "open": ("concluded", "running", "delivered", "changes_requested", "disputed"),
    "payment": ("approved", "resolved"),
    "ended": ("paid", "cancelled"),
}
"""How a list parts its contracts; `turn` names those in which the reader's side acts next."""

TURNS = {"alumnus": ("concluded", "running", "changes_requested"), "member": ("delivered",)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A contract for one of its sides.

    `row` is the contract with `company`, `company_en`, `slug` and `alumnus`; `owed` are the payable items (`net` as
    Money) with the state of their payout; `receipts` maps a kind of proof to its time; events are newest first.
    """

    row: dict[str, Any]
    terms: Terms
    cost: SeatCost
    deliveries: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    addenda: list[dict[str, Any]]
    document: dict[str, Any] | None
    receipts: dict[str, datetime]
    owed: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def owed_total(self) -> Money:
        """Return the sum of what is owed, paid or not."""
        return Money.total((item["net"] for item in self.owed), self.row["currency"])

    @property
    def inspected_on(self) -> date | None:
        """Return the last day of the running inspection."""
        return _inspected_on(self.row)

    @property
    def request(self) -> dict[str, Any] | None:
        """Return the change request that waits for another delivery."""
        return self.requests[-1] if self.row["status"] == "changes_requested" else None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of contracts, and how many there are of each stage."""

    contracts: list[dict[str, Any]]
    counts: dict[str, int]
    page: int
    pages: int


async def sheet(contract: UUID, *, by: Actor) -> Sheet:
    """Return a contract to one of its sides, or to the operator; raise NotFound for a stranger."""
    async with db.transaction(**by.scope):
        row = private.told(await _row(contract, by=by), "cancel_reason", by=by)
        document = await db.fetchrow(
            "select sha256, sealed_at from contract_document where contract_id = $1", contract
        )
        receipts = await db.fetch("select kind, at from terms_receipt where contract_id = $1", contract)
        return Sheet(
            row=row,
            terms=await documents.terms_of(contract),
            cost=cost_of(row),
            deliveries=[private.told(delivery, "message", by=by) for delivery in await _deliveries(contract)],
            requests=[
                private.told(each, "message", "term", by=by) for each in await _rows(_REQUESTS, contract)
            ],
            addenda=await _rows("select * from terms_addendum where contract_id = $1 order by id", contract),
            document=dict(document) if document else None,
            receipts={each["kind"]: each["at"] for each in receipts},
            owed=[
                {**item, "net": Money(item["net_amount"], item["currency"])}
                for item in await _rows(_OWED, f"contract:{contract}")
            ],
            events=await activity.timeline(f"contract:{contract}"),
        )


async def listing(*, by: Actor, stage: str = "", page: int = 1, company: UUID | None = None) -> Listing:
    """Return a page of the reader's contracts, newest first; `stage` is one of STAGES, `turn` or empty for all.

    The operator names the `company`.
    """
    states = list(TURNS[by.kind] if stage == "turn" else STAGES.get(stage, ()))
    async with db.transaction(**by.scope):
        who = _who(by, company)
        counts = await _counts(by, who)
        total = counts[stage or "all"]
        pages = max(1, -(-total // PAGE))
        page = min(max(page, 1), pages)
        rows = await db.fetch(_LISTING, *who, states, PAGE, (page - 1) * PAGE)
    found = [
        {
            **dict(row),
            "price": Money(row["price_amount"], row["currency"]),
            "inspected_on": _inspected_on(row),
        }
        for row in rows
    ]
    return Listing(found, counts, page, pages)


async def waiting(*, by: Actor) -> int:
    """Return how many contracts wait for the reader's side."""
    async with db.transaction(**by.scope):
        return (await _counts(by, _who(by)))["turn"]


async def file(contract: UUID, wanted: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a delivered file (name, media_type, content) to one of the sides; raise NotFound."""
    async with db.transaction(**by.scope):
        await _row(contract, by=by)
        found = await db.fetchrow(
            """select f.name, f.media_type, f.content from delivery_file f join delivery d on d.id = f.delivery_id
               where f.id = $1 and d.contract_id = $2""",
            wanted,
            contract,
        )
    if found is None:
        raise NotFound
    return dict(found)


_NAMED = """
select k.*, c.name as company, coalesce(nullif(c.name_en, ''), c.name) as company_en, c.slug, m.name as alumnus
from contract k join company c on c.id = k.company_id
  join membership m on m.company_id = k.company_id and m.person_id = k.person_id
"""
_MINE = """
(k.person_id = $1 or $1::uuid is null) and (k.company_id = $2 or $2::uuid is null) and (k.unit_id = $3 or $3::uuid is null)
"""
_LISTING = f"""
select named.*, r.redeliver_on from ({_NAMED} where {_MINE} and (cardinality($4::text[]) = 0 or k.status = any($4))
  order by k.id desc limit $5 offset $6) named
left join change_request r on r.contract_id = named.id and r.round = named.rounds
order by named.id desc
"""
_REQUESTS = "select * from change_request where contract_id = $1 order by round"
_OWED = """
select i.id, i.part, i.kind, i.base_amount, i.tax_amount, i.withheld_amount, i.net_amount, i.currency, i.due_on,
  p.status as payout, p.hold_reason, p.arrives_on, p.paid_at
from payable_item i left join payout p on p.id = i.payout_id where i.reference = $1 order by i.part
"""


def _inspected_on(row: Any) -> date | None:
    return inspection.last_day(row["inspect_by"]) if row["inspect_by"] else None


Who = tuple[UUID | None, UUID | None, UUID | None]
"""Whose contracts: of a person, of a company, of a unit."""


def _who(by: Actor, company: UUID | None = None) -> Who:
    if by.kind == "alumnus":
        return by.person, None, None
    if by.kind == "member":
        return None, by.company, by.unit
    return None, company, None


async def _row(contract: UUID, *, by: Actor) -> dict[str, Any]:
    if by.kind == "member":
        await sides.of_member(contract, by=by)
    elif by.kind == "alumnus":
        await sides.of_alumnus(contract, by=by)
    found = await db.fetchrow(f"{_NAMED} where k.id = $1", contract)
    if found is None:
        raise NotFound
    return dict(found)


async def _rows(sql: str, argument: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.fetch(sql, argument)]


async def _deliveries(contract: UUID) -> list[dict[str, Any]]:
    found = await _rows("select * from delivery where contract_id = $1 order by round", contract)
    files = await db.fetch(
        "select id, delivery_id, name, media_type, size from delivery_file where delivery_id = any($1::uuid[]) order by id",
        [delivery["id"] for delivery in found],
    )
    return [
        {**delivery, "files": [dict(one) for one in files if one["delivery_id"] == delivery["id"]]}
        for delivery in found
    ]


async def _counts(by: Actor, who: Who) -> dict[str, int]:
    rows = await db.fetch(f"select k.status, count(*) as n from contract k where {_MINE} group by 1", *who)
    each = {row["status"]: int(row["n"]) for row in rows}
    counts = {name: sum(each.get(state, 0) for state in states) for name, states in STAGES.items()}
    turn = sum(each.get(state, 0) for state in TURNS.get(by.kind, ()))
    return {**counts, "turn": turn, "all": sum(each.values())}
