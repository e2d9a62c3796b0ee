"""Who was shown: counted once a day, in whole days, and what it takes from the exposure share."""

import asyncio
import json
from contextvars import Context

import pytest

from marketplace import schedule
from marketplace.alumni import actions as alumni
from marketplace.alumni import projection, renewal
from marketplace.core import db
from marketplace.tasks import impressions, invitations, matches, queries, waves, weighting
from marketplace.tasks.moving import hold
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _impressions(task):
    return await tasks.rows("select person_id, on_day, is_first from impression where task_id = $1", task)


async def _profile(owner, person):
    return json.loads(
        await owner.fetchval("select profile::text from match_profile where person_id = $1", person.person)
    )


async def _exposure(owner, person):
    return await owner.fetchval("select exposure from match_entry where person_id = $1", person.person)


async def test_a_list_that_a_manager_sees_counts_each_person_once_a_day():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(5)]
    task = await tasks.published(firm, mode="apply")
    assert await _impressions(task) == []

    for _ in range(3):
        await matches.page_of(task, 1, by=firm.manager)
    await tasks.later(days=1)
    await queries.one(task, by=firm.manager)

    seen = await _impressions(task)
    assert len(seen) == 5 + 3
    assert {each["person_id"] for each in seen if each["is_first"]} == {person.person for person in people}
    assert sum(each["is_first"] for each in seen) == 5


async def test_who_may_not_invite_reads_the_list_without_a_trace():
    firm = await tasks.firm()
    await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")

    found = await matches.page_of(task, 1, by=firm.approver)

    assert len(found["people"]) == 1
    assert await _impressions(task) == []


async def test_an_invitation_counts_as_shown():
    firm = await tasks.firm()
    for _ in range(4):
        await tasks.alumnus(firm)

    task = await tasks.published(firm)

    invited = {each["person_id"] for each in await tasks.invitations(task, "sent")}
    assert len(invited) == 3
    assert {each["person_id"] for each in await _impressions(task)} == invited


async def test_the_ranking_knows_from_the_next_day_how_often_somebody_was_shown_and_forgets_after_28_days(
    owner,
):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await matches.page_of(task, 1, by=firm.manager)

    await projection.refresh(person.person)
    assert (await _profile(owner, person))["shown"] == 0

    await tasks.later(days=1)
    await renewal.renew()
    assert (await _profile(owner, person))["shown"] == 1
    assert 0 < await _exposure(owner, person) < 10_000

    await tasks.later(days=28)
    await renewal.renew()
    assert (await _profile(owner, person))["shown"] == 0
    assert await _exposure(owner, person) == 10_000


async def test_another_companys_lists_do_not_count_here(owner):
    firm, other = await tasks.firm(), await tasks.firm()
    here, there = await tasks.alumnus(firm), await tasks.alumnus(other)
    await matches.page_of(await tasks.published(other, mode="apply"), 1, by=other.manager)

    await tasks.later(days=1)
    await schedule.run_all()
    await tasks.work()

    assert (await _profile(owner, here))["shown"] == 0
    assert (await _profile(owner, there))["shown"] == 1


async def test_open_invitations_weigh_on_a_person_until_they_are_answered_or_lapse(owner):
    firm = await tasks.firm()
    refuses, silent = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm)
    assert (await _profile(owner, refuses))["waiting"] == 1

    await invitations.decline(await tasks.invitation_of(task, refuses), "", by=refuses)
    await tasks.work()
    assert (await _profile(owner, refuses))["waiting"] == 0
    assert (await _profile(owner, silent))["waiting"] == 1

    await tasks.later(hours=25)
    await waves.lapse()
    await tasks.work()
    assert (await _profile(owner, silent))["waiting"] == 0


async def test_days_older_than_ninety_are_forgotten_but_for_the_first():
    firm = await tasks.firm()
    await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    for _ in range(3):
        await matches.page_of(task, 1, by=firm.manager)
        await tasks.later(days=1)
    await tasks.later(days=impressions.KEPT_DAYS - 1)

    assert await impressions.forget() == 1
    await tasks.later(days=1)
    assert await impressions.forget() == 1

    [left] = await _impressions(task)
    assert left["is_first"]


async def test_all_days_of_who_has_left_the_network_are_forgotten():
    firm = await tasks.firm()
    leaves, stays = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await matches.page_of(task, 1, by=firm.manager)
    [tie] = await tasks.rows("select id from membership where person_id = $1", leaves.person)

    await alumni.leave(tie["id"], by=leaves)
    await impressions.forget()

    assert [each["person_id"] for each in await _impressions(task)] == [stays.person]


async def test_a_company_sees_only_its_own_impressions():
    firm, other = await tasks.firm(), await tasks.firm()
    await tasks.alumnus(firm)
    await matches.page_of(await tasks.published(firm, mode="apply"), 1, by=firm.manager)

    async with db.transaction(company=other.company):
        assert await db.fetchval("select count(*) from impression") == 0


async def test_a_list_is_read_while_a_wave_holds_the_task_and_invites_the_same_people():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")

    async with db.transaction(company=firm.company):
        await hold(task)
        reading = asyncio.create_task(matches.page_of(task, 1, by=firm.manager), context=Context())
        found = await asyncio.wait_for(reading, 20)
        await impressions.note(firm.company, task, [person.person])

    assert [each["person_id"] for each in found["people"]] == [person.person]
    assert len(await _impressions(task)) == 1


async def test_who_stands_in_the_effect_of_other_weights_was_shown():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")

    await weighting.preview(task, {"rate": 0}, by=firm.manager)

    assert [each["person_id"] for each in await _impressions(task)] == [person.person]
