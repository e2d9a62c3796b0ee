"""Post a bounty: keep a draft, publish it if it is lawful, change its terms as a new version, pause, resume, close."""

from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.referrals import bounty_brief, bounty_terms, verdicts
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_moving import POSTERS, hold_managed, move, must_manage
from marketplace.referrals.bounty_terms import Terms
from marketplace.referrals.policy import Verdict
from marketplace.referrals.policy_facts import Answer
from marketplace.referrals.verdicts import NotLawful
from marketplace.tasks.publishing import must_not_be_stopped

LONGEST_REASON = 500


async def save_draft(
    brief: Brief, terms: Terms, *, unit: UUID, by: Actor, bounty: UUID | None = None
) -> UUID:
    """Keep a draft, new or changed; any part may be missing. Raises Invalid for what cannot be kept, Conflict later."""
    by.must_have(*POSTERS)
    if wrong := bounty_brief.unfit(brief) | bounty_terms.wrong(terms, brief.kind):
        raise Invalid(fields=wrong)
    async with db.transaction(**by.scope):
        await _must_hold(brief, unit, by)
        columns = {
            **bounty_brief.columns(brief),
            "unit_id": unit,
            "draft_terms": bounty_terms.columns(terms),
        }
        if bounty is None:
            found = await _insert(
                {**columns, "company_id": by.company, "contact_id": by.member, "posted_by": by.member}
            )
        else:
            row = await hold_managed(bounty, by=by)
            if row["status"] != "draft":
                raise Conflict(N_("This bounty is published. Change it as a new version."))
            await _set(bounty, columns)
            found = bounty
        await activity.record("bounty_drafted", f"bounty:{found}", by=by, company=by.company)
    return found


async def publish(bounty: UUID, *, by: Actor) -> Verdict:
    """Publish a complete draft if the policy allows it; the verdict is kept in any case.

    Raises Invalid naming each missing field, NotLawful (Invalid) for a denial or a review, Conflict for what is no
    draft or while the company's publishing is stopped.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(bounty, by=by)
        if row["status"] != "draft":
            raise Conflict(N_("This bounty is already published."))
        brief, terms = bounty_brief.from_row(row), bounty_terms.from_row(row["draft_terms"])
        await _must_be_complete(brief, terms, row)
        verdict = await _judged(brief, terms, row, by)
        if verdict.answer is Answer.ALLOW:
            await _keep_terms(row, row["version"], terms, by)
            await move(bounty, "publish", published_at=await clock.now(), checked_on=await clock.today())
            await activity.record(
                "bounty_published", f"bounty:{bounty}", by=by, company=by.company, reward=terms.reward.amount
            )
    return _must_be_lawful(verdict)


async def revise(bounty: UUID, brief: Brief, terms: Terms, *, by: Actor) -> Verdict:
    """Change a published or paused bounty; other money terms are a new version, and open claims keep theirs.

    Raises as `publish`; the kind stays what it was.
    """
    async with db.transaction(**by.scope):
        row = await hold_managed(bounty, by=by)
        if row["status"] not in {"published", "paused"}:
            raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
        if brief.kind != row["kind"]:
            raise Invalid(
                fields={"kind": Message(N_("The kind stays. Post another bounty for another kind."))}
            )
        if wrong := bounty_brief.unfit(brief) | bounty_terms.wrong(terms, brief.kind):
            raise Invalid(fields=wrong)
        await _must_be_complete(brief, terms, row)
        await _must_hold(brief, row["unit_id"], by)
        verdict = await _judged(brief, terms, row, by)
        if verdict.answer is Answer.ALLOW:
            await _renew(row, brief, terms, by)
    return _must_be_lawful(verdict)


async def pause(bounty: UUID, *, by: Actor) -> None:
    """Take no new claims for now; those that are made go on."""
    async with db.transaction(**by.scope):
        await hold_managed(bounty, by=by)
        await move(bounty, "pause")
        await activity.record("bounty_paused", f"bounty:{bounty}", by=by, company=by.company)


async def resume(bounty: UUID, *, by: Actor) -> Verdict:
    """Take claims again, if the policy still allows it. Raises NotLawful, Conflict, or Invalid for a day that has passed."""
    async with db.transaction(**by.scope):
        row = await hold_managed(bounty, by=by)
        if row["status"] != "paused":
            raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
        brief, terms = bounty_brief.from_row(row), await verdicts.terms_of(row)
        await _must_be_complete(brief, terms, row)
        verdict = await _judged(brief, terms, row, by)
        if verdict.answer is Answer.ALLOW:
            await move(bounty, "resume", paused_by_rule="", checked_on=await clock.today())
            await activity.record("bounty_resumed", f"bounty:{bounty}", by=by, company=by.company)
    return _must_be_lawful(verdict)


async def close(bounty: UUID, reason: str, *, by: Actor) -> None:
    """End a bounty; claims that are made keep their terms and go on. Raises Invalid without a reason."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    async with db.transaction(**by.scope):
        await hold_managed(bounty, by=by)
        await move(bounty, "close", ended_at=await clock.now(), end_reason=reason)
        await activity.record("bounty_closed", f"bounty:{bounty}", by=by, company=by.company, reason=reason)


