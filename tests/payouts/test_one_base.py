"""Income tax is withheld on the day of payment: what one company pays one person on one day is one base."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from marketplace.core import clock, db
from marketplace.core.bank_days import is_bank_day
from marketplace.core.money import yen
from payouts import events, planning, verify
from payouts.tax import withholding
from tests.factories.payouts import account_of, earn, fund_platform, onboard, prepay, seat
from tests.payouts.conftest import Provider

MONDAY, FRIDAY, SATURDAY = 0, 4, 5
FEE = 600_000


async def _rows(sql: str) -> list[dict]:
    async with db.transaction(operator=True):
        return [dict(row) for row in await db.fetch(sql)]


async def _to(provider: Provider, weekday: int) -> None:
    """Move to shortly after midnight in Japan, on a weekday whose next two weeks have no holiday."""
    async with db.transaction(operator=True):
        now = await clock.now()
    day = clock.day_of(now) + timedelta(days=1)
    while day.weekday() != weekday or not _plain(day):
        day += timedelta(days=1)
    at = datetime.combine(day, time(0, 10), clock.JST)
    await provider.advance(seconds=(at - now).total_seconds())


def _plain(day: date) -> bool:
    days = [day + timedelta(days=number) for number in range(14)]
    return all(is_bank_day(one) for one in days if one.weekday() < SATURDAY)


async def _start(provider: Provider) -> None:
    await planning.pay()
    await provider.drain()


async def test_all_that_arrives_on_one_day_is_one_base_whatever_day_it_was_planned_on(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 20_000_000)
    await _to(provider, MONDAY)

    for _ in range(7):
        await earn(person, company, cost=seat(FEE))
        await _start(provider)
        await provider.advance(days=1, minutes=1)
        await provider.drain()
    await provider.advance(days=1, minutes=1)
    await provider.drain()

    rows = await _rows(
        """select p.arrives_on, p.pay_on, i.base_amount, i.withheld_amount + i.adjusted_amount as withheld
           from payout p join payable_item i on i.payout_id = p.id"""
    )
    bases, withheld = defaultdict(int), defaultdict(int)
    for row in rows:
        bases[row["arrives_on"]] += row["base_amount"]
        withheld[row["arrives_on"]] += row["withheld"]
    assert sorted(bases.values()) == [FEE, FEE, FEE, FEE, 3 * FEE]
    assert len({(row["arrives_on"], row["pay_on"]) for row in rows}) == len(bases)
    assert withheld == {day: withholding(yen(base), on=day).amount for day, base in bases.items()}
    assert await verify.run() == []


async def test_two_payouts_that_start_on_friday_and_saturday_are_withheld_from_as_one(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 20_000_000)
    await _to(provider, FRIDAY)

    await earn(person, company, cost=seat(FEE))
    await _start(provider)
    await provider.advance(days=1)
    await earn(person, company, cost=seat(FEE))
    await _start(provider)

    first, second = await _rows("select * from payout order by id")
    assert first["pay_on"] == second["pay_on"]
    assert (first["amount"], second["amount"]) == (598_740, 598_740 - 20_420)
    assert await verify.run() == []


async def test_a_payout_that_waited_goes_by_the_day_on_which_it_starts_after_all(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 20_000_000)
    await _to(provider, FRIDAY)
    await earn(person, company, cost=seat(FEE))
    await _start(provider)
    await provider.advance(days=1)
    await earn(person, company, cost=seat(FEE))
    async with db.transaction(operator=True):
        await db.execute("update kill_switch set stopped_at = now() where name = 'payouts'")
    await planning.pay()
    [_, planned] = await _rows("select * from payout order by id")

    async with db.transaction(operator=True):
        await db.execute("update kill_switch set stopped_at = null where name = 'payouts'")
    await provider.advance(days=2)
    await _start(provider)

    [first, started] = await _rows("select * from payout order by id")
    assert (planned["amount"], planned["status"]) == (598_740 - 20_420, "held")
    assert (started["amount"], started["status"]) == (598_740, "submitting")
    assert started["pay_on"] > first["pay_on"]
    assert await verify.run() == []


async def test_many_small_fees_beside_a_large_one_share_what_is_withheld_on_top(database):
    company, person = str(uuid4()), str(uuid4())
    await prepay(company, yen(20_000_000))
    await earn(person, company, cost=seat(2_000_000))
    for _ in range(5):
        await earn(person, company, cost=seat(1_000))

    await planning.plan()

    rows = await _rows("select net_amount, withheld_amount + adjusted_amount as withheld from payable_item")
    [payout] = await _rows("select amount, pay_on from payout")
    due = withholding(yen(2_005_000), on=payout["pay_on"]).amount
    assert sum(row["withheld"] for row in rows) == due
    assert payout["amount"] == sum(row["net_amount"] for row in rows)
    assert await verify.run() == []


async def test_what_is_sent_again_is_one_base_with_what_starts_beside_it(provider):
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 20_000_000)
    await _to(provider, MONDAY)
    await earn(person, company, cost=seat(FEE))
    provider.control.set_bank_failure(await account_of(person), "account_closed")
    await _start(provider)
    for _ in range(3):
        await provider.advance(days=3)
        await provider.drain()
    await events.watch_payouts()
    await provider.advance(days=2)  # a Friday: money that needs a transfer first is sent on Saturday
    async with db.transaction(operator=True):
        earlier = await clock.today() - timedelta(days=30)
    await earn(person, company, cost=seat(FEE), due_on=earlier)

    provider.control.set_bank_failure(await account_of(person), None)
    provider.control.onboard(await account_of(person), number="7654321")
    await events.watch_payees()
    await _start(provider)
    await provider.advance(days=1, minutes=1)
    await provider.drain()

    again, beside = await _rows("select * from payout order by id")
    assert (again["attempt"], again["status"], beside["status"]) == (2, "in_transit", "in_transit")
    assert (again["pay_on"], again["arrives_on"]) == (beside["pay_on"], beside["arrives_on"])
    assert (again["amount"], beside["amount"]) == (598_740, 598_740 - 20_420)
    assert await verify.run() == []
