"""A ticked week and a kept week are the same week."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.alumni import week
from marketplace.alumni.week import Span

HOURS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 23)))


@settings(max_examples=50, deadline=None)
@given(HOURS)
def test_hours_become_spans_and_the_same_hours_again(ticked):
    assert week.hours(week.spans(ticked)) == ticked


def test_neighbouring_hours_join_and_days_do_not():
    ticked = [(0, 9), (0, 10), (0, 12), (0, 23), (1, 0)]

    assert week.spans(ticked) == [
        Span(0, time(9), time(11)),
        Span(0, time(12), time(13)),
        Span(0, time(23), time(0)),
        Span(1, time(0), time(1)),
    ]
    assert week.spans([]) == []


def test_half_an_hour_ticks_no_box():
    assert week.hours([Span(2, time(9, 30), time(11, 30))]) == {(2, 10)}


@pytest.mark.parametrize("pair", [(7, 0), (0, 24), (-1, 3)])
def test_an_hour_that_no_week_has_is_refused(pair):
    with pytest.raises(ValueError, match="no week"):
        week.spans([pair])
