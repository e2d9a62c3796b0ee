import random
from collections import Counter
from itertools import combinations, product
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.assign import Assignment, Changes, Move, Opening, Placement, Vacancy, assign, diff

few = settings(max_examples=150, deadline=None)


def task(number):
    return UUID(int=number)


def person(number):
    return UUID(int=1000 + number)


def edges(*triples):
    return [Placement(task(at), person(who), score) for at, who, score in triples]


@st.composite
def worlds(draw, most_seats=3, most_capacity=1):
    openings = [Opening(task(at), draw(st.integers(1, most_seats))) for at in range(draw(st.integers(1, 3)))]
    people = range(draw(st.integers(0, 4)))
    possible = draw(
        st.sets(st.sampled_from([(at, who) for at in range(len(openings)) for who in people] or [None]))
    )
    found = edges(*((*pair, draw(st.integers(-3, 12))) for pair in sorted(possible - {None})))
    capacity = {person(who): draw(st.integers(1, most_capacity)) for who in people}
    return openings, found, capacity


def best_by_hand(openings, found, capacity):
    """Try every set of edges; return the most seats filled and the highest total for that many."""
    seats = {opening.task_id: opening.seats for opening in openings}
    best = (0, 0)
    for many in range(1, len(found) + 1):
        for chosen in combinations(found, many):
            tasks, people = Counter(one.task_id for one in chosen), Counter(one.person_id for one in chosen)
            if all(tasks[one] <= seats[one] for one in tasks) and all(
                people[one] <= capacity.get(one, 1) for one in people
            ):
                best = max(best, (many, sum(one.score for one in chosen)))
    return best


def greedy(openings, found):
    left, free, chosen = {opening.task_id: opening.seats for opening in openings}, set(), []
    for one in sorted(found, key=lambda edge: -edge.score):
        if left[one.task_id] and one.person_id not in free:
            left[one.task_id] -= 1
            free.add(one.person_id)
            chosen.append(one)
    return len(chosen), sum(one.score for one in chosen)


def reached(result):
    return len(result.placements), result.total


@few
@given(worlds())
def test_as_many_seats_as_possible_are_filled_with_the_highest_total_and_greedy_is_never_better(world):
    openings, found, _ = world

    result = assign(openings, found)

    assert reached(result) == best_by_hand(openings, found, {})
    assert reached(result) >= greedy(openings, found)


@few
@given(worlds(most_capacity=3))
def test_with_capacities_the_result_is_the_best_by_hand_and_nobody_sits_twice_at_one_task(world):
    openings, found, capacity = world

    result = assign(openings, found, capacity)

    assert reached(result) == best_by_hand(openings, found, capacity)
    assert set(result.placements) <= set(found)
    assert len(set(result.placements)) == len(result.placements)
    taken = Counter(one.person_id for one in result.placements)
    assert all(taken[who] <= capacity[who] for who in taken)


