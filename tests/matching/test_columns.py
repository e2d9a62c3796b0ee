from random import Random

import numpy as np
import pytest

from matching.columns import Columns, Ragged
from matching.entry import Entry
from matching.fast import Fast
from matching.index import Index
from matching.plain import Plain
from tests.matching import worlds

HALF = (1 << 64) - 1
SHARES = ("confirmed", "active", "languages", "prefecture", "reliability", "response", "load", "exposure")


def words(mask, count=3):
    return [mask >> 16 * at & 0xFFFF for at in range(count)]


def ragged(lines, width=None, kind=np.uint32):
    values = np.array([value for line in lines for value in line], kind)
    starts = np.concatenate(([0], np.cumsum([len(line) for line in lines])))
    return Ragged(starts, values.reshape(-1, width) if width else values)


def columns(entries: list[Entry]) -> Columns:
    asking = [row for row, one in enumerate(entries) if one.ask]
    return Columns(
        high=np.array([one.person_id.int >> 64 for one in entries], np.uint64),
        low=np.array([one.person_id.int & HALF for one in entries], np.uint64),
        barred=np.array([one.barred for one in entries], np.uint8),
        week=np.array([words(one.week, 21) for one in entries], np.uint16),
        asking=(np.array(asking), np.array([words(entries[row].ask, 21) for row in asking], np.uint16)),
        days=ragged(
            [[[day, *words(free), *words(ask)] for day, free, ask in one.days] for one in entries],
            7,
            np.uint16,
        ),
        taken=ragged([[[day, *words(mask)] for day, mask in one.taken] for one in entries], 4, np.uint16),
        skills=ragged(
            [[skill << 11 | level << 8 | use for skill, level, use in one.skills] for one in entries]
        ),
        units=ragged([one.units for one in entries]),
        sites=ragged([one.sites for one in entries]),
        wish=np.array([one.wish_hour or one.wish_task for one in entries]),
        wish_hourly=np.array([one.wish_hour > 0 for one in entries]),
        floor=np.array([one.floor_hour or one.floor_task for one in entries]),
        floor_hourly=np.array([one.floor_hour > 0 for one in entries]),
        remote=np.array([one.remote for one in entries]),
        **{name: np.array([getattr(one, name) for one in entries]) for name in SHARES},
    )


@pytest.mark.parametrize("executor", [Fast, Plain])
def test_an_index_of_columns_answers_as_one_of_the_same_people_one_by_one(executor):
    entries = sorted(worlds.crowd(8, 900), key=lambda one: one.person_id)
    dice = Random(8)

    index = Index.of_columns(columns(entries), executor)

    for _ in range(15):
        question = worlds.question(dice, entries)
        assert index.top(question, 60) == Index.build(entries, executor).top(question, 60)
        assert index.count(question) == Index.build(entries, executor).count(question)


def test_an_index_of_columns_takes_changes():
    entries = sorted(worlds.crowd(9, 200), key=lambda one: one.person_id)
    index = Index.of_columns(columns(entries), Fast)
    dice = Random(9)

    changed = [worlds.changed(dice, one) for one in entries]
    for one in changed:
        index.put(one)

    question = worlds.question(dice, changed)
    assert index.top(question, 200) == Index.build(changed, Fast).top(question, 200)


def test_people_out_of_order_are_refused():
    entries = sorted(worlds.crowd(8, 9), key=lambda one: one.person_id, reverse=True)

    with pytest.raises(ValueError, match="in the order of their ids"):
        Index.of_columns(columns(entries), Plain)


def test_columns_of_nobody_make_an_index_of_nobody():
    one = columns([worlds.entry(Random(1), 1)])
    nobody = Columns(
        **{
            name: Ragged(np.zeros(1, np.int64), getattr(one, name).values[:0])
            if isinstance(getattr(one, name), Ragged)
            else (one.asking[0][:0], one.asking[1][:0])
            if name == "asking"
            else getattr(one, name)[:0]
            for name in Columns.__slots__
        }
    )

    assert (
        Index.of_columns(nobody, Plain).top(worlds.question(Random(2), [worlds.entry(Random(1), 1)]), 5) == []
    )
