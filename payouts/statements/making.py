"""Make a company's payment statements of a month, a batch of payees at a time: numbers without gaps, each thing stated once."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Conflict
from marketplace.core.settings import settings
from payouts.billing import numbers
from payouts.billing.parties import Party
from payouts.crash import crash_point
from payouts.statements import months, registrations, runs, years
from payouts.statements.lines import Line, correction_of, line_of, parted
from payouts.statements.statement import RateSum, Sums, sums

Names = Callable[[str, Sequence[str]], Awaitable[tuple[Party, Mapping[str, Party]]]]
"""From a company's id and the payees (`person:<id>`) to the issuer and each payee's party; runs in the operator's scope."""

_ITEMS = """
select i.*, (i.created_at at time zone 'Asia/Tokyo')::date as on_day, (
    select coalesce(sum(l.withheld_amount), 0) from statement_line l where l.item_id = i.id and l.kind = 'correction' and not l.void
  )::bigint as corrected_amount
from payable_item i
where i.payer = $1 and i.created_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
  and i.created_at < $3::date::timestamp at time zone 'Asia/Tokyo'
  and not exists (select from statement_line l where l.item_id = i.id and l.kind <> 'correction' and not l.void)
"""
# What living statements say of an item, whichever month's; a payee with a statement of this month waits for the next one.
_CORRECTED = """
select i.*, i.withheld_amount + i.adjusted_amount - stated.withheld as more_amount
from (select l.item_id, sum(l.withheld_amount)::bigint as withheld from statement_line l join statement s on s.id = l.statement_id
      where l.payer = $1 and not l.void group by l.item_id having min(s.month) < $2) stated
join payable_item i on i.id = stated.item_id and i.withheld_amount + i.adjusted_amount <> stated.withheld
where i.payer = $1
"""
_LACKS = "not exists (select from statement s where s.payer = i.payer and s.owner = i.owner and s.month = $2 and s.status <> 'void')"
_PAYEES = f"""
select owner from (
  select owner from ({_ITEMS}) items union select owner from ({_CORRECTED.replace("$2", "$2::date")} and {_LACKS}) corrected) payees
"""


async def must_have_ended(month: date) -> None:
    """Raise Conflict while something can still be approved in a month."""
    if not months.has_ended(month, await clock.today()):
        raise Conflict(
            N_("This month is not over yet: its statements are made from the first day of the next one.")
        )


async def count_payees(company: str, month: date) -> int:
    """Return how many payees still lack a statement of a month. Runs in the company's scope."""
    sql = f"select count(*) from ({_PAYEES}) payees"
    return int(await db.fetchval(sql, f"company:{company}", month, months.after(month)))


async def make_batch(run: UUID, *, know: Names) -> bool:
    """Make the statements of the next payees of a run; False when it is over or was stopped. Safe twice.

    Opens its own transaction: numbers, statements, lines and cursor stand or fall together.
    """
    async with db.transaction(operator=True):
        now = await runs.hold(run)
        if now.status != "running":
            return False
        payees = await _next_payees(now)
        if not payees:
            await runs.finish(now)
            return False
        made = await _make(now, payees, know)
        await runs.advance(now, cursor=payees[-1], done=made)
        crash_point("making.committing")
    crash_point("making.committed")
    return True


async def _next_payees(run: runs.Run) -> list[str]:
    sql = f"{_PAYEES} where owner > $4 order by owner limit $5"
    rows = await db.fetch(sql, run.owner, run.month, months.after(run.month), run.cursor, runs.BATCH)
    return [row["owner"] for row in rows]


async def _make(run: runs.Run, payees: list[str], know: Names) -> int:
    await write(run.company, run.month, await _lines(run.owner, run.month, payees), know=know)
    return len(payees)


