"""What is kept with an invitation is enough to work its score out again."""

import json
from random import Random
from uuid import UUID

import pytest

from matching import kept, score
from matching.entry import entry_of
from matching.model import JST
from matching.question import question_of
from matching.weights import WEIGHTS_V2, adjusted
from tests.matching import dense_worlds
from tests.matching.cast import COMPANY, NOW

TODAY = NOW.astimezone(JST).date()
NEAR = {1: frozenset({4, 5}), 3: frozenset({2})}


@pytest.mark.parametrize("seed", range(20))
def test_the_points_follow_from_what_was_kept(seed):
    dice = Random(seed)
    people = dense_worlds.crowd(dice, COMPANY, 15)
    question = question_of(
        dense_worlds.asked_by(dice, COMPANY),
        dense_worlds.rarities(dice),
        NOW,
        adjusted(WEIGHTS_V2, dense_worlds.points(dice)),
        lambda skill: NEAR.get(skill, frozenset()),
    )
    asked = json.loads(json.dumps(kept.question_to_json(question)))

    for person in people:
        entry = entry_of(person, TODAY)
        numbers = json.loads(json.dumps(kept.entry_to_json(entry)))
        again = kept.explained(asked, numbers, 4_321)

        assert tuple(again.values())[:-1] == score.points(question, entry)
        assert again["text"] == score.text_points(question, 4_321)
        assert str(UUID(int=person.person_id.int)) not in json.dumps(numbers)
