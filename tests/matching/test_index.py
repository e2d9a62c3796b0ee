from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import score
from matching.entry import Entry, entry_of
from matching.fast import Fast
from matching.index import Counted, Index, Placed
from matching.plain import Plain
from matching.question import question_of
from matching.weights import COMPONENTS, WEIGHTS_V2, adjusted
from tests.matching import worlds
from tests.matching.cast import NOW, crowds, needs

TODAY = NOW.date()
EXECUTORS = (Fast, Plain)
weights = st.just(WEIGHTS_V2) | st.builds(
    adjusted,
    st.just(WEIGHTS_V2),
    st.dictionaries(st.sampled_from(COMPONENTS), st.integers(0, 5_000), max_size=4),
)
nears = st.dictionaries(st.integers(1, 9), st.frozensets(st.integers(1, 12)), max_size=4)


@st.composite
def questions(draw):
    near = draw(nears)
    asked = draw(needs())
    idf = draw(st.dictionaries(st.integers(1, 9), st.integers(50, 1_200)))
    return question_of(asked, idf, NOW, draw(weights), lambda skill: near.get(skill, frozenset()))


def ranked(question, entries, k):
    text = score.text_points(question, None)
    best = sorted(
        (-score.met(question, entry), -sum(score.points(question, entry)) - text, entry.person_id)
        for entry in entries
        if score.shut(question, entry) is None
    )
    return [Placed(person_id, -met, -points) for met, points, person_id in best[:k]]


def counted(question, entries):
    gates, met = {}, [0] * (len(question.musts) + 1)
    for entry in entries:
        if gate := score.shut(question, entry):
            gates[gate] = gates.get(gate, 0) + 1
        else:
            met[score.met(question, entry)] += 1
    return Counted(gates, tuple(met))


@settings(max_examples=40, deadline=None)
@given(questions(), crowds, st.integers(1, 9))
def test_the_index_answers_as_the_specification_does(question, crowd, k):
    entries = [entry_of(profile, TODAY) for profile in crowd]

    for executor in EXECUTORS:
        index = Index.build(entries, executor)
        assert index.top(question, k) == ranked(question, entries, k)
        assert index.count(question) == counted(question, entries)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize(("seed", "people"), [(1, 150), (2, 700), (3, 5_000)])
def test_in_large_worlds_it_answers_as_the_specification_does_too(executor, seed, people):
    entries, dice = worlds.crowd(seed, people), Random(seed)
    index = Index.build(entries, executor)

    for _ in range(12):
        question = worlds.question(dice, entries)
        k = dice.choice((1, 20, 2 * people))
        assert index.top(question, k) == ranked(question, entries, k)
        assert index.count(question) == counted(question, entries)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_after_thousands_of_changes_the_index_equals_one_that_is_built_anew(executor, monkeypatch):
    monkeypatch.setattr("matching.index.LEAST_BURDEN", 100)
    dice, known = Random(4), {entry.person_id: entry for entry in worlds.crowd(4, 300)}
    index = Index.build(known.values(), executor)

    for step in range(3_000):
        one = dice.choice(list(known.values())) if known else worlds.entry(dice, step)
        match dice.randint(0, 9):
            case 0:
                index.drop(one.person_id)
                known.pop(one.person_id, None)
            case 1 | 2:
                new = worlds.entry(dice, 10_000 + step)
                index.put(new)
                known[new.person_id] = new
            case _:
                changed = worlds.changed(dice, one)
                index.put(changed)
                known[changed.person_id] = changed
        if step % 60 == 0:
            question = worlds.question(dice, list(known.values()))
            assert index.top(question, 40) == Index.build(known.values(), executor).top(question, 40)
            assert index.count(question) == counted(question, known.values())


def test_an_entry_that_does_not_fit_is_refused_and_changes_nothing():
    entries = worlds.crowd(5, 50)
    index = Index.build(entries, Plain)
    question = worlds.question(Random(5), entries)
    before = index.top(question, 50)

    for wrong in (
        {"wish_hour": 1 << 33},
        {"floor_task": 1, "floor_hour": 1},
        {"units": (1, 2), "confirmed": -1},
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
            index.put(replace(entries[0], **wrong))

    assert index.top(question, 50) == before


def test_one_who_is_dropped_is_gone_and_may_come_back():
    entries = worlds.crowd(6, 20)
    index = Index.build(entries, Fast)
    question = question_of(worlds.need(musts=()), {}, NOW, WEIGHTS_V2)
    one = Entry(UUID(int=5))

    index.put(one)
    assert one.person_id in {placed.person_id for placed in index.top(question, 99)}
    index.drop(one.person_id)
    index.drop(one.person_id)
    assert one.person_id not in {placed.person_id for placed in index.top(question, 99)}
    index.put(one)
    assert one.person_id in {placed.person_id for placed in index.top(question, 99)}


def test_an_index_of_nobody_answers_with_nobody():
    question = question_of(worlds.need(), {}, NOW, WEIGHTS_V2)

    for executor in EXECUTORS:
        assert Index.build([], executor).top(question, 50) == []
        assert Index.build([], executor).count(question) == Counted({}, (0, 0, 0, 0))