async def write(
    company: str,
    month: date,
    lines: Mapping[str, Sequence[Line]],
    *,
    know: Names,
    correction: UUID | None = None,
) -> list[UUID]:
    """Write the statements of payees' lines of a month, under the company's next numbers; return them in their order.

    `correction` is the one that they are made anew by. Runs in the operator's scope.
    """
    owner, payees = f"company:{company}", list(lines)
    periods = await registrations.of(payees)
    issuer, parties = await know(company, payees)
    cap, left = await years.rooms(owner, payees, month)
    papers = [
        (payee, registration, part)
        for payee in payees
        for registration, part in parted(lines[payee], periods.get(payee, ())).items()
    ]
    first = await numbers.take(f"statement:{company}", len(papers))
    statements, rows = [], []
    for number, (payee, registration, part) in enumerate(papers, start=first):
        made = await db.fetchval("select uuidv7()")
        party = {**parties[payee].record, "registration_number": registration}
        found = sums(part, registered=bool(registration), on=month, room=left.get(payee, cap))
        capped = None if registration or cap is None else cap.amount
        about = (made, payee, owner, month, registration, number, issuer.record, party)
        statements.append((*about, *_summed(found), capped, correction))
        rows += [_row(made, position, owner, payee, line) for position, line in enumerate(part, start=1)]
    await db.executemany(_INSERT, statements)
    await db.executemany(_INSERT_LINE, rows)
    return [each[0] for each in statements]


async def _lines(owner: str, month: date, payees: Sequence[str]) -> dict[str, list[Line]]:
    found = await unstated(owner, month, payees)
    for row in await db.fetch(
        f"{_CORRECTED} and i.owner = any($3::text[]) and {_LACKS}", owner, month, payees
    ):
        found[row["owner"]].append(correction_of(row, on=months.last_day(month)))
    return found


async def again(owner: str, month: date, payee: str) -> list[Line]:
    """Return what a payee's statements of a month would say once the void ones are gone: things and corrections."""
    found = (await unstated(owner, month, [payee]))[payee]
    for row in await db.fetch(f"{_CORRECTED} and i.owner = $3", owner, month, payee):
        found.append(correction_of(row, on=months.last_day(month)))
    return found


async def unstated(owner: str, month: date, payees: Sequence[str]) -> defaultdict[str, list[Line]]:
    """Return what was approved for payees in a month and stands on no living statement."""
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for row in await db.fetch(
        f"{_ITEMS} and i.owner = any($4::text[])", owner, month, months.after(month), list(payees)
    ):
        found[row["owner"]].append(line_of(row))
    return found


_INSERT = """
insert into statement (id, owner, payer, month, registration, number, issuer, payee, rates, work_amount, bounty_amount,
  tax_amount, document_tax_amount, deductible_amount, withheld_amount, netted_amount, net_amount, currency, silence_days,
  cap_amount, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
"""
_INSERT_LINE = """
insert into statement_line (statement_id, position, owner, payer, item_id, kind, on_day, title, reference, part, rate_bp,
  tax_included, base_amount, tax_amount, withheld_amount, netted_amount, net_amount, currency)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""


def _summed(found: Sums) -> tuple[Any, ...]:
    return (
        list(rates_as_json(found.rates)), found.work.amount, found.bounties.amount, found.tax.amount, found.document_tax.amount,
        found.deductible.amount, found.withheld.amount, found.netted.amount, found.net.amount,
        found.net.currency, settings().statement_silence_days,
    )  # fmt: skip


def rates_as_json(rates: Iterable[RateSum]) -> Iterable[dict[str, int]]:
    """Return the sums per rate as they are stored: rate in basis points, the rest in yen."""
    for rate in rates:
        yield {
            "rate": rate.rate, "base": rate.base.amount, "tax": rate.tax.amount,
            "agreed": rate.agreed.amount, "covered": rate.covered.amount, "deductible": rate.deductible.amount,
        }  # fmt: skip


def _row(made: UUID, position: int, payer: str, payee: str, line: Line) -> tuple[Any, ...]:
    return (
        made, position, payee, payer, UUID(line.item), line.kind, line.on, line.title, line.reference, line.part, line.rate,
        line.tax_included, line.base.amount, line.tax.amount, line.withheld.amount, line.netted.amount,
        line.net.amount, line.net.currency,
    )  # fmt: skip
