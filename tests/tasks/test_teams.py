"""Teams: all seats or none in a proposal; otherwise the manager is warned in time and decides with one tap."""

import pytest

from marketplace import schedule
from marketplace.tasks import brief as briefs
from marketplace.tasks import cancelling, editing, invitations, queries, teams
from marketplace.tasks.turn import Turn, turn
from tests.factories import tasks
from tests.web.asgi_visitor import signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _half(**changes):
    """Return a firm, a team task of two seats with one taken, and who took it."""
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2, all_or_none=True, **changes)
    await invitations.accept(await tasks.invitation_of(task, person), by=person)
    return firm, task, person


async def _turn(firm, task):
    return turn(await queries.one(task, by=firm.manager))


async def test_the_manager_is_warned_once_two_days_before_the_offer_ends_and_decides():
    firm, task, _ = await _half()
    await tasks.later(days=16)
    await teams.warn()
    assert "task.team_short" not in await tasks.notices(firm.manager)
    assert await _turn(firm, task) is not Turn.TEAM

    await tasks.later(days=2)
    for _ in range(2):
        await teams.warn()

    assert (await tasks.notices(firm.manager)).count("task.team_short") == 1
    assert await _turn(firm, task) is Turn.TEAM


async def test_going_on_with_those_who_are_there_is_one_tap():
    firm, task, _ = await _half()
    await tasks.later(days=18)
    await schedule.run_all()
    [row] = await tasks.rows("select email from person where id = $1", firm.manager.person)
    visitor = await signed_in(row["email"])
    await visitor.open(f"/c/{firm.slug}/tasks/{task}")
    assert "The team is not whole: 1 of 2 seats are taken" in visitor.text

    await visitor.send("/contentment")

    assert (await tasks.row(task))["status"] == "filled"
    assert await tasks.seats(task) == ["taken", "closed"]


async def test_cancelling_the_others_goes_the_usual_way_at_the_price_of_the_terms():
    firm, task, person = await _half()
    await tasks.later(days=18)
    await teams.warn()

    await cancelling.cancel(
        task, "人数不足", shown=await cancelling.price_of(task, by=firm.manager), by=firm.manager
    )

    assert (await tasks.row(task))["status"] == "cancelled"
    assert "contract.cancelled" in await tasks.notices(person)


@pytest.mark.parametrize("seats", [0, 2])
async def test_an_empty_team_and_a_whole_one_are_not_warned_of(seats):
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm, seats=2, all_or_none=True)
    for person in people[:seats]:
        await invitations.accept(await tasks.invitation_of(task, person), by=person)

    await tasks.later(days=18)
    await teams.warn()

    assert "task.team_short" not in await tasks.notices(firm.manager)


async def test_a_task_that_is_no_team_is_not_warned_of():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, seats=2)
    await invitations.accept(await tasks.invitation_of(task, person), by=person)

    await tasks.later(days=18)
    await teams.warn()

    assert "task.team_short" not in await tasks.notices(firm.manager)


async def test_being_a_team_is_part_of_the_version():
    firm = await tasks.firm()
    task = await tasks.published(firm, seats=2)
    brief = briefs.from_row(await tasks.row(task))

    from dataclasses import replace

    await editing.revise(task, replace(brief, all_or_none=True), by=firm.manager)

    versions = await tasks.rows("select body from task_version where task_id = $1 order by version", task)
    assert [each["body"]["all_or_none"] for each in versions] == [False, True]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_form_keeps_the_tick(language):
    firm = await tasks.firm()
    task = await tasks.draft(firm, seats=2)
    [row] = await tasks.rows("select email from person where id = $1", firm.manager.person)
    visitor = await signed_in(row["email"], language)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit")

    await visitor.send("/edit", do="draft", all_or_none="on", tax_category="design")
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit")

    assert visitor.page.css_first("#all_or_none").attributes.get("checked", "no") != "no"
    assert (await tasks.row(task))["all_or_none"]
