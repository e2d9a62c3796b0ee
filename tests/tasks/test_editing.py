"""Changing a published task: a new version, its money, its seats and its invitations."""

import asyncio
from dataclasses import replace

import pytest

from marketplace import schedule
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.money import yen
from marketplace.tasks import brief as briefs
from marketplace.tasks import cancelling, changes, editing, invitations
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


async def test_a_change_above_the_units_limit_waits_for_an_approver_and_the_old_version_stands():
    firm = await tasks.firm(limit=70_000)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    dearer = await _changed(task, price=yen(60_000))

    assert await editing.revise(task, dearer, by=firm.manager) is None
    await tasks.work()
    found = await tasks.row(task)
    assert (found["version"], found["price_amount"]) == (1, 50_000)
    assert (await tasks.money(firm, task))[1] == tasks.SEAT
    assert len(await tasks.invitations(task, "sent")) == 1
    assert "task.change_wanted" in await tasks.notices(firm.approver)

    assert await editing.approve(task, by=firm.approver) == 2
    found = await tasks.row(task)
    assert (found["price_amount"], found["approved_by"], found["approved_version"]) == (
        60_000,
        firm.approver.member,
        2,
    )
    assert (await tasks.money(firm, task))[1] == 75_900
    assert "task.change_approved" in await tasks.notices(firm.manager)
    assert person


async def test_who_may_approve_changes_a_task_above_the_limit_at_once():
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)

    assert await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.owner) == 2


async def test_nobody_approves_his_own_change_and_no_change_is_approved_twice_or_after_another():
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)
    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    with pytest.raises(NotAllowed):
        await editing.approve(task, by=firm.manager)
    assert await editing.revise(task, await _changed(task, quantity="2点"), by=firm.manager) == 2
    with pytest.raises(Conflict):
        await editing.approve(task, by=firm.approver)
    await editing.revise(task, await _changed(task, price=yen(61_000)), by=firm.manager)
    await editing.revise(task, await _changed(task, price=yen(62_000)), by=firm.manager)
    results = await asyncio.gather(
        editing.approve(task, by=firm.approver),
        editing.approve(task, by=firm.owner),
        return_exceptions=True,
    )

    assert sum(isinstance(result, Conflict) for result in results) == 1, results
    found = await tasks.row(task)
    assert (found["version"], found["price_amount"]) == (3, 62_000)


async def test_a_change_is_sent_back_with_a_note_or_taken_back_and_the_task_stays():
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)
    dearer = await _changed(task, price=yen(60_000))
    await editing.revise(task, dearer, by=firm.manager)

    with pytest.raises(Invalid):
        await changes.send_back(task, " ", by=firm.approver)
    await changes.send_back(task, "高すぎます。", by=firm.approver)
    assert "task.change_sent_back" in await tasks.notices(firm.manager)
    await editing.revise(task, dearer, by=firm.manager)
    await changes.withdraw(task, by=firm.manager)

    with pytest.raises(Conflict):
        await editing.approve(task, by=firm.approver)
    with pytest.raises(Conflict):
        await changes.withdraw(task, by=firm.manager)
    assert (await tasks.row(task))["version"] == 1


async def test_an_approved_change_without_the_money_for_it_changes_nothing_and_goes_on_waiting():
    firm = await tasks.firm(balance=63_250, limit=70_000)
    task = await tasks.published(firm)
    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    with pytest.raises(Shortfall):
        await editing.approve(task, by=firm.approver)
    await tasks.top_up(firm.owner, 12_650)

    assert await editing.approve(task, by=firm.approver) == 2


async def test_a_change_that_waits_for_a_day_reminds_the_approvers_once():
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)
    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    await tasks.later(days=1, hours=1)
    await schedule.run_all()
    await schedule.run_all()

    assert (await tasks.notices(firm.approver)).count("task.change_waits") == 1


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
