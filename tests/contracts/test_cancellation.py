"""What a cancellation costs the company."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.contracts.cancellation import (
    CANCELLATION_RULES,
    Stage,
    is_plain,
    stage,
)

DAY = date(2026, 12, 1)
START = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
DEFAULT = CANCELLATION_RULES[0].rates


@pytest.mark.parametrize(
    ("before", "rate"),
    [
        (timedelta(days=3), 0),
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - timedelta(seconds=1), 6_000),
        (timedelta(hours=5), 6_000),
        (timedelta(seconds=1), 6_000),
        (timedelta(0), 10_000),
        (timedelta(hours=-1), 10_000),
    ],
)
def test_the_share_rises_as_the_start_comes_near(before, rate):
    assert DEFAULT.at(stage(START - before, START, on=DAY)) == rate


def test_compensation_before_the_start_bears_no_tax_and_no_fee():
    assert is_plain(Stage.EARLY, on=DAY)
    assert is_plain(Stage.LATE, on=DAY)
    assert not is_plain(Stage.STARTED, on=DAY)
