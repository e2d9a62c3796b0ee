"""Waves: the best are asked first, the next when nobody answered, until the offer ends."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace import schedule
from marketplace.alumni import actions as alumni
from marketplace.core import db, outbox
from marketplace.core.errors import Conflict, NotAllowed, NotFound
from marketplace.tasks import invitations, publishing, reminders, waves
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "reply"),
    [
        (timedelta(days=10), timedelta(hours=24)),
        (timedelta(hours=48), timedelta(hours=24)),
        (timedelta(hours=6), timedelta(hours=3)),
    ],
)
def test_the_time_to_reply_is_a_day_or_half_of_what_is_left(left, reply):
    assert waves.reply_by(NOON, NOON + left) == NOON + reply


@pytest.mark.parametrize(("hours", "people"), [(200, 3), (72, 4), (25, 4), (24, 6), (6, 8), (1, 8)])
def test_the_closer_the_start_the_wider_the_wave(hours, people):
    assert waves.per_open_seat(NOON, NOON + timedelta(hours=hours)) == people


async def test_the_first_wave_asks_three_people_for_each_open_seat_the_best_first_with_reasons():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm, "figma", level=level) for level in (3, 5, 4, 3, 2)]

    task = await tasks.published(firm)

    sent = await tasks.invitations(task, "sent")
    assert [each["person_id"] for each in sent][:2] == [people[1].person, people[2].person]
    assert len(sent) == 3
    assert people[4].person not in {each["person_id"] for each in sent}
    assert any("required skill" in reason["key"] for reason in sent[0]["reasons"])
    assert "task.invited" in await tasks.notices(people[1])


async def test_who_meets_a_gate_is_neither_ranked_nor_asked():
    firm = await tasks.firm()
    fits, blocked, unwilling = [await tasks.alumnus(firm) for _ in range(3)]
    [member] = await tasks.rows("select id from membership where person_id = $1", blocked.person)
    [tie] = await tasks.rows("select id from membership where person_id = $1", unwilling.person)
    await alumni.set_blocked_by_company(member["id"], blocked=True, by=firm.owner)
    await alumni.choose_intents(tie["id"], ["news"], by=unwilling)
    await tasks.work()

    task = await tasks.published(firm)

    matches = await tasks.rows("select person_id from task_match where task_id = $1", task)
    assert [each["person_id"] for each in matches] == [fits.person]
    assert [each["person_id"] for each in await tasks.invitations(task)] == [fits.person]


async def test_unanswered_invitations_lapse_and_the_next_wave_goes_out_once():
    firm = await tasks.firm()
    for _ in range(5):
        await tasks.alumnus(firm)
    task = await tasks.published(firm)
    first = {each["person_id"] for each in await tasks.invitations(task, "sent")}

    await tasks.later(hours=25)
    await schedule.run_all()
    await tasks.work()
    await schedule.run_all()
    await tasks.work()

    assert {each["person_id"] for each in await tasks.invitations(task, "lapsed")} == first
    second = {each["person_id"] for each in await tasks.invitations(task, "sent")}
    assert len(second) == 2
    assert not first & second
    assert (await tasks.row(task))["waves_sent"] == 2


async def test_when_everybody_declines_the_next_wave_goes_out_at_once():
    firm = await tasks.firm()
    people = {person.person: person for person in [await tasks.alumnus(firm) for _ in range(4)]}
    task = await tasks.published(firm)
    for each in await tasks.invitations(task, "sent"):
        await invitations.decline(each["id"], "予定があります。", by=people[each["person_id"]])

    await schedule.run_all()
    await tasks.work()

    assert len(await tasks.invitations(task, "sent")) == 1
    assert len(await tasks.invitations(task, "declined")) == 3


async def test_with_nobody_left_the_manager_is_told_once_and_later_arrivals_are_asked():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    assert (await tasks.notices(firm.manager)).count("task.nobody_left") == 1
    late = await tasks.alumnus(firm)

    for _ in range(2):
        await tasks.later(hours=25)
        await schedule.run_all()
        await tasks.work()

    assert [each["person_id"] for each in await tasks.invitations(task)] == [late.person]
    assert (await tasks.notices(firm.manager)).count("task.nobody_left") <= 2


async def test_a_manager_invites_by_hand_once_and_only_from_the_matches():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(4)]
    stranger = await tasks.alumnus(await tasks.firm())
    task = await tasks.published(firm)
    asked = {each["person_id"] for each in await tasks.invitations(task)}
    [waiting] = [person for person in people if person.person not in asked]

    await waves.invite_by_hand(task, waiting.person, by=firm.manager)

    [by_hand] = [each for each in await tasks.invitations(task, "sent") if each["by_hand"]]
    assert by_hand["person_id"] == waiting.person
    with pytest.raises(Conflict):
        await waves.invite_by_hand(task, waiting.person, by=firm.manager)
    with pytest.raises(NotFound):
        await waves.invite_by_hand(task, stranger.person, by=firm.manager)
    with pytest.raises(NotAllowed):
        await waves.invite_by_hand(task, waiting.person, by=firm.approver)


async def test_reminders_come_before_the_deadline_and_once():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.published(firm)

    await tasks.later(hours=17)
    await schedule.run_all()
    assert "task.reply_soon" not in await tasks.notices(person)

    await tasks.later(hours=2)
    await schedule.run_all()
    await schedule.run_all()
    assert (await tasks.notices(person)).count("task.reply_soon") == 1


async def test_nobody_is_invited_to_a_task_on_the_board_without_being_chosen_by_hand():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)

    task = await tasks.published(firm, mode="apply")

    assert await tasks.invitations(task) == []
    [match] = await tasks.rows("select person_id from task_match where task_id = $1", task)
    assert match["person_id"] == person.person


async def test_who_no_longer_wishes_to_be_asked_is_not_invited_by_hand_from_an_older_ranking():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    [tie] = await tasks.rows("select id from membership where person_id = $1", person.person)
    await alumni.choose_intents(tie["id"], ["news"], by=person)

    with pytest.raises(Conflict):
        await waves.invite_by_hand(task, person.person, by=firm.manager)

    assert await tasks.invitations(task) == []


async def test_the_ten_best_are_told_once_of_a_task_on_the_board_and_only_who_wants_tasks():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm, "figma", level=3) for _ in range(10)]
    least = await tasks.alumnus(firm, "figma", level=2)
    without = await tasks.alumnus(firm, "figma", level=5)
    [tie] = await tasks.rows("select id from membership where person_id = $1", without.person)
    await alumni.consent(tie["id"], alumni.CONSENT_VERSION, ["referrals"], by=without)
    task = await tasks.published(firm, mode="apply")
    async with db.transaction(operator=True):
        await outbox.enqueue("tasks.wave", task=str(task))
    await tasks.work()

    told = [(await tasks.notices(person)).count("task.on_board") for person in (*people, least, without)]

    assert told == [1] * 10 + [0, 0]


async def test_the_poster_is_reminded_once_of_a_task_that_waits_for_money_for_a_day():
    firm = await tasks.firm(balance=0)
    task = await tasks.draft(firm)
    await publishing.publish(task, by=firm.manager)
    await tasks.later(hours=23)
    early = await reminders.sweep()

    await tasks.later(hours=2)
    found = [await reminders.sweep(), await reminders.sweep()]

    assert (early, found) == (0, [1, 0])
    assert (await tasks.notices(firm.manager)).count("task.funding_waits") == 1
