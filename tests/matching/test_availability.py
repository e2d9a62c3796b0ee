from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.availability import (
    FULL,
    WEEK_MASK,
    day_mask,
    freshness,
    week_hours,
    week_mask,
)
from matching.entry import entry_of
from matching.model import JST, Availability, DayException, Deadline, Held, Window
from matching.question import question_of
from matching.rank import rank
from matching.score import free_halves
from matching.weights import WEIGHTS_V2
from tests.matching.cast import NOW, OFFICE_HOURS, need, person, windows


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=JST)


def question(starts_at, ends_at):
    return question_of(need(time=Window(starts_at, ends_at)), {}, NOW, WEIGHTS_V2)


def free_slots(asked, availability, busy=()):
    """Half hours; those to ask about count half."""
    profile = person(availability=availability, busy=tuple(busy))
    return free_halves(asked, entry_of(profile, date(2026, 11, 1))) / 2


def points(profile, asked):
    return dict(rank(asked, [profile], {}, NOW).matches[0].components)["availability"]


def test_a_week_is_half_hours_from_monday_midnight_in_japan():
    assert week_mask([(0, "00:00", "00:30")]) == 1
    assert week_mask([(1, "09:00", "10:00")]) == 0b11 << (48 + 18)
    assert week_mask([(6, "23:30", "24:00")]) == 1 << 335


def test_a_pattern_past_midnight_runs_into_the_next_day_and_round_the_week():
    assert week_mask([(0, "22:00", "02:00")]) == week_mask([(0, "22:00", "24:00"), (1, "00:00", "02:00")])
    assert week_mask([(6, "23:30", "00:30")]) == 1 << 335 | 1


def test_odd_minutes_shrink_inwards():
    assert week_mask([(0, "09:10", "10:50")]) == week_mask([(0, "09:30", "10:30")])
    assert week_mask([(0, "09:10", "09:25")]) == 0


@pytest.mark.parametrize("pattern", [(7, "09:00", "10:00"), (0, "25:00", "26:00"), (0, "09:60", "10:00")])
def test_a_time_that_does_not_exist_is_refused(pattern):
    with pytest.raises(ValueError, match="is not"):
        week_mask([pattern])


def test_the_hours_of_a_week_are_counted():
    assert week_hours(OFFICE_HOURS) == 45
    assert week_hours(WEEK_MASK) == 168


def test_a_window_given_in_utc_is_read_in_japan():
    evening_utc = question(datetime(2026, 11, 1, 23, tzinfo=UTC), datetime(2026, 11, 2, 1, tzinfo=UTC))

    monday_morning = Availability(week_mask([(0, "08:00", "10:00")]))

    assert free_slots(evening_utc, monday_morning) == evening_utc.slots == 4


def test_a_window_over_midnight_in_japan_takes_from_both_days():
    night = question(at(2, 22), at(3, 2))  # Monday to Tuesday

    assert night.slots == 8
    assert free_slots(night, Availability(week_mask([(0, "22:00", "24:00")]))) == 4
    assert free_slots(night, Availability(week_mask([(1, "00:00", "01:00")]))) == 2


def test_a_half_hour_that_the_window_cuts_is_asked_whole():
    asked = question(at(2, 9, 10), at(2, 10, 20))

    assert asked.slots == 3
    assert free_slots(asked, Availability(week_mask([(0, "09:00", "10:00")]))) == 2


def test_an_exception_takes_or_gives_time_on_its_date_only():
    away = DayException(date(2026, 11, 2), busy=day_mask("09:00", "24:00"))
    extra = DayException(date(2026, 11, 7), free=day_mask("13:00", "15:00"))
    stated = Availability(OFFICE_HOURS, (away, extra))

    assert free_slots(question(at(2, 9), at(2, 18)), stated) == 0
    assert free_slots(question(at(9, 9), at(9, 18)), stated) == 18
    assert free_slots(question(at(7, 12), at(7, 18)), stated) == 4


def test_half_hours_to_ask_about_count_half():
    mornings = week_mask([(day, "09:00", "12:00") for day in range(5)])
    maybe = Availability(mornings, ask=OFFICE_HOURS & ~mornings)
    that_day = Availability(OFFICE_HOURS, (DayException(date(2026, 11, 2), ask=day_mask("09:00", "18:00")),))

    assert free_slots(question(at(2, 9), at(2, 18)), maybe) == 6 + 12 / 2
    assert free_slots(question(at(2, 9), at(2, 18)), that_day) == 18 / 2


def test_agreed_work_takes_every_half_hour_that_it_touches():
    lunch = Window(at(2, 12, 10), at(2, 12, 40))

    assert free_slots(question(at(2, 9), at(2, 18)), Availability(OFFICE_HOURS), [lunch]) == 18 - 2


@settings(max_examples=60, deadline=None)
@given(windows, st.integers(0, WEEK_MASK))
def test_free_and_not_free_half_hours_together_are_the_window(window, week):
    asked = question(window.starts_at, window.ends_at)

    free = free_slots(asked, Availability(week))
    not_free = free_slots(asked, Availability(week ^ WEEK_MASK))

    assert free + not_free == asked.slots


def test_a_stretch_of_weeks_counts_each_weekday_as_often_as_it_comes():
    fortnight = question(at(2, 9), at(17, 18))  # Monday to Tuesday, sixteen days

    assert fortnight.days == (3, 3, 2, 2, 2, 2, 2)
    assert free_slots(fortnight, Availability(week_mask([(0, "09:00", "10:00")]))) == 3 * 2


def test_trust_is_full_then_falls_evenly_to_none():
    assert [freshness(days, 10, 110) for days in (0, 10, 60, 110, 999)] == [FULL, FULL, FULL // 2, 0, 0]


def test_confirmed_free_stands_above_unstated_which_stands_above_confirmed_busy():
    free = person(availability=Availability(OFFICE_HOURS, confirmed_at=NOW))
    unstated = person(availability=Availability())
    busy = person(availability=Availability(0, confirmed_at=NOW))

    assert points(free, need()) > points(unstated, need()) > points(busy, need()) == 0


def test_an_old_statement_fades_to_what_is_assumed_without_one():
    unstated = person(availability=Availability())
    old = person(availability=Availability(OFFICE_HOURS, confirmed_at=NOW - timedelta(days=60)))
    ancient = person(availability=Availability(OFFICE_HOURS, confirmed_at=NOW - timedelta(days=900)))
    fresh = person(availability=Availability(OFFICE_HOURS, confirmed_at=NOW))

    assert points(fresh, need()) > points(old, need()) > points(unstated, need())
    assert points(ancient, need()) == points(unstated, need())


def test_a_delivery_date_asks_for_free_hours_until_the_end_of_that_day_in_japan():
    tuesday_evening = week_mask([(1, "22:00", "24:00")])
    free_that_evening = person(availability=Availability(tuesday_evening, confirmed_at=NOW))

    enough = need(time=Deadline(date(2026, 11, 3), 120))
    too_much = need(time=Deadline(date(2026, 11, 3), 240))
    too_soon = need(time=Deadline(date(2026, 11, 2), 120))

    assert points(free_that_evening, enough) == 1500
    assert points(free_that_evening, too_much) == 750
    assert points(free_that_evening, too_soon) == 0


def test_agreed_work_before_the_delivery_date_is_not_free_time():
    busy = person(busy=(Window(at(2, 9), at(2, 18)),), skills={1: Held(5)})

    assert points(busy, need(time=Deadline(date(2026, 11, 2), 540))) == 0
