"""A company asks its pool who has time on a date: whom it reaches, how often, and what becomes of the answers."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from marketplace.alumni import actions, answers, asking, free_time, profile, queries, tokens
from marketplace.alumni.asking import Question
from marketplace.alumni.notices import ASK_PURPOSE
from marketplace.alumni.skills import vocabulary
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.notifications.kinds import KINDS
from tests.factories.alumni import alumnus
from tests.factories.companies import colleague, company
from tests.factories.tasks import notices, rows

pytestmark = pytest.mark.usefixtures("database")


async def _question(days=7, **changes):
    async with db.transaction():
        today = await clock.today()
    return replace(Question(today + timedelta(days=days), time(10), time(12)), **changes)


async def _answer(ask, person):
    found = await rows(
        "select id from availability_answer where ask_id = $1 and person_id = $2", ask, person.person
    )
    return found[0]["id"]


async def test_only_who_joined_for_tasks_and_is_not_blocked_is_asked():
    owner = await company()
    asked, _ = await alumnus(owner, "", "tasks")
    await alumnus(owner, "", "news")
    _, blocked = await alumnus(owner, "", "tasks")
    await actions.set_blocked_by_company(blocked, blocked=True, by=owner)
    paused, at_paused = await alumnus(owner, "", "tasks")
    await actions.set_blocked_by_person(at_paused, blocked=True, by=paused)
    left, at_left = await alumnus(owner, "", "tasks")
    await actions.leave(at_left, by=left)
    await alumnus(await company(), "", "tasks")
    question = await _question()

    count = await asking.pool(question, by=owner)
    ask = await asking.ask(question, by=owner)

    assert count == 1
    assert await notices(asked) == ["availability.asked"]
    assert [row["person_id"] for row in await rows("select person_id from availability_answer where ask_id = $1", ask)] == [asked.person]  # fmt: skip


async def test_a_skill_and_a_department_narrow_the_pool():
    owner = await company()
    designer, _ = await alumnus(owner, "", "tasks", unit="デザイン部")
    coder, _ = await alumnus(owner, "", "tasks", unit="開発部")
    for person in (designer, coder):
        await profile.put_skill("figma", 3, by=person)
    await profile.put_skill("python", 3, by=coder)
    python = vocabulary().vocabulary.skills["python"].id

    assert await asking.pool(await _question(), by=owner) == 2
    assert await asking.pool(await _question(former_unit="デザイン部"), by=owner) == 1
    assert await asking.pool(await _question(skill=python, former_unit="デザイン部"), by=owner) == 0
    assert await asking.units(by=owner) == ["デザイン部", "開発部"]


async def test_the_same_is_asked_once_and_nobody_more_than_three_times_a_week():
    owner = await company()
    await alumnus(owner, "", "tasks")

    for days in (5, 6, 7):
        await asking.ask(await _question(days), by=owner)

    with pytest.raises(Invalid):
        await asking.ask(await _question(7), by=owner)
    assert await asking.pool(await _question(9), by=owner) == 0
    await clock.advance(timedelta(days=8))
    assert await asking.pool(await _question(9), by=owner) == 1


async def test_a_company_asks_at_most_five_times_a_day_even_at_once(monkeypatch):
    owner = await company()
    await alumnus(owner, "", "tasks")
    monkeypatch.setattr(asking, "MOST_A_WEEK", 100)
    questions = [await _question(days) for days in range(1, 9)]

    done = await asyncio.gather(*(asking.ask(each, by=owner) for each in questions), return_exceptions=True)

    assert sum(isinstance(each, Conflict) for each in done) == 3
    assert len(await asking.asks(by=owner)) == 5


async def test_more_people_than_one_ask_may_reach_are_refused_and_nobody_is_told(monkeypatch):
    owner = await company()
    people = [(await alumnus(owner, "", "tasks"))[0] for _ in range(3)]
    monkeypatch.setattr(asking, "MOST_PEOPLE", 2)

    with pytest.raises(Invalid):
        await asking.ask(await _question(), by=owner)

    assert await notices(people) == []


async def test_who_may_not_ask_asks_nothing():
    owner = await company("asks-not")
    approver = await colleague(owner, "asks-not", "approver")
    finance = await colleague(owner, "asks-not", "finance")

    for member in (approver, finance):
        with pytest.raises(NotAllowed):
            await asking.ask(await _question(), by=member)
    with pytest.raises(NotAllowed):
        await asking.asks(by=finance)
    assert await asking.asks(by=approver) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": time(12), "ends_at": time(10)}, "ends_at"),
        ({"starts_at": time(10, 10)}, "ends_at"),
        ({"note": "あ" * 301}, "note"),
    ],
)
async def test_a_wrong_question_names_its_field(changes, field):
    owner = await company()

    with pytest.raises(Invalid) as refusal:
        await asking.pool(await _question(**changes), by=owner)

    assert list(refusal.value.fields) == [field]


async def test_a_day_that_has_passed_or_is_far_away_cannot_be_asked_about():
    owner = await company()

    for days in (-1, 93):
        with pytest.raises(Invalid) as refusal:
            await asking.pool(await _question(days), by=owner)
        assert list(refusal.value.fields) == ["on"]


async def test_answers_are_counted_and_listed_the_free_first():
    owner = await company()
    people = [(await alumnus(owner, "", "tasks"))[0] for _ in range(4)]
    ask = await asking.ask(await _question(), by=owner)

    for person, says in zip(people, ("busy", "ask", "free"), strict=False):
        await answers.give(await _answer(ask, person), says, noted=False, by=person)

    found = await asking.one(ask, by=owner)
    assert (found["free"], found["maybe"], found["busy"], found["waiting"]) == (1, 1, 1, 1)
    assert [each["status"] for each in found["answers"]] == ["free", "ask", "busy", "waiting"]


async def test_an_answer_becomes_a_statement_about_that_day_only_where_the_person_wants_it():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    first = await asking.ask(await _question(5), by=owner)
    second = await asking.ask(await _question(6), by=owner)

    await answers.give(await _answer(first, person), "free", noted=True, by=person)
    await answers.give(await _answer(second, person), "busy", noted=False, by=person)

    [day] = (await queries.my_profile(by=person))["exceptions"]
    assert (day["on_date"], day["kind"]) == ((await _question(5)).on, "free")
    assert (day["starts_at"], day["ends_at"]) == (time(10), time(12))


async def test_an_answer_given_anew_takes_the_place_of_the_first_with_its_statement():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    ask = await asking.ask(await _question(), by=owner)

    for says in ("free", "busy"):
        await answers.give(await _answer(ask, person), says, noted=True, by=person)

    assert [day["kind"] for day in (await queries.my_profile(by=person))["exceptions"]] == ["busy"]
    assert (await asking.one(ask, by=owner))["busy"] == 1


async def test_asked_hours_are_written_down_in_the_days_of_the_person_s_own_zone():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    await free_time.set_zone("America/New_York", by=person)
    ask = await asking.ask(await _question(starts_at=time(13), ends_at=time(17)), by=owner)

    await answers.give(await _answer(ask, person), "free", noted=True, by=person)

    days = (await queries.my_profile(by=person))["exceptions"]
    on = (await _question()).on
    assert [day["on_date"] for day in days] == [on - timedelta(days=1), on]
    assert (days[0]["ends_at"], days[1]["starts_at"]) == (time(), time())


async def test_the_link_of_the_mail_answers_without_signing_in_and_looking_changes_nothing():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    ask = await asking.ask(await _question(note="棚卸しの手伝いです。"), by=owner)
    [notice] = await rows("select * from notification where person_id = $1", person.person)
    taps = KINDS[notice["kind"]].taps(notice)
    token = taps[0].path.removeprefix("/asked/").partition("?")[0]

    seen = await answers.look(token)
    await answers.give_by_link(token, "ask", noted=False)

    assert [tap.path.partition("?")[2] for tap in taps] == ["answer=free", "answer=busy", "answer=ask"]
    assert (seen["status"], seen["note"]) == ("waiting", "棚卸しの手伝いです。")
    assert (await asking.one(ask, by=owner))["maybe"] == 1
    assert token not in str(notice)


async def test_a_forged_link_answers_nothing():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    ask = await asking.ask(await _question(), by=owner)
    answer = await _answer(ask, person)
    right = tokens.sealed(ASK_PURPOSE, answer)

    for wrong in (
        "",
        "x",
        right[:-2] + "AA",
        tokens.sealed("still-holds", answer),
        tokens.sealed(ASK_PURPOSE, ask),
    ):
        with pytest.raises(NotFound):
            await answers.give_by_link(wrong, "free", noted=True)

    assert (await asking.one(ask, by=owner))["waiting"] == 1


async def test_nobody_answers_for_another_person():
    owner = await company()
    person, other = [(await alumnus(owner, "", "tasks"))[0] for _ in range(2)]
    ask = await asking.ask(await _question(), by=owner)

    with pytest.raises(NotFound):
        await answers.give(await _answer(ask, person), "free", noted=False, by=other)
    with pytest.raises(NotFound):
        await answers.one(await _answer(ask, person), by=other)


async def test_an_ask_that_has_ended_or_whose_day_has_passed_takes_no_answer():
    owner = await company()
    person, _ = await alumnus(owner, "", "tasks")
    ended = await asking.ask(await _question(3), by=owner)
    over = await asking.ask(await _question(1), by=owner)
    await asking.close(ended, by=owner)

    with pytest.raises(Conflict):
        await answers.give(await _answer(ended, person), "free", noted=False, by=person)
    with pytest.raises(Conflict):
        await asking.close(ended, by=owner)
    await clock.advance(timedelta(days=2))
    with pytest.raises(Conflict):
        await answers.give(await _answer(over, person), "free", noted=False, by=person)

    assert await answers.mine(by=person) == []


async def test_who_left_since_is_neither_shown_nor_asked_any_more():
    owner = await company()
    person, membership = await alumnus(owner, "", "tasks")
    ask = await asking.ask(await _question(), by=owner)
    await answers.give(await _answer(ask, person), "free", noted=False, by=person)

    await actions.leave(membership, by=person)

    found = await asking.one(ask, by=owner)
    assert (found["free"], found["answers"]) == (0, [])
    assert await answers.mine(by=person) == []


async def test_an_ask_is_its_company_s_alone():
    ours, theirs = await company(), await company()
    await alumnus(ours, "", "tasks")
    ask = await asking.ask(await _question(), by=ours)

    assert await asking.asks(by=theirs) == []
    for look in (asking.one, asking.close):
        with pytest.raises(NotFound):
            await look(ask, by=theirs)
