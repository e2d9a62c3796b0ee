"""Before publishing: how many people a task reaches, and which single change reaches more, by counting them."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from marketplace.alumni import actions as alumni
from marketplace.alumni import profile
from marketplace.core import clock, db
from marketplace.core.errors import NotAllowed
from marketplace.core.money import yen
from marketplace.tasks import reach
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _of(firm, **changes):
    return await reach.of_brief(await tasks.brief(**changes), by=firm.manager)


async def test_people_are_counted_by_stage_and_by_the_first_gate_that_is_shut():
    firm = await tasks.firm()
    await tasks.alumnus(firm, "figma", "python")
    for _ in range(2):
        await tasks.alumnus(firm, "figma")
    await tasks.alumnus(firm, "sql")
    unwilling = await tasks.alumnus(firm, "figma", "python")
    [tie] = await tasks.rows("select id from membership where person_id = $1", unwilling.person)
    await alumni.choose_intents(tie["id"], ["news"], by=unwilling)

    found = await _of(firm, musts=(tasks.wanted("figma"), tasks.wanted("python")))

    assert found.stages == [(2, 1), (1, 2)]
    assert (found.fit, found.musts) == (3, 2)
    assert dict(found.gates) == {"intent": 1, "skills": 1, "private": 0}


async def test_each_promised_gain_is_what_a_count_after_the_change_finds():
    firm = await tasks.firm()
    for level in (1, 2, 3, 5):
        await tasks.alumnus(firm, "figma", level=level)
    await tasks.alumnus(firm, "python")
    brief = await tasks.brief(musts=(tasks.wanted("figma", 3), tasks.wanted("python")))

    found = await reach.of_brief(brief, by=firm.manager)

    gains = {(gain.kind, gain.about.get("skill")): (gain.full, gain.fit) for gain in found.gains}
    assert found.gains[0].kind == "optional"
    assert gains[("optional", "python")] == (2, -1)
    for change in reach.changes_of(brief):
        after = await reach.of_brief(change.brief, by=firm.manager)
        if not change.timed and (change.kind, change.about.get("skill")) in gains:
            full = dict(after.stages).get(after.musts, 0)
            assert full - dict(found.stages).get(2, 0) == gains[(change.kind, change.about.get("skill"))][0]


async def test_a_higher_price_is_counted_and_few_people_are_not_told_by_number():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(4)]
    for number, person in enumerate(people):
        floor = yen(55_000 if number else 60_000)
        await profile.set_conditions(
            profile.Conditions("", ["ja"], None, True, "task", floor, floor, 0), by=person
        )

    found = await _of(firm)

    gains = {gain.about["percent"]: gain for gain in found.gains if gain.kind == "price"}
    assert (gains[10].fit, gains[20].fit) == (3, 4)
    assert not gains[10].few
    assert reach.Gain("price", {}, 1, 2).few
    assert dict(found.gates)["private"] == 4


async def test_a_time_at_which_more_people_are_free_is_found():
    firm = await tasks.firm()
    await tasks.alumnus(firm)
    async with db.transaction(operator=True):
        day = await clock.today() + timedelta(days=14)
    day -= timedelta(days=day.weekday())
    evening = datetime.combine(day, time(18), clock.JST)

    found = await _of(
        firm, deliver_on=None, window_starts_at=evening, window_ends_at=evening + timedelta(hours=2)
    )

    assert found.free == 0
    assert [(gain.kind, gain.about["starts_at"].hour) for gain in found.gains] == [("moved", 16)]


async def test_a_brief_without_a_date_is_not_counted_and_only_managers_count():
    firm = await tasks.firm()
    brief = await tasks.brief()

    assert await reach.of_brief(replace(brief, deliver_on=None), by=firm.manager) is None
    with pytest.raises(NotAllowed):
        await reach.of_brief(brief, by=firm.approver)


async def test_one_skill_fewer_and_people_who_are_not_free_are_counted_where_the_task_asks_for_more():
    firm = await tasks.firm()
    await tasks.alumnus(firm, "figma", "python")
    for _ in range(2):
        await tasks.alumnus(firm, "figma")
    async with db.transaction(operator=True):
        day = await clock.today() + timedelta(days=14)
    day -= timedelta(days=day.weekday())
    evening = datetime.combine(day, time(16), clock.JST)
    both = (tasks.wanted("figma"), tasks.wanted("python"))
    window = {
        "deliver_on": None,
        "window_starts_at": evening,
        "window_ends_at": evening + timedelta(hours=4),
    }

    strict = await _of(firm, musts=both, least_met=2)
    free = await _of(firm, musts=both, free_only=True, **window)

    assert (strict.least, strict.stages, dict(strict.gates)["skills"]) == (2, [(2, 1)], 2)
    assert [(gain.fit, gain.about) for gain in strict.gains if gain.kind == "fewer"] == [(2, {"met": 1})]
    assert (free.fit, dict(free.gates)["free"]) == (0, 3)
    assert [(gain.full, gain.fit) for gain in free.gains if gain.kind == "not_free"] == [(1, 3)]
