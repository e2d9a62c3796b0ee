"""Accepting: one seat, one winner, one contract, in one transaction."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace import schedule
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, NotFound
from marketplace.tasks import cancelling, invitations, waves
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _contracts(task):
    return await tasks.rows("select * from contract where task_id = $1", task)


async def test_accepting_concludes_the_contract_and_moves_the_money_to_the_yen():
    firm = await tasks.firm(balance=100_000)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)

    contract = await invitations.accept(await tasks.invitation_of(task, person), by=person)

    [concluded] = await _contracts(task)
    assert (concluded["id"], concluded["person_id"]) == (contract, person.person)
    assert concluded["withheld_amount"] == 5_105
    assert await tasks.money(firm, task) == (100_000 - 58_145, 0)
    assert (await tasks.row(task))["status"] == "filled"
    assert await tasks.seats(task) == ["taken"]


async def test_with_the_last_seat_the_others_are_told_and_can_accept_no_more():
    firm = await tasks.firm()
    winner, other = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm)
    late = await tasks.invitation_of(task, other)

    await invitations.accept(await tasks.invitation_of(task, winner), by=winner)

    assert "task.filled_invited" in await tasks.notices(other)
    with pytest.raises(Conflict):
        await invitations.accept(late, by=other)


async def test_fifty_at_once_on_one_seat_make_one_contract_and_49_conflicts(owner):
    firm = await tasks.firm()
    task = await tasks.published(firm)
    crowd = await _crowd(owner, firm, task, 50)

    results = await asyncio.gather(
        *(invitations.accept(invitation, by=person) for invitation, person in crowd), return_exceptions=True
    )

    assert sum(isinstance(result, Conflict) for result in results) == 49
    assert len(await _contracts(task)) == 1
    assert await tasks.money(firm, task) == (1_000_000 - 58_145, 0)
    states = [each["status"] for each in await tasks.invitations(task)]
    assert (states.count("accepted"), states.count("withdrawn")) == (1, 49)


async def test_two_at_once_for_the_last_two_seats_both_win_and_the_task_is_filled(owner):
    firm = await tasks.firm()
    task = await tasks.published(firm, seats=2)
    crowd = await _crowd(owner, firm, task, 5)

    results = await asyncio.gather(
        *(invitations.accept(invitation, by=person) for invitation, person in crowd), return_exceptions=True
    )

    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert (await tasks.row(task))["status"] == "filled"
    assert await tasks.seats(task) == ["taken", "taken"]


async def _crowd(owner, firm, task, size):
    """Make members of the network with an open invitation each, behind the actions' back: fifty imports are slow."""
    sample = await tasks.alumnus(firm)
    crowd = []
    for number in range(size):
        person = await owner.fetchval(
            "insert into person (email, name) values ($1, '候補') returning id", f"crowd{number}@example.jp"
        )
        await owner.execute(
            """insert into membership (company_id, person_id, external_key, email, name, status, consented_at, intent_tasks)
               values ($1, $2, $3, $4, '候補 太郎', 'active', now(), true)""",
            firm.company, person, f"crowd{number}", f"crowd{number}@example.jp",
        )  # fmt: skip
        invitation = await owner.fetchval(
            """insert into invitation (company_id, task_id, task_version, person_id, wave, reply_by)
               values ($1, $2, 1, $3, 1, business_now() + interval '1 day') returning id""",
            firm.company, task, person,
        )  # fmt: skip
        crowd.append((invitation, replace(sample, person=person)))
    return crowd


async def test_a_double_click_gives_the_same_contract():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)
    invitation = await tasks.invitation_of(task, person)

    first, second = await asyncio.gather(
        invitations.accept(invitation, by=person), invitations.accept(invitation, by=person)
    )

    assert first == second
    assert len(await _contracts(task)) == 1
    assert await tasks.seats(task) == ["taken", "open"]


