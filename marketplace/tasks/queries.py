"""What a company reads of its tasks: the list, and one task with everything around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.activity import queries as activity
from marketplace.companies.rules import ALUMNI_READERS
from marketplace.contracts import private
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.core.money import Money
from marketplace.tasks import changes
from marketplace.tasks import matches as ranked
from marketplace.tasks.amounts import CompanyTerms, company_terms, cost
from marketplace.tasks.moving import APPROVERS, MANAGERS
from payouts import books, chart, funding
from payouts.fees import SeatCost

PAGE = 20
TABS: Mapping[str, tuple[str, ...]] = {
    "open": ("published", "paused"),
    "draft": ("draft",),
    "running": ("filled", "running"),
    "ended": ("completed", "closed", "expired", "cancelled"),
}

_WAITING = """
  (select count(*) from application a where a.task_id = t.id and a.status = 'sent') as applied,
  (select count(*) from invitation i where i.task_id = t.id and i.status = 'sent') as asked,
  (select count(*) from seat s where s.task_id = t.id and s.status = 'taken') as taken,
  exists (select from task_change h where h.task_id = t.id and h.status = 'waiting' and h.version = t.version
          and t.status in ('published', 'paused')) as change_waits
"""
_FILTER = """t.company_id = $1 and ($2::text[] is null or t.status = any($2))
  and ($3 = '' or t.title ilike $4 or u.name ilike $4) and ($5::uuid is null or t.unit_id = $5)"""


async def listed(
    *, by: Actor, tab: str = "", search: str = "", unit: UUID | None = None, page: int = 1
) -> dict[str, Any]:
    """Return one page of a company's tasks, newest first: `tasks`, `found`, `pages`, `page`, `counts` by tab."""
    by.must_be("member")
    search = search.strip()[:100]
    pattern = "%" + search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    states = list(TABS[tab]) if tab in TABS else None
    arguments = (by.company, states, search, pattern, unit)
    async with db.transaction(**by.scope):
        tables = "task t join unit u on u.id = t.unit_id"
        found = await db.fetchval(f"select count(*) from {tables} where {_FILTER}", *arguments)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        rows = await db.fetch(
            f"""select t.*, u.name as unit, {_WAITING} from {tables} where {_FILTER}
                order by t.id desc limit {PAGE} offset $6""",
            *arguments,
            (page - 1) * PAGE,
        )
        return {
            "tasks": [dict(row) for row in rows],
            "found": found,
            "pages": pages,
            "page": page,
            "counts": await _counts(by),
        }


async def _counts(by: Actor) -> dict[str, int]:
    rows = await db.fetch(
        "select status, count(*) as n from task where company_id = $1 group by status", by.company
    )
    known = {row["status"]: row["n"] for row in rows}
    return {"": sum(known.values())} | {
        tab: sum(known.get(state, 0) for state in states) for tab, states in TABS.items()
    }


@dataclass(frozen=True, slots=True)
class Reserve:
    """What a task has set aside: each contract's part, the open seats' part, in the ledger's words."""

    seat: SeatCost | None
    contracts: list[tuple[dict[str, Any], Money]]
    open_seats: int
    open_part: Money
    balance: Money

    @property
    def total(self) -> Money:
        return Money.total([held for _, held in self.contracts]) + self.open_part


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task as its company sees it."""

    task: dict[str, Any]
    terms: CompanyTerms
    seats: list[dict[str, Any]]
    applications: list[dict[str, Any]]
    matches: list[dict[str, Any]]
    funnel: dict[str, int]
    reserve: Reserve
    events: list[dict[str, Any]]
    manages: bool
    approves: bool
    change: changes.Change | None = None
    """The change that waits for an approval."""
    approves_change: bool = False
    elsewhere: bool = False
    """Whether it is only another unit that keeps this manager from acting."""
    reads: bool = True
    """Whether this member reads cards of alumni, so matches and applications too."""

    @property
    def open_seats(self) -> int:
        return self.reserve.open_seats


async def one(task: UUID, *, by: Actor, matches: int = 3) -> TaskPage:
    """Return a task with its seats, people, money and story. Raises NotFound."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        row = await _task(task, by)
        terms = await company_terms(row["company_id"], row["terms_version"])
        seats = await _seats(task)
        reads = bool(by.roles & set(ALUMNI_READERS))
        change = await changes.waiting(task) if row["change_waits"] else None
        elsewhere = (
            "manager" in by.roles and "owner" not in by.roles and by.unit not in {None, row["unit_id"]}
        )
        return TaskPage(
            task=row,
            terms=terms,
            seats=seats,
            applications=[private.told(each, "message", by=by) for each in await _applications(task)]
            if reads
            else [],
            matches=await ranked.shown(row, matches, by=by) if reads and matches else [],
            funnel=await _funnel(row),
            reserve=await _reserve(row, terms, seats),
            events=await activity.timeline(f"task:{task}"),
            manages=bool(by.roles & set(MANAGERS)) and not elsewhere,
            approves=bool(by.roles & set(APPROVERS))
            and by.member not in {row["posted_by"], row["requested_by"]},
            change=change,
            approves_change=change is not None
            and bool(by.roles & set(APPROVERS))
            and by.member not in {row["posted_by"], change.asked_by},
            elsewhere=elsewhere,
            reads=reads,
        )


