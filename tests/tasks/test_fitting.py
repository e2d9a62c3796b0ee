"""Both directions: from a person, the open tasks that fit, judged as the ranking judges."""

import pytest

from marketplace.alumni import projection
from marketplace.companies import actions as companies
from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.money import yen
from marketplace.tasks import board, fitting
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def test_the_board_shows_what_fits_best_first_with_the_reasons():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "python", "figma")
    other = await tasks.published(firm, mode="apply", musts=(tasks.wanted("excel"),))
    part = await tasks.published(firm, mode="apply", musts=(tasks.wanted("python"), tasks.wanted("sql")))
    whole = await tasks.published(firm, mode="apply", musts=(tasks.wanted("figma"),))
    low = await tasks.published(firm, mode="apply", musts=(tasks.wanted("figma"),), languages=("en",))

    shown = (await board.open_board(by=person))["offers"]
    newest = (await board.open_board(by=person, newest=True))["offers"]

    assert [offer.task["id"] for offer in shown][:2] == [whole, part]
    assert {offer.task["id"] for offer in shown[2:]} == {other, low}
    assert [offer.task["id"] for offer in newest] == [low, whole, part, other]
    assert any("required skill matches" in reason["key"] for reason in shown[0].reasons)
    assert any("Missing" in reason["key"] for reason in shown[1].reasons)
    assert {offer.task["id"]: offer.fit.gate for offer in shown[2:]} == {other: "skills", low: "language"}


async def test_the_board_judges_as_the_ranking_does():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "python")
    task = await tasks.published(firm, mode="apply", musts=(tasks.wanted("python"), tasks.wanted("sql")))

    [offer] = (await board.open_board(by=person))["offers"]

    [ranked] = await tasks.rows("select score, components from task_match where task_id = $1", task)
    assert offer.fit.match.score == ranked["score"]
    assert [list(part) for part in offer.fit.match.components] == ranked["components"]


async def test_the_home_names_the_few_best_tasks_that_wait_for_nobody_s_answer():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    found = [await tasks.published(firm, mode="apply", price=yen(10_000 + number)) for number in range(5)]

    assert len(await board.best(by=person)) == fitting.SHOWN_AT_HOME
    assert {offer.task["id"] for offer in await board.best(by=person)} <= set(found)


async def test_a_person_s_card_lists_every_open_task_that_fits_in_both_modes():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    offered = await tasks.published(firm)
    on_board = await tasks.published(firm, mode="apply")
    await tasks.published(firm, musts=(tasks.wanted("excel"),))
    [member] = await tasks.rows("select id from membership where person_id = $1", person.person)

    found = await fitting.for_member(member["id"], by=firm.manager)

    assert {task["id"]: task["asked"] for task, _ in found} == {offered: "sent", on_board: None}
    assert all(fit.match for _, fit in found)


async def test_the_tasks_of_a_person_are_for_readers_of_the_own_network_only():
    firm, neighbour = await tasks.firm(), await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    [member] = await tasks.rows("select id from membership where person_id = $1", person.person)

    with pytest.raises(NotFound):
        await fitting.for_member(member["id"], by=neighbour.manager)
    with pytest.raises(NotFound):
        await fitting.for_member(member["id"], by=person)


async def test_who_used_to_work_at_the_site_of_the_unit_is_known_by_it():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    await companies.change_unit(firm.unit, "ブランド企画部", yen(1_000_000), site="川崎工場", by=firm.owner)
    await companies.add_unit("製造部", yen(0), site=" 川崎工場 ", by=firm.owner)
    async with db.transaction(company=firm.company):
        await db.execute("update membership set former_unit = '製造部' where person_id = $1", person.person)
    await projection.refresh(person.person)
    await tasks.published(firm, mode="apply")

    [offer] = (await board.open_board(by=person))["offers"]

    assert any("site of this unit" in reason["key"] for reason in offer.reasons)
