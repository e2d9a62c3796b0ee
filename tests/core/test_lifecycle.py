"""State machines as data: what each table promises."""

import pytest

from marketplace.contracts.lifecycle import CONTRACT, Contract
from marketplace.core.errors import Conflict
from marketplace.core.lifecycle import Actor, Lifecycle, move
from marketplace.tasks.lifecycle import APPLICATION, INVITATION, TASK, Application, Task
from payouts.lifecycle import PAYOUT, Payout

MACHINES = [TASK, INVITATION, APPLICATION, CONTRACT, PAYOUT]


def reached(machine):
    seen, todo = {machine.initial}, [machine.initial]
    while todo:
        state = todo.pop()
        for actor in Actor:
            for transition in machine.allowed(state, actor):
                if transition.target not in seen:
                    seen.add(transition.target)
                    todo.append(transition.target)
    return seen


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: type(machine.initial).__name__)
def test_every_state_of_the_vocabulary_can_be_reached(machine):
    assert reached(machine) == set(type(machine.initial)) == machine.states


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: type(machine.initial).__name__)
def test_what_an_actor_may_do_is_what_target_permits(machine):
    names = {transition.name for transition in machine.transitions}

    for state in machine.states:
        offered = {t.name: t.target for actor in Actor for t in machine.allowed(state, actor)}
        for name in names:
            if name in offered:
                assert machine.target(name, state) is offered[name]
                assert state in machine.sources(name)
            else:
                with pytest.raises(Conflict):
                    machine.target(name, state)
                assert state not in machine.sources(name)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: type(machine.initial).__name__)
def test_from_every_state_an_end_can_be_reached(machine):
    ends = set(machine.final) or {Payout.SETTLED, Contract.PAID}
    assert ends
    for state in machine.states:
        assert reached(Lifecycle(state, machine.transitions)) & (ends | {Payout.SETTLED, Contract.PAID})


def test_only_money_that_can_come_back_leaves_an_end_open():
    assert CONTRACT.final == {Contract.CANCELLED}
    assert PAYOUT.final == frozenset()
    assert TASK.final == {Task.CLOSED, Task.CANCELLED, Task.EXPIRED}
    assert APPLICATION.final == {Application.ACCEPTED, Application.DECLINED, Application.WITHDRAWN}


def test_silence_approves_only_what_was_delivered():
    delivered = {t.name: t.deadline for t in CONTRACT.allowed(Contract.DELIVERED, Actor.CLOCK)}
    reworking = [t.name for t in CONTRACT.allowed(Contract.CHANGES_REQUESTED, Actor.CLOCK)]

    assert delivered == {"approve": "inspect_by"}
    assert reworking == ["approve"]


def test_an_application_of_an_older_version_is_not_accepted_before_it_is_reconfirmed():
    outdated = APPLICATION.target("outdate", Application.SENT)

    with pytest.raises(Conflict):
        APPLICATION.target("accept", outdated)
    assert APPLICATION.target("accept", APPLICATION.target("reconfirm", outdated)) is Application.ACCEPTED


def test_delivered_work_cannot_be_cancelled():
    with pytest.raises(Conflict):
        CONTRACT.target("cancel", Contract.DELIVERED)


def test_a_payout_of_unknown_fate_is_never_submitted_again():
    with pytest.raises(Conflict):
        PAYOUT.target("submit", Payout.UNKNOWN)
    with pytest.raises(Conflict):
        PAYOUT.target("retry", Payout.UNKNOWN)


def test_buttons_come_in_the_order_of_the_table():
    assert [t.name for t in CONTRACT.allowed(Contract.DELIVERED, Actor.MEMBER)] == [
        "request_changes",
        "approve",
        "dispute",
    ]


def test_a_name_that_no_table_knows_is_a_bug_and_not_a_conflict():
    with pytest.raises(LookupError):
        TASK.target("publsih", Task.DRAFT)


def test_a_table_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Lifecycle(
            Task.DRAFT,
            [
                move("publish", {Task.DRAFT}, Task.PUBLISHED, Actor.MEMBER),
                move("publish", {Task.DRAFT}, Task.PAUSED, Actor.CLOCK),
            ],
        )
    with pytest.raises(ValueError, match="no clock"):
        move("expire", {Task.DRAFT}, Task.EXPIRED, Actor.MEMBER, deadline="ends_at")
    with pytest.raises(ValueError, match="needs an actor"):
        move("expire", {Task.DRAFT}, Task.EXPIRED)
