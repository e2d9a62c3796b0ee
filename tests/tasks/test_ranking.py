"""Ranking through the real database: within a snapshot nobody moves others, and every list can be explained later."""

from datetime import timedelta
from uuid import UUID

import pytest

from marketplace import schedule
from marketplace.alumni import actions as alumni
from marketplace.alumni import profile, renewal
from marketplace.core import clock, db
from marketplace.core.money import yen
from marketplace.tasks import executors, ranking, snapshots
from matching import kept, rows
from matching.rank import rank
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def _ranked(task, **changes):
    async with db.transaction(company=(await tasks.row(task))["company_id"]):
        question = await ranking.question_for({**await tasks.row(task), **changes})
        return question, await ranking.ranked(await tasks.row(task), question)


async def _profiles(company):
    async with db.transaction(company=company), db.matcher():
        found = await db.fetch(f"{rows.READ_PROFILE} where company_id = $1", company)
    return [rows.profile_from_row(row) for row in found]


async def test_the_list_is_the_one_of_the_specification_over_all_profiles():
    firm = await tasks.firm()
    for level in (2, 5, 3, 4):
        await tasks.alumnus(firm, "figma", "python", level=level)
    task = await tasks.draft(firm, musts=(tasks.wanted("figma"), tasks.wanted("sql", 1)))

    question, found = await _ranked(task)

    async with db.transaction():
        now = await clock.now()
    snapshot = await _snapshot(firm)
    specified = rank(
        question.need,
        await _profiles(firm.company),
        snapshot.rarities,
        now,
        weights=question.weights,
    )
    assert [each.match for each in found] == list(specified.matches)
    assert len(found) == 3


async def _snapshot(firm):
    async with db.transaction(company=firm.company):
        return await snapshots.latest(firm.company)


async def test_within_a_snapshot_a_person_who_leaves_reorders_nobody_and_changes_no_score():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm, *skills) for skills in (("figma", "python"), ("figma",), ("python",))]
    task = await tasks.draft(firm, musts=(tasks.wanted("figma"), tasks.wanted("python")))
    question, before = await _ranked(task)
    [tie] = await tasks.rows("select id from membership where person_id = $1", people[0].person)

    await alumni.choose_intents(tie["id"], ["news"], by=people[0])
    later, after = await _ranked(task)

    assert question.weights.version == later.weights.version
    assert question.weights.version.startswith("v2/20")
    stayed = [(each.match.person_id, each.match.score) for each in before][1:]
    assert [(each.match.person_id, each.match.score) for each in after] == stayed


async def test_a_night_brings_a_new_snapshot_to_networks_that_rank():
    firm = await tasks.firm()
    await tasks.alumnus(firm, "figma")
    await tasks.published(firm)
    first = await _snapshot(firm)
    for _ in range(2):
        await tasks.alumnus(firm, "python")

    await tasks.later(days=1)
    await schedule.run_all()
    await tasks.work()

    assert await snapshots.make_due() == 0
    second = await _snapshot(firm)
    assert second.made_on == first.made_on + timedelta(days=1)
    assert (first.people, second.people) == (1, 3)


async def test_an_invitation_keeps_what_its_score_was_worked_out_from():
    firm = await tasks.firm()
    await tasks.alumnus(firm, "figma", level=5)

    task = await tasks.published(firm)

    [sent] = await tasks.invitations(task)
    again = kept.explained(sent["inputs"]["question"], sent["inputs"]["entry"], sent["inputs"]["text"])
    assert [list(each) for each in again.items()] == sent["components"]
    assert sum(again.values()) == sent["score"]
    assert sent["inputs"]["question"]["version"] == sent["weights_version"]


async def test_a_block_that_the_projection_has_not_seen_yet_keeps_a_person_out_of_the_list():
    firm = await tasks.firm()
    person, other = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.draft(firm)
    async with db.transaction(operator=True):
        await db.execute(
            "update membership set blocked_by_company = true where person_id = $1", person.person
        )

    question, found = await _ranked(task)

    async with db.transaction(company=firm.company):
        assert len(await executors.by_sql(question, 9)) == 2
    assert [each.match.person_id for each in found] == [other.person]


