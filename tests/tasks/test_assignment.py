"""Assignments: many seats given at once, nothing sent before a manager says so, everything checked again."""

import asyncio
from uuid import UUID

import pytest

from marketplace.alumni import actions as alumni
from marketplace.core import db, outbox
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.tasks import (
    assignment,
    assignment_job,
    assignment_queries,
    assignment_sending,
    assignment_solving,
    cancelling,
    invitations,
)
from tests.factories import companies, tasks

pytestmark = pytest.mark.usefixtures("database")
assert assignment_job.STEP
assert assignment_sending


async def _quiet(firm, **changes):
    """Publish a task before anybody is in the network, so that no wave asks anybody."""
    return await tasks.published(firm, **changes)


async def _rows(found):
    return await tasks.rows("select * from assignment_row where assignment_id = $1 order by number", found)


async def _parts(found):
    rows = await tasks.rows("select * from assignment_task where assignment_id = $1", found)
    return {row["task_id"]: row for row in rows}


async def _state(found):
    [row] = await tasks.rows("select * from assignment where id = $1", found)
    return row["status"]


async def _scene(people=2):
    """Return a firm, a design and a coding task nobody was asked for, and people: all design, the first codes too."""
    firm = await tasks.firm()
    design = await _quiet(firm)
    code = await _quiet(firm, musts=(tasks.wanted("python"),), tax_category="coding")
    both = await tasks.alumnus(firm, "figma", "python", level=5)
    rest = [await tasks.alumnus(firm, "figma", level=3) for _ in range(people - 1)]
    return firm, design, code, both, rest


async def _proposed(firm, chosen=None):
    found = await assignment.propose(chosen, by=firm.manager)
    await tasks.work()
    return found


async def test_a_task_that_changes_while_the_proposal_is_computed_is_left_out():
    firm, design, code, _, _ = await _scene()
    found = await assignment.propose(None, by=firm.manager)
    async with db.transaction(operator=True):
        await db.execute("update task set version = 2 where id = $1", design)

    await tasks.work()

    parts = await _parts(found)
    assert (parts[design]["filled"], parts[design]["why"]) == (0, "changed")
    assert parts[code]["filled"] == 1


async def test_who_is_blocked_while_the_proposal_is_computed_is_not_in_it(monkeypatch):
    firm = await tasks.firm()
    task = await _quiet(firm)
    team = await _quiet(firm, seats=2, all_or_none=True)
    people = [await tasks.alumnus(firm) for _ in range(3)]
    monkeypatch.setattr(assignment_job, "STEP", 0.0)
    found = await assignment.propose(None, by=firm.manager)
    while not await _rows(found):
        await outbox.work_one("work")
    async with db.transaction(operator=True):
        await db.execute(
            "update membership set blocked_by_person = true where person_id = any($1::uuid[])",
            [person.person for person in people],
        )

    await tasks.work()

    assert await _rows(found) == []
    parts = await _parts(found)
    assert [(parts[each]["filled"], parts[each]["why"]) for each in (task, team)] == [(0, "changed")] * 2


async def test_the_best_for_one_seat_is_given_to_the_seat_that_nobody_else_can_fill():
    firm, design, code, both, [other] = await _scene()

    found = await _proposed(firm)

    given = {row["task_id"]: row["person_id"] for row in await _rows(found)}
    assert given == {code: both.person, design: other.person}
    assert await _state(found) == "proposed"
    assert await tasks.invitations(design) == []
    assert "assignment.proposed" in await tasks.notices(firm.manager)
    row = (await _rows(found))[0]
    assert row["score"] == sum(points for _name, points in row["components"])
    assert row["reasons"]
    assert set(row["inputs"]) >= {"question", "entry"}


async def test_for_one_seat_the_proposal_is_the_first_of_the_ranking():
    firm = await tasks.firm()
    task = await _quiet(firm)
    levels = (2, 5, 3)
    people = [await tasks.alumnus(firm, level=level) for level in levels]

    found = await _proposed(firm)

    [row] = await _rows(found)
    assert (row["task_id"], row["person_id"], row["rank"]) == (task, people[1].person, 1)


