"""A person's own feed: what is in it, what leaves it, and who can open it."""

from datetime import datetime, time, timedelta

import icalendar
import pytest

from marketplace.alumni import calendar_feed, tokens
from marketplace.contracts import cancelling
from marketplace.core import clock, db
from marketplace.core.clock import JST
from marketplace.core.errors import NotFound
from marketplace.tasks import invitations
from tests.factories import contracts
from tests.factories import tasks as make
from tests.factories.alumni import alumnus
from tests.factories.companies import company

pytestmark = pytest.mark.usefixtures("database", "seal_folder")


async def _feed(person):
    address = await calendar_feed.address(by=person)
    return icalendar.Calendar.from_ical(await calendar_feed.read(_token(address)))


def _token(address):
    return address.rpartition("/")[2].removesuffix(".ics")


def _kinds(feed):
    return sorted(str(event["UID"]).partition("-")[0] for event in feed.walk("VEVENT"))


async def test_an_invitation_is_a_time_to_answer_and_accepted_work_its_hours_and_its_delivery():
    firm = await make.firm()
    person = await make.alumnus(firm)
    async with db.transaction():
        day = await clock.today() + timedelta(days=7)
    day += timedelta(days=(7 - day.weekday()) % 7)
    starts, ends = (datetime.combine(day, time(hour), JST) for hour in (10, 14))
    task = await make.published(firm, window_starts_at=starts, window_ends_at=ends)
    await calendar_feed.renew(by=person)

    invited = await _feed(person)
    await invitations.accept(await make.invitation_of(task, person), by=person)
    at_work = await _feed(person)

    assert _kinds(invited) == ["reply"]
    assert _kinds(at_work) == ["delivery", "work"]
    events = {str(event["UID"]).partition("-")[0]: event for event in at_work.walk("VEVENT")}
    assert (events["work"]["DTSTART"].dt, events["work"]["DTEND"].dt) == (starts, ends)
    assert (events["work"]["TRANSP"], events["delivery"]["TRANSP"]) == ("OPAQUE", "TRANSPARENT")
    assert events["delivery"]["DTSTART"].dt == day
    assert str(events["work"]["SUMMARY"]) == "採用サイトのトップページ デザイン改修"


async def test_cancelled_work_leaves_the_feed_with_its_hours_and_its_delivery():
    async with db.transaction():
        day = await clock.today() + timedelta(days=7)
    starts, ends = (datetime.combine(day, time(hour), JST) for hour in (10, 14))
    scene = await contracts.scene(window_starts_at=starts, window_ends_at=ends)
    contract = await contracts.concluded(scene)
    await calendar_feed.renew(by=scene.alumnus)
    before = await _feed(scene.alumnus)

    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from contract where id = $1", contract)
        price = await cancelling.price_now(row)
    await cancelling.cancel(contract, "中止になりました。", shown=price.to_person, by=scene.owner)

    assert _kinds(before) == ["delivery", "work"]
    assert _kinds(await _feed(scene.alumnus)) == []


async def test_the_names_of_events_stay_the_same_from_one_reading_to_the_next():
    scene = await contracts.scene()
    await contracts.concluded(scene)
    await calendar_feed.renew(by=scene.alumnus)

    first = [str(event["UID"]) for event in (await _feed(scene.alumnus)).walk("VEVENT")]
    await contracts.later(hours=5)

    assert [str(event["UID"]) for event in (await _feed(scene.alumnus)).walk("VEVENT")] == first


async def test_nobody_else_s_work_is_in_a_feed():
    scene = await contracts.scene()
    await contracts.concluded(scene)
    other, _ = await alumnus(scene.owner, "other@example.jp")
    await calendar_feed.renew(by=other)

    assert _kinds(await _feed(other)) == []


async def test_another_address_ends_the_first_and_a_revoked_one_opens_nothing():
    person, _ = await alumnus(await company())
    first = _token(await calendar_feed.renew(by=person))
    second = _token(await calendar_feed.renew(by=person))

    with pytest.raises(NotFound):
        await calendar_feed.read(first)
    assert await calendar_feed.read(second)

    await calendar_feed.revoke(by=person)
    with pytest.raises(NotFound):
        await calendar_feed.read(second)
    assert await calendar_feed.address(by=person) is None


async def test_the_database_alone_does_not_open_a_feed(owner):
    person, _ = await alumnus(await company())
    token = _token(await calendar_feed.renew(by=person))

    row = await owner.fetchrow("select * from calendar_feed")

    assert row["token_hash"] == tokens.digest(token)
    assert token not in str(dict(row))


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../etc", "\x00"])
async def test_a_guessed_address_opens_nothing(token):
    with pytest.raises(NotFound):
        await calendar_feed.read(token)
