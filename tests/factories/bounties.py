"""Bounties and licences by the real actions: a hire for ¥300,000, a gig and a business introduction with tranches."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.people import sign_in
from marketplace.referrals import bounties, licences
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_terms import USUAL_REFUNDS, Terms, Tranche
from marketplace.referrals.licences import Filing
from tests.factories.companies import signed_in
from tests.factories.tasks import Firm

PDF = b"%PDF-1.7 a licence"
REWARDED = Terms(
    reward_type="payout",
    tranches=(Tranche(0, yen(30_000)), Tranche(30, yen(30_000))),
    guarantee_days=30,
    fee_kind="contract_share",
    fee_bp=1000,
)
HIRE_TERMS = Terms(
    reward_type="payout",
    tranches=(Tranche(0, yen(150_000)), Tranche(90, yen(150_000))),
    guarantee_days=90,
    fee_kind="pay_share",
    fee_bp=3000,
    refunds=USUAL_REFUNDS,
)
UNREWARDED = Terms(guarantee_days=90)


async def brief(kind: str = "gig", **changes: Any) -> Brief:
    """Return a complete bounty of a kind that is open for sixty days."""
    async with db.transaction(operator=True):
        day = await clock.today()
    whole = Brief(
        kind,
        title="動画編集ができる方を紹介してください",
        what="商品紹介の短い動画を編集する仕事です。成果物ごとにお支払いします。",
        wanted="動画編集の経験が2年以上ある方",
        place="東京または在宅",
        success_event="紹介先との最初の取引契約の締結",
        evidence_wanted="契約書の写し",
        closes_on=day + timedelta(days=60),
    )
    return replace(whole, **changes)


async def draft(
    firm: Firm, kind: str = "gig", terms: Terms = REWARDED, *, by: Actor | None = None, **changes: Any
) -> UUID:
    """Keep a draft of the firm's unit."""
    return await bounties.save_draft(await brief(kind, **changes), terms, unit=firm.unit, by=by or firm.owner)


async def published(firm: Firm, kind: str = "gig", terms: Terms = REWARDED, **changes: Any) -> UUID:
    """Publish a bounty that the policy allows."""
    bounty = await draft(firm, kind, terms, **changes)
    await bounties.publish(bounty, by=firm.owner)
    return bounty


async def operator(email: str = "operator@enishi.example.jp", name: str = "運営 太郎") -> Actor:
    """Return a person of the operator, signed in."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add(email, name)
        await db.execute("update person set is_operator = true where id = $1", person)
    return (await signed_in(email)).as_operator()


async def filing(**changes: Any) -> Filing:
    """Return a licence for paid placement that is valid for a year from today."""
    async with db.transaction(operator=True):
        day = await clock.today()
    whole = Filing(
        number="13-ユ-300001",
        valid_from=day,
        valid_to=day + timedelta(days=365),
        document_name="licence.pdf",
        document=PDF,
        scheme="notified",
        fee_cap_bp=3500,
        fee_table_notified_on=day,
        approved=yen(300_000),
    )
    return replace(whole, **changes)


async def licensed(**changes: Any) -> UUID:
    """File the operator's licence and have a second person sign it off."""
    first, second = await operator(), await operator("second@enishi.example.jp", "運営 次郎")
    licence = await licences.file(await filing(**changes), by=first)
    await licences.sign_off(licence, by=second)
    return licence


async def permitted(firm: Firm, **changes: Any) -> UUID:
    """File the firm's permission for entrusted recruiting and have the operator sign it off."""
    licence = await licences.file(await filing(number="東-0123", **changes), by=firm.owner)
    await licences.sign_off(licence, by=await operator())
    return licence
