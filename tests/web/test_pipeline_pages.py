"""The pages of the pipeline: the recruiter decides with a reason, and the referrer reads it at once."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from marketplace.core import clock
from marketplace.core.money import yen
from marketplace.referrals import guarantee, pipeline, success
from tests.factories import companies
from tests.factories import pipeline as make
from tests.web.asgi_visitor import Visitor, operator, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def visitor(person: UUID | None, language: str = "en") -> Visitor:
    [row] = await make.rows("select email from person where id = $1", person)
    return await signed_in(row["email"], language)


def at_company(at: make.Scene, claim: UUID | None = None, below: str = "") -> str:
    return f"/c/{at.slug}/referrals{f'/{claim}' if claim else ''}{below}"


async def test_the_recruiter_moves_a_referral_with_a_reason_and_the_referrer_reads_it():
    at = await make.scene()
    claim = await make.claim(at)
    recruiter, referrer = await visitor(at.recruiter.person), await visitor(at.referrer.person)

    await recruiter.open(at_company(at, claim))
    await recruiter.open(at_company(at, claim, "/steps/interview"))
    await recruiter.send("/steps/interview", reason="wants_to_meet", note="来週お会いします。", next_on="")
    text = await referrer.open(f"/referrals/{claim}")

    assert "The company wants to meet the candidate." in text
    assert "来週お会いします。" in text
    assert "The company and the candidate meet" in text
    assert (await make.row(claim))["status"] == "interview"


async def test_a_step_without_a_reason_is_given_back_with_what_was_typed():
    at = await make.scene()
    claim = await make.claim(at)
    recruiter = await visitor(at.recruiter.person)
    await recruiter.open(at_company(at, claim, "/steps/screen"))

    await recruiter.send("/steps/screen", 422, note="よい経歴です。", next_on="2001-01-01")

    assert recruiter.wrong() >= {"reason"}
    assert recruiter.page.css_first("#note").text().strip() == "よい経歴です。"


async def test_a_second_click_says_that_somebody_was_quicker_and_moves_nothing():
    at = await make.scene()
    claim = await make.claim(at)
    recruiter = await visitor(at.recruiter.person)
    await recruiter.open(at_company(at, claim, "/steps/screen"))
    first = recruiter.page

    await recruiter.send("/steps/screen", reason="profile_fits")
    recruiter.page = first
    text = await recruiter.send("/steps/screen", reason="profile_fits")

    assert "no longer possible" in text
    assert len(await make.rows("select from claim_move where claim_id = $1", claim)) == 2


async def test_a_step_is_taken_back_with_one_button():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.step(claim, "offer", by=at.recruiter, reason="agreed_in_principle")
    recruiter = await visitor(at.recruiter.person)
    await recruiter.open(at_company(at, claim))

    await recruiter.send("/undoing")

    assert (await make.row(claim))["status"] == "owned"
    assert "Take the last step back" not in await recruiter.open(at_company(at, claim))


async def test_the_buttons_are_what_the_lifecycle_allows_and_an_auditor_has_none():
    at = await make.scene("business")
    claim = await make.claim(at, status="screening")
    auditor = await visitor((await companies.colleague(at.owner, at.slug, "auditor")).person)
    recruiter = await visitor(at.recruiter.person)

    await recruiter.open(at_company(at, claim))
    offered = {
        (link.attributes["href"] or "").rpartition("/")[2] for link in recruiter.page.css(".now a.btn")
    }
    await auditor.open(at_company(at, claim))

    assert offered == {"interview", "offer", "decline", "withdraw", "success"}
    assert not auditor.page.css(".now a.btn")
    assert not auditor.page.css("main form")


async def test_a_business_success_is_recorded_and_both_sides_see_its_yen():
    at = await make.scene("business")
    claim = await make.claim(at)
    recruiter, referrer = await visitor(at.recruiter.person), await visitor(at.referrer.person)
    await recruiter.open(at_company(at, claim, "/success"))

    await recruiter.send(
        "/success",
        happened_on=(await make.today()).isoformat(),
        evidence="発注書 2026-118 を受領",
        base="1,000,000",
    )
    company_text = await recruiter.open(at_company(at, claim))
    await referrer.open(f"/referrals/{claim}")

    assert "100,000" in company_text
    amounts = [node.attributes["value"] for node in referrer.page.css(".book data.money")]
    assert amounts == ["30000", "30000"]
    [invoice] = await make.rows("select * from invoice")
    assert (invoice["reference"], invoice["fee_amount"], invoice["tax_amount"], invoice["bounty_amount"]) == (
        f"claim:{claim}",
        100_000,
        10_000,
        60_000,
    )


async def test_a_wrong_success_names_each_field_and_gives_back_what_was_typed():
    at = await make.scene("business")
    claim = await make.claim(at)
    recruiter = await visitor(at.recruiter.person)
    await recruiter.open(at_company(at, claim, "/success"))

    await recruiter.send(
        "/success", 422, happened_on="2001-01-01", evidence="発注書を受け取りました", base="0"
    )

    assert recruiter.wrong() == {"happened_on", "base"}
    assert recruiter.page.css_first("#evidence").text().strip() == "発注書を受け取りました"


async def test_an_early_end_is_recorded_with_what_returns():
    at = await make.scene("business")
    claim = await make.claim(at)
    await success.record(
        claim, happened_on=await make.today(), evidence="発注書を受領", base=yen(1_000_000), by=at.owner
    )
    await clock.advance(timedelta(days=20))
    await guarantee.begin()
    recruiter, referrer = await visitor(at.recruiter.person), await visitor(at.referrer.person)
    page = await recruiter.open(at_company(at, claim, "/leaving"))

    text = await recruiter.send("/leaving", left_on=(await make.today()).isoformat(), reason="customer_left")
    seen = await referrer.open(f"/referrals/{claim}")

    assert "80,000" in page
    assert "80 % of the success fee returns" in text
    assert "The customer has ended the business." in seen


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("status", ["owned", "screening", "interview", "offer", "declined", "withdrawn"])
async def test_where_is_my_referral_always_has_an_answer(status: str, language: str):
    at = await make.scene()
    claim = await make.claim(at, status=status, reason="filled" if status == "declined" else "")
    await pipeline.plan_missing()
    referrer = await visitor(at.referrer.person, language)

    await referrer.open(f"/referrals/{claim}")

    steps = referrer.page.css(".thread [aria-current=step]")
    assert len(steps) == 1
    if status in {"owned", "screening", "interview", "offer"}:
        assert len(referrer.page.css("[aria-labelledby=next] time")) == 1


async def test_a_missed_day_is_seen_by_both_sides():
    at = await make.scene()
    claim = await make.claim(at)
    await pipeline.plan_missing()
    await clock.advance(timedelta(days=8))
    recruiter, referrer = await visitor(at.recruiter.person), await visitor(at.referrer.person)

    board = await recruiter.open(at_company(at))
    await recruiter.open(at_company(at) + "?group=overdue")
    overdue = recruiter.answer.text
    seen = await referrer.open(f"/referrals/{claim}")

    assert "1 referral is overdue" in board
    assert str(claim) in overdue
    assert "overdue by 3 days" in seen


async def test_the_list_is_filtered_by_part_and_bounty_and_saved_as_a_file():
    at = await make.scene()
    other = await make.bounty(at.owner, at.unit, title="別の案件")
    here, there = await make.claim(at), await make.claim(at, bounty_id=other)
    gone = await make.claim(at, status="declined", reason="filled", candidate_name="=cmd()")
    recruiter = await visitor(at.recruiter.person)

    await recruiter.open(f"{at_company(at)}?group=open&view=list&bounty={other}")
    only = recruiter.page.css_first("table").html
    await recruiter.open(f"{at_company(at)}?group=ended")
    ended = recruiter.page.css_first("table").html
    await recruiter.open(f"{at_company(at)}?group=nonsense&bounty=nonsense&page=2")
    saved = await recruiter.client.get(f"{at_company(at)}/referrals.csv?group=")

    assert str(there) in only
    assert str(here) not in only
    assert str(gone) in ended
    assert "The place has been given to somebody else." in ended
    assert saved.content.startswith(b"\xef\xbb\xbf")
    assert saved.text.count("\r\n") == 4
    assert "'=cmd()" in saved.text


async def test_long_lists_have_pages():
    at = await make.scene()
    for _ in range(31):
        await make.claim(at)
    recruiter = await visitor(at.recruiter.person)

    await recruiter.open(f"{at_company(at)}?group=open&view=list&page=2")

    assert len(recruiter.page.css("table.book tbody tr")) == 1
    await recruiter.open(at_company(at))
    assert len(recruiter.page.css("[aria-labelledby=stage-owned] li")) == 20


async def test_an_empty_list_teaches():
    at = await make.scene()
    recruiter = await visitor(at.recruiter.person)

    assert "As soon as the candidate has consented" in await recruiter.open(at_company(at))


async def test_the_numbers_are_funnel_cost_and_what_an_agency_would_have_asked():
    at = await make.scene("hire", **make.UNPAID, **make.FIXED)
    await make.rows(
        """insert into referral_licence (kind, number, valid_from, valid_to, fee_cap_bp, fee_scheme, fee_table_notified_on,
             document_name, document, document_sha256, filed_by, signed_off_by, signed_off_at)
           values ('paid_placement', '13-ユ-300001', '2020-01-01', '2099-01-01', 5000, 'notified', '2020-01-01', 'a.pdf', 'a',
             repeat('a', 64), 'a', 'b', now()) returning id"""
    )
    await make.claim(at)
    hired = await make.claim(at, status="offer")
    await success.record(
        hired, happened_on=await make.today(), evidence="雇用契約書", base=yen(6_000_000), by=at.owner
    )
    recruiter = await visitor(at.recruiter.person)

    await recruiter.open(f"{at_company(at)}/numbers")

    row = recruiter.page.css_first("[aria-labelledby=each] tbody tr")
    assert [cell.text() for cell in row.css("td")][:5] == ["2", "1", "1", "1", "1"]
    assert [node.attributes["value"] for node in row.css("data")] == ["200000", "2100000"]


async def test_a_referrer_sees_what_he_may_expect_certain_and_possible():
    at = await make.scene("business")
    await make.claim(at)
    done = await make.claim(at)
    await success.record(
        done, happened_on=await make.today(), evidence="発注書を受領", base=yen(1_000_000), by=at.owner
    )
    referrer = await visitor(at.referrer.person)

    await referrer.open("/referrals/expected")

    assert [node.attributes["value"] for node in referrer.page.css(".stats data")] == ["60000", "60000"]
    assert len(referrer.page.css("table.book tbody tr")) == 2


async def test_the_operator_sees_what_is_unvested_by_month_promised_and_refundable():
    at = await make.scene("business")
    await make.claim(at)
    done = await make.claim(at)
    await success.record(
        done, happened_on=await make.today(), evidence="発注書を受領", base=yen(1_000_000), by=at.owner
    )
    visiting = await operator()

    await visiting.open("/operator/referrals")

    assert [node.attributes["value"] for node in visiting.page.css(".stats data")] == [
        "60000",
        "0",
        "60000",
        "80000",
    ]
    assert len(visiting.page.css("[aria-labelledby=months] tbody tr")) == 2


async def test_the_secret_is_shown_once_and_never_again():
    at = await make.scene()
    owner = await visitor(at.owner.person)
    await owner.open(f"/c/{at.slug}/settings/ats")

    shown = await owner.send("/secret")
    again = await owner.open(f"/c/{at.slug}/settings/ats")

    assert len(set(re.findall(r"ats_[\w-]{43}", shown))) == 1
    assert not re.findall(r"ats_[\w-]{43}", again)
    assert "hooks/ats/" in again


async def test_a_message_that_fits_nothing_is_seen_and_tried_again():
    at = await make.scene()
    await make.rows(
        """insert into ats_event (company_id, id, payload, occurred_at, outcome) values ($1, 'evt-1', $2, now() - interval '1 hour',
             'unknown_candidate') returning id""",
        at.company,
        {
            "id": "evt-1",
            "occurred_at": "2026-01-01T10:00:00+09:00",
            "candidate": {"email": "hayashi@example.com"},
            "stage": "screening",
        },
    )
    owner = await visitor(at.owner.person)
    seen = await owner.open(f"/c/{at.slug}/settings/ats")
    claim = await make.claim(at, "hayashi@example.com")

    text = await owner.send("/retries", event="evt-1")

    assert "hayashi@example.com" in seen
    assert "Applied" in text
    assert (await make.row(claim))["status"] == "screening"


@pytest.mark.parametrize(("language", "said"), [("en", "skipped"), ("ja", "省略")])
async def test_a_stage_that_was_passed_over_is_drawn_as_skipped_and_not_as_done(language, said):
    at = await make.scene()
    claim = await make.claim(at)
    recruiter = await visitor(at.recruiter.person)
    referrer = await visitor(at.referrer.person, language)

    await pipeline.step(claim, "interview", reason="wants_to_meet", by=at.recruiter)
    await referrer.open(f"/referrals/{claim}")
    [skipped] = referrer.page.css(".thread .skipped")
    assert said in skipped.text()
    assert len(referrer.page.css(".thread .done")) == 2
    await pipeline.end(claim, "decline", reason="filled", by=at.recruiter)
    await recruiter.open(at_company(at, claim))

    assert len(recruiter.page.css(".thread .skipped")) == 1
    assert len(recruiter.page.css(".thread .done")) == 3
