"""Half hours that are neither free nor busy, in the numbers that every executor reads."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.availability import DAY_MASK, WEEK_MASK, week_mask
from matching.entry import day_number, entry_of
from matching.model import Availability, DayException
from tests.matching.cast import person

MONDAY = date(2026, 11, 2)
masks = st.integers(0, DAY_MASK)
exceptions = st.builds(DayException, st.just(MONDAY), masks, masks, masks)


def test_where_a_week_says_both_it_is_free():
    both = week_mask([(0, "09:00", "13:00")])
    found = entry_of(person(availability=Availability(both, ask=both)), MONDAY)

    assert (found.week, found.ask) == (both, 0)


def test_a_busy_date_is_neither_free_nor_to_be_asked_about():
    stated = Availability(
        week_mask([(0, "09:00", "10:00")]), (DayException(MONDAY, busy=DAY_MASK),), ask=WEEK_MASK
    )

    assert entry_of(person(availability=stated), MONDAY).days == ((day_number(MONDAY), 0, 0),)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, WEEK_MASK), st.integers(0, WEEK_MASK), exceptions)
def test_no_half_hour_is_free_and_to_be_asked_about_at_once(week, ask, day):
    found = entry_of(person(availability=Availability(week, (day,), ask=ask)), MONDAY)

    assert found.week & found.ask == 0
    for _, free, maybe in found.days:
        assert free & maybe == 0
        assert (free | maybe) & day.busy & ~(day.free | day.ask) == 0
        assert day.free & ~free == 0