async def test_other_agreed_work_at_the_same_hours_is_in_the_way_across_companies():
    one, two = await tasks.firm(), await tasks.firm()
    person = await tasks.alumnus(one)
    async with db.transaction(operator=True):
        start = (await clock.now()) + timedelta(days=7)
    window = {"window_starts_at": start, "window_ends_at": start + timedelta(hours=4)}
    first = await tasks.published(one, **window)
    again = await tasks.published(
        one, window_starts_at=start + timedelta(hours=3), window_ends_at=start + timedelta(hours=8)
    )
    after = await tasks.published(
        one, window_starts_at=start + timedelta(hours=4), window_ends_at=start + timedelta(hours=8)
    )
    opened = {task: await tasks.invitation_of(task, person) for task in (first, again, after)}
    await invitations.accept(opened[first], by=person)

    with pytest.raises(Conflict):
        await invitations.accept(opened[again], by=person)
    await invitations.accept(opened[after], by=person)

    assert await tasks.seats(again) == ["open"]
    assert two.company != one.company


async def test_two_overlapping_tasks_accepted_at_once_by_one_person_make_one_contract():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    async with db.transaction(operator=True):
        start = (await clock.now()) + timedelta(days=7)
    window = {"window_starts_at": start, "window_ends_at": start + timedelta(hours=4)}
    both = [await tasks.published(firm, **window) for _ in range(2)]
    opened = [await tasks.invitation_of(task, person) for task in both]

    results = await asyncio.gather(
        *(invitations.accept(invitation, by=person) for invitation in opened), return_exceptions=True
    )

    assert sum(isinstance(result, Conflict) for result in results) == 1


async def test_an_invitation_is_nobody_elses_and_ends_with_its_time():
    firm = await tasks.firm()
    person, other = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm)
    invitation = await tasks.invitation_of(task, person)

    with pytest.raises(NotFound):
        await invitations.accept(invitation, by=other)
    with pytest.raises(NotFound):
        await invitations.accept(invitation, by=firm.manager)
    await tasks.later(hours=25)
    with pytest.raises(Conflict):
        await invitations.accept(invitation, by=person)


async def test_a_paused_task_takes_nobody_until_it_goes_on():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    invitation = await tasks.invitation_of(task, person)
    await cancelling.pause(task, by=firm.manager)

    with pytest.raises(Conflict):
        await invitations.accept(invitation, by=person)
    with pytest.raises(Conflict):
        await waves.invite_by_hand(task, person.person, by=firm.manager)

    await cancelling.resume(task, by=firm.manager)
    await invitations.accept(invitation, by=person)


async def test_declining_keeps_the_reason_for_the_company_and_cannot_be_undone():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    invitation = await tasks.invitation_of(task, person)

    await invitations.decline(invitation, "その週は出張です。", by=person)
    await invitations.decline(invitation, by=person)

    [found] = await tasks.invitations(task)
    assert (found["status"], found["decline_reason"]) == ("declined", "その週は出張です。")
    with pytest.raises(Conflict):
        await invitations.accept(invitation, by=person)


async def test_two_seats_one_filled_then_the_offer_ends_and_the_open_seats_money_is_free_again():
    firm = await tasks.firm(balance=126_500)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)
    await invitations.accept(await tasks.invitation_of(task, person), by=person)
    assert await tasks.money(firm, task) == (5_105, 63_250)

    await tasks.later(days=20)
    await schedule.run_all()

    assert await tasks.money(firm, task) == (68_355, 0)
    assert await tasks.seats(task) == ["taken", "closed"]
    assert (await tasks.row(task))["status"] in {"filled", "running"}


async def test_an_offer_that_nobody_took_expires_and_everything_is_free_again():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)

    await tasks.later(days=20)
    await schedule.run_all()

    assert (await tasks.row(task))["status"] == "expired"
    assert await tasks.money(firm, task) == (1_000_000, 0)
    assert await tasks.invitations(task, "sent") == []
    assert "task.expired" in await tasks.notices(firm.manager)
    assert person
