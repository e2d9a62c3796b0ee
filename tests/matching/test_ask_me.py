"""Half hours that are neither free nor busy: maybe, ask me."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.availability import (
    DAY_MASK,
    WEEK_MASK,
    day_mask,
    day_masks,
    free_minutes,
    open_minutes,
    spans,
    week_mask,
)
from matching.model import Availability, DayException, Window

MONDAY = date(2026, 11, 2)
NIGHT = datetime(2026, 11, 1, 15, tzinfo=UTC)  # Monday 00:00 in Japan
MORNING = spans(
    datetime(2026, 11, 2, 0, tzinfo=UTC), datetime(2026, 11, 2, 4, tzinfo=UTC)
)  # 9 to 13 in Japan
masks = st.integers(0, DAY_MASK)
exceptions = st.builds(DayException, st.just(MONDAY), masks, masks, masks)


def test_ask_me_counts_half():
    stated = Availability(week_mask([(0, "09:00", "10:00")]), ask=week_mask([(0, "10:00", "12:00")]))

    assert open_minutes(stated, MORNING) == (60, 120)
    assert free_minutes(stated, MORNING) == 60 + 60


def test_where_a_week_says_both_it_is_free():
    both = week_mask([(0, "09:00", "13:00")])

    assert open_minutes(Availability(both, ask=both), MORNING) == (240, 0)


def test_a_date_to_ask_about_is_not_free_whatever_its_week():
    day = DayException(MONDAY, ask=day_mask("09:00", "11:00"))
    stated = Availability(week_mask([(0, "09:00", "13:00")]), (day,))

    assert open_minutes(stated, MORNING) == (120, 120)


def test_a_busy_date_is_neither_free_nor_to_be_asked_about():
    day = DayException(MONDAY, busy=DAY_MASK)
    stated = Availability(week_mask([(0, "09:00", "10:00")]), (day,), ask=WEEK_MASK)

    assert open_minutes(stated, MORNING) == (0, 0)


def test_concluded_work_takes_time_that_one_may_be_asked_about():
    work = Window(datetime(2026, 11, 2, 0, tzinfo=UTC), datetime(2026, 11, 2, 1, 10, tzinfo=UTC))

    assert open_minutes(Availability(ask=WEEK_MASK), MORNING, [work]) == (0, 150)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, WEEK_MASK), st.integers(0, WEEK_MASK), exceptions)
def test_no_half_hour_is_free_and_to_be_asked_about_at_once(week, ask, day):
    free, maybe = day_masks(Availability(week, (day,), ask=ask), MONDAY, day)

    assert free & maybe == 0
    assert (free | maybe) & day.busy & ~(day.free | day.ask) == 0
    assert day.free & ~free == 0
