"""What posting a bounty promises: nothing unlawful is published, and each answer is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace import clockwork
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.referrals import (
    bounties,
    bounty_import,
    bounty_queries,
    bounty_sweeps,
    licences,
    policy_reviews,
    verdicts,
)
from marketplace.referrals.bounty_terms import Tranche
from marketplace.referrals.verdicts import NotLawful
from tests.factories import bounties as factory
from tests.factories import companies, tasks

pytestmark = pytest.mark.usefixtures("database")


async def _row(bounty) -> dict:
    [row] = await tasks.rows("select * from bounty where id = $1", bounty)
    return row


async def _verdicts(bounty) -> list:
    return await tasks.rows(
        "select step, answer, rules, settled from policy_verdict where bounty_id = $1 order by id", bounty
    )


async def _notices(kind: str) -> list:
    return await tasks.rows("select person_id, params, path from notification where kind = $1", kind)


async def test_a_lawful_bounty_is_published_with_its_first_version_and_its_verdict():
    firm = await tasks.firm()

    bounty = await factory.published(firm, "gig")

    row = await _row(bounty)
    assert (row["status"], row["version"]) == ("published", 1)
    [terms] = await tasks.rows(
        "select version, reward_amount, tranches from bounty_terms where bounty_id = $1", bounty
    )
    assert (terms["version"], terms["reward_amount"]) == (1, 60_000)
    [verdict] = await _verdicts(bounty)
    assert (verdict["step"], verdict["answer"]) == ("publish", "allow")
    assert "JP-GIG" in verdict["rules"]


async def test_a_hire_bounty_in_japan_stays_a_draft_and_the_denial_is_kept():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "hire", factory.HIRE_TERMS)

    with pytest.raises(NotLawful) as refusal:
        await bounties.publish(bounty, by=firm.owner)

    assert refusal.value.verdict.deciding[0].id == "JP-HIRE-OUTSIDER"
    assert set(refusal.value.fields) == {"JP-HIRE-OUTSIDER", "JP-HIRE-FEE"}
    assert (await _row(bounty))["status"] == "draft"
    [verdict] = await _verdicts(bounty)
    assert verdict["answer"] == "deny"


async def test_a_hire_bounty_without_reward_and_fee_needs_no_licence():
    firm = await tasks.firm()

    bounty = await factory.published(firm, "hire", factory.UNREWARDED)

    assert (await _row(bounty))["status"] == "published"


async def test_a_licence_counts_only_after_a_second_person_has_signed_it_off():
    firm = await tasks.firm()
    first, second = await factory.operator(), await factory.operator("second@enishi.example.jp", "運営 次郎")
    licence = await licences.file(await factory.filing(), by=first)
    bounty = await factory.draft(firm, "hire", factory.HIRE_TERMS)
    with pytest.raises(NotLawful):
        await bounties.publish(bounty, by=firm.owner)
    with pytest.raises(NotAllowed):
        await licences.sign_off(licence, by=first)

    await licences.sign_off(licence, by=second)
    await bounties.publish(bounty, by=firm.owner)

    assert (await _row(bounty))["status"] == "published"
    assert [verdict["answer"] for verdict in await _verdicts(bounty)] == ["deny", "allow"]
    with pytest.raises(Conflict):
        await licences.sign_off(licence, by=second)


async def test_a_companys_permission_covers_its_own_bounties_up_to_the_approved_amount():
    firm, other = await tasks.firm(), await tasks.firm()
    await factory.permitted(firm)
    terms = replace(factory.HIRE_TERMS, fee_kind="none", fee_bp=0, refunds=())
    dearer = replace(terms, tranches=(Tranche(0, yen(300_001)),))

    await factory.published(firm, "hire", terms)

    for somebody, wish in ((firm, dearer), (other, terms)):
        with pytest.raises(NotLawful):
            await factory.published(somebody, "hire", wish)


async def test_the_new_day_after_a_licence_has_ended_pauses_what_relied_on_it_and_tells_the_company():
    firm = await tasks.firm()
    await factory.licensed(valid_to=(await bounty_queries.today(by=firm.owner)) + timedelta(days=10))
    bounty = await factory.published(firm, "hire", factory.HIRE_TERMS)
    gig = await factory.published(firm, "gig")

    await clockwork.move(timedelta(days=10))
    await bounty_sweeps.sweep()
    assert (await _row(bounty))["status"] == "published"
    await clockwork.move(timedelta(days=1))
    await bounty_sweeps.sweep()
    await bounty_sweeps.sweep()

    row = await _row(bounty)
    assert (row["status"], row["paused_by_rule"]) == ("paused", "JP-HIRE-OUTSIDER")
    assert (await _row(gig))["status"] == "published"
    [told] = await _notices("bounty.not_lawful")
    assert told["person_id"] == firm.owner.person
    with pytest.raises(NotLawful):
        await bounties.resume(bounty, by=firm.owner)
    await factory.licensed(number="13-ユ-300002")
    await bounties.resume(bounty, by=firm.owner)
    assert (await _row(bounty))["paused_by_rule"] == ""


async def test_a_withdrawn_licence_reaches_published_bounties_on_the_same_day():
    firm = await tasks.firm()
    licence = await factory.licensed()
    bounty = await factory.published(firm, "hire", factory.HIRE_TERMS)

    await licences.withdraw(licence, "許可の取消し", by=await factory.operator())
    await bounty_sweeps.sweep()

    assert (await _row(bounty))["status"] == "paused"


async def test_the_day_is_asked_once_and_each_question_is_kept():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")

    await clockwork.move(timedelta(days=1))
    await bounty_sweeps.sweep()
    await bounty_sweeps.sweep()

    assert len(await _verdicts(bounty)) == 2


async def test_other_money_terms_are_a_new_version_and_other_words_are_not():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")
    dearer = replace(factory.REWARDED, tranches=(Tranche(0, yen(80_000)),))

    await bounties.revise(
        bounty, await factory.brief("gig", title="新しい題名"), factory.REWARDED, by=firm.owner
    )
    await bounties.revise(bounty, await factory.brief("gig"), dearer, by=firm.owner)

    assert (await _row(bounty))["version"] == 2
    kept = await tasks.rows(
        "select version, reward_amount from bounty_terms where bounty_id = $1 order by 1", bounty
    )
    assert [tuple(each.values()) for each in kept] == [(1, 60_000), (2, 80_000)]


async def test_a_change_that_is_not_lawful_changes_nothing():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "hire", factory.UNREWARDED)

    with pytest.raises(NotLawful):
        await bounties.revise(bounty, await factory.brief("hire"), factory.HIRE_TERMS, by=firm.owner)

    assert (await _row(bounty))["version"] == 1
    assert [verdict["answer"] for verdict in await _verdicts(bounty)] == ["allow", "deny"]


async def test_a_bounty_reminds_a_week_before_its_last_day_and_then_ends():
    firm = await tasks.firm()
    day = await bounty_queries.today(by=firm.owner)
    bounty = await factory.published(firm, "gig", closes_on=day + timedelta(days=10))

    await clockwork.move(timedelta(days=3))
    await bounty_sweeps.sweep()
    await bounty_sweeps.sweep()
    assert len(await _notices("bounty.ends_soon")) == 1
    await clockwork.move(timedelta(days=7))
    await bounty_sweeps.sweep()
    assert (await _row(bounty))["status"] == "published"
    await clockwork.move(timedelta(days=1))
    await bounty_sweeps.sweep()

    assert (await _row(bounty))["status"] == "expired"
    assert len(await _notices("bounty.expired")) == 1


async def test_what_is_missing_is_named_field_by_field():
    firm = await tasks.firm()
    bounty = await factory.draft(
        firm, "business", title="", success_event="", evidence_wanted="", closes_on=None, what=""
    )

    with pytest.raises(Invalid) as refusal:
        await bounties.publish(bounty, by=firm.owner)

    assert set(refusal.value.fields) == {"title", "what", "success_event", "evidence_wanted", "closes_on"}
    assert await _verdicts(bounty) == []


async def test_pausing_resuming_and_closing_follow_the_states():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")

    await bounties.pause(bounty, by=firm.owner)
    with pytest.raises(Conflict):
        await bounties.pause(bounty, by=firm.owner)
    await bounties.resume(bounty, by=firm.owner)
    with pytest.raises(Invalid):
        await bounties.close(bounty, " ", by=firm.owner)
    await bounties.close(bounty, "充足したため", by=firm.owner)

    assert (await _row(bounty))["status"] == "closed"
    with pytest.raises(Conflict):
        await bounties.resume(bounty, by=firm.owner)


async def test_only_those_who_post_for_the_unit_may_and_another_company_finds_nothing():
    firm, other = await tasks.firm(), await tasks.firm()
    bounty = await factory.published(firm, "gig")
    finance = await companies.colleague(firm.owner, firm.slug, "finance")
    recruiter = await companies.colleague(firm.owner, firm.slug, "recruiter")

    with pytest.raises(NotAllowed):
        await bounties.pause(bounty, by=finance)
    with pytest.raises(NotFound):
        await bounties.pause(bounty, by=other.owner)
    with pytest.raises(NotFound):
        await bounty_queries.one(bounty, by=other.owner)
    await bounties.pause(bounty, by=recruiter)


async def test_reviews_that_wait_are_shown_in_pages_the_oldest_first_and_counted_as_a_whole():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "gig", country="SG")
    with pytest.raises(NotLawful):
        await bounties.publish(bounty, by=firm.owner)
    await tasks.rows(
        """insert into policy_verdict (company_id, bounty_id, step, answer, rules, facts, table_version)
           select company_id, bounty_id, step, answer, rules, facts || jsonb_build_object('reward', n), table_version
           from policy_verdict, generate_series(1, 35) n returning id"""
    )

    (first, found), (second, again) = [
        await policy_reviews.waiting(page, by=await factory.operator()) for page in (1, 2)
    ]

    assert (len(first), len(second), found, again) == (policy_reviews.PAGE, 6, 36, 36)
    shown = [row["id"] for row in first + second]
    assert shown == sorted(set(shown))


async def test_a_review_waits_for_a_person_whose_word_holds_for_the_same_facts_only():
    firm = await tasks.firm()
    async with db.transaction(operator=True):
        await db.execute("update company set country = 'GB' where id = $1", firm.company)
    bounty = await factory.draft(firm, "gig", country="GB")
    operator = await factory.operator()
    for _again in range(2):
        with pytest.raises(NotLawful):
            await bounties.publish(bounty, by=firm.owner)
    [review], _ = await policy_reviews.waiting(by=operator)

    with pytest.raises(Invalid):
        await policy_reviews.settle(review["id"], allow=True, note="", by=operator)
    await policy_reviews.settle(review["id"], allow=True, note="英国の法務が確認済み", by=operator)
    await bounties.publish(bounty, by=firm.owner)

    assert await policy_reviews.waiting(by=operator) == ([], 0)
    assert (await _row(bounty))["status"] == "published"
    assert [verdict["settled"] for verdict in await _verdicts(bounty)] == ["allow", None, "allow"]
    dearer = replace(factory.REWARDED, tranches=(Tranche(0, yen(80_000)),))
    with pytest.raises(NotLawful):
        await bounties.revise(bounty, await factory.brief("gig", country="GB"), dearer, by=firm.owner)
    with pytest.raises(Conflict):
        await policy_reviews.settle(review["id"], allow=False, note="もう一度", by=operator)


async def test_a_published_bounty_whose_country_has_become_unknown_waits_and_goes_on_by_a_persons_word():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")
    async with db.transaction(operator=True):
        await db.execute("update company set country = 'BR' where id = $1", firm.company)
    await clockwork.move(timedelta(days=1))

    await bounty_sweeps.sweep()
    assert (await _row(bounty))["paused_by_rule"] == "ANY-UNKNOWN-COUNTRY"
    assert (await bounty_queries.one(bounty, by=firm.owner)).asked.verdict.answer == "review"
    operator = await factory.operator()
    [review], _ = await policy_reviews.waiting(by=operator)
    await policy_reviews.settle(review["id"], allow=True, note="確認済み", by=operator)

    assert (await bounty_queries.one(bounty, by=firm.owner)).asked.verdict.answer == "allow"
    await bounties.resume(bounty, by=firm.owner)
    await clockwork.move(timedelta(days=1))
    await bounty_sweeps.sweep()
    assert (await _row(bounty))["status"] == "published"


async def test_nobody_settles_the_review_of_his_own_company():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "gig", country="BR")
    with pytest.raises(NotLawful):
        await bounties.publish(bounty, by=firm.owner)
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", firm.owner.person)
    own = replace(firm.owner, kind="operator", company=None, member=None)
    [review], _ = await policy_reviews.waiting(by=own)

    with pytest.raises(NotAllowed):
        await policy_reviews.settle(review["id"], allow=True, note="ok", by=own)


async def test_the_steps_after_publishing_ask_again_and_find_the_licence_gone():
    firm = await tasks.firm()
    licence = await factory.licensed()
    bounty = await factory.published(firm, "hire", factory.HIRE_TERMS)

    async with db.transaction(company=firm.company):
        before = await verdicts.take("claim", bounty=bounty)
    await licences.withdraw(licence, "許可の取消し", by=await factory.operator())
    async with db.transaction(company=firm.company):
        after = await verdicts.take("payout", bounty=bounty)

    assert (before.answer, after.answer) == ("allow", "deny")
    assert [verdict["step"] for verdict in await _verdicts(bounty)] == ["publish", "claim", "payout"]


async def test_an_import_reaches_the_same_denial_and_keeps_the_row_as_a_draft():
    firm = await tasks.firm()
    ends = (await bounty_queries.today(by=firm.owner)) + timedelta(days=30)
    file = (
        "kind,title,what,wanted,place,closes_on,reward,publish\n"
        f"gig,動画編集,編集の仕事,経験者,在宅,{ends},30000,yes\n"
        f"hire,法人営業,営業職,経験者,東京,{ends},300000,yes\n"
        f"hire,経理,経理職,経験者,東京,{ends},,yes\n"
        f"party,宴会,,,,,,yes\n"
        f"gig,下書き,,,,,many,\n"
        f"gig,下書き,,,,,,\n"
    )

    made = await bounty_import.bring_in(file.encode(), by=firm.owner)

    done = await bounty_import.report(made, by=firm.owner)
    assert [each.status for each in done] == [
        "published",
        "draft",
        "published",
        "refused",
        "refused",
        "draft",
    ]
    assert done[1].answer == "deny"
    assert "JP-HIRE-OUTSIDER" in done[1].problems
    assert (await _row(done[1].bounty))["status"] == "draft"
    assert set(done[3].problems) == {"kind"}
    assert set(done[4].problems) == {"reward"}
    assert [verdict["answer"] for verdict in await _verdicts(done[1].bounty)] == ["deny"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"name,title\n", "kind\n".encode("utf-16"), b"kind,title\n" + b"gig,x\n" * 501],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(content: bytes):
    firm = await tasks.firm()

    with pytest.raises(Invalid) as refusal:
        await bounty_import.bring_in(content, by=firm.owner)

    assert "file" in refusal.value.fields
    assert await tasks.rows("select id from bounty") == []


async def test_a_company_whose_publishing_is_stopped_publishes_no_bounty():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "gig")
    async with db.transaction(operator=True):
        await db.execute(
            "update company set publishing_stopped_at = business_now(), publishing_stopped_reason = 'x' where id = $1",
            firm.company,
        )

    with pytest.raises(Conflict):
        await bounties.publish(bounty, by=firm.owner)


async def test_the_list_shows_states_rewards_and_pages():
    firm = await tasks.firm()
    await factory.published(firm, "gig")
    denied = await factory.draft(firm, "hire", factory.HIRE_TERMS)
    with pytest.raises(NotLawful):
        await bounties.publish(denied, by=firm.owner)

    found = await bounty_queries.listed(by=firm.owner)

    assert found["counts"] == {"": 2, "open": 1, "draft": 1, "paused": 0, "ended": 0}
    assert [(row["reward_amount"], row["verdict"]) for row in found["bounties"]] == [
        (300_000, "deny"),
        (60_000, "allow"),
    ]
    assert (await bounty_queries.listed(by=firm.owner, search="%"))["found"] == 0
    assert len(await bounty_queries.exported(by=firm.owner, tab="open")) == 1