async def balance(*, by: Actor) -> Money:
    """Return what the company has free to reserve."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        return await funding.free_balance(str(by.company))


async def current_terms(*, by: Actor, version: int | None = None) -> CompanyTerms:
    """Return the company's current terms, or an earlier version of them."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        assert by.company is not None
        return await company_terms(by.company, version)


async def units(*, by: Actor) -> list[dict[str, Any]]:
    """Return the units for which this member may post, by name."""
    by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select id, name, approval_limit_amount from unit
               where company_id = $1 and ($2::uuid is null or id = $2) order by name, id""",
            by.company,
            None if "owner" in by.roles else by.unit,
        )
        return [dict(row) for row in rows]


async def usual_prices(unit: UUID, tax_category: str, *, by: Actor) -> tuple[Money, Money] | None:
    """Return the least and the most that published tasks of a unit in a category paid, once there are three."""
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            """select count(*) as n, min(price_amount) as least, max(price_amount) as most from task
               where company_id = $1 and unit_id = $2 and tax_category = $3 and published_at is not null""",
            by.company,
            unit,
            tax_category,
        )
    if row is None or row["n"] < 3:  # noqa: PLR2004 - fewer say nothing
        return None
    return Money(row["least"]), Money(row["most"])


async def _task(task: UUID, by: Actor) -> dict[str, Any]:
    row = await db.fetchrow(
        f"""select t.*, u.name as unit, u.approval_limit_amount, p.name as poster, r.name as requester, {_WAITING},
              business_now() as now
            from task t join unit u on u.id = t.unit_id join member p on p.id = t.posted_by
              left join member r on r.id = t.requested_by
            where t.id = $1 and t.company_id = $2""",
        task,
        by.company,
    )
    if row is None:
        raise NotFound
    return dict(row)


async def _seats(task: UUID) -> list[dict[str, Any]]:
    rows = await db.fetch(
        """select s.number, s.status, s.contract_id, c.status as contract, m.name as alumnus, m.id as membership
           from seat s left join contract c on c.id = s.contract_id
             left join membership m on m.company_id = c.company_id and m.person_id = c.person_id
           where s.task_id = $1 order by s.number""",
        task,
    )
    return [dict(row) for row in rows]


async def _applications(task: UUID) -> list[dict[str, Any]]:
    rows = await db.fetch(
        """select a.*, m.name, m.id as membership, m.former_unit, m.former_title, m.joined_on, m.left_on, m.card
           from application a join membership m on m.company_id = a.company_id and m.person_id = a.person_id
           where a.task_id = $1 order by a.status <> 'sent', a.status <> 'needs_reconfirm', a.score desc nulls last, a.id""",
        task,
    )
    return [dict(row) for row in rows]


async def _funnel(row: Mapping[str, Any]) -> dict[str, int]:
    found = await db.fetchrow(
        """select
             (select count(*) from task_match where task_id = $1
              and task_version = (select max(task_version) from task_match where task_id = $1)) as matched,
             count(distinct person_id) as asked, count(distinct person_id) filter (where opened_at is not null) as opened,
             count(distinct person_id) filter (where status = 'declined') as declined,
             (select count(distinct person_id) from application where task_id = $1) as applied,
             (select count(distinct person_id) from contract where task_id = $1 and status <> 'cancelled') as concluded
           from invitation where task_id = $1""",
        row["id"],
    )
    assert found is not None
    return dict(found)


async def _reserve(row: Mapping[str, Any], terms: CompanyTerms, seats: list[dict[str, Any]]) -> Reserve:
    company = str(row["company_id"])
    contracts = await db.fetch(
        """select c.*, m.name as alumnus from contract c
             join membership m on m.company_id = c.company_id and m.person_id = c.person_id
           where c.task_id = $1 order by c.id""",
        row["id"],
    )
    of_contract = [chart.company_reserved_contract(company, str(each["id"])) for each in contracts]
    of_task, free = chart.company_reserved(company, task=str(row["id"])), chart.company_balance(company)
    held = await books.balances_of([*of_contract, of_task, free])
    price = Money(row["price_amount"], row["currency"])
    return Reserve(
        seat=cost(price, row["tax_bp"], terms) if price else None,
        contracts=[
            (dict(each), held[account.name])
            for each, account in zip(contracts, of_contract, strict=True)
            if held.get(account.name)
        ],
        open_seats=sum(seat["status"] == "open" for seat in seats),
        open_part=held.get(of_task.name, Money.zero()),
        balance=held.get(free.name, Money.zero()),
    )
