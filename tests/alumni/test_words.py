"""A word that nobody knows waits for a person; accepted, it is a spelling for everybody and a skill for who wrote it."""

import asyncio
import contextvars

import asyncpg
import pytest

from marketplace.alumni import imports, profile, queries, word_job, word_queue, words
from marketplace.alumni.skills import learn, vocabulary
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotFound
from tests.factories.alumni import alumnus, csv, imported, work
from tests.factories.companies import company, signed_in

pytestmark = pytest.mark.usefixtures("database")

WAITERS = "select count(*) from pg_locks where not granted"


async def _operator() -> Actor:
    info = await signed_in("operator@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", info.person)
    return Actor("operator", info.person, "運営 太郎")


async def _waiting(operator: Actor) -> list[dict]:
    return (await word_queue.listed("waiting", by=operator))[0]


async def _skills(person: Actor) -> dict[str, tuple[int, int]]:
    rows = (await queries.my_profile(by=person))["skills"]
    return {vocabulary().slug(row["skill_id"]): (row["level"], row["years"]) for row in rows}


async def test_an_unknown_word_is_kept_with_its_level_and_put_into_the_queue_once():
    owner, operator = await company(), await _operator()
    person, _ = await alumnus(owner)
    other, _ = await alumnus(owner)

    await words.keep(" ポスグレ職人 ", 3, 2, by=person)
    await words.keep("ポスグレ・職人", 4, 5, by=person)
    await words.keep("ポスグレ職人", 2, 1, by=other)

    [own] = await words.waiting(by=person)
    [queued] = await _waiting(operator)
    assert (own["term"], own["level"], own["years"], own["set_aside"]) == ("ポスグレ・職人", 4, 5, False)
    assert (queued["term"], queued["people"], queued["companies"]) == ("ポスグレ職人", 2, 0)
    assert "postgresql" in [found.skill.slug for found in queued["suggestions"]]
    assert await _skills(person) == {}


async def test_an_accepted_word_becomes_a_spelling_and_the_skill_of_everybody_who_wrote_it():
    owner, operator = await company(), await _operator()
    person, _ = await alumnus(owner)
    other, _ = await alumnus(owner)
    await profile.put_skill("postgresql", 5, 9, by=other)
    for each in (person, other):
        await words.keep("ポスグレ職人", 3, 2, by=each)
    [queued] = await _waiting(operator)

    assert await word_queue.accept(queued["id"], "ポスグレ", by=operator) == "postgresql"
    await work()

    assert await _skills(person) == {"postgresql": (3, 2)}
    assert await _skills(other) == {"postgresql": (5, 9)}  # what one has said oneself stays
    assert [await words.waiting(by=each) for each in (person, other)] == [[], []]
    assert await profile.put_skill("ポスグレ職人", 4, by=person) == "postgresql"
    async with db.transaction(person=person.person):
        told = await db.fetch("select kind, params from notification where person_id = $1", person.person)
    assert [row["kind"] for row in told if row["kind"] == "alumni.word_accepted"] == ["alumni.word_accepted"]


async def test_the_job_may_run_twice_and_in_batches(monkeypatch):
    monkeypatch.setattr(word_job, "BATCH", 1)
    owner, operator = await company(), await _operator()
    people = [(await alumnus(owner))[0] for _ in range(3)]
    for person in people:
        await words.keep("不思議な表計算", 3, 0, by=person)
    [queued] = await _waiting(operator)
    await word_queue.accept(queued["id"], "Excel", by=operator)
    async with db.transaction(operator=True):
        await db.execute(
            "insert into outbox (queue, kind, args) select queue, kind, args from outbox where kind = 'alumni.word_accepted'"
        )

    await work()

    assert [await _skills(person) for person in people] == [{"excel": (3, 0)}] * 3
    async with db.transaction(operator=True):
        count = await db.fetchval("select count(*) from notification where kind = 'alumni.word_accepted'")
    assert count == 3


