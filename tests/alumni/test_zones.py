"""Time said where a person lives, read in Japan."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.alumni.zones import Statement, offset, painted, stretch, week_in_japan
from matching.availability import DAY_MASK, day_mask, week_mask
from matching.model import JST, DayException

TODAY = date(2026, 11, 2)
slots = st.integers(0, 47)
spans = st.builds(
    lambda day, first, length: (day, _time(first), _time(min(48, first + length))),
    st.integers(0, 6),
    slots,
    st.integers(1, 48),
)


def _time(slot):
    return time(slot % 48 // 2, slot % 2 * 30)


def _text(moment, ends=False):
    return "24:00" if ends and moment == time() else f"{moment:%H:%M}"


def said(kind, day, first, last, zone="Asia/Tokyo"):
    return Statement(kind, *stretch(day, time(first), time(last % 24), zone))


@given(st.lists(spans, max_size=6))
def test_a_week_said_in_japan_is_that_week(week):
    expected = week_mask([(day, _text(start), _text(end, ends=True)) for day, start, end in week])

    assert week_in_japan(week, 540) == expected


def test_an_evening_in_new_york_is_the_next_morning_in_japan():
    evening = [(0, time(19), time(22))]

    winter = offset("America/New_York", datetime(2026, 12, 1, tzinfo=UTC))
    summer = offset("America/New_York", datetime(2026, 7, 1, tzinfo=UTC))

    assert week_in_japan(evening, winter) == week_mask([(1, "09:00", "12:00")])
    assert week_in_japan(evening, summer) == week_mask([(1, "08:00", "11:00")])


def test_the_end_of_a_week_runs_into_its_beginning():
    sunday_evening_in_berlin = [(6, time(18), time(0))]

    assert week_in_japan(sunday_evening_in_berlin, 60) == week_mask([(0, "02:00", "08:00")])


def test_in_a_zone_of_quarter_hours_only_whole_half_hours_of_japan_count():
    kathmandu = offset("Asia/Kathmandu", datetime(2026, 12, 1, tzinfo=UTC))

    assert week_in_japan([(0, time(9), time(9, 30)), (0, time(9, 30), time(11))], kathmandu) == week_mask(
        [(0, "12:30", "14:00")]
    )


@given(st.lists(spans, max_size=4), st.sampled_from(sorted(available_timezones())))
def test_a_week_abroad_never_grows(week, zone):
    ahead = offset(zone, datetime(2026, 11, 2, tzinfo=UTC))

    there = week_in_japan(week, ahead)

    assert there.bit_count() <= week_in_japan(week, 540).bit_count()
    if ahead % 30 == 0:
        assert there.bit_count() == week_in_japan(week, 540).bit_count()


def test_of_two_statements_about_a_time_the_later_holds():
    busy, free = said("busy", TODAY, 9, 17), said("free", TODAY, 12, 13)

    assert painted([busy, free], TODAY) == (
        DayException(TODAY, busy=day_mask("09:00", "12:00") | day_mask("13:00", "17:00"), free=day_mask("12:00", "13:00")),
    )  # fmt: skip
    assert painted([free, busy], TODAY) == (DayException(TODAY, busy=day_mask("09:00", "17:00")),)


def test_a_day_elsewhere_covers_parts_of_two_days_in_japan():
    days = painted([said("ask", TODAY, 0, 24, "Europe/Berlin")], TODAY)

    assert days == (
        DayException(TODAY, ask=day_mask("08:00", "24:00")),
        DayException(TODAY + timedelta(days=1), ask=day_mask("00:00", "08:00")),
    )


def test_busy_grows_to_half_hours_and_free_shrinks_to_them():
    odd = datetime(2026, 11, 2, 9, 10, tzinfo=JST), datetime(2026, 11, 2, 10, 40, tzinfo=JST)

    [busy] = painted([Statement("busy", *odd)], TODAY)
    [free] = painted([Statement("free", *odd)], TODAY)

    assert busy.busy == day_mask("09:00", "11:00")
    assert free.free == day_mask("09:30", "10:30")


def test_days_that_have_passed_are_not_told():
    over = said("busy", TODAY - timedelta(days=1), 9, 17)

    assert painted([over], TODAY) == ()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_day_on_which_clocks_change_has_no_holes(zone):
    for on in (date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 4, 5)):
        start, end = stretch(on, time(), time(), zone)
        days = painted([Statement("busy", start, end)], on - timedelta(days=2))

        assert sum(day.busy.bit_count() for day in days) * 30 >= (end - start) // timedelta(minutes=1)
        assert all(day.busy & ~DAY_MASK == 0 for day in days)
