"""A referral succeeds: the one fact that a fee and a reward rest on, at most once per company, candidate and role."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.notifications.actions import notify
from marketplace.people.spelling import tidy
from marketplace.referrals import bounty_terms, charges, contacts, flags, pipeline_notices, verdicts, vesting
from marketplace.referrals.bounty_terms import Terms
from marketplace.referrals.holding import held
from marketplace.referrals.lifecycle import CLAIM, Claim
from marketplace.referrals.moves import move
from marketplace.referrals.policy import Verdict
from marketplace.referrals.policy_facts import Answer
from marketplace.referrals.verdicts import NotLawful

LEAST_EVIDENCE, MOST_EVIDENCE = 5, 2000
REASON = {"gig": "contract_approved", "business": "event_shown", "hire": "started"}


async def record(
    claim: UUID,
    *,
    happened_on: date,
    evidence: str,
    base: Money,
    by: Actor,
    seen: str = "",
    contract: UUID | None = None,
) -> Verdict:
    """Record that a claim has succeeded: fee and reward by the terms that it was made under, its parts and its invoice.

    `base` is what a fee may be a share of: a year's theoretical pay (hire), the contract's price (gig), the value of the
    business. The policy is asked once more; its verdict is kept in any case, and unless it allows, nothing else is.
    Raises Invalid naming the field, NotLawful (Invalid), NotFound, NotAllowed, and Conflict for another state or a
    second fee for the same candidate and role.
    """
    evidence = evidence.strip()
    async with db.transaction(**by.scope):
        row = await held(claim, by=by, seen=seen)
        CLAIM.target("succeed", Claim(row["status"]))
        if row["kind"] == "gig" and contract is None:
            raise Conflict(N_("A gig referral succeeds by itself, with the first approved contract."))
        terms = await terms_of(row)
        _check(row, terms, happened_on, evidence, base, await clock.today())
        success = await _insert(row, terms, happened_on, evidence, base, by=by, contract=contract)
        verdict = await verdicts.take("accrual", bounty=row["bounty_id"], claim=claim)
        if verdict.answer is Answer.ALLOW:
            await _accrue(row, success, terms, by=by)
        else:
            await _hold(row, by=by)
    if verdict.answer is not Answer.ALLOW:
        raise NotLawful(verdict)
    return verdict


def role_key(row: Any) -> str:
    """Return what makes two successes the same role: the kind and the title, however it is typed; posting anew is no new role."""
    text = f"{row['kind']}:{tidy(row['title']).casefold()}"
    return f"{row['kind']}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


async def terms_of(row: Any) -> Terms:
    """Return the terms that a claim was made under, whatever its bounty says by now; without the reward if he wants none."""
    found = await db.fetchrow(
        "select * from bounty_terms where bounty_id = $1 and version = $2",
        row["bounty_id"],
        row["terms_version"],
    )
    assert found is not None  # a claim refers to its terms
    terms = bounty_terms.from_row(found)
    return replace(terms, reward_type="none", tranches=()) if row["unrewarded"] else terms


def _check(row: Any, terms: Terms, happened_on: date, evidence: str, base: Money, today: date) -> None:
    wrong: dict[str, Message] = {}
    claimed_on = clock.day_of(row["claimed_at"])
    if happened_on < claimed_on:
        text = N_("This is before the referral of %(day)s. A success can only follow it.")
        wrong["happened_on"] = Message(text, {"day": claimed_on})
    elif happened_on > today:
        wrong["happened_on"] = Message(N_("Please record it when it has happened: nothing is billed before."))
    if not LEAST_EVIDENCE <= len(evidence) <= MOST_EVIDENCE:
        wrong["evidence"] = Message(
            N_("Please write how it is shown, in %(least)s to %(most)s characters."),
            {"least": LEAST_EVIDENCE, "most": MOST_EVIDENCE},
        )
    if base.currency != terms.fee.currency:
        wrong["base"] = Message(N_("The terms of this referral are in another currency."))
    elif terms.fee_bp and base.amount <= 0:
        wrong["base"] = Message(N_("The success fee is a share of this amount. Please state it."))
    if wrong:
        raise Invalid(fields=wrong)


async def _insert(
    row: Any,
    terms: Terms,
    happened_on: date,
    evidence: str,
    base: Money,
    *,
    by: Actor,
    contract: UUID | None,
) -> Any:
    success = await db.fetchrow(
        """insert into claim_success (claim_id, company_id, person_id, happened_on, evidence, contract_id, base_amount,
             currency, candidate_digest, role_key, guarantee_until, fee_amount, reward_amount, recorded_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning *""",
        row["id"], row["company_id"], row["person_id"], happened_on, evidence, contract, base.amount, base.currency,
        _candidate(row), role_key(row), happened_on + timedelta(days=terms.guarantee_days),
        terms.fee_of(base).amount, terms.reward.amount, by.ref,
    )  # fmt: skip
    if success is None:
        raise Conflict(
            N_("A success of this candidate in this role is recorded already: there is one fee for it.")
        )
    return success


def _candidate(row: Any) -> bytes:
    """Return the candidate's keyed hash: by the mail address that was consented with, whatever the referrer had named."""
    return contacts.read(row["candidate_email"]).digest if row["candidate_email"] else bytes(row["digest"])


async def _accrue(row: Any, success: Any, terms: Terms, *, by: Actor) -> None:
    """Plan the parts, draft the invoice and move the claim; the referrer is told."""
    parts = vesting.parts_of(terms, success["happened_on"])
    await vesting.plan(success, parts)
    if parts:
        await flags.order(row["id"])
    await charges.bill(success, title=row["title"], days_until_due=terms.days_until_due)
    await move(
        row["id"],
        "succeed",
        by=by,
        reason=REASON[row["kind"]],
        next_step="guarantee",
        next_owner="enishi",
        next_on=max([success["guarantee_until"], *(part.vest_on for part in parts)]),
    )


async def _hold(row: Any, *, by: Actor) -> None:
    """Take the success back until the policy allows it, and tell the referrer that it is being checked."""
    await db.execute("delete from claim_success where claim_id = $1", row["id"])
    await db.execute(
        "update claim set next_step = 'policy', next_owner = 'enishi', next_on = $2 where id = $1",
        row["id"],
        await clock.today() + timedelta(days=5),
    )
    await activity.record(
        "claim_policy_held",
        f"claim:{row['id']}",
        by=by,
        company=row["company_id"],
        person=row["person_id"],
    )
    await notify(
        pipeline_notices.HELD,
        person=row["person_id"],
        company=row["company_id"],
        path=f"/referrals/{row['id']}",
        dedupe=f"claim:{row['id']}:policy",
        title=row["title"],
        candidate=row["candidate_name"],
    )
