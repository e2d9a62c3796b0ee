"""What a seat costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money, yen
from payouts.fees import compensation, seat_cost

FEES = st.integers(1, 50_000_000)
RATES = st.integers(0, 10_000)


def cost_of(fee, withheld=0, tax=1000, platform=1500):
    return seat_cost(
        yen(fee), tax_rate=tax, platform_rate=platform, platform_tax_rate=1000, withheld=yen(withheld)
    )


def test_the_worked_example_comes_out_to_the_yen():
    cost = cost_of(50_000, 5_105)

    assert (cost.tax, cost.platform_fee, cost.platform_tax) == (yen(5_000), yen(7_500), yen(750))
    assert (cost.to_person, cost.company_pays, cost.maximum) == (yen(49_895), yen(58_145), yen(63_250))
    assert cost.reserve(2) == yen(126_500)


@given(FEES, RATES, RATES, RATES, RATES)
def test_the_parts_of_a_seat_sum_to_what_the_company_pays(fee, tax, platform, platform_tax, kept):
    withheld = yen(fee).share(kept)

    cost = seat_cost(
        yen(fee),
        tax_rate=tax,
        platform_rate=platform,
        platform_tax_rate=platform_tax,
        withheld=withheld,
    )

    assert cost.to_person + cost.platform_fee + cost.platform_tax == cost.company_pays
    assert cost.company_pays + withheld == cost.maximum
    assert cost.to_person == cost.price + cost.tax - withheld


@given(st.integers(3, 50_000_000), RATES, RATES, st.integers(0, 2042), st.data())
def test_the_parts_of_a_disputed_seat_sum_to_the_whole(fee, tax, platform, kept, data):
    cost = cost_of(fee, yen(fee).share(kept).amount, tax, platform)
    first_price = data.draw(st.integers(1, fee - 2))
    second_price = data.draw(st.integers(1, fee - first_price - 1))

    first, left = cost.part(yen(first_price))
    second, rest = left.part(yen(second_price))

    parts = [first, second, rest]
    for name in ("price", "tax", "platform_fee", "platform_tax", "withheld", "company_pays", "to_person"):
        assert Money.total(getattr(each, name) for each in parts) == getattr(cost, name)
    assert all(each.to_person >= yen(0) for each in parts)


def test_the_remainder_of_a_part_stays_with_the_rest():
    first, rest = cost_of(100, 10).part(yen(33))

    assert (first.tax, first.platform_fee, first.platform_tax, first.withheld) == (
        yen(3),
        yen(4),
        yen(0),
        yen(3),
    )
    assert (rest.tax, rest.platform_fee, rest.platform_tax, rest.withheld) == (
        yen(7),
        yen(11),
        yen(1),
        yen(7),
    )


@pytest.mark.parametrize("price", [0, -1, 50_000, 50_001])
def test_a_part_is_neither_nothing_nor_everything(price):
    with pytest.raises(ValueError, match="part lies between"):
        cost_of(50_000).part(yen(price))


def test_impossible_seats_are_refused():
    with pytest.raises(ValueError, match="price above zero"):
        cost_of(0)
    with pytest.raises(ValueError, match="withheld"):
        cost_of(100, 101)
    with pytest.raises(ValueError, match="basis points"):
        cost_of(100, tax=10_001)


def test_compensation_is_rounded_down():
    assert compensation(yen(50_000), 6_000) == yen(30_000)
    assert compensation(yen(33_333), 6_000) == yen(19_999)
    with pytest.raises(ValueError, match="basis points"):
        compensation(yen(1), 10_001)
