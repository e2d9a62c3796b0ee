"""Ask the policy about a bounty or a claim, and keep every verdict with the facts that it judged."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Invalid, NotFound
from marketplace.core.money import Money
from marketplace.referrals import bounty_brief, bounty_notices, bounty_terms
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_terms import Terms
from marketplace.referrals.policy import Verdict, evaluate
from marketplace.referrals.policy_facts import Answer, Licence, Question

Step = Literal["publish", "claim", "accrual", "payout"]

_REFUSED = N_("This reward is not lawful as it stands. The rules and the lawful ways are named.")
_WAITS = N_(
    "A person of the operator has to look at this reward first. We tell you as soon as it is decided."
)


class NotLawful(Invalid):
    """The policy denies it, or a person has to look first; `verdict` says why. Fields are named by rule ids."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(
            _REFUSED if verdict.answer is Answer.DENY else _WAITS,
            fields={hit.id: hit.reason for hit in verdict.deciding},
        )
        self.verdict = verdict


async def take(step: Step, *, bounty: UUID, claim: UUID | None = None) -> Verdict:
    """Ask about a bounty, or about a claim by the terms that it keeps, and store the verdict.

    Runs in the caller's transaction, whose scope sees the bounty and the claim. A review that a person has settled for
    the same facts answers as it was settled. Raises NotFound.
    """
    row = await db.fetchrow(
        "select b.*, c.country as company_country from bounty b join company c on c.id = b.company_id where b.id = $1",
        bounty,
    )
    made = (
        await db.fetchrow("select * from claim where id = $1 and bounty_id = $2", claim, bounty)
        if claim
        else None
    )
    if row is None or (claim and made is None):
        raise NotFound
    terms = await terms_of(row, made["terms_version"] if made else None)
    question = await ask(
        bounty_brief.from_row(row), terms, company=row["company_id"], country=row["company_country"]
    )
    return await store(step, await _of_claim(question, made) if made else question, bounty=row, claim=made)


async def terms_of(bounty: Mapping[str, Any], version: int | None = None) -> Terms:
    """Return a bounty's terms of a version (by default the one in force); a draft's are not frozen yet."""
    if bounty["status"] == "draft":
        return bounty_terms.from_row(bounty["draft_terms"])
    row = await db.fetchrow(
        "select * from bounty_terms where bounty_id = $1 and version = $2",
        bounty["id"],
        version or bounty["version"],
    )
    if row is None:
        raise NotFound
    return bounty_terms.from_row(row)


async def ask(brief: Brief, terms: Terms, *, company: UUID, country: str) -> Question:
    """Return the question that a bounty raises before anybody has claimed: an alumnus, or for wages an employee."""
    return Question(
        kind=brief.kind,
        countries=frozenset({country, brief.country}),
        relation="employee" if terms.reward_type == "payroll" else "alumnus",
        reward_type=terms.reward_type,
        reward=terms.reward,
        on=await clock.today(),
        licences=await _licences(company),
        sector=brief.sector,
        employment=brief.is_employment,
        fee_kind=terms.fee_kind,
        fee_bp=terms.fee_bp,
        fee=terms.fee,
    )


async def _of_claim(question: Question, claim: Mapping[str, Any]) -> Question:
    """Add what a claim knows: who refers, from where, whether for nothing, and after the success the base of the fee."""
    success = await db.fetchrow(
        "select base_amount, currency from claim_success where claim_id = $1", claim["id"]
    )
    if claim["unrewarded"]:
        question = replace(question, reward_type="none", reward=Money.zero(question.reward.currency))
    return replace(
        question,
        countries=question.countries | {claim["referrer_country"], claim["candidate_country"]},
        relation=claim["relation"],
        fee_base=Money(success["base_amount"], success["currency"]) if success else None,
    )


async def _licences(company: UUID) -> tuple[Licence, ...]:
    rows = await db.fetch(
        """select kind, number, country, valid_from, valid_to, signed_off_at, fee_scheme, fee_cap_bp,
             fee_table_notified_on, approved_amount, currency
           from referral_licence where (company_id is null or company_id = $1) and withdrawn_at is null order by id""",
        company,
    )
    return tuple(
        Licence(
            row["kind"], row["number"], row["country"], row["valid_from"], row["valid_to"],
            row["signed_off_at"] is not None, row["fee_scheme"], row["fee_cap_bp"] or 0, row["fee_table_notified_on"],
            Money(row["approved_amount"] or 0, row["currency"]),
        )
        for row in rows
    )  # fmt: skip


async def store(
    step: Step, question: Question, *, bounty: Mapping[str, Any], claim: Mapping[str, Any] | None = None
) -> Verdict:
    """Judge a question and keep the verdict; what a person has settled for the same facts is taken over."""
    verdict = evaluate(question)
    settled = await settled_for(bounty["id"], question) if verdict.answer is Answer.REVIEW else None
    await db.execute(
        """insert into policy_verdict (company_id, bounty_id, claim_id, person_id, step, answer, rules, facts,
             table_version, settled, settled_by, settled_note, settled_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        bounty["company_id"],
        bounty["id"],
        claim["id"] if claim else None,
        claim["person_id"] if claim else None,
        step,
        verdict.answer,
        [hit.id for hit in verdict.rules],
        question.facts(),
        verdict.table_version,
        settled["settled"] if settled else None,
        settled["settled_by"] if settled else "",
        settled["settled_note"] if settled else "",
        settled["settled_at"] if settled else None,
    )
    if settled:
        return replace(verdict, answer=Answer(settled["settled"]))
    if verdict.answer is Answer.REVIEW:
        await bounty_notices.tell_operators(
            "bounty.review_wanted",
            "/operator/reviews",
            dedupe=f"review:{bounty['id']}:{claim['id'] if claim else ''}:{await clock.today()}",
            title=bounty["title"],
        )
    return verdict


async def settled_for(bounty: UUID, question: Question) -> Any:
    """Return the last word of a person on the same facts; another fact is another question."""
    return await db.fetchrow(
        """select settled, settled_by, settled_note, settled_at from policy_verdict
           where bounty_id = $1 and settled is not null and facts = $2::jsonb order by settled_at desc, id desc limit 1""",
        bounty,
        question.facts(),
    )
