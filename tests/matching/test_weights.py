from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.score import SHARES
from matching.weights import (
    COMMON,
    COMPONENTS,
    MOST_POINTS,
    RARE,
    SCALE,
    WEIGHTS_V2,
    adjusted,
    exposure_share,
    idf,
    rarity,
)


def test_the_weights_sum_to_the_scale_and_each_component_has_a_share():
    assert sum(WEIGHTS_V2.points.values()) == SCALE
    assert (*SHARES, "text") == tuple(WEIGHTS_V2.points) == COMPONENTS


@pytest.mark.parametrize("points", [{**WEIGHTS_V2.points, "unit": -100}, {"skills": SCALE}])
def test_weights_that_make_no_sense_are_refused(points):
    with pytest.raises(ValueError, match="weights"):
        replace(WEIGHTS_V2, points=points)


def test_a_company_sets_weights_within_bounds_and_the_version_says_so():
    spread = adjusted(WEIGHTS_V2, {"exposure": 0, "rate": 1_600, "unit": WEIGHTS_V2.points["unit"]})

    assert spread.version == "v2(rate=1600,exposure=0)"
    assert spread.points["exposure"] == 0
    assert spread.points["skills"] == WEIGHTS_V2.points["skills"]
    assert adjusted(WEIGHTS_V2, {}) is WEIGHTS_V2


@pytest.mark.parametrize("points", [{"skills": MOST_POINTS + 1}, {"skills": -1}, {"age": 10}])
def test_weights_out_of_bounds_are_refused(points):
    with pytest.raises(ValueError, match="out of bounds"):
        adjusted(WEIGHTS_V2, points)


def test_each_further_time_of_being_shown_takes_less():
    shares = [exposure_share(shown) for shown in (0, 1, 10, 100, 200, 9_999)]

    assert shares[0] == 10_000
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == shares[-2] == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_rarity_stays_in_bounds_and_falls_as_a_skill_spreads(one, other, people):
    few, many = sorted((one, other))

    assert COMMON <= rarity(many, people) <= rarity(few, people) <= RARE


def test_a_skill_that_everybody_has_weighs_least():
    assert idf({1: 100, 2: 0}, 100) == {1: COMMON, 2: 512}
