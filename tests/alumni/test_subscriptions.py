"""A calendar at an address: fetched again and again, its times counted, its failures said, ended with one press."""

from datetime import time, timedelta

import pytest

from marketplace import worker
from marketplace.alumni import calendar_file, calendars, free_time, subscriptions
from marketplace.core import db, outgoing
from marketplace.core.errors import Invalid, NotFound
from matching.availability import DAY_MASK, day_mask
from tests.alumni.test_calendars import _file, _free_all_week, _open, _today
from tests.core.test_outgoing import far  # noqa: F401 - a fixture
from tests.factories.companies import company

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def calendar(far):  # noqa: F811
    """Serve somebody's calendar, busy on the third day from nine to twelve."""
    far.says(_file(await _today() + timedelta(days=3)), etag='"1"')
    return far


async def _work():
    return (await worker.drain_rows("work", 60))[0]


async def _due():
    """Let the six hours be over, and everything happen that follows."""
    async with db.transaction(operator=True):
        await db.execute("update calendar_subscription set next_at = business_now()")
    found = await subscriptions.fetch_due()
    await _work()
    return found


async def _subscribed(owner, calendar):
    person = await _free_all_week(owner)
    await subscriptions.subscribe(calendar.address(), by=person)
    await _work()
    return person


async def _notices(person):
    async with db.transaction(operator=True):
        rows = await db.fetch("select kind from notification where person_id = $1", person.person)
    return [row["kind"] for row in rows]


async def test_the_times_of_a_subscribed_calendar_count_and_its_address_rests_sealed(calendar):
    owner = await company()

    person = await _subscribed(owner, calendar)

    day = await _today() + timedelta(days=3)
    assert await _open(owner, day) == (DAY_MASK & ~day_mask("09:00", "12:00"), 0)
    seen = await subscriptions.mine(by=person)
    assert (seen["host"], seen["failures"], seen["problem"]) == ("localhost", 0, None)
    async with db.transaction(operator=True):
        kept = await db.fetchval("select row_to_json(s)::text || row_to_json(i)::text from calendar_subscription s, calendar_import i")  # fmt: skip
    assert "mine.ics" not in kept
    assert "Interview" not in kept


async def test_it_is_fetched_again_when_six_hours_are_over_and_what_has_changed_counts(calendar):
    owner = await company()
    person = await _subscribed(owner, calendar)
    day = await _today() + timedelta(days=3)
    assert await subscriptions.fetch_due() == 0

    assert await _due() == 1
    assert calendar.asked[-1][1]["if-none-match"] == '"1"'
    unchanged = await _open(owner, day)
    calendar.says(_file(day, hours=(14, 15)), etag='"2"')
    await _due()

    assert unchanged == (DAY_MASK & ~day_mask("09:00", "12:00"), 0)
    assert await _open(owner, day) == (DAY_MASK & ~day_mask("14:00", "15:00"), 0)
    assert len((await calendars.mine(by=person))["subscribed"].busy) == 1


async def test_what_the_person_says_by_hand_holds_until_the_calendar_says_something_new(calendar):
    owner = await company()
    person = await _subscribed(owner, calendar)
    day = await _today() + timedelta(days=3)
    await free_time.add_exception(day, "free", by=person, starts_at=time(9), ends_at=time(12))

    calendar.says(_file(day, day), etag='"2"')
    await _due()
    by_hand = await _open(owner, day)
    calendar.says(_file(day, hours=(9, 13)), etag='"3"')
    await _due()

    assert by_hand == (DAY_MASK, 0)
    assert await _open(owner, day) == (DAY_MASK & ~day_mask("09:00", "13:00"), 0)


async def test_an_unchanged_calendar_is_read_whole_before_its_days_run_out(calendar):
    await _subscribed(await company(), calendar)
    async with db.transaction(operator=True):
        await db.execute("update calendar_import set covers_until = covers_until - 8")

    await _due()

    assert "if-none-match" not in calendar.asked[-1][1]
    async with db.transaction(operator=True):
        until = await db.fetchval("select covers_until from calendar_import")
    assert until == (await _today()) + timedelta(days=92)


@pytest.mark.parametrize(
    ("says", "why"),
    [({"status": 404}, "does not know"), ({"content": b"<html>"}, "not a calendar file")],
    ids=["gone", "no calendar"],
)
async def test_a_failure_is_said_told_once_and_forgotten_when_it_is_over(calendar, says, why):
    owner = await company()
    person = await _subscribed(owner, calendar)
    day = await _today() + timedelta(days=3)

    calendar.says(**says)
    for _ in range(subscriptions.TOLD_AFTER + 1):
        await _due()
    failed = await subscriptions.mine(by=person)
    meanwhile = await _open(owner, day)
    calendar.says(_file(day), etag='"9"')
    await _due()

    assert why in str(failed["problem"])
    assert failed["failures"] == subscriptions.TOLD_AFTER + 1
    assert meanwhile == (DAY_MASK & ~day_mask("09:00", "12:00"), 0)
    assert (await _notices(person)).count("calendar.unreachable") == 1
    assert (await subscriptions.mine(by=person))["problem"] is None


async def test_ending_it_deletes_its_times_and_its_address_and_leaves_those_of_a_file(calendar):
    owner = await company()
    person = await _subscribed(owner, calendar)
    day = await _today() + timedelta(days=3)
    layer = await calendars.preview("mine.ics", _file(day, hours=(15, 16)), by=person)
    await calendars.keep(layer.row["id"], by=person)

    await subscriptions.end(by=person)

    assert await _open(owner, day) == (DAY_MASK & ~day_mask("15:00", "16:00"), 0)
    assert await subscriptions.mine(by=person) is None
    assert await _due() == 0
    with pytest.raises(NotFound):
        await subscriptions.again(by=person)


async def test_what_arrives_after_the_subscription_has_ended_is_not_kept(calendar):
    owner = await company()
    person = await _free_all_week(owner)
    await subscriptions.subscribe(calendar.address(), by=person)
    before = await subscriptions._subscription(person.person)
    asked, until = await calendars.asked_of(person.person)
    found = await calendar_file.read(_file(await _today() + timedelta(days=3)), asked)
    await subscriptions.end(by=person)

    came = outgoing.Fetched(b"BEGIN", "")
    await subscriptions._keep(person.person, before, came, found, zone=asked.zone, until=until)

    assert await subscriptions.mine(by=person) is None
    assert await calendars.mine(by=person) == {}


async def test_an_address_that_may_not_be_asked_is_refused_beside_its_field():
    person = await _free_all_week(await company())

    with pytest.raises(Invalid) as refused:
        await subscriptions.subscribe("http://calendar.example/", by=person)

    assert set(refused.value.fields) == {"address"}