async def test_the_same_data_gives_the_same_proposal():
    firm, _, _, _, _ = await _scene(4)

    first, second = await _proposed(firm), await _proposed(firm)

    kept = ("number", "task_id", "person_id", "change", "score", "components", "reasons")
    assert [[row[name] for name in kept] for row in await _rows(first)] == [
        [row[name] for name in kept] for row in await _rows(second)
    ]


async def test_the_difference_names_who_is_asked_already_and_who_is_only_asked_beside():
    firm = await tasks.firm()
    few = [await tasks.alumnus(firm, level=4) for _ in range(2)]
    task = await tasks.published(firm)
    best = await tasks.alumnus(firm, level=5)

    found = await _proposed(firm)

    changes = {row["person_id"]: (row["change"], row["chosen"]) for row in await _rows(found)}
    assert changes == {
        best.person: ("new", True),
        **dict.fromkeys([x.person for x in few], ("beside", False)),
    }
    assert len(await tasks.invitations(task, "sent")) == 2


async def test_who_is_asked_already_and_fits_best_is_not_asked_twice():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)

    found = await _proposed(firm)

    [row] = await _rows(found)
    assert (row["change"], row["chosen"]) == ("asked", False)
    with pytest.raises(Conflict):
        await assignment.send(found, shown=0, by=firm.manager)
    assert [each["person_id"] for each in await tasks.invitations(task)] == [person.person]


async def test_empty_seats_say_why():
    firm = await tasks.firm()
    nobody = await _quiet(firm, musts=(tasks.wanted("python"),), tax_category="coding")
    one, two = await _quiet(firm), await _quiet(firm)
    await tasks.alumnus(firm)

    found = await _proposed(firm)

    parts = await _parts(found)
    assert parts[nobody]["why"] == "nobody"
    assert sorted([parts[one]["why"], parts[two]["why"]]) == ["", "taken"]


async def test_a_team_is_given_whole_or_not_at_all():
    firm = await tasks.firm()
    team = await _quiet(firm, seats=3, all_or_none=True)
    single = await _quiet(firm)
    for _ in range(2):
        await tasks.alumnus(firm)

    found = await _proposed(firm)

    parts = await _parts(found)
    assert (parts[team]["filled"], parts[team]["why"]) == (0, "too_few")
    assert parts[single]["filled"] == 1


async def test_only_what_was_confirmed_is_sent_and_the_manager_is_told():
    firm, design, code, both, [other] = await _scene()
    found = await _proposed(firm)
    out = next(row["number"] for row in await _rows(found) if row["task_id"] == design)

    await assignment.choose(found, [1, 2], [3 - out], by=firm.manager)
    with pytest.raises(Conflict):
        await assignment.send(found, shown=2, by=firm.manager)
    await assignment.send(found, shown=1, by=firm.manager)
    await tasks.work()

    assert [each["person_id"] for each in await tasks.invitations(code, "sent")] == [both.person]
    assert await tasks.invitations(design) == []
    assert await _state(found) == "sent"
    assert "task.invited" in await tasks.notices(both)
    assert "task.invited" not in await tasks.notices(other)
    assert "assignment.sent" in await tasks.notices(firm.manager)
    with pytest.raises(Conflict):
        await assignment.send(found, shown=1, by=firm.manager)


async def test_an_invitation_of_a_proposal_is_accepted_as_any_other():
    firm, _, code, both, _ = await _scene()
    found = await _proposed(firm)
    await assignment.send(found, shown=2, by=firm.manager)
    await tasks.work()

    await invitations.accept(await tasks.invitation_of(code, both), by=both)

    assert (await tasks.row(code))["status"] == "filled"


async def test_a_team_is_taken_out_whole_by_its_first_row():
    firm = await tasks.firm()
    team = await _quiet(firm, seats=2, all_or_none=True)
    for _ in range(2):
        await tasks.alumnus(firm)
    found = await _proposed(firm)

    await assignment.choose(found, [1], [], by=firm.manager)
    assert [row["chosen"] for row in await _rows(found)] == [False, False]
    await assignment.choose(found, [1, 2], [1], by=firm.manager)
    assert [row["chosen"] for row in await _rows(found)] == [True, True]
    assert len(await tasks.invitations(team)) == 0