async def test_who_writes_a_word_while_it_is_accepted_gets_the_skill_too(owner):
    firm, operator = await company(), await _operator()
    first, second = (await alumnus(firm))[0], (await alumnus(firm))[0]
    await words.keep("同時の言葉", 3, 0, by=first)
    [queued] = await _waiting(operator)

    async with db.transaction(person=second.person):
        await words.keep("同時の言葉", 3, 0, by=second)
        accepting = asyncio.create_task(
            word_queue.accept(queued["id"], "Excel", by=operator), context=contextvars.Context()
        )
        while not accepting.done() and not await owner.fetchval(WAITERS):
            await owner.execute("select pg_sleep(0.01)")
        had_to_wait = not accepting.done()
        if not had_to_wait:
            await asyncio.create_task(work(), context=contextvars.Context())
    await accepting
    await work()

    assert had_to_wait
    assert [await _skills(person) for person in (first, second)] == [{"excel": (3, 0)}] * 2


async def test_a_word_that_was_accepted_a_moment_ago_gives_its_skill_at_once():
    firm, operator = await company(), await _operator()
    first, second = (await alumnus(firm))[0], (await alumnus(firm))[0]
    await words.keep("同時の言葉", 3, 0, by=first)
    [queued] = await _waiting(operator)
    await word_queue.accept(queued["id"], "Excel", by=operator)
    await work()

    await words.keep("同時の言葉", 4, 1, by=second)
    await work()

    assert await _skills(second) == {"excel": (4, 1)}


async def test_a_full_list_of_skills_takes_no_more_by_an_accepted_word(monkeypatch):
    monkeypatch.setattr(word_job, "MOST_SKILLS", 1)
    owner, operator = await company(), await _operator()
    person, _ = await alumnus(owner)
    await profile.put_skill("Word", 3, by=person)
    await words.keep("不思議な表計算", 3, 0, by=person)
    [queued] = await _waiting(operator)

    await word_queue.accept(queued["id"], "Excel", by=operator)
    await work()

    assert await _skills(person) == {"word": (3, 0)}


async def test_an_acceptance_is_taken_back_with_the_skills_that_came_by_it_alone():
    owner, operator = await company(), await _operator()
    plain, changed, had = [(await alumnus(owner))[0] for _ in range(3)]
    await profile.put_skill("Excel", 5, 9, by=had)
    for person in (plain, changed, had):
        await words.keep("不思議な表計算", 3, 0, by=person)
    [queued] = await _waiting(operator)
    await word_queue.accept(queued["id"], "Excel", by=operator)
    await work()
    await profile.put_skill("Excel", 4, 1, by=changed)

    await word_queue.put_back(queued["id"], by=operator)
    await work()

    assert [await _skills(person) for person in (plain, changed, had)] == [
        {},
        {"excel": (4, 1)},
        {"excel": (5, 9)},
    ]
    assert [word["term"] for word in await words.waiting(by=plain)] == ["不思議な表計算"]
    assert (await learn()).vocabulary.resolve("不思議な表計算") is None
    await word_queue.accept(queued["id"], "Google Sheets", by=operator)
    await work()
    assert await _skills(plain) == {"google-sheets": (3, 0)}


async def test_a_word_accepted_anew_before_the_job_has_run_gives_the_new_skill():
    owner, operator = await company(), await _operator()
    person, _ = await alumnus(owner)
    await words.keep("不思議な表計算", 3, 0, by=person)
    [queued] = await _waiting(operator)
    await word_queue.accept(queued["id"], "Excel", by=operator)
    await work()

    await word_queue.put_back(queued["id"], by=operator)
    await word_queue.accept(queued["id"], "Google Sheets", by=operator)
    await work()

    assert await _skills(person) == {"google-sheets": (3, 0)}


async def test_a_word_is_decided_once():
    owner, operator = await company(), await _operator()
    person, _ = await alumnus(owner)
    await words.keep("何か", 3, 0, by=person)
    [queued] = await _waiting(operator)

    await word_queue.set_aside(queued["id"], by=operator)
    [own] = await words.waiting(by=person)
    assert own["set_aside"]
    with pytest.raises(Conflict):
        await word_queue.accept(queued["id"], "Excel", by=operator)

    await word_queue.put_back(queued["id"], by=operator)
    assert not (await words.waiting(by=person))[0]["set_aside"]
    with pytest.raises(Conflict):
        await word_queue.put_back(queued["id"], by=operator)
    with pytest.raises(Invalid):
        await word_queue.accept(queued["id"], "まったく知らない", by=operator)
    await word_queue.accept(queued["id"], "Excel", by=operator)
    with pytest.raises(Conflict):
        await word_queue.set_aside(queued["id"], by=operator)
    with pytest.raises(Conflict):
        await word_queue.accept(queued["id"], "Word", by=operator)


