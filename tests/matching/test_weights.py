from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.rank import FEATURES
from matching.weights import COMMON, COMPONENTS, RARE, SCALE, WEIGHTS_V1, idf, rarity


def test_the_weights_sum_to_the_scale_and_each_component_has_a_feature():
    assert sum(WEIGHTS_V1.points.values()) == SCALE
    assert tuple(FEATURES) == tuple(WEIGHTS_V1.points) == COMPONENTS


@pytest.mark.parametrize(
    "points",
    [
        {**WEIGHTS_V1.points, "unit": 301},
        {**WEIGHTS_V1.points, "unit": -100, "response": 700},
        {"skills": SCALE},
    ],
)
def test_weights_out_of_bounds_are_refused(points):
    with pytest.raises(ValueError, match="weights"):
        replace(WEIGHTS_V1, points=points)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_rarity_stays_in_bounds_and_falls_as_a_skill_spreads(one, other, people):
    few, many = sorted((one, other))

    assert COMMON <= rarity(many, people) <= rarity(few, people) <= RARE


def test_a_skill_that_everybody_has_weighs_least():
    assert idf({1: 100, 2: 0}, 100) == {1: COMMON, 2: 512}