async def _judged(brief: Brief, terms: Terms, row: dict[str, Any], by: Actor) -> Verdict:
    assert by.company is not None
    question = await verdicts.ask(brief, terms, company=by.company, country=row["company_country"])
    return await verdicts.store("publish", question, bounty=row)


def _must_be_lawful(verdict: Verdict) -> Verdict:
    """Raise after the transaction, which keeps the verdict."""
    if verdict.answer is not Answer.ALLOW:
        raise NotLawful(verdict)
    return verdict


async def _must_be_complete(brief: Brief, terms: Terms, row: dict[str, Any]) -> None:
    await must_not_be_stopped(row["company_id"])
    wrong = bounty_brief.incomplete(brief, today=await clock.today()) | bounty_terms.wrong(terms, brief.kind)
    if wrong:
        raise Invalid(fields=wrong)


async def _must_hold(brief: Brief, unit: UUID, by: Actor) -> None:
    if not await db.fetchval("select true from unit where id = $1 and company_id = $2", unit, by.company):
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))})
    must_manage(unit, by)
    if brief.task_id is None:
        return
    if brief.kind != "gig" or not await db.fetchval(
        "select true from task where id = $1 and company_id = $2", brief.task_id, by.company
    ):
        raise Invalid(fields={"task": Message(N_("Please choose one of your company's tasks."))})


async def _renew(row: dict[str, Any], brief: Brief, terms: Terms, by: Actor) -> None:
    """Write the changed brief, and the changed terms as the next version."""
    version = row["version"]
    if terms != await verdicts.terms_of(row):
        version += 1
        await _keep_terms(row, version, terms, by)
    await _set(row["id"], {**bounty_brief.columns(brief), "version": version, "reminded_at": None})
    await activity.record(
        "bounty_revised",
        f"bounty:{row['id']}",
        by=by,
        company=by.company,
        version=version,
        reward=terms.reward.amount,
    )


async def _keep_terms(row: dict[str, Any], version: int, terms: Terms, by: Actor) -> None:
    columns = {
        "bounty_id": row["id"],
        "version": version,
        "company_id": row["company_id"],
        **bounty_terms.columns(terms),
        "made_by": by.ref,
    }
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await db.execute(f"insert into bounty_terms ({', '.join(columns)}) values ({places})", *columns.values())


async def _insert(columns: dict[str, Any]) -> UUID:
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    found: UUID = await db.fetchval(
        f"insert into bounty ({', '.join(columns)}) values ({places}) returning id", *columns.values()
    )
    return found


async def _set(bounty: UUID, columns: dict[str, Any]) -> None:
    changes = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, start=2))
    await db.execute(
        f"update bounty set {changes}, updated_at = business_now() where id = $1", bounty, *columns.values()
    )
