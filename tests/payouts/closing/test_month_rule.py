"""The database's own rule: nothing is dated into a closed month, in Japan's days, whoever writes and however close the race."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from marketplace.core import clock, db
from marketplace.core.clock import JST
from marketplace.core.errors import Conflict
from marketplace.core.money import yen
from payouts import journal, postings, verify
from payouts.closing import months
from payouts.closing.months import LEDGER
from payouts.statements.months import after, last_moment
from tests.factories.closing import shut
from tests.factories.payouts import prepay
from tests.factories.statements import go_to
from tests.payouts.closing.conftest import end

pytestmark = pytest.mark.usefixtures("database")


async def post(at: datetime, company: str = "") -> str:
    """Book a top-up at a moment; return its key."""
    fact = postings.topup(
        company or str(uuid4()), transaction=f"txn_{uuid4().hex}", arrived=yen(1000), fee_borne=yen(0), happened_at=at
    )  # fmt: skip
    async with db.transaction(operator=True):
        await journal.record(fact)
    return fact.key


def first_moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=JST)


async def test_nothing_posts_into_a_closed_month_and_everything_posts_beside_it(month: date):
    await end(month)
    await shut(LEDGER, month)

    for inside in (first_moment(month), first_moment(month) + timedelta(days=14), last_moment(month)):
        with pytest.raises(asyncpg.CheckViolationError, match="cannot be posted into it"):
            await post(inside)
    await post(first_moment(month) - timedelta(microseconds=1))
    await post(first_moment(after(month)))

    assert not await verify.run()


async def test_a_softly_closed_month_takes_only_what_states_its_reason(month: date):
    await end(month)
    await shut(LEDGER, month, softly=True)

    with pytest.raises(asyncpg.CheckViolationError):
        await post(last_moment(month))
    async with db.transaction(operator=True), months.with_reason("a fee that Stripe listed late"):
        await post(last_moment(month))
    with pytest.raises(asyncpg.CheckViolationError):
        await post(last_moment(month))


async def test_a_reason_opens_no_closed_month(month: date):
    await end(month)
    await shut(LEDGER, month)

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True), months.with_reason("please"):
            await post(last_moment(month))


async def test_the_same_fact_said_again_after_the_close_is_nothing(month: date):
    fact = postings.topup(
        str(uuid4()), transaction="txn_1", arrived=yen(1000), fee_borne=yen(0), happened_at=first_moment(month)
    )  # fmt: skip
    async with db.transaction(operator=True):
        await journal.record(fact)
    await end(month)
    await shut(LEDGER, month)

    async with db.transaction(operator=True):
        assert not await journal.record(fact)


async def test_a_company_s_closed_month_takes_no_posting_on_its_accounts_and_another_s_does(month: date):
    company, other = str(uuid4()), str(uuid4())
    await post(first_moment(month), company)
    await end(month)
    await shut(f"company:{company}", month)

    with pytest.raises(asyncpg.CheckViolationError):
        await post(last_moment(month), company)
    await post(last_moment(month), other)
    await prepay(company, yen(1000))

    assert not await verify.run()


async def test_a_correction_is_dated_in_its_month_while_that_is_softly_closed_and_in_the_next_after_the_close(
    month: date,
):
    happened = first_moment(month) + timedelta(days=3)
    await end(month)
    async with db.transaction(operator=True):
        now = await clock.now()
        while_open = await months.correction_moment(happened)
    await shut(LEDGER, month, softly=True)
    async with db.transaction(operator=True):
        softly = await months.correction_moment(happened)
    await shut(LEDGER, month)
    async with db.transaction(operator=True):
        after_close = await months.correction_moment(happened)

    assert while_open >= now
    assert softly == last_moment(month)
    assert clock.day_of(after_close) >= after(month)


async def test_a_posting_under_way_is_waited_for_and_a_later_one_is_refused_and_comes_again_in_the_next_month(
    month: date,
):
    """A webhook of the month's last second: its job fails on the closed month and is done again, dated when that is."""
    company, looked = str(uuid4()), asyncio.Event()
    await go_to(last_moment(month) - timedelta(seconds=5))
    late = first_moment(after(month)) - timedelta(seconds=1)

    async def poster() -> None:
        async with db.transaction(operator=True):
            await journal.record(
                postings.topup(
                    company, transaction="early", arrived=yen(500), fee_borne=yen(0), happened_at=late
                )
            )
            looked.set()
            await asyncio.sleep(0.5)

    under_way = asyncio.create_task(poster())
    await looked.wait()
    await end(month)
    async with db.transaction(operator=True):
        await months.soft_close(LEDGER, month, by="Mina")
        await months.shut(month)
        closed = await months.close(LEDGER, month, by="Mina", over="")
    assert under_way.done()
    await under_way
    with pytest.raises(asyncpg.CheckViolationError):
        await post(late, company)
    await prepay(company, yen(700), transaction="late")

    assert (closed.posting_count, closed.moved_amount) == (1, 500)
    async with db.transaction(operator=True):
        days = await db.fetch("select happened_at from ledger_transfer order by recorded_at")
    assert [months.first_of(clock.day_of(row["happened_at"])) for row in days] == [month, after(month)]
    assert not await verify.run()


@pytest.mark.parametrize(
    ("moment", "belongs"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=JST), date(2026, 12, 1)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=JST), date(2027, 1, 1)),
        (datetime(2027, 3, 31, 23, 59, 59, 999_999, tzinfo=JST), date(2027, 3, 1)),
        (datetime(2028, 2, 29, 15, 0, tzinfo=JST), date(2028, 2, 1)),
    ],
)
async def test_a_day_belongs_to_its_month_in_japan_at_the_ends_of_years_and_in_leap_years(
    moment: datetime, belongs: date
):
    await go_to(datetime(2028, 4, 2, tzinfo=JST))
    await shut(LEDGER, belongs)

    with pytest.raises(asyncpg.CheckViolationError):
        await post(moment)
    for other in (date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 1), date(2028, 2, 1)):
        if other != belongs:
            await post(first_moment(other) + timedelta(hours=12))


async def test_a_month_that_runs_cannot_be_closed(month: date):
    with pytest.raises(Conflict):
        async with db.transaction(operator=True):
            await months.must_have_ended(month)


async def test_the_same_month_is_closed_once_by_two_at_a_time(month: date):
    await end(month)
    await shut(LEDGER, month, softly=True)

    async def one() -> None:
        async with db.transaction(operator=True):
            await months.shut(month)
            await months.close(LEDGER, month, by="Mina", over="")

    ended = await asyncio.gather(one(), one(), return_exceptions=True)

    assert [type(each) for each in ended if each] == [Conflict]
    async with db.transaction(operator=True):
        assert (await months.find(LEDGER, month)).version == 1
