"""Changing a published task: a new version, its money, its seats and its invitations."""

import asyncio
from dataclasses import replace

import pytest

from marketplace import schedule
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.money import yen
from marketplace.tasks import brief as briefs
from marketplace.tasks import cancelling, editing, invitations
from payouts.funding import Shortfall
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _changed(task, **changes):
    return replace(briefs.from_row(await tasks.row(task)), **changes)


async def test_a_raised_fee_reserves_the_difference_and_asks_the_same_people_anew():
    firm = await tasks.firm(balance=75_900)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    before = await tasks.invitation_of(task, person)

    version = await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)
    await tasks.work()

    assert version == 2
    assert await tasks.money(firm, task) == (0, 75_900)
    with pytest.raises(Conflict):
        await invitations.accept(before, by=person)
    assert "task.terms_changed" in await tasks.notices(person)

    await invitations.accept(await tasks.invitation_of(task, person), by=person)
    assert await tasks.money(firm, task) == (6_126, 0)


async def test_a_lowered_fee_gives_the_difference_back():
    firm = await tasks.firm(balance=100_000)
    task = await tasks.published(firm)

    await editing.revise(task, await _changed(task, price=yen(40_000)), by=firm.manager)

    assert await tasks.money(firm, task) == (100_000 - 50_600, 50_600)


async def test_without_the_money_for_the_difference_nothing_changes():
    firm = await tasks.firm(balance=63_250)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)

    with pytest.raises(Shortfall) as short:
        await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    assert short.value.missing == yen(12_650)
    found = await tasks.row(task)
    assert (found["version"], found["price_amount"]) == (1, 50_000)
    assert len(await tasks.invitations(task, "sent")) == 1
    assert person


async def test_seats_go_up_and_down_but_never_below_those_taken():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(3)]
    task = await tasks.published(firm, seats=2)
    await invitations.accept(await tasks.invitation_of(task, people[0]), by=people[0])

    await editing.revise(task, await _changed(task, seats=3), by=firm.manager)
    assert await tasks.seats(task) == ["taken", "open", "open"]
    assert (await tasks.money(firm, task))[1] == 2 * tasks.SEAT

    await editing.revise(task, await _changed(task, seats=2), by=firm.manager)
    assert await tasks.seats(task) == ["taken", "open", "closed"]
    assert (await tasks.money(firm, task))[1] == tasks.SEAT

    await tasks.work()
    await invitations.accept(await tasks.invitation_of(task, people[1]), by=people[1])
    assert (await tasks.row(task))["status"] == "filled"


async def test_lowering_the_seats_to_those_taken_fills_the_task():
    firm = await tasks.firm()
    winner, other = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)
    await invitations.accept(await tasks.invitation_of(task, winner), by=winner)

    with pytest.raises(Invalid):
        await editing.revise(task, await _changed(task, seats=0), by=firm.manager)
    await editing.revise(task, await _changed(task, seats=1), by=firm.manager)

    assert (await tasks.row(task))["status"] == "filled"
    assert (await tasks.money(firm, task))[1] == 0
    assert "task.filled_invited" in await tasks.notices(other)


async def test_a_contract_keeps_the_terms_it_was_concluded_on():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)
    contract = await invitations.accept(await tasks.invitation_of(task, person), by=person)

    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    [found] = await tasks.rows("select price_amount, task_version from contract where id = $1", contract)
    assert (found["price_amount"], found["task_version"]) == (50_000, 1)


async def test_nothing_changed_another_mode_or_an_ended_task_is_refused():
    firm = await tasks.firm()
    task = await tasks.published(firm)

    with pytest.raises(Conflict):
        await editing.revise(task, await _changed(task), by=firm.manager)
    with pytest.raises(Invalid):
        await editing.revise(task, await _changed(task, mode="apply"), by=firm.manager)
    await tasks.later(days=30)
    await schedule.run_all()
    with pytest.raises(Conflict):
        await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)


async def test_only_an_approver_raises_a_published_task_above_the_units_limit():
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)
    brief = await _changed(task, price=yen(60_000))

    with pytest.raises(NotAllowed):
        await editing.revise(task, brief, by=firm.manager)
    assert await editing.revise(task, brief, by=firm.owner) == 2


async def test_a_change_while_paused_asks_nobody_until_the_task_goes_on():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    await cancelling.pause(task, by=firm.manager)

    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)
    assert await tasks.invitations(task, "sent") == []

    await cancelling.resume(task, by=firm.manager)
    await schedule.run_all()
    await tasks.work()
    [sent] = await tasks.invitations(task, "sent")
    assert (sent["person_id"], sent["task_version"]) == (person.person, 2)


async def test_a_change_and_an_acceptance_at_once_let_only_one_of_them_through():
    for _ in range(4):
        firm = await tasks.firm()
        person = await tasks.alumnus(firm)
        task = await tasks.published(firm)
        invitation, brief = await tasks.invitation_of(task, person), await _changed(task, price=yen(60_000))

        results = await asyncio.gather(
            invitations.accept(invitation, by=person),
            editing.revise(task, brief, by=firm.manager),
            return_exceptions=True,
        )

        assert sum(isinstance(result, Conflict) for result in results) == 1, results
        open_seats = (await tasks.seats(task)).count("open")
        assert (await tasks.money(firm, task))[1] == open_seats * 75_900
