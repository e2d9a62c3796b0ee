"""What a person says of himself: skills, conditions, time; what of it reaches the matcher."""

import asyncio
from datetime import time, timedelta

import pytest

from marketplace.alumni import actions, free_time, profile, queries
from marketplace.alumni.week import Span
from marketplace.core import clock, db
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.money import yen
from matching.rows import profile_from_row
from tests.factories.alumni import alumnus
from tests.factories.companies import company

pytestmark = pytest.mark.usefixtures("database")


CONDITIONS = {
    "headline": "UIデザイナー",
    "languages": ["en", "ja"],
    "prefecture": 13,
    "remote_ok": True,
    "rate_basis": "hour",
    "wish": yen(6_000),
    "floor": yen(4_000),
    "most_at_once": 2,
}


async def _matchable(owner) -> list:
    """Return the profiles that the matcher finds in a company's network."""
    async with db.transaction(company=owner.company), db.matcher():
        rows = await db.fetch(
            "select company_id, person_id, offered, profile::text as profile from match_profile where company_id = $1",
            owner.company,
        )
    return [(row["offered"], profile_from_row(row)) for row in rows]


async def test_a_skill_is_known_by_any_spelling_once():
    owner = await company()
    person, _ = await alumnus(owner)

    assert await profile.put_skill("パイソン", 3, by=person) == await profile.put_skill(
        "PYTHON", 4, 6, by=person
    )

    [skill] = (await queries.my_profile(by=person))["skills"]
    assert (skill["level"], skill["years"]) == (4, 6)
    await profile.drop_skill(skill["skill_id"], by=person)
    with pytest.raises(NotFound):
        await profile.drop_skill(skill["skill_id"], by=person)


async def test_a_wrong_skill_names_each_wrong_field():
    owner = await company()
    person, _ = await alumnus(owner)

    with pytest.raises(Invalid) as refusal:
        await profile.put_skill("手品と占い", 6, 99, by=person)

    assert set(refusal.value.fields) == {"skill", "level", "years"}


async def test_the_year_of_last_use_reaches_the_matcher_and_no_year_to_come_does():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    year = clock.day_of(await _now()).year

    await profile.put_skill("Python", 4, 6, year - 2, by=person)
    with pytest.raises(Invalid) as refusal:
        await profile.put_skill("Java", 4, 6, year + 1, by=person)

    [(_, found)] = await _matchable(owner)
    assert [held.last_year for held in found.skills.values()] == [year - 2]
    assert list(refusal.value.fields) == ["last_year"]


async def test_wrong_conditions_name_each_wrong_field_and_change_nothing():
    owner = await company()
    person, _ = await alumnus(owner)
    wrong = {
        **CONDITIONS,
        "languages": [],
        "prefecture": 48,
        "wish": yen(-1),
        "most_at_once": 21,
        "headline": "あ" * 201,
    }

    with pytest.raises(Invalid) as refusal:
        await profile.set_conditions(profile.Conditions(**wrong), by=person)
    with pytest.raises(Invalid) as above:
        await profile.set_conditions(profile.Conditions(**{**CONDITIONS, "floor": yen(6_001)}), by=person)

    assert set(refusal.value.fields) == {"languages", "prefecture", "wish", "most_at_once", "headline"}
    assert list(above.value.fields) == ["floor"]
    assert (await queries.my_profile(by=person))["headline"] == ""


async def test_the_week_and_its_exceptions_reach_the_matcher_as_half_hours():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    today = clock.day_of(await _now())
    monday = today + timedelta(days=7 - today.weekday())

    await free_time.set_week([Span(0, time(9), time(12)), Span(6, time(22), time(0))], by=person)
    await free_time.add_exception(monday, "busy", starts_at=time(9), ends_at=time(10), by=person)
    await free_time.add_exception(monday, "free", starts_at=time(13), ends_at=time(14), by=person)

    [(_, found)] = await _matchable(owner)
    week = found.availability.week
    assert (week & (1 << 48) - 1).bit_count() == 6
    assert week >> (6 * 48) == 0b1111 << 44
    [day] = found.availability.exceptions
    assert (day.on, day.busy, day.free) == (monday, 0b11 << 18, 0b11 << 26)


async def test_a_span_that_does_not_hold_is_refused():
    owner = await company()
    person, _ = await alumnus(owner)
    today = clock.day_of(await _now())

    for spans in (
        [Span(0, time(12), time(9))],
        [Span(7, time(9), time(10))],
        [Span(0, time(9, 15), time(10))],
    ):
        with pytest.raises(Invalid):
            await free_time.set_week(spans, by=person)
    for on in (today - timedelta(days=1), today + timedelta(days=367)):
        with pytest.raises(Invalid):
            await free_time.add_exception(on, "free", by=person)


async def test_one_tap_confirms_the_week_again():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    await free_time.set_week([], by=person)
    await clock.advance(timedelta(days=40))

    await free_time.confirm_week(by=person)

    [(_, found)] = await _matchable(owner)
    assert found.availability.confirmed_at >= await _now() - timedelta(minutes=1)


async def _now():
    async with db.transaction():
        return await clock.now()


async def test_changes_of_one_person_at_once_all_reach_every_network():
    ours, theirs = await company("ours"), await company("theirs")
    person, at_ours = await alumnus(ours, "hanako@example.jp", "tasks")
    _, at_theirs = await alumnus(theirs, "hanako@example.jp", "tasks")

    await asyncio.gather(
        profile.put_skill("Python", 4, by=person),
        profile.put_skill("Java", 3, by=person),
        actions.choose_intents(at_ours, ["tasks", "news"], by=person),
        actions.choose_intents(at_theirs, ["tasks", "referrals"], by=person),
    )

    for owner, intent in ((ours, "news"), (theirs, "referrals")):
        [(_, found)] = await _matchable(owner)
        assert (len(found.skills), found.intents) == (2, frozenset({"tasks", intent}))
