"""A calendar that somebody gives: looked at, kept, replaced, removed; nothing of it but busy times."""

from datetime import UTC, datetime, time, timedelta

import pytest

from marketplace.alumni import calendars, free_time, zones
from marketplace.alumni.week import Span
from marketplace.core import clock, db
from marketplace.core.errors import Invalid, NotFound
from matching import rows
from matching.availability import DAY_MASK, day_mask
from matching.entry import day_number, entry_of
from tests.alumni.test_ical_reader import calendar, event
from tests.factories.alumni import alumnus
from tests.factories.companies import company

pytestmark = pytest.mark.usefixtures("database")


async def _today():
    async with db.transaction():
        return await clock.today()


def _file(*days, hours=(9, 12), title="Interview at Acme"):
    return calendar(
        *(
            event(
                f"DTSTART;TZID=Asia/Tokyo:{day:%Y%m%d}T{hours[0]:02}0000",
                f"DTEND;TZID=Asia/Tokyo:{day:%Y%m%d}T{hours[1]:02}0000",
                f"SUMMARY:{title}",
                uid=str(number),
            )
            for number, day in enumerate(days)
        )
    )


async def _open(owner, day):
    """Return the free and the "ask me" half hours that the matcher sees of a day."""
    async with db.transaction(company=owner.company), db.matcher():
        row = await db.fetchrow(
            "select company_id, person_id, profile::text as profile from match_profile where company_id = $1",
            owner.company,
        )
    profile = rows.profile_from_row(row)
    found = entry_of(profile, day)
    shift = day.weekday() * 48
    unlike = {on: (free, ask) for on, free, ask in found.days}
    return unlike.get(day_number(day), (found.week >> shift & DAY_MASK, found.ask >> shift & DAY_MASK))


async def _free_all_week(owner):
    person, _ = await alumnus(owner, "", "tasks")
    await free_time.set_week([Span(day, time(), time()) for day in range(7)], by=person)
    return person


async def test_a_preview_changes_nothing_and_what_is_kept_takes_its_time():
    owner = await company()
    person = await _free_all_week(owner)
    day = await _today() + timedelta(days=3)

    seen = await calendars.preview("mine.ics", _file(day), by=person)
    before = await _open(owner, day)
    await calendars.keep(seen.row["id"], by=person)

    assert (seen.row["event_count"], seen.hours) == (1, 3)
    assert before == (DAY_MASK, 0)
    assert await _open(owner, day) == (DAY_MASK & ~day_mask("09:00", "12:00"), 0)


async def test_the_next_calendar_takes_the_place_of_the_one_before():
    owner = await company()
    person = await _free_all_week(owner)
    day = await _today() + timedelta(days=3)

    for when in (day, day + timedelta(days=1)):
        seen = await calendars.preview("mine.ics", _file(when), by=person)
        await calendars.keep(seen.row["id"], by=person)

    assert await _open(owner, day) == (DAY_MASK, 0)
    assert (await _open(owner, day + timedelta(days=1)))[0] != DAY_MASK
    assert list(await calendars.mine(by=person)) == ["kept"]


async def test_one_tap_removes_every_imported_time():
    owner = await company()
    person = await _free_all_week(owner)
    day = await _today() + timedelta(days=3)
    seen = await calendars.preview("mine.ics", _file(day), by=person)
    await calendars.keep(seen.row["id"], by=person)

    await calendars.remove(seen.row["id"], by=person)

    assert await _open(owner, day) == (DAY_MASK, 0)
    assert await calendars.mine(by=person) == {}


async def test_nothing_of_an_event_is_kept_but_its_time(owner):
    ours = await company()
    person = await _free_all_week(ours)

    seen = await calendars.preview("mine.ics", _file(await _today(), title="Oncology"), by=person)
    await calendars.keep(seen.row["id"], by=person)

    for table in (
        "calendar_import",
        "calendar_busy",
        "match_profile",
        "membership",
        "activity_event",
        "outbox",
    ):
        rows = await owner.fetch(f"select t::text as said from {table} t")
        assert not any("Oncology" in row["said"] for row in rows), table


async def test_what_is_said_by_hand_after_an_import_holds_until_the_next_import():
    owner = await company()
    person = await _free_all_week(owner)
    day = await _today() + timedelta(days=3)
    seen = await calendars.preview("mine.ics", _file(day), by=person)
    await calendars.keep(seen.row["id"], by=person)

    await free_time.add_exception(day, "free", starts_at=time(10), ends_at=time(11), by=person)
    by_hand = await _open(owner, day)
    seen = await calendars.preview("mine.ics", _file(day), by=person)
    await calendars.keep(seen.row["id"], by=person)

    assert by_hand[0] & day_mask("09:00", "12:00") == day_mask("10:00", "11:00")
    assert (await _open(owner, day))[0] & day_mask("09:00", "12:00") == 0


async def test_a_second_preview_takes_the_place_of_the_first_which_cannot_be_kept_any_more():
    owner = await company()
    person = await _free_all_week(owner)
    first = await calendars.preview("a.ics", _file(await _today()), by=person)
    second = await calendars.preview("b.ics", _file(await _today()), by=person)

    with pytest.raises(NotFound):
        await calendars.keep(first.row["id"], by=person)

    assert (await calendars.mine(by=person))["preview"].row["id"] == second.row["id"]


async def test_a_calendar_belongs_to_its_owner_alone():
    owner = await company()
    person, other = await _free_all_week(owner), (await alumnus(owner, "other@example.jp", "tasks"))[0]
    seen = await calendars.preview("a.ics", _file(await _today()), by=person)

    with pytest.raises(NotFound):
        await calendars.keep(seen.row["id"], by=other)
    with pytest.raises(NotFound):
        await calendars.remove(seen.row["id"], by=other)

    assert await calendars.mine(by=other) == {}


async def test_a_refused_file_leaves_the_kept_calendar_and_the_preview_as_they_are():
    owner = await company()
    person = await _free_all_week(owner)
    await calendars.preview("a.ics", _file(await _today()), by=person)

    with pytest.raises(Invalid):
        await calendars.preview("b.ics", b"not a calendar", by=person)

    assert (await calendars.mine(by=person))["preview"].row["file_name"] == "a.ics"


async def test_previews_are_forgotten_after_a_day_and_times_after_they_have_passed():
    owner = await company()
    person = await _free_all_week(owner)
    today = await _today()
    seen = await calendars.preview("a.ics", _file(today + timedelta(days=1), today + timedelta(days=40)), by=person)  # fmt: skip
    await calendars.keep(seen.row["id"], by=person)
    await calendars.preview("b.ics", _file(today), by=person)

    await clock.advance(timedelta(days=10))
    await calendars.forget()

    kept = await calendars.mine(by=person)
    assert list(kept) == ["kept"]
    assert len(kept["kept"].busy) == 1


async def test_days_are_read_where_the_person_lives():
    owner = await company()
    person = await _free_all_week(owner)
    await free_time.set_zone("Europe/Berlin", by=person)
    day = await _today() + timedelta(days=3)
    whole_day = calendar(event(f"DTSTART;VALUE=DATE:{day:%Y%m%d}"))

    seen = await calendars.preview("a.ics", whole_day, by=person)

    [(starts_at, ends_at)] = seen.busy
    ahead = timedelta(minutes=zones.offset("Europe/Berlin", starts_at))
    assert starts_at == datetime.combine(day, time(), UTC) - ahead
    assert ends_at - starts_at == timedelta(days=1)
