"""How evenly people are shown, and groups beside the best of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import fairness
from matching.fairness import OTHERS, Counts, compared, folded, gini

COUNTS = st.lists(st.integers(0, 50), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("counts", "people", "expected"),
    [
        ([], 0, 0),
        ([], 10, 0),
        ([3, 3, 3, 3], 4, 0),
        ([8], 4, 7_500),
        ([1, 3], 2, 2_500),
        ([5, 0, 0], 3, 6_666),
    ],
)
def test_the_gini_is_nothing_when_all_are_shown_alike_and_near_full_when_one_is(counts, people, expected):
    assert gini(counts, people) == expected


@given(COUNTS)
def test_the_gini_is_the_mean_difference_between_two_people(counts):
    people, total = len(counts), sum(counts)
    apart = sum(abs(one - other) for one in counts for other in counts)

    expected = 10_000 * apart // (2 * people * total) if total else 0

    assert gini(counts, people) == expected
    assert gini([count for count in counts if count], people) == expected


@given(COUNTS.filter(lambda counts: max(counts) >= min(counts) + 2))
def test_giving_from_who_is_shown_most_to_who_is_shown_least_lowers_the_gini(counts):
    evener = sorted(counts)
    evener[0] += 1
    evener[-1] -= 1

    assert gini(evener, len(counts)) <= gini(counts, len(counts))


def test_groups_under_five_people_stand_together():
    groups = [("a", Counts(20)), ("b", Counts(3)), ("c", Counts(4)), ("d", Counts(9))]

    assert folded(groups) == [("a", Counts(20)), ("d", Counts(9)), (OTHERS, Counts(7))]


def test_the_next_smallest_joins_when_the_small_ones_are_too_few_together():
    groups = [("a", Counts(20)), ("b", Counts(2)), ("d", Counts(9))]

    assert folded(groups) == [("a", Counts(20)), (OTHERS, Counts(11))]


def test_a_network_of_fewer_than_five_is_not_told_at_all():
    assert folded([("a", Counts(2)), ("b", Counts(2))]) == []


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 12).map(Counts), max_size=8))
def test_nobody_is_lost_or_told_in_a_group_of_fewer_than_five(groups):
    told = folded(groups.items())

    assert all(counts.network >= fairness.LEAST_PEOPLE for _, counts in told)
    everybody = sum(counts.network for counts in groups.values())
    assert sum(counts.network for _, counts in told) == (everybody if told else 0)
    assert told or everybody < fairness.LEAST_PEOPLE


def test_a_group_far_under_the_best_is_low():
    east, west = compared([("east", Counts(100, 80, 60, 40, 10)), ("west", Counts(100, 80, 60, 20, 10))])

    assert (east.invited.rate, east.invited.ratio, east.invited.is_low) == (5_000, 10_000, False)
    assert (west.invited.rate, west.invited.ratio, west.invited.is_low) == (2_500, 5_000, True)
    assert (west.listed.ratio, west.is_low, east.is_low) == (10_000, True, False)


@pytest.mark.parametrize(
    ("small", "large", "is_low"),
    [
        ((0, 5), (20, 40), False),  # 2.70: five people prove nothing
        ((0, 8), (20, 40), True),  # 4.92
        ((43, 100), (57, 100), False),  # 3.38
        ((42, 100), (58, 100), True),  # 4.50
        ((4_100, 10_000), (5_000, 10_000), False),  # far from chance, but above four fifths
        ((3_900, 10_000), (5_000, 10_000), True),
        ((5, 5), (5, 5), False),
    ],
)
def test_a_difference_that_chance_may_make_is_no_finding(small, large, is_low):
    west, _ = compared(
        [
            ("west", Counts(small[1], small[1], 0, small[0])),
            ("east", Counts(large[1], large[1], 0, large[0])),
        ]
    )

    assert west.invited.is_low is is_low


def test_a_group_of_which_under_five_came_to_a_step_is_compared_with_nobody():
    few, many = compared([("few", Counts(30, 4, 4, 4)), ("many", Counts(30, 20, 20, 10))])

    assert (few.invited.rate, few.invited.ratio) == (10_000, None)
    assert many.invited.ratio is None
    assert few.listed.ratio == 2_000
    assert few.listed.is_low


def test_without_any_choice_there_is_no_ratio():
    groups = compared([("a", Counts(30, 20)), ("b", Counts(30, 20))])

    assert [(group.invited.rate, group.invited.ratio, group.is_low) for group in groups] == [
        (0, None, False)
    ] * 2
    assert [group.chosen.rate for group in groups] == [None, None]
