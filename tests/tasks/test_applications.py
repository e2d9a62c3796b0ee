"""Applications: the alumnus asks, the manager chooses, and nobody is bound to terms that he did not read."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.alumni import profile
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.tasks import applications, editing
from marketplace.tasks import brief as briefs
from marketplace.tasks.brief import Brief
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _board():
    firm = await tasks.firm()
    return firm, await tasks.alumnus(firm), await tasks.published(firm, mode="apply")


async def _state(application):
    return (await tasks.rows("select * from application where id = $1", application))[0]


async def test_applying_keeps_the_reasons_and_tells_the_manager_and_twice_is_once():
    firm, person, task = await _board()

    application = await applications.apply(task, "ぜひお願いします。", version=1, by=person)
    again = await applications.apply(task, version=1, by=person)

    assert again == application
    found = await _state(application)
    assert (found["status"], found["message"]) == ("sent", "ぜひお願いします。")
    assert found["reasons"]
    assert (await tasks.notices(firm.manager)).count("task.applied") == 1


async def test_choosing_concludes_the_contract_fills_the_task_and_declines_the_others():
    firm, person, task = await _board()
    other = await tasks.alumnus(firm)
    chosen = await applications.apply(task, version=1, by=person)
    declined = await applications.apply(task, version=1, by=other)

    contract = await applications.choose(chosen, by=firm.manager)

    assert (await _state(chosen))["contract_id"] == contract
    assert (await _state(declined))["status"] == "declined"
    assert (await tasks.row(task))["status"] == "filled"
    assert await tasks.money(firm, task) == (1_000_000 - 58_145, 0)
    assert "task.chosen" in await tasks.notices(person)
    assert "task.filled_applied" in await tasks.notices(other)


async def test_choosing_twice_at_once_makes_one_contract():
    firm, person, task = await _board()
    application = await applications.apply(task, version=1, by=person)

    first, second = await asyncio.gather(
        applications.choose(application, by=firm.manager), applications.choose(application, by=firm.owner)
    )

    assert first == second
    assert len(await tasks.rows("select id from contract where task_id = $1", task)) == 1


async def test_an_overlap_is_a_conflict_and_the_application_stays():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    async with db.transaction(operator=True):
        start = (await clock.now()) + timedelta(days=7)
    window = {"window_starts_at": start, "window_ends_at": start + timedelta(hours=4), "mode": "apply"}
    one, two = await tasks.published(firm, **window), await tasks.published(firm, **window)
    first = await applications.apply(one, version=1, by=person)
    second = await applications.apply(two, version=1, by=person)
    await applications.choose(first, by=firm.manager)

    with pytest.raises(Conflict):
        await applications.choose(second, by=firm.manager)

    assert (await _state(second))["status"] == "sent"
    assert await tasks.seats(two) == ["open"]


async def test_a_gate_says_why_one_cannot_apply():
    _firm, person, task = await _board()
    conditions = profile.Conditions("", ["ja"], None, True, "task", yen(0), yen(60_000), 0)
    await profile.set_conditions(conditions, by=person)

    with pytest.raises(Conflict, match="least that you accept"):
        await applications.apply(task, version=1, by=person)


async def test_only_the_board_takes_applications_and_only_from_its_network():
    firm, _person, task = await _board()
    stranger = await tasks.alumnus(await tasks.firm())
    offered = await tasks.published(firm)

    with pytest.raises(NotFound):
        await applications.apply(task, version=1, by=stranger)
    with pytest.raises(NotFound):
        await applications.apply(offered, version=1, by=_person)
    with pytest.raises(NotFound):
        await applications.apply(task, version=1, by=firm.manager)
    with pytest.raises(Invalid):
        await applications.apply(task, "字" * 2001, version=1, by=_person)


async def test_withdrawing_frees_the_way_for_another_application_and_twice_is_once():
    firm, person, task = await _board()
    application = await applications.apply(task, version=1, by=person)

    await applications.withdraw(application, by=person)
    await applications.withdraw(application, by=person)

    with pytest.raises(Conflict):
        await applications.choose(application, by=firm.manager)
    assert await applications.apply(task, version=1, by=person) != application


async def test_declining_tells_the_applicant():
    firm, person, task = await _board()
    application = await applications.apply(task, version=1, by=person)

    await applications.decline(application, by=firm.manager)

    assert "task.not_chosen" in await tasks.notices(person)
    with pytest.raises(Conflict):
        await applications.choose(application, by=firm.manager)
    with pytest.raises(Conflict):
        await applications.withdraw(application, by=person)


async def test_after_a_change_an_applicant_cannot_be_chosen_until_he_confirms_the_new_terms():
    firm, person, task = await _board()
    application = await applications.apply(task, version=1, by=person)
    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    assert "task.reconfirm" in await tasks.notices(person)
    with pytest.raises(Conflict):
        await applications.choose(application, by=firm.manager)
    with pytest.raises(Conflict):
        await applications.reconfirm(application, version=1, by=person)

    await applications.reconfirm(application, version=2, by=person)
    await applications.reconfirm(application, version=2, by=person)
    contract = await applications.choose(application, by=firm.manager)

    [found] = await tasks.rows("select task_version, price_amount from contract where id = $1", contract)
    assert (found["task_version"], found["price_amount"]) == (2, 60_000)


async def test_applying_with_terms_that_have_changed_meanwhile_is_a_conflict():
    firm, person, task = await _board()
    await editing.revise(task, await _changed(task, price=yen(60_000)), by=firm.manager)

    with pytest.raises(Conflict):
        await applications.apply(task, version=1, by=person)


async def test_another_companys_manager_sees_no_application():
    firm, person, task = await _board()
    application = await applications.apply(task, version=1, by=person)
    stranger = await tasks.firm()

    with pytest.raises(NotFound):
        await applications.choose(application, by=stranger.manager)
    with pytest.raises(NotFound):
        await applications.withdraw(application, by=await tasks.alumnus(firm))
    with pytest.raises(NotAllowed):
        await applications.choose(application, by=firm.approver)


async def _changed(task, **changes) -> Brief:
    return replace(briefs.from_row(await tasks.row(task)), **changes)