@few
@given(worlds(most_capacity=2), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_input_never_matters_even_when_all_scores_are_equal(world, shuffle, equal):
    openings, found, capacity = world
    openings = [Opening(one.task_id, one.seats, team=one.seats > 1) for one in openings]
    found = [one._replace(score=5) for one in found] if equal else found
    turned = [*openings], [*found], list(capacity.items())
    for part in turned:
        shuffle.shuffle(part)

    assert assign(turned[0], turned[1], dict(turned[2])) == assign(openings, found, capacity)


def test_larger_instances_agree_with_the_dense_solver():
    draw = random.Random(11)
    for size in (20, 60):
        scores = {
            (at, who): draw.randrange(10_000)
            for at, who in product(range(size), range(2 * size))
            if draw.random() < 0.2
        }
        dense = np.full((size, 3 * size), 10_000 * (size + 1))
        for (at, who), score in scores.items():
            dense[at, who] = 10_000 - score
        rows, columns = linear_sum_assignment(dense)
        pairs = [
            (at, who) for at, who in zip(rows.tolist(), columns.tolist(), strict=True) if (at, who) in scores
        ]

        result = assign(
            map(Opening, map(task, range(size))), edges(*((*pair, score) for pair, score in scores.items()))
        )

        assert reached(result) == (len(pairs), sum(scores[pair] for pair in pairs))


def test_a_seat_that_can_be_filled_is_worth_more_than_any_score():
    result = assign([Opening(task(0)), Opening(task(1))], edges((0, 0, 10_000), (0, 1, 0), (1, 0, 0)))

    assert [(one.task_id, one.person_id) for one in result.placements] == [
        (task(0), person(1)),
        (task(1), person(0)),
    ]
    assert result.vacancies == ()


def test_among_equals_the_lot_decides_and_favours_nobody_for_an_early_id():
    chosen = Counter(
        assign([Opening(task(number))], [Placement(task(number), person(who), 7) for who in range(4)])
        .placements[0]
        .person_id
        for number in range(200)
    )

    assert len(chosen) == 4
    assert min(chosen.values()) > 25


def test_a_lot_never_outweighs_a_point():
    found = edges(*((at, who, 1 if at == who else 0) for at, who in product(range(12), range(12))))

    result = assign(map(Opening, map(task, range(12))), found)

    assert result.total == 12


def test_every_empty_seat_has_its_reason():
    openings = [Opening(task(0)), Opening(task(1), 3), Opening(task(2)), Opening(task(3))]

    result = assign(openings, edges((1, 0, 5), (1, 1, 5), (2, 2, 9), (3, 2, 8)))

    assert result.vacancies == (
        Vacancy(task(0), 1, "nobody"),
        Vacancy(task(1), 1, "too_few"),
        Vacancy(task(3), 1, "taken"),
    )


@few
@given(worlds(most_capacity=2))
def test_placements_and_vacancies_are_all_the_seats(world):
    openings, found, capacity = world
    openings = [Opening(one.task_id, one.seats, team=one.seats == 2) for one in openings]

    result = assign(openings, found, capacity)

    placed, empty = Counter(one.task_id for one in result.placements), Counter()
    for vacancy in result.vacancies:
        empty[vacancy.task_id] += vacancy.seats
    assert all(placed[one.task_id] + empty[one.task_id] == one.seats for one in openings)
    assert all(placed[one.task_id] in {0, one.seats} for one in openings if one.team)


def test_a_team_is_seated_whole_or_not_at_all_and_what_it_frees_completes_another():
    teams = [Opening(task(0), 2, team=True), Opening(task(1), 2, team=True)]

    result = assign(teams, edges((0, 0, 9), (0, 1, 9), (1, 1, 9), (1, 2, 1)))

    assert {one.task_id for one in result.placements} in ({task(0)}, {task(1)})
    assert len(result.placements) == 2
    assert [(one.seats, one.reason) for one in result.vacancies] == [(2, "team")]


def test_a_team_for_which_too_few_people_fit_holds_nobody_back():
    result = assign(
        [Opening(task(0), 3, team=True), Opening(task(1))], edges((0, 0, 9), (0, 1, 9), (1, 0, 1))
    )

    assert result.placements == tuple(edges((1, 0, 1)))
    assert result.vacancies == (Vacancy(task(0), 3, "too_few"),)


def test_a_person_with_room_for_two_takes_two_tasks():
    openings, found = [Opening(task(0), 2), Opening(task(1), 2)], edges((0, 0, 4), (1, 0, 6))

    assert assign(openings, found).placements == tuple(edges((1, 0, 6)))
    assert assign(openings, found, {person(0): 2}).placements == tuple(edges((0, 0, 4), (1, 0, 6)))


def test_nothing_comes_of_nothing():
    assert assign([], []) == Assignment((), ())
    assert assign([Opening(task(0), 2)], []) == Assignment((), (Vacancy(task(0), 2, "nobody"),))


@pytest.mark.parametrize(
    ("openings", "found", "capacity"),
    [
        ([Opening(task(0))], edges((0, 0, 1), (0, 0, 2)), {}),
        ([Opening(task(0))], edges((1, 0, 1)), {}),
        ([Opening(task(0)), Opening(task(0))], edges((0, 0, 1)), {}),
        ([Opening(task(0))], edges((0, 0, 1)), {person(0): 0}),
        ([Opening(task(0)), Opening(task(1))], edges((0, 0, 0), (1, 0, 2**50)), {}),
        ([Opening(task(0), 10_001)], [], {}),
    ],
)
def test_what_makes_no_sense_or_cannot_be_exact_is_refused(openings, found, capacity):
    with pytest.raises(ValueError, match=r"named twice|open task|capacity|exactly|seats at once"):
        assign(openings, found, capacity)


def test_an_opening_has_a_seat():
    with pytest.raises(ValueError, match="at least one seat"):
        Opening(task(0), 0)


def test_a_dry_run_says_who_stays_comes_goes_and_moves():
    before = edges((0, 0, 5), (1, 1, 4), (2, 2, 3))
    after = edges((0, 0, 6), (2, 1, 9), (1, 3, 2), (3, 4, 1))

    assert diff(before, after) == Changes(
        kept=tuple(edges((0, 0, 6))),
        added=tuple(edges((1, 3, 2), (3, 4, 1))),
        removed=tuple(edges((2, 2, 3))),
        moved=(Move(person(1), task(1), task(2)),),
        seats=1,
        total=6,
    )


@few
@given(worlds(most_capacity=2), worlds(most_capacity=2))
def test_applying_a_diff_leads_from_one_assignment_to_the_other(first, second):
    before, after = (assign(*world).placements for world in (first, second))

    changes = diff(before, after)

    pairs = {(one.task_id, one.person_id) for one in before}
    pairs -= {(one.task_id, one.person_id) for one in changes.removed}
    pairs -= {(move.source, move.person_id) for move in changes.moved}
    pairs |= {(one.task_id, one.person_id) for one in changes.added}
    pairs |= {(move.target, move.person_id) for move in changes.moved}
    assert pairs == {(one.task_id, one.person_id) for one in after}
    assert changes.seats == len(after) - len(before)