async def test_a_person_takes_back_only_own_words_and_keeps_at_most_twenty():
    owner = await company()
    person, _ = await alumnus(owner)
    other, _ = await alumnus(owner)
    for number in range(words.MOST_WAITING):
        await words.keep(f"言葉その{number}", 3, 0, by=person)
    first = (await words.waiting(by=person))[0]

    with pytest.raises(NotFound):
        await words.take_back(first["id"], by=other)
    with pytest.raises(Invalid) as refusal:
        await words.keep("もう一つ", 3, 0, by=person)
    await words.take_back(first["id"], by=person)
    await words.keep("もう一つ", 3, 0, by=person)

    assert set(refusal.value.fields) == {"skill"}
    for unreadable in ("", "・", "a" * 81, "x\u202ey"):
        with pytest.raises(Invalid):
            await words.keep(unreadable, 3, 0, by=other)


async def test_nobody_but_the_operator_looks_at_the_queue_or_writes_spellings():
    owner = await company()
    person, _ = await alumnus(owner)
    await words.keep("私の言葉", 3, 0, by=person)

    for actor in (person, owner):
        with pytest.raises(NotFound):
            await word_queue.listed("waiting", by=actor)
    async with db.transaction(company=owner.company):
        assert await db.fetchval("select count(*) from skill_word") == 0
        assert await db.fetchval("select count(*) from skill_mention") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(company=owner.company):
            await db.execute("insert into skill_alias (key, term, skill_id) values ('x', 'x', 1)")


async def test_unknown_words_of_a_task_are_counted_by_company():
    ours, theirs, operator = await company(), await company("other"), await _operator()

    for owner in (ours, theirs, ours):
        await words.note_task_words(["謎のスキル", "", "謎の スキル"], by=owner)

    [queued] = await _waiting(operator)
    assert (queued["people"], queued["companies"]) == (0, 2)


async def test_words_of_an_import_are_offered_to_the_person_and_unknown_ones_wait():
    owner, operator = await company(), await _operator()
    content = csv("7,山田 花子,hanako@example.jp,,,,").decode().replace("退職日", "退職日,スキル", 1)
    line = content.splitlines()[1] + ",エクセル、謎の資格；簿記2級"
    found = await imports.stage("a.csv", f"{content.splitlines()[0]}\r\n{line}\r\n".encode(), by=owner)
    await imports.confirm(found, by=owner)
    await work()
    person = (await signed_in("hanako@example.jp")).as_alumnus()

    offered = await words.offered([], by=person)
    assert [row["skill"].slug for row in offered] == ["excel", "bookkeeping-2"]
    assert await _skills(person) == {}
    assert [row["term"] for row in await _waiting(operator)] == ["謎の資格"]
    excel = offered[0]["skill"].id
    assert [row["skill"].slug for row in await words.offered([excel], by=person)] == ["bookkeeping-2"]

    await words.take_back(offered[1]["id"], by=person)
    assert [row["skill"].slug for row in await words.offered([], by=person)] == ["excel"]


async def test_a_spelling_that_the_product_knows_by_now_does_not_break_the_vocabulary():
    async with db.transaction(operator=True):
        await db.executemany(
            "insert into skill_alias (key, term, skill_id) values ($1, $2, $3)",
            [("エクセル", "エクセル", 2), ("新しい綴り", "新しい綴り", 2), ("消えた", "消えた", 4000)],
        )

    known = (await learn()).vocabulary

    assert known.resolve("エクセル").slug == "excel"
    assert known.resolve("新しい綴り").slug == "python"
    assert known.resolve("消えた") is None
    async with db.transaction(operator=True):
        await db.execute("delete from skill_alias")
    assert (await learn()).vocabulary.resolve("新しい綴り") is None


async def test_an_import_without_skills_writes_no_words():
    owner = await company()
    await imported(owner, "1,山田 花子,hanako@example.jp,,,,")

    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from skill_mention") == 0
