"""Money at the provider ages by first in, first out; what is spent is the oldest."""

from datetime import datetime, time, timedelta
from random import Random
from uuid import uuid4

import pytest

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import ageing, chart, journal, own_postings, postings
from tests.factories.payouts import prepay


@pytest.fixture(autouse=True)
async def _noon(database: None) -> None:
    """Begin at noon in Japan, so that no test crosses midnight by itself."""
    async with db.transaction(operator=True):
        now = await clock.now()
    noon = datetime.combine(clock.day_of(now) + timedelta(days=1), time(12), clock.JST)
    await clock.advance(noon - now)


async def _aged() -> list[ageing.Aged]:
    async with db.transaction(operator=True):
        return await ageing.aged()


async def _spend(company: str, amount: int) -> None:
    async with db.transaction(operator=True):
        fact = postings.refund(
            company, refund_id=uuid4().hex, amount=yen(amount), happened_at=await clock.now()
        )
        await journal.record(fact)


async def _lie_with(person: str, amount: int) -> None:
    async with db.transaction(operator=True):
        fact = postings.transfer(
            person, payout=str(uuid4()), attempt=1, amount=yen(amount), happened_at=await clock.now()
        )
        await journal.record(fact)


@pytest.mark.parametrize(
    ("days", "stage"), [(59, None), (60, 60), (74, 60), (75, 75), (79, 75), (80, 80), (95, 80)]
)
async def test_each_stage_begins_on_its_day(days, stage):
    await prepay(str(uuid4()), yen(1_000))

    await clock.advance(timedelta(days=days))

    assert [one.stage for one in await _aged()] == ([stage] if stage else [])


async def test_what_is_spent_is_the_oldest_and_what_stays_says_how_much_is_how_old():
    company = str(uuid4())
    for amount in (1_000, 2_000, 4_000):
        await prepay(company, yen(amount))
        await clock.advance(timedelta(days=10))
    await _spend(company, 1_500)

    await clock.advance(timedelta(days=50))

    [one] = await _aged()
    assert one.name == "stripe:platform"
    assert one.age == 70
    assert one.amounts == {60: yen(1_500 + 4_000), 75: yen(0), 80: yen(0)}
    assert (one.leaves_on - one.since).days == 80


async def test_money_that_waits_on_a_person_s_account_ages_there_anew():
    person = str(uuid4())
    await prepay(str(uuid4()), yen(1_000))
    await clock.advance(timedelta(days=30))
    await _lie_with(person, 400)

    await clock.advance(timedelta(days=60))

    custody, platform = await _aged()
    assert (custody.owner, custody.age, custody.amounts[60]) == (f"person:{person}", 60, yen(400))
    assert (platform.age, platform.amounts[80]) == (90, yen(600))


async def test_the_books_age_as_a_queue_does():
    rng, company, queue = Random(20261123), str(uuid4()), []
    for _ in range(60):
        await clock.advance(timedelta(days=rng.randint(1, 6)))
        day, held = await _day(), sum(amount for _, amount in queue)
        if not held or rng.random() < 0.5:
            amount = rng.randint(1, 9_000)
            await prepay(company, yen(amount))
            queue.append((day, amount))
            continue
        left = rng.randint(1, held)
        await _spend(company, left)
        while left:
            since, amount = queue.pop(0)
            if amount > left:
                queue.insert(0, (since, amount - left))
            left -= min(left, amount)

        old = [(since, amount) for since, amount in queue if (day - since).days >= 60]
        found = await _aged()
        assert [(one.since, one.amounts[60].amount) for one in found] == (
            [(old[0][0], sum(amount for _, amount in old))] if old else []
        )


async def _day():
    async with db.transaction(operator=True):
        return await clock.today()


async def test_a_balance_below_zero_has_no_age():
    async with db.transaction(operator=True):
        fact = own_postings.chargeback(
            str(uuid4()), dispute="d", amount=yen(500), unspent=yen(0), happened_at=await clock.now()
        )
        await journal.record(fact)
    await prepay(str(uuid4()), yen(300))

    await clock.advance(timedelta(days=90))

    assert await _aged() == []
    async with db.transaction(operator=True):
        assert (await journal.balance(chart.stripe_platform())).amount == -200