async def test_what_changed_since_is_not_sent_and_says_so():
    firm = await tasks.firm()
    ended, revised, left, fine = [await _quiet(firm) for _ in range(4)]
    people = [await tasks.alumnus(firm) for _ in range(4)]
    found = await _proposed(firm)
    given = {row["task_id"]: row["person_id"] for row in await _rows(found)}
    await cancelling.pause(ended, by=firm.manager)
    async with db.transaction(operator=True):
        await db.execute("update task set version = 2 where id = $1", revised)
    leaver = next(person for person in people if person.person == given[left])
    [tie] = await tasks.rows("select id from membership where person_id = $1", leaver.person)
    await alumni.choose_intents(tie["id"], ["news"], by=leaver)
    await tasks.work()

    await assignment.send(found, shown=4, by=firm.manager)
    await tasks.work()

    results = {row["task_id"]: row["result"] for row in await _rows(found)}
    assert results == {ended: "ended", revised: "changed", left: "gate", fine: "sent"}
    assert [len(await tasks.invitations(task)) for task in (ended, revised, left, fine)] == [0, 0, 0, 1]


async def test_a_team_that_is_not_whole_any_more_is_not_sent_at_all():
    firm = await tasks.firm()
    team = await _quiet(firm, seats=2, all_or_none=True)
    people = [await tasks.alumnus(firm) for _ in range(2)]
    found = await _proposed(firm)
    [tie] = await tasks.rows("select id from membership where person_id = $1", people[0].person)
    await alumni.choose_intents(tie["id"], ["news"], by=people[0])
    await tasks.work()

    await assignment.send(found, shown=2, by=firm.manager)
    await tasks.work()

    assert sorted(row["result"] for row in await _rows(found)) == ["gate", "team"]
    assert await tasks.invitations(team) == []


async def test_no_more_people_are_asked_than_seats_are_still_open():
    firm = await tasks.firm()
    task = await _quiet(firm, seats=2)
    people = [await tasks.alumnus(firm) for _ in range(2)]
    found = await _proposed(firm)
    async with db.transaction(operator=True):
        await db.execute("update seat set status = 'closed' where task_id = $1 and number = 2", task)

    await assignment.send(found, shown=2, by=firm.manager)
    await tasks.work()

    assert [row["result"] for row in await _rows(found)] == ["sent", "filled"]
    assert len(await tasks.invitations(task, "sent")) == 1
    assert len(people) == 2


async def test_a_proposal_says_when_it_has_grown_old():
    firm, design, _, _, _ = await _scene()
    found = await _proposed(firm)
    assert not (await assignment_queries.one(found, by=firm.manager)).stale

    await cancelling.pause(design, by=firm.manager)
    assert (await assignment_queries.one(found, by=firm.manager)).stale

    renewed = await assignment.renew(found, by=firm.manager)
    await tasks.work()
    assert not (await assignment_queries.one(renewed, by=firm.manager)).stale
    await tasks.later(hours=25)
    assert (await assignment_queries.one(renewed, by=firm.manager)).stale


async def test_a_stopped_proposal_is_never_computed_nor_sent_and_makes_room_for_another():
    firm, _, _, _, _ = await _scene()
    found = await assignment.propose(None, by=firm.manager)
    with pytest.raises(Conflict):
        await assignment.propose(None, by=firm.manager)

    await assignment.stop(found, by=firm.manager)
    await tasks.work()

    assert await _state(found) == "cancelled"
    assert await _rows(found) == []
    assert await _state(await _proposed(firm)) == "proposed"
    with pytest.raises(Conflict):
        await assignment.stop(found, by=firm.manager)


async def test_stopping_what_is_being_sent_keeps_what_went_out():
    firm, design, code, _, _ = await _scene()
    found = await _proposed(firm)

    await assignment.send(found, shown=2, by=firm.manager)
    await assignment.stop(found, by=firm.manager)
    await tasks.work()

    assert await _state(found) == "sent"
    assert [row["result"] for row in await _rows(found)] == ["stopped", "stopped"]
    assert [await tasks.invitations(task) for task in (design, code)] == [[], []]


