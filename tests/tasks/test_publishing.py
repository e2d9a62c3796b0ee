"""Publishing: checked, approved, funded, all or nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from marketplace.core.money import yen
from marketplace.tasks import awaiting, drafts, publishing
from marketplace.tasks.publishing import Outcome
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def test_publishing_sets_the_most_it_can_cost_aside_to_the_yen_and_opens_the_seats():
    firm = await tasks.firm(balance=200_000)
    task = await tasks.draft(firm, seats=2)

    done = await publishing.publish(task, by=firm.manager)

    assert done.outcome is Outcome.PUBLISHED
    assert await tasks.money(firm, task) == (73_500, 126_500)
    assert await tasks.seats(task) == ["open", "open"]
    assert (await tasks.row(task))["status"] == "published"
    [version] = await tasks.rows("select * from task_version where task_id = $1", task)
    assert version["body"]["seat_maximum"]["amount"] == tasks.SEAT


async def test_short_money_stores_the_wish_and_the_task_goes_out_when_the_money_arrives():
    firm = await tasks.firm(balance=60_000)
    task = await tasks.draft(firm)

    done = await publishing.publish(task, by=firm.manager)

    assert done.outcome is Outcome.FUNDING_WANTED
    assert done.missing == yen(3_250)
    assert (await tasks.row(task))["status"] == "draft"
    assert await tasks.money(firm, task) == (60_000, 0)

    await tasks.top_up(firm.owner, 3_250)
    async with db.transaction(operator=True):
        await awaiting.money_arrived(company=str(firm.company), amount=yen(3_250))
    await tasks.work()

    assert (await tasks.row(task))["status"] == "published"
    assert await tasks.money(firm, task) == (0, tasks.SEAT)
    assert "task.published" in await tasks.notices(firm.manager)


async def test_the_sweep_publishes_what_waits_even_if_the_news_of_the_money_was_lost():
    firm = await tasks.firm(balance=60_000)
    task = await tasks.draft(firm)
    await publishing.publish(task, by=firm.manager)
    await tasks.top_up(firm.owner, 10_000)

    await awaiting.sweep()
    await tasks.work()

    assert (await tasks.row(task))["status"] == "published"


async def test_a_wish_whose_dates_have_passed_ends_and_its_poster_is_told():
    firm = await tasks.firm(balance=0)
    task = await tasks.draft(firm)
    await publishing.publish(task, by=firm.manager)
    await tasks.later(days=30)
    await tasks.top_up(firm.owner, 100_000)

    await awaiting.sweep()
    await tasks.work()

    found = await tasks.row(task)
    assert (found["status"], found["funding_wanted_at"]) == ("draft", None)
    assert "task.not_published" in await tasks.notices(firm.manager)
    assert await tasks.money(firm, task) == (100_000, 0)


async def test_above_the_units_limit_somebody_else_approves():
    firm = await tasks.firm(limit=100_000)
    task = await tasks.draft(firm, seats=2)

    asked = await publishing.publish(task, by=firm.manager)

    assert asked.outcome is Outcome.APPROVAL_WANTED
    assert await tasks.money(firm, task) == (1_000_000, 0)
    assert "task.approval_wanted" in await tasks.notices(firm.approver)

    done = await publishing.approve(task, by=firm.approver)

    assert done.outcome is Outcome.PUBLISHED
    assert (await tasks.row(task))["approved_by"] == firm.approver.member
    with pytest.raises(Conflict):
        await publishing.approve(task, by=firm.approver)


async def test_nobody_approves_what_he_asked_for_himself():
    firm = await tasks.firm(limit=0)
    task = await drafts.post(await tasks.brief(), unit=firm.unit, by=firm.owner)

    await publishing.publish(task, by=firm.owner)

    with pytest.raises(NotAllowed):
        await publishing.approve(task, by=firm.owner)
    with pytest.raises(NotAllowed):
        await publishing.approve(task, by=firm.manager)


async def test_a_task_that_was_sent_back_is_a_draft_with_a_note_and_changing_it_ends_the_approval():
    firm = await tasks.firm(limit=0)
    task = await tasks.draft(firm)
    await publishing.publish(task, by=firm.manager)

    await publishing.send_back(task, "枠を減らしてください。", by=firm.approver)

    assert (await tasks.row(task))["approval_note"] == "枠を減らしてください。"
    assert "task.sent_back" in await tasks.notices(firm.manager)

    await publishing.publish(task, by=firm.manager)
    await drafts.edit(task, await tasks.brief(price=yen(60_000)), unit=firm.unit, by=firm.manager)

    assert (await tasks.row(task))["publish_requested_at"] is None
    with pytest.raises(Conflict):
        await publishing.approve(task, by=firm.approver)


async def test_a_payment_day_tied_to_inspection_cannot_be_published_and_no_money_moves():
    firm = await tasks.firm()
    task = await tasks.draft(firm, pay_words="検収完了後、翌月末までに支払う")

    with pytest.raises(Invalid) as refused:
        await publishing.publish(task, by=firm.manager)

    assert set(refused.value.fields) == {"pay_words"}
    assert await tasks.money(firm, task) == (1_000_000, 0)


async def test_a_warning_is_published_only_with_a_reason_which_stays_on_record():
    firm = await tasks.firm()
    task = await tasks.draft(firm, how="毎朝9時にオンラインで集合し、その日の作業を確認します。")

    with pytest.raises(Invalid) as refused:
        await publishing.publish(task, by=firm.manager)

    assert "reason" in refused.value.fields

    await publishing.publish(task, by=firm.manager, reason="撮影のスタジオが9時に開くため。")

    [version] = await tasks.rows("select body from task_version where task_id = $1", task)
    assert version["body"]["reason"] == "撮影のスタジオが9時に開くため。"
    assert {"rule": "work.hours", "field": "how"} in version["body"]["warnings"]


async def test_employment_in_disguise_cannot_be_published_whatever_the_reason():
    firm = await tasks.firm()
    task = await tasks.draft(
        firm, how="毎日9時から18時まで勤務し、上司の指示に従う。時給1,500円。", reason="どうしても必要。"
    )

    with pytest.raises(Invalid):
        await publishing.publish(task, by=firm.manager)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": yen(0)}, "price"),
        ({"title": ""}, "title"),
        ({"what": ""}, "what"),
        ({"tax_category": ""}, "tax_category"),
        ({"deliver_on": None}, "deliver_on"),
        ({"rights": ""}, "rights"),
        ({"online": False, "place": "東京都港区1-1"}, "prefecture"),
    ],
)
async def test_what_is_missing_is_named(changes, field):
    firm = await tasks.firm()
    task = await tasks.draft(firm, **changes)

    with pytest.raises(Invalid) as refused:
        await publishing.publish(task, by=firm.manager)

    assert field in refused.value.fields


async def test_days_in_the_past_and_windows_that_have_begun_are_refused():
    firm = await tasks.firm()
    async with db.transaction(operator=True):
        now, today = await clock.now(), await clock.today()
    begun = {"window_starts_at": now - timedelta(hours=1), "window_ends_at": now + timedelta(hours=3)}
    for changes in ({"deliver_on": today}, {"deliver_on": today - timedelta(days=1)}, begun):
        task = await tasks.draft(firm, **changes)

        with pytest.raises(Invalid):
            await publishing.publish(task, by=firm.manager)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": yen(-1)}, "price"),
        ({"price": yen(10_000_001)}, "price"),
        ({"price": yen(10**14)}, "price"),
        ({"seats": 0}, "seats"),
        ({"seats": 51}, "seats"),
        ({"seats": 10**18}, "seats"),
        ({"inspection_days": 31}, "inspection_days"),
        ({"hours_estimate": 2**40}, "hours_estimate"),
        ({"title": "題" * 121}, "title"),
        ({"what": "字" * 10_001}, "what"),
        ({"tax_category": "anything"}, "tax_category"),
        ({"tax_bp": 999}, "tax_bp"),
        ({"languages": ("xx",)}, "languages"),
        ({"prefecture": 48}, "prefecture"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_its_field(changes, field):
    firm = await tasks.firm(balance=0)

    with pytest.raises(Invalid) as refused:
        await tasks.draft(firm, **changes)

    assert field in refused.value.fields


async def test_text_is_kept_as_written():
    firm = await tasks.firm(balance=0)
    text = "髙橋さん <script>alert(1)</script> 🎌 \\ ' \" & 10,000"

    task = await tasks.draft(firm, title=text, what=text * 200)

    found = await tasks.row(task)
    assert (found["title"], found["what"]) == (text, text * 200)


async def test_a_stopped_company_and_stopped_reserves_publish_nothing(owner):
    firm = await tasks.firm()
    task = await tasks.draft(firm)
    await owner.execute("update company set publishing_stopped_at = now() where id = $1", firm.company)

    with pytest.raises(Conflict):
        await publishing.publish(task, by=firm.manager)

    await owner.execute("update company set publishing_stopped_at = null")
    await owner.execute("update kill_switch set stopped_at = now() where name = 'reserves'")
    with pytest.raises(Unavailable):
        await publishing.publish(task, by=firm.manager)
    assert (await tasks.row(task))["status"] == "draft"


async def test_publishing_twice_is_a_conflict_and_reserves_once():
    firm = await tasks.firm()
    task = await tasks.draft(firm)
    await publishing.publish(task, by=firm.manager)

    with pytest.raises(Conflict):
        await publishing.publish(task, by=firm.manager)

    assert await tasks.money(firm, task) == (1_000_000 - tasks.SEAT, tasks.SEAT)


async def test_another_company_and_another_unit_have_no_hand_in_it():
    firm, stranger = await tasks.firm(), await tasks.firm()
    task = await tasks.draft(firm)
    elsewhere = replace(firm.manager, unit=stranger.unit)

    with pytest.raises(NotFound):
        await publishing.publish(task, by=stranger.manager)
    with pytest.raises(NotAllowed):
        await publishing.publish(task, by=elsewhere)
    with pytest.raises(NotAllowed):
        await publishing.publish(task, by=firm.approver)


async def test_a_copy_is_a_new_draft_without_dates():
    firm = await tasks.firm()
    task = await tasks.published(firm, seats=3)

    copy = await drafts.duplicate(task, by=firm.manager)

    found = await tasks.row(copy)
    assert (found["status"], found["seats"], found["deliver_on"], found["pay_words"]) == (
        "draft",
        3,
        None,
        "",
    )