async def test_numbers_that_age_are_made_anew_each_day_and_blank_ones_at_once(owner):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.published(firm)
    await tasks.work()
    await owner.execute("update match_entry set entry_on = '-infinity', barred = 1, skills = '{}'")

    assert await renewal.renew() == 1
    assert await renewal.renew() == 0
    task = await tasks.draft(firm)
    assert [each.match.person_id for each in (await _ranked(task))[1]] == [person.person]

    await tasks.later(days=2)
    assert await renewal.renew() == 1
    [profile] = await _profiles(firm.company)
    assert (profile.shown, profile.waiting) == (1, 1)
    [entry] = await owner.fetch("select exposure, load from match_entry")
    assert entry["exposure"] < 10_000
    assert entry["load"] < 10_000


async def test_a_task_ranks_by_its_own_weights_and_says_so():
    firm = await tasks.firm()
    rare = await tasks.alumnus(firm, "figma", level=5)
    fresh = await tasks.alumnus(firm, "figma", level=3)
    task = await tasks.draft(firm)

    question, usual = await _ranked(task)
    adjusted, by_place = await _ranked(task, weights={"skills": 0})

    assert [each.match.person_id for each in usual] == [rare.person, fresh.person]
    assert {dict(each.match.components)["skills"] for each in by_place} == {0}
    assert adjusted.weights.version == question.weights.version.replace("v2/", "v2(skills=0)/")


async def test_the_task_says_how_many_fit_and_what_keeps_the_others_out():
    firm = await tasks.firm()
    await tasks.alumnus(firm, "figma", "python")
    await tasks.alumnus(firm, "figma")
    await tasks.alumnus(firm, "sql")
    unwilling = await tasks.alumnus(firm, "figma", "python")
    [tie] = await tasks.rows("select id from membership where person_id = $1", unwilling.person)
    await alumni.choose_intents(tie["id"], ["news"], by=unwilling)

    task = await tasks.published(firm, musts=(tasks.wanted("figma"), tasks.wanted("python")))

    said = (await tasks.row(task))["ranking"]
    assert (said["matched"], said["considered"]) == (2, 3)
    assert said["stages"] == {"2": 1, "1": 1}
    assert said["gated"] == {"intent": 1, "skills": 1}


async def test_a_person_who_is_asked_counts_as_asked_in_the_next_ranking():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.published(firm)
    await tasks.work()

    [profile] = await _profiles(firm.company)

    assert profile.person_id == UUID(str(person.person))
    assert profile.waiting == 1


async def test_a_text_moves_a_candidate_says_so_and_stays_as_it_was_compared():
    firm = await tasks.firm()
    plain, wordy = [await tasks.alumnus(firm) for _ in range(2)]
    await profile.set_conditions(_conditions("採用サイトのトップページのデザイン改修が得意です"), by=wordy)
    await profile.set_conditions(_conditions("経理と簿記"), by=plain)
    await _with_words(firm)

    task = await tasks.published(firm)

    first, second = await tasks.rows("select * from task_match where task_id = $1 order by rank", task)
    assert [first["person_id"], second["person_id"]] == [wordy.person, plain.person]
    assert any("text of the profile" in reason["key"] for reason in first["reasons"])
    assert first["weights_version"].endswith("+text")
    kept_shares = await tasks.rows("select person_id, share from task_text where task_id = $1", task)
    assert {row["person_id"] for row in kept_shares} == {plain.person, wordy.person}

    await profile.set_conditions(_conditions("まったく別のこと"), by=wordy)
    _, again = await _ranked(task)
    assert dict(again[0].match.components)["text"] == dict(first["components"])["text"]


async def _with_words(firm):
    async with db.transaction(company=firm.company):
        await snapshots.latest(firm.company)
    await tasks.work()


def _conditions(headline):
    return profile.Conditions(headline, ["ja"], None, True, "task", yen(0), yen(0), 0)
