"""How tasks end: cancelled, content with fewer people, left by an alumnus, complete and closed."""

import pytest

from marketplace import schedule
from marketplace.contracts import cancelling as contracts
from marketplace.contracts import notices as contract_notices
from marketplace.core.errors import Conflict, NotAllowed
from marketplace.core.money import yen
from marketplace.tasks import cancelling, invitations, reopening
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")
assert contract_notices
assert reopening


async def _filled(seats=1, **changes):
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(seats)]
    task = await tasks.published(firm, seats=seats, **changes)
    concluded = [
        await invitations.accept(await tasks.invitation_of(task, person), by=person) for person in people
    ]
    return firm, people, task, concluded


async def test_cancelling_an_open_task_frees_its_money_and_tells_who_was_asked():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)

    await cancelling.cancel(task, shown=yen(0), by=firm.manager)

    assert (await tasks.row(task))["status"] == "cancelled"
    assert await tasks.seats(task) == ["closed", "closed"]
    assert await tasks.money(firm, task) == (1_000_000, 0)
    assert "task.cancelled" in await tasks.notices(person)
    with pytest.raises(Conflict):
        await cancelling.cancel(task, shown=yen(0), by=firm.manager)


async def test_cancelling_a_draft_moves_no_money():
    firm = await tasks.firm()
    task = await tasks.draft(firm)

    await cancelling.cancel(task, shown=yen(0), by=firm.manager)

    assert (await tasks.row(task))["status"] == "cancelled"
    assert await tasks.money(firm, task) == (1_000_000, 0)


async def test_cancelling_a_task_cancels_what_is_concluded_for_the_price_that_was_shown():
    firm, _people, task, _ = await _filled(2)
    price = await cancelling.price_of(task, by=firm.manager)

    with pytest.raises(Conflict):
        await cancelling.cancel(task, "企画の中止", shown=yen(1), by=firm.manager)
    await cancelling.cancel(task, "企画の中止", shown=price, by=firm.manager)

    states = await tasks.rows("select status from contract where task_id = $1", task)
    assert {each["status"] for each in states} == {"cancelled"}
    assert (await tasks.row(task))["status"] == "cancelled"
    assert await tasks.seats(task) == ["closed", "closed"]


async def test_being_content_with_fewer_gives_the_open_seats_money_back():
    firm = await tasks.firm()
    winner, other = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=3)
    with pytest.raises(Conflict):
        await cancelling.fill_partly(task, by=firm.manager)
    await invitations.accept(await tasks.invitation_of(task, winner), by=winner)

    await cancelling.fill_partly(task, by=firm.manager)

    assert (await tasks.row(task))["status"] == "filled"
    assert await tasks.money(firm, task) == (1_000_000 - 58_145, 0)
    assert await tasks.seats(task) == ["taken", "closed", "closed"]
    assert "task.filled_invited" in await tasks.notices(other)


async def test_a_seat_that_its_alumnus_leaves_is_open_again_and_the_next_person_is_asked():
    firm = await tasks.firm(balance=63_250)
    leaver = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    contract = await invitations.accept(await tasks.invitation_of(task, leaver), by=leaver)
    await schedule.run_all()
    assert (await tasks.row(task))["status"] == "running"
    successor = await tasks.alumnus(firm)

    await contracts.withdraw(contract, "体調を崩しました。", by=leaver)
    await schedule.run_all()
    await tasks.work()

    assert (await tasks.row(task))["status"] == "published"
    assert await tasks.money(firm, task) == (0, 63_250)
    assert "task.seat_free" in await tasks.notices(firm.manager)
    again = await invitations.accept(await tasks.invitation_of(task, successor), by=successor)
    assert again != contract
    assert await tasks.seats(task) == ["taken"]


async def test_a_seat_left_after_the_offer_has_ended_stays_closed_and_its_money_is_free():
    firm, [person], task, [contract] = await _filled()
    await tasks.later(days=20)
    await schedule.run_all()

    await contracts.withdraw(contract, "体調を崩しました。", by=person)

    assert await tasks.seats(task) == ["closed"]
    assert await tasks.money(firm, task) == (1_000_000, 0)


async def test_a_task_runs_is_complete_and_is_closed_with_its_contracts(owner):
    _firm, _people, task, [contract] = await _filled()
    await schedule.run_all()
    assert (await tasks.row(task))["status"] == "running"

    await owner.execute("update contract set status = 'approved' where id = $1", contract)
    await schedule.run_all()
    assert (await tasks.row(task))["status"] == "completed"

    await owner.execute("update contract set status = 'paid' where id = $1", contract)
    await schedule.run_all()
    assert (await tasks.row(task))["status"] == "closed"


async def test_only_those_who_manage_the_task_end_it():
    firm, stranger = await tasks.firm(), await tasks.firm()
    task = await tasks.published(firm)

    with pytest.raises(NotAllowed):
        await cancelling.pause(task, by=firm.approver)
    with pytest.raises(NotAllowed):
        await cancelling.cancel(task, shown=yen(0), by=firm.approver)
    for act in (cancelling.pause, cancelling.resume, cancelling.fill_partly):
        with pytest.raises(Exception, match="not yours"):
            await act(task, by=stranger.manager)
