"""What the operator's close of the ledger's month looks at, each point a question to the tables as they are now."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from marketplace.core import db
from marketplace.core.errors import N_, Message
from marketplace.core.money import yen
from payouts.closing import months, trial
from payouts.closing.checklist import Item, Reading, Weight
from payouts.reconcile import queries
from payouts.statements import platform_invoices
from payouts.statements.months import after

MOST_NAMED = 100


async def items(month: date) -> list[Item]:
    """Return the checklist of the ledger's month. In the operator's scope."""
    found = [await check(month) for check in CHECKS]
    return [*found, *await _books(month)]


async def reconciled_after(month: date) -> Any | None:
    """Return the newest reconciliation that was begun behind the end of a month and is done, or None."""
    return await db.fetchrow(
        """select * from reconcile_run where status = 'done' and until >= $1::date::timestamp at time zone 'Asia/Tokyo'
           order by id desc limit 1""",
        after(month),
    )


async def _earlier(month: date) -> Item:
    found = await months.open_before(months.LEDGER, month)
    if not found:
        said = Message(N_("Every earlier month with postings is closed."))
        return Item("earlier", Reading.OK, Weight.BLOCKS, said, number=0)
    said = Message(
        N_("Earlier months that are open: %(count)s, the first is %(month)s. Close them in order."),
        {"count": len(found), "month": f"{found[0]:%Y-%m}"},
    )
    return Item("earlier", Reading.WAITING, Weight.BLOCKS, said, f"closing/{found[0]:%Y-%m}", len(found))


async def _reconciled(month: date) -> Item:
    run = await reconciled_after(month)
    if run is None:
        said = Message(N_("Nothing was reconciled since the month ended. Closing does it."))
        return Item("reconciled", Reading.WAITING, Weight.BLOCKS, said, "reconciliation", 0)
    said = Message(
        N_("Reconciled since the month ended. Movements read: %(count)s."), {"count": run["seen_count"]}
    )
    return Item("reconciled", Reading.OK, Weight.BLOCKS, said, "reconciliation", run["seen_count"])


_BREAKS = """
select count(*) as number, coalesce(sum(abs(difference_amount)), 0)::bigint as amount from reconcile_break
where status in ('open', 'proposed') and happened_at < $1::date::timestamp at time zone 'Asia/Tokyo'
"""


async def _breaks(month: date) -> Item:
    row = await db.fetchrow(_BREAKS, after(month))
    assert row is not None
    amount = yen(row["amount"])
    if not row["number"]:
        said = Message(N_("No break up to the end of the month is open."))
        return Item("breaks", Reading.OK, Weight.BLOCKS, said, "reconciliation/breaks", 0, amount)
    said = Message(
        N_(
            "Open breaks: %(count)s. Post or explain each; while the month is softly closed, an entry is dated in it."
        ),
        {"count": row["number"]},
    )
    return Item("breaks", Reading.BROKEN, Weight.BLOCKS, said, "reconciliation/breaks", row["number"], amount)


async def _identities(_month: date) -> Item:
    found = await queries.identities()
    rests = [each.rest for each in (found.listed, found.platform, found.connected)]
    apart = [rest for rest in rests if rest]
    if not apart:
        said = Message(N_("Stripe's movements, its balances and our books agree."))
        return Item("identities", Reading.OK, Weight.BLOCKS, said, "reconciliation", len(rests))
    said = Message(
        N_("%(rest)s is not explained. Reconcile again, and look at the accounts."), {"rest": apart[0]}
    )
    return Item("identities", Reading.BROKEN, Weight.BLOCKS, said, "reconciliation", len(apart), apart[0])


async def _covered(_month: date) -> Item:
    guard = (await queries.identities()).safeguarding
    if not guard.shortfall:
        said = Message(N_("Client money is covered."))
        return Item("covered", Reading.OK, Weight.WARNS, said, "", amount=guard.client_money)
    said = Message(
        N_("Client money is short by %(amount)s. Cover it from your own money."), {"amount": guard.shortfall}
    )
    return Item("covered", Reading.BROKEN, Weight.WARNS, said, "cover", amount=guard.shortfall)


async def _platform_invoices(month: date) -> Item:
    tie = await platform_invoices.tie(month)
    path = f"platform-invoices?month={month:%Y-%m}"
    if tie.missing:
        said = Message(
            N_("Companies without their invoice: %(count)s. Closing makes them."), {"count": tie.missing}
        )
        return Item(
            "platform_invoices", Reading.WAITING, Weight.BLOCKS, said, path, tie.missing, tie.ledger_fee
        )
    if tie.holds:
        said = Message(
            N_("Invoices: %(count)s. They are the month's fees and tax, to the yen."), {"count": tie.invoices}
        )
        return Item("platform_invoices", Reading.OK, Weight.BLOCKS, said, path, tie.invoices, tie.ledger_fee)
    said = Message(
        N_("Invoices %(fee)s, ledger %(ledger)s. Look at the invoices."),
        {"fee": tie.fee, "ledger": tie.ledger_fee},
    )
    return Item("platform_invoices", Reading.BROKEN, Weight.BLOCKS, said, path, tie.invoices, tie.ledger_fee)


async def _books(month: date) -> list[Item]:
    found = await trial.sums(month)
    return [_trial(found), _suspense(found), _in_transit(found)]


def _trial(found: trial.Sums) -> Item:
    told = {"debit": found.debit, "credit": found.credit}
    if found.holds:
        said = Message(
            N_(
                "Debits %(debit)s are credits %(credit)s, and all accounts together are 0 at the month's end."
            ),
            told,
        )
        return Item("trial", Reading.OK, Weight.BLOCKS, said, "accounts", found.postings, found.closing)
    said = Message(N_("Debits %(debit)s are not credits %(credit)s. Stop here: run the verifier."), told)
    return Item("trial", Reading.BROKEN, Weight.BLOCKS, said, "accounts", found.unbalanced, found.closing)


def _suspense(found: trial.Sums) -> Item:
    path = "accounts?purpose=suspense&empty=true"
    if not found.suspense:
        said = Message(N_("Nothing waited in suspense at the month's end."))
        return Item("suspense", Reading.OK, Weight.WARNS, said, path, 0, found.suspense)
    said = Message(
        N_("%(amount)s waited in suspense at the month's end. Settle its breaks, or say why it stays."),
        {"amount": found.suspense},
    )
    return Item("suspense", Reading.BROKEN, Weight.WARNS, said, path, amount=found.suspense)


def _in_transit(found: trial.Sums) -> Item:
    if not found.in_transit_accounts:
        said = Message(N_("No payout was on its way at the month's end."))
        return Item("in_transit", Reading.OK, Weight.SHOWN, said, "payouts", 0, found.in_transit)
    said = Message(
        N_("Payouts on their way at the month's end: %(count)s. They arrive in the next one."),
        {"count": found.in_transit_accounts},
    )
    return Item(
        "in_transit",
        Reading.WAITING,
        Weight.SHOWN,
        said,
        "payouts",
        found.in_transit_accounts,
        found.in_transit,
    )


_COMPANIES = """
select a.owner, coalesce(m.status, 'open') as status, count(*) over () as found from (
  select distinct e.owner from ledger_transfer t join ledger_entry e on e.transfer_id = t.id and e.owner like 'company:%'
  where t.happened_at >= $1::date::timestamp at time zone 'Asia/Tokyo' and t.happened_at < $2::date::timestamp at time zone 'Asia/Tokyo'
) a left join company_month m on m.owner = a.owner and m.month = $1
where m.status is distinct from 'closed' order by a.owner limit $3
"""


async def companies_open(month: date) -> tuple[list[Any], int]:
    """Return companies with postings in a month that have not closed it (at most 100), and how many there are."""
    rows = await db.fetch(_COMPANIES, month, after(month), MOST_NAMED)
    return rows, rows[0]["found"] if rows else 0


async def _companies(month: date) -> Item:
    _rows, found = await companies_open(month)
    if not found:
        said = Message(N_("Every company with postings has closed its month."))
        return Item("companies", Reading.OK, Weight.WARNS, said, "", 0)
    said = Message(
        N_("Companies that have not closed their month: %(count)s. They are listed below."), {"count": found}
    )
    return Item("companies", Reading.WAITING, Weight.WARNS, said, "", found)


Check = Callable[[date], Awaitable[Item]]
CHECKS: tuple[Check, ...] = (
    _earlier, _reconciled, _breaks, _identities, _covered, _platform_invoices, _companies,
)  # fmt: skip
