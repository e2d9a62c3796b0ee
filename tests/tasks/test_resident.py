"""A large network is ranked by the index in memory: loaded between jobs, kept fresh, and never trusted alone."""

import pytest

from marketplace import worker
from marketplace.alumni import actions as alumni
from marketplace.core import db
from marketplace.tasks import executors, ranking, resident, snapshots
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _every_network_is_large(monkeypatch):
    monkeypatch.setattr(resident, "FROM_PEOPLE", 1)
    monkeypatch.setattr(resident, "BATCH", 2)
    yield
    resident._residents.clear()
    resident._wanted.clear()


async def _asked(firm, task):
    async with db.transaction(company=firm.company):
        row = await tasks.row(task)
        question = await ranking.question_for(row)
        people = (await snapshots.latest(firm.company)).people
        index = await resident.index_of(firm.company, people)
        listed = await ranking.ranked(row, question)
        return (
            index,
            await executors.rank(question, 50, people),
            await executors.by_sql(question, 50),
            [each.match.person_id for each in listed],
        )


async def test_the_index_is_loaded_between_jobs_and_answers_as_sql_does():
    firm = await tasks.firm()
    for level in (2, 3, 4, 5, 1):
        await tasks.alumnus(firm, "figma", level=level)
    task = await tasks.draft(firm)

    before, *_ = await _asked(firm, task)
    await worker.drain_rows("work", 60)
    index, by_index, by_sql, _ = await _asked(firm, task)

    assert before is None
    assert index is not None
    assert by_index == by_sql
    assert len(by_index) == 3


async def test_who_comes_is_in_the_next_list_and_who_left_is_in_none():
    firm = await tasks.firm()
    gone, stays = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.draft(firm)
    await _asked(firm, task)
    await worker.drain_rows("work", 60)
    [tie] = await tasks.rows("select id from membership where person_id = $1", gone.person)

    newcomer = await tasks.alumnus(firm)
    await alumni.choose_intents(tie["id"], ["news"], by=gone)
    index, by_index, by_sql, listed = await _asked(firm, task)

    assert index is not None
    assert by_index == by_sql
    assert set(listed) == {stays.person, newcomer.person}
