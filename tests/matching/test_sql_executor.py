"""SQL says of every person what the specification says."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import rows, score, sql
from matching.entry import entry_of
from matching.model import JST, Wanted
from matching.question import question_of
from matching.weights import COMPONENTS, MOST_POINTS, WEIGHTS_V2, adjusted
from tests.matching import dense_worlds
from tests.matching.cast import NOW, crowds, need, needs, person
from tests.matching.stored_worlds import asked, counted, fitting, keep, network, plan, specified

pytestmark = pytest.mark.usefixtures("database")

TODAY = NOW.astimezone(JST).date()
NEAR = {1: frozenset({4, 5}), 3: frozenset({2}), 7: frozenset({8, 9})}
rarities = st.dictionaries(st.integers(1, 9), st.integers(1, 1300), max_size=9)
weights = st.dictionaries(st.sampled_from(COMPONENTS), st.integers(0, MOST_POINTS), max_size=4)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(need=needs(), people=crowds, idf=rarities, changed=weights, limit=st.sampled_from([1, 3, 50]))
async def test_sql_and_the_specification_rank_alike_bit_for_bit(owner, need, people, idf, changed, limit):
    company = network()
    people = [replace(person, company_id=company) for person in people]
    await keep(owner, people, TODAY)

    question = question_of(
        replace(need, company_id=company),
        idf,
        NOW,
        adjusted(WEIGHTS_V2, changed),
        lambda skill: NEAR.get(skill, frozenset()),
    )

    assert await asked(question, limit) == specified(question, people, TODAY, limit)


@pytest.mark.parametrize("seed", range(40))
async def test_in_dense_worlds_too(owner, seed):
    dice, company = Random(seed), network()
    people = dense_worlds.crowd(dice, company, 60)
    await keep(owner, people, TODAY)

    for _ in range(6):
        question = question_of(
            dense_worlds.asked_by(dice, company),
            dense_worlds.rarities(dice),
            NOW,
            adjusted(WEIGHTS_V2, dense_worlds.points(dice)),
            lambda skill: NEAR.get(skill, frozenset()),
        )
        limit = dice.choice([3, 100])
        assert await asked(question, limit) == specified(question, people, TODAY, limit)


@pytest.mark.parametrize("seed", range(12))
async def test_the_counts_are_those_of_the_specification(owner, seed):
    dice, company = Random(seed), network()
    people = dense_worlds.crowd(dice, company, 60)
    await keep(owner, people, TODAY)
    entries = [entry_of(person, TODAY) for person in people]

    for _ in range(4):
        question = question_of(dense_worlds.asked_by(dice, company), {}, NOW, WEIGHTS_V2)

        said = Counter((score.shut(question, entry), score.met(question, entry)) for entry in entries)
        assert await counted(question) == said
        full = sum(n for (gate, met), n in said.items() if gate is None and met == len(question.musts))
        assert await fitting([question]) == [(sum(n for (gate, _), n in said.items() if gate is None), full)]


async def test_the_ranking_uses_the_skill_index_at_every_stage(owner):
    company = network()
    async with owner.transaction():
        await owner.execute("set local session_replication_role = replica")
        await keep(owner, [replace(person(1), company_id=company)], TODAY)
        columns = [name for name in rows.NAMES if name not in {"person_id", "skill_least", "skills"}]
        await owner.execute(
            f"""insert into match_entry (person_id, skill_least, skills, {", ".join(columns)})
                select gen_random_uuid(), array[(9 + i % 3000) * 8 + 1], array[(9 + i % 3000) * 2048 + 256], {", ".join(columns)}
                from match_entry, generate_series(1, 30000) as i where company_id = $1""",
            company,
        )
    await owner.execute("analyze match_entry")
    musts = tuple(Wanted(skill, 1, f"skill-{skill}") for skill in range(10, 16))

    for asked_skills in (musts[:3], musts):
        question = question_of(need(company_id=company, musts=asked_skills), {}, NOW, WEIGHTS_V2)
        for met in sql.stages(question):
            assert "match_entry_skills" in await plan(sql.ranked(question, met, 50)), met
