"""What is done to a planted bounty and to a referral, one step each, by the people who would do it."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import httpx

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.referrals import (
    bounties,
    claims,
    consent_links,
    consents,
    guarantee,
    licences,
    pipeline,
    success,
)
from marketplace.referrals.claims import Traces, Wish
from marketplace.referrals.licences import Filing
from marketplace.referrals.verdicts import NotLawful
from marketplace.seeds.bounty_specs import BountySpec, ClaimSpec
from marketplace.seeds.companies import Firm
from payouts.billing import invoices

_CARD = {"card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123", "email": "finance@aoba.example"}
_ONE_MACHINE = Traces(device=b"the tablet of a fair")


@dataclass(slots=True)
class Posted:
    """A bounty on its way to its fate."""

    spec: BountySpec
    firm: Firm
    operator: Actor
    bounty: UUID = field(init=False)

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def manager(self) -> Actor:
        return self.firm.with_role("manager", self.spec.unit)


@dataclass(slots=True)
class Referred:
    """A referral on its way to its fate."""

    spec: ClaimSpec
    posted: Posted
    claim: UUID = field(init=False)

    @property
    def title(self) -> str:
        return f"{self.posted.title}: {self.spec.name}"


async def permit(posted: Posted) -> None:
    """Have the company's permission for entrusted recruiting filed and signed off, so that a hire may be rewarded."""
    async with db.transaction(operator=True):
        today = await clock.today()
    filing = Filing(
        number="埼労-委-0123",
        valid_from=today - timedelta(days=30),
        valid_to=today + timedelta(days=335),
        document_name="委託募集許可書.pdf",
        document=b"%PDF-1.7 a permission of the demo world",
        approved=yen(200_000),
    )
    licence = await licences.file(filing, by=posted.firm.with_role("owner"))
    await licences.sign_off(licence, by=posted.operator)


async def draft(posted: Posted) -> None:
    """Write the bounty."""
    async with db.transaction(operator=True):
        today = await clock.today()
    unit = posted.firm.units[posted.spec.unit]
    posted.bounty = await bounties.save_draft(
        posted.spec.brief(today), posted.spec.terms, unit=unit, by=posted.manager
    )


async def publish(posted: Posted) -> None:
    """Write and publish it."""
    if posted.spec.given["kind"] == "hire" and posted.spec.terms.tranches:
        await permit(posted)
    await draft(posted)
    await bounties.publish(posted.bounty, by=posted.manager)


async def be_denied(posted: Posted) -> None:
    """Try to publish what the law does not permit; the draft stays, with the verdict."""
    await draft(posted)
    try:
        await bounties.publish(posted.bounty, by=posted.manager)
    except NotLawful:
        return
    raise RuntimeError(f"“{posted.title}” was to be denied")


async def pause(posted: Posted) -> None:
    """Take no referrals for now."""
    await bounties.pause(posted.bounty, by=posted.manager)


async def refer(referred: Referred) -> None:
    """Let one of the alumni who are asked for referrals name the candidate."""
    await _refer(referred, Traces())


async def refer_from_one_machine(referred: Referred) -> None:
    """Refer from a machine from which the candidate will consent, too."""
    await _refer(referred, _ONE_MACHINE)


async def _refer(referred: Referred, traces: Traces) -> None:
    spec = referred.spec
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select m.person_id, p.name from membership m join person p on p.id = m.person_id
               where m.company_id = $1 and m.status = 'active' and m.intent_referrals
               order by m.external_key offset $2 limit 1""",
            referred.posted.firm.id,
            spec.referrer,
        )
    assert row is not None
    by = Actor("alumnus", person=row["person_id"], name=row["name"])
    wish = Wish(spec.contact, spec.name, spec.locale, spec.word, candidate_country=spec.country)
    made = await claims.refer(referred.posted.bounty, wish, by=by, traces=traces)
    if made.denied:
        raise RuntimeError(f"“{referred.title}” was denied: {made.denied}")
    referred.claim = made.claim


async def consent(referred: Referred) -> None:
    """Let the candidate agree on the page behind the mail."""
    await _consent(referred, Traces())


async def consent_from_one_machine(referred: Referred) -> None:
    """Let the candidate agree on the machine from which the referral was made."""
    await _consent(referred, _ONE_MACHINE)


async def _consent(referred: Referred, traces: Traces) -> None:
    spec = referred.spec
    token = await _token(referred, "mail", spec.contact)
    await consents.give(token, spec.name, version=consents.TEXT_VERSION, locale=spec.locale, traces=traces)


async def refuse(referred: Referred) -> None:
    """Let the candidate say no."""
    await consents.refuse(await _token(referred, "mail", referred.spec.contact))


async def take_consent_back(referred: Referred) -> None:
    """Let the candidate withdraw the consent."""
    await consents.withdraw(await _token(referred, "candidate", ""))


async def _token(referred: Referred, via: consent_links.Via, mail: str) -> str:
    async with db.transaction(operator=True):
        return await consent_links.make(referred.claim, via, mail)


async def screen(referred: Referred) -> None:
    """Look at the profile more closely."""
    await pipeline.step(referred.claim, "screen", by=referred.posted.manager, reason="profile_fits")


async def interview(referred: Referred) -> None:
    """Meet."""
    await pipeline.step(referred.claim, "interview", by=referred.posted.manager, reason="wants_to_meet")


async def offer(referred: Referred) -> None:
    """Offer terms."""
    await pipeline.step(referred.claim, "offer", by=referred.posted.manager, reason="agreed_in_principle")


async def decline(referred: Referred) -> None:
    """Say no, with the reason that the referrer reads."""
    note = "写真のお仕事ができた折に、改めてご相談させてください。"
    await pipeline.end(referred.claim, "decline", by=referred.posted.manager, reason="skills", note=note)


async def succeed(referred: Referred) -> None:
    """Record the success of today, with how it is shown."""
    async with db.transaction(operator=True):
        today = await clock.today()
    hire = referred.posted.spec.given["kind"] == "hire"
    await success.record(
        referred.claim,
        happened_on=today,
        evidence="雇用契約書と入社日の確認" if hire else "契約書の写しを受け取りました。",
        base=yen(5_400_000 if hire else 1_200_000),
        by=referred.posted.manager,
    )


async def pay(referred: Referred) -> None:
    """Pay the invoice by card on the provider's page."""
    async with db.transaction(operator=True):
        row = await invoices.of(f"claim:{referred.claim}")
    if row is None or not row["hosted_url"]:
        raise RuntimeError(f"the invoice for “{referred.title}” cannot be paid yet")
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(row["hosted_url"], data=_CARD)
    if answer.is_error:
        raise RuntimeError(f"the hosted page refused the card: {answer.status_code}")


async def fall_through(referred: Referred) -> None:
    """Record that the business ended within its guarantee; a part of the fee returns."""
    async with db.transaction(operator=True):
        today = await clock.today()
    note = "先方の事業計画が変わり、契約は取り消しになりました。"
    await guarantee.fail(referred.claim, today, "customer_left", note, by=referred.posted.manager)