async def test_a_step_that_is_done_twice_asks_nobody_twice():
    firm, design, code, _, _ = await _scene()
    found = await _proposed(firm)
    await assignment.send(found, shown=2, by=firm.manager)

    await asyncio.gather(*(assignment_sending._one(found, firm.company) for _ in range(4)))
    await tasks.work()

    assert [len(await tasks.invitations(task)) for task in (design, code)] == [1, 1]


async def test_a_proposal_in_steps_of_no_length_is_the_same(monkeypatch):
    firm, _, _, _, _ = await _scene(4)
    at_once = await _rows(await _proposed(firm))
    monkeypatch.setattr(assignment_job, "STEP", 0.0)
    monkeypatch.setattr(assignment_sending, "STEP", 0.0)

    found = await _proposed(firm)
    await assignment.send(found, shown=2, by=firm.manager)
    await tasks.work()

    in_steps = await _rows(found)
    assert [(row["person_id"], row["score"]) for row in in_steps] == [
        (row["person_id"], row["score"]) for row in at_once
    ]
    assert {row["result"] for row in in_steps} == {"sent"}


async def test_a_manager_of_a_unit_proposes_for_its_tasks_only_and_sees_no_other_units_proposal():
    firm, design, code, _, _ = await _scene()
    [unit] = await tasks.rows(
        "insert into unit (company_id, name) values ($1, '営業部') returning id", firm.company
    )
    stranger = await companies.colleague(firm.owner, firm.slug, "manager", unit=unit["id"])
    found = await _proposed(firm)

    with pytest.raises(Invalid):
        await assignment.propose([design, code], by=stranger)
    for act in (
        assignment.stop(found, by=stranger),
        assignment.choose(found, [1], [], by=stranger),
        assignment.send(found, shown=2, by=stranger),
        assignment.renew(found, by=stranger),
        assignment_queries.one(found, by=stranger),
        assignment_queries.everything(found, by=stranger),
    ):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotAllowed):
        await assignment.propose(None, by=firm.approver)


async def test_another_companys_tasks_are_not_looked_at():
    firm, _, _, _, _ = await _scene()
    other = await tasks.firm()
    foreign = await _quiet(other)

    with pytest.raises(Invalid):
        await assignment.propose([foreign], by=firm.manager)


async def test_more_than_a_thousand_seats_are_too_many():
    firm = await tasks.firm(balance=10_000_000, limit=10_000_000)
    task = await _quiet(firm, seats=50)
    async with db.transaction(operator=True):
        await db.execute(
            """insert into seat (company_id, task_id, number) select $1, $2, n from generate_series(51, 1001) n""",
            firm.company,
            task,
        )

    with pytest.raises(Invalid):
        await assignment.propose([task], by=firm.manager)


async def test_who_has_declined_or_applied_is_not_proposed():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    await invitations.decline(await tasks.invitation_of(task, person), by=person)

    found = await _proposed(firm)

    assert await _rows(found) == []
    assert (await _parts(found))[task]["why"] == "nobody"


def test_one_more_required_skill_counts_before_any_score():
    task, fuller, higher = (UUID(int=number) for number in (1, 2, 3))
    row = {
        "task_id": task,
        "open_seats": 1,
        "all_or_none": False,
        "people": [fuller, higher],
        "mets": [2, 1],
        "scores": [10, 60_000],
    }

    assert assignment_solving.solve([row]).given == {task: [fuller]}


def test_the_example_of_the_guide_is_what_the_proposal_does():
    design, code, kenji, mika = (UUID(int=number) for number in (1, 2, 3, 4))
    rows = [
        {"task_id": design, "people": [kenji, mika], "mets": [1, 1], "scores": [9_000, 8_000]},
        {"task_id": code, "people": [kenji], "mets": [1], "scores": [8_500]},
    ]

    given = assignment_solving.solve([row | {"open_seats": 1, "all_or_none": False} for row in rows]).given

    assert given == {design: [mika], code: [kenji]}
