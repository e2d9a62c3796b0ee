"""The waitlist: who lost the race may wait, sees his place, and is asked first when a seat opens again."""

import asyncio

import pytest

from marketplace import schedule
from marketplace.alumni import actions as alumni
from marketplace.contracts import cancelling as contracts
from marketplace.contracts import notices as contract_notices
from marketplace.core import db
from marketplace.core.errors import Conflict, NotFound
from marketplace.tasks import applications, cancelling, invitations, reopening, waitlist
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")
assert contract_notices
assert reopening


async def _filled(levels=(5, 4, 3), **changes):
    """Return a firm, its filled task, the winner with the contract, and the losers, the best first."""
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm, level=level) for level in levels]
    task = await tasks.published(firm, **changes)
    winner, *losers = people
    contract = await invitations.accept(await tasks.invitation_of(task, winner), by=winner)
    return firm, task, winner, contract, losers


async def _standing(task, person):
    async with db.transaction(person=person.person):
        row = await db.fetchrow("select * from task where id = $1", task)
        assert row is not None
        return await waitlist.standing(row, person.person)


async def _places(task, state="waiting"):
    found = await tasks.rows(
        "select person_id from waitlist where task_id = $1 and status = $2 order by id", task, state
    )
    return [each["person_id"] for each in found]


async def _go_on():
    await schedule.run_all()
    await tasks.work()


async def test_who_lost_the_race_may_wait_and_sees_the_place_by_match_then_by_time():
    _firm, task, _, _, [better, worse] = await _filled()
    assert (await _standing(task, better)).may_join

    await waitlist.join(task, by=worse)
    await waitlist.join(task, by=better)
    await waitlist.join(task, by=better)

    assert await _standing(task, better) == waitlist.Standing(False, 1, 2)
    assert await _standing(task, worse) == waitlist.Standing(False, 2, 2)


async def test_the_seat_that_opens_again_is_offered_to_the_waitlist_before_anybody_else():
    firm, task, winner, contract, [better, worse] = await _filled()
    await waitlist.join(task, by=worse)
    late = await tasks.alumnus(firm, level=5)

    await contracts.withdraw(contract, "都合が悪くなりました。", by=winner)
    await _go_on()

    assert [each["person_id"] for each in await tasks.invitations(task, "sent")] == [worse.person]
    assert "task.waitlist_invited" in await tasks.notices(worse)
    assert await _places(task, "invited") == [worse.person]
    assert "task.waitlist_invited" not in await tasks.notices([late, better])
    await invitations.accept(await tasks.invitation_of(task, worse), by=worse)
    assert (await tasks.row(task))["status"] == "filled"


async def test_after_the_waitlist_the_next_wave_asks_the_others():
    firm, task, winner, contract, [worse] = await _filled(levels=(5, 3))
    await waitlist.join(task, by=worse)
    late = await tasks.alumnus(firm, level=5)
    await contracts.withdraw(contract, "都合が悪くなりました。", by=winner)
    await _go_on()

    await invitations.decline(await tasks.invitation_of(task, worse), by=worse)
    await _go_on()

    assert [each["person_id"] for each in await tasks.invitations(task, "sent")] == [late.person]


async def test_who_meets_a_gate_by_now_is_not_asked():
    _firm, task, winner, contract, [gone, there] = await _filled()
    for person in (gone, there):
        await waitlist.join(task, by=person)
    [tie] = await tasks.rows("select id from membership where person_id = $1", gone.person)
    await alumni.choose_intents(tie["id"], ["news"], by=gone)
    await tasks.work()

    await contracts.withdraw(contract, "都合が悪くなりました。", by=winner)
    await _go_on()

    assert [each["person_id"] for each in await tasks.invitations(task, "sent")] == [there.person]
    assert await _places(task) == [gone.person]


async def test_who_leaves_the_waitlist_is_not_asked_and_may_come_back():
    _firm, task, winner, contract, [person, _] = await _filled()
    await waitlist.join(task, by=person)

    await waitlist.leave(task, by=person)
    await waitlist.leave(task, by=person)
    assert (await _standing(task, person)).may_join
    await contracts.withdraw(contract, "都合が悪くなりました。", by=winner)
    await _go_on()

    assert await tasks.invitations(task, "sent") == []
    with pytest.raises(Conflict):
        await waitlist.join(task, by=person)


async def test_nobody_waits_who_was_never_asked_or_has_the_seat():
    firm, task, winner, _, _ = await _filled(levels=(5, 4))
    never = await tasks.alumnus(firm)
    stranger = await tasks.alumnus(await tasks.firm())

    for person in (never, stranger, winner):
        with pytest.raises(NotFound):
            await waitlist.join(task, by=person)

    assert await _places(task) == []


async def test_who_has_declined_does_not_wait():
    firm = await tasks.firm()
    winner, decliner = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm)
    await invitations.decline(await tasks.invitation_of(task, decliner), by=decliner)
    await invitations.accept(await tasks.invitation_of(task, winner), by=winner)

    with pytest.raises(NotFound):
        await waitlist.join(task, by=decliner)


async def test_while_seats_are_open_there_is_no_waitlist():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)

    assert not (await _standing(task, person)).may_join
    with pytest.raises(Conflict):
        await waitlist.join(task, by=person)


async def test_on_the_board_an_application_stands_again_and_the_manager_chooses():
    firm = await tasks.firm()
    first, second = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm, mode="apply")
    chosen, waits = [await applications.apply(task, version=1, by=person) for person in (first, second)]
    contract = await applications.choose(chosen, by=firm.manager)
    await waitlist.join(task, by=second)

    await contracts.withdraw(contract, "都合が悪くなりました。", by=first)

    found = await tasks.rows(
        "select id, status from application where task_id = $1 and person_id = $2 order by id",
        task,
        second.person,
    )
    assert [each["status"] for each in found] == ["declined", "sent"]
    assert "task.waitlist_applied" in await tasks.notices(second)
    await applications.choose(found[1]["id"], by=firm.manager)
    assert (await tasks.row(task))["status"] == "filled"
    assert waits


async def test_the_waitlist_ends_with_the_offer_and_says_so_once():
    firm, task, _, _, [person, _] = await _filled()
    await waitlist.join(task, by=person)

    await cancelling.cancel(
        task, "中止", shown=await cancelling.price_of(task, by=firm.manager), by=firm.manager
    )
    for _ in range(2):
        await waitlist.end_over()

    assert await _places(task, "ended") == [person.person]
    assert (await tasks.notices(person)).count("task.waitlist_ended") == 1


async def test_the_place_of_who_has_the_seat_ends_without_a_word():
    _firm, task, winner, contract, [person, _] = await _filled()
    await waitlist.join(task, by=person)
    await contracts.withdraw(contract, "都合が悪くなりました。", by=winner)
    await _go_on()
    await invitations.accept(await tasks.invitation_of(task, person), by=person)

    await waitlist.end_over()

    assert "task.waitlist_ended" not in await tasks.notices(person)
    assert await _places(task) == []


async def test_joining_while_the_seat_opens_never_loses_the_place():
    _firm, task, winner, contract, [person, _] = await _filled()

    results = await asyncio.gather(
        waitlist.join(task, by=person),
        contracts.withdraw(contract, "都合が悪くなりました。", by=winner),
        return_exceptions=True,
    )
    await _go_on()

    joined = results[0] is None
    asked = [each["person_id"] for each in await tasks.invitations(task, "sent")]
    assert asked == ([person.person] if joined else [])
    assert joined or isinstance(results[0], Conflict)
