"""What a cancellation costs the company."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.contracts.cancellation import (
    CANCELLATION_RULES,
    CancellationRates,
    Stage,
    agreed_rates,
    is_plain,
    stage,
)
from marketplace.core.errors import Invalid

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


def test_a_company_may_raise_its_rates():
    own = CancellationRates(early=1_000, late=8_000, started=10_000)

    assert agreed_rates(own, on=DAY) is own


def test_a_company_may_not_lower_them_nor_pay_more_than_the_fee():
    with pytest.raises(Invalid) as refused:
        agreed_rates(CancellationRates(early=-1, late=5_999, started=10_001), on=DAY)

    assert set(refused.value.fields) == {"early", "late", "started"}
    assert str(refused.value.fields["late"]) == "Compensation lies between 60% and 100% of the fee."


def test_compensation_before_the_start_bears_no_tax_and_no_fee():
    assert is_plain(Stage.EARLY, on=DAY)
    assert is_plain(Stage.LATE, on=DAY)
    assert not is_plain(Stage.STARTED, on=DAY)
