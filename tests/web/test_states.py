"""Lives are shown as threads: what is done, what is now, what is to come."""

import pytest

from web import states


def statuses(kind: str, name: str) -> list[str]:
    return [step.status for step in states.life(kind, name)]


def test_a_life_under_way_has_one_now():
    assert statuses("contract", "delivered") == ["done", "done", "now", "next", "next"]


def test_a_finished_life_is_all_done():
    assert statuses("contract", "paid") == ["done"] * 5


def test_a_side_state_stands_where_the_life_left_its_way():
    steps = states.life("contract", "disputed")

    assert steps[2].label == states.state("contract", "disputed").label
    assert [step.status for step in steps] == ["done", "done", "stop", "next", "next"]


@pytest.mark.parametrize("kind", states.PATHS)
def test_every_state_of_a_thing_has_its_place(kind):
    for name in states.STATES[kind]:
        assert len(states.life(kind, name)) == len(states.PATHS[kind])


def test_an_unknown_state_is_a_bug():
    with pytest.raises(KeyError):
        states.state("contract", "nearly")


def test_a_round_of_changes_and_a_decided_dispute_are_no_stop():
    assert statuses("contract", "changes_requested") == ["done", "done", "now", "next", "next"]
    assert statuses("contract", "resolved") == ["done", "done", "done", "now", "next"]
