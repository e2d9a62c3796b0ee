"""An old statement of free time: asked about seldom, stood by with one tap."""

from datetime import time, timedelta

import pytest

from marketplace.alumni import actions, free_time, queries, reconfirming, tokens
from marketplace.alumni.week import Span
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, NotFound
from marketplace.notifications.kinds import KINDS
from tests.factories.alumni import alumnus
from tests.factories.companies import company
from tests.factories.tasks import notices

pytestmark = pytest.mark.usefixtures("database")


async def _person(*intents):
    person, membership = await alumnus(await company(), "", *intents)
    await free_time.set_week([Span(0, time(9), time(12))], by=person)
    return person, membership


async def _later(days):
    await clock.advance(timedelta(days=days))


async def _token(person):
    """Return the token of the newest mail, as the mail would be written."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            "select * from notification where person_id = $1 and kind = 'availability.old' order by id desc limit 1",
            person.person,
        )
    first, _ = KINDS["availability.old"].taps(dict(row))
    return first.path.rpartition("/")[2]


async def _confirmed_at(person):
    return (await queries.my_profile(by=person))["availability_confirmed_at"]


async def test_a_statement_of_sixty_days_is_asked_about_and_a_newer_one_is_not():
    person, _ = await _person("tasks")

    await _later(59)
    assert await reconfirming.remind() == 0
    await _later(1.1)

    assert await reconfirming.remind() == 1
    assert await notices(person) == ["availability.old"]


async def test_nobody_is_asked_twice_within_thirty_days_nor_for_more_than_a_year():
    person, _ = await _person("tasks")
    await _later(61)

    for _ in range(40):
        await reconfirming.remind()
        await _later(10)

    assert len(await notices(person)) == 11


async def test_whoever_wants_no_tasks_or_has_left_or_paused_is_not_asked():
    await _person("news")
    left, at_left = await _person("tasks")
    await actions.leave(at_left, by=left)
    paused, at_paused = await _person("tasks")
    await actions.set_blocked_by_person(at_paused, blocked=True, by=paused)
    await _later(61)

    assert await reconfirming.remind() == 0


async def test_whoever_never_said_a_week_is_not_asked_whether_it_holds():
    await alumnus(await company(), "", "tasks")
    await _later(61)

    assert await reconfirming.remind() == 0


async def test_the_link_of_the_mail_confirms_once_and_looking_changes_nothing():
    person, _ = await _person("tasks")
    await _later(61)
    await reconfirming.remind()
    before, token = await _confirmed_at(person), await _token(person)

    seen = await reconfirming.look(token)
    untouched = await _confirmed_at(person)
    await reconfirming.confirm(token)
    first = await _confirmed_at(person)
    await _later(1)
    await reconfirming.confirm(token)

    assert (seen["done"], untouched) == (False, before)
    assert first - before > timedelta(days=60)
    assert await _confirmed_at(person) == first
    assert (await reconfirming.look(token))["done"]


async def test_a_newer_mail_replaces_the_older_link():
    person, _ = await _person("tasks")
    await _later(61)
    await reconfirming.remind()
    old = await _token(person)
    await _later(31)
    await reconfirming.remind()

    with pytest.raises(Conflict):
        await reconfirming.confirm(old)

    assert await reconfirming.look(await _token(person))


async def test_a_link_for_another_purpose_or_person_confirms_nothing():
    person, _ = await _person("tasks")
    other, _ = await _person("tasks")
    await _later(61)
    await reconfirming.remind()
    right = await _token(person)
    async with db.transaction(operator=True):
        moment = await db.fetchval(
            "select availability_reminded_at from alumnus_profile where person_id = $1", person.person
        )
    mixed = tokens.sealed("asked", person.person, moment.isoformat())
    swapped = tokens._text(other.person.bytes + tokens.base64.urlsafe_b64decode(right + "==")[16:])

    for wrong in (mixed, swapped, right[:-2] + "AA"):
        with pytest.raises(Conflict):
            await reconfirming.confirm(wrong)
    for nonsense in ("", "x", "é" * 54, right[:20], right + "AAAA"):
        with pytest.raises(NotFound):
            await reconfirming.look(nonsense)


async def test_a_week_abroad_moves_in_japan_when_the_clocks_there_change():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    await free_time.set_zone("Europe/Berlin", by=person)
    await free_time.set_week([Span(0, time(9), time(12))], by=person)
    before = await _monday(owner)
    months = 0
    while not await free_time.follow_clocks():
        await _later(30)
        months += 1
        assert months < 8

    from tests.factories.alumni import work

    await work()

    assert abs(_first(await _monday(owner)) - _first(before)) == 2
    assert await free_time.follow_clocks() == 0


async def _monday(owner):
    from matching import rows

    async with db.transaction(company=owner.company), db.matcher():
        row = await db.fetchrow("select company_id, person_id, profile::text as profile from match_profile")
    return rows.profile_from_row(row).availability.week


def _first(mask):
    return (mask & -mask).bit_length()
