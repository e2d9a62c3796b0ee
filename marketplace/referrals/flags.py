"""Holds on a claim's money: raised from what is known, told with their reason, appealed against, decided by a person."""

from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts import words
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.notifications.actions import notify
from marketplace.referrals import (
    flag_facts,
    flag_notices,  # noqa: F401 - declares the wording of what is told here
    fraud,
    vesting,
)

MOST_WORDS = 2000
DECIDED = N_("This has been decided in the meantime. Please load the page again.")


async def look(claim: UUID) -> list[str]:
    """Look at a claim and raise what is new; return the kinds of its flags that still hold its money.

    Runs in the operator's scope within the caller's transaction. A flag that was cleared is not raised again for the
    same kind: the operator has seen it.
    """
    row = await db.fetchrow(
        """select c.*, b.title from claim c join bounty b on b.id = c.bounty_id
           where c.id = $1 and c.consented_at is not null""",
        claim,
    )
    if row is None:
        return []
    for found in fraud.signs_of(await flag_facts.collect(row)):
        raised = await db.fetchval(
            """insert into claim_flag (claim_id, person_id, kind, facts) values ($1, $2, $3, $4)
               on conflict (claim_id, kind) do nothing returning id""",
            claim,
            row["person_id"],
            found.sign,
            found.facts,
        )
        if raised:
            await _announce(row, raised, found.sign)
    return await holding(claim)


async def order(claim: UUID) -> None:
    """Queue a look at a claim that has succeeded, so that the referrer can answer long before the money is due."""
    await outbox.enqueue("referrals.look", dedupe=f"referrals.look:{claim}", claim=str(claim))


@outbox.handles("referrals.look")
async def looked(job: outbox.Job, *, claim: str) -> None:
    """Look at a claim in the background; safe twice."""
    async with db.transaction(operator=True):
        await look(UUID(claim))
        await job.finish()


async def holding(claim: UUID) -> list[str]:
    """Return the kinds of a claim's flags that hold its money: open, appealed or upheld."""
    rows = await db.fetch(
        "select kind from claim_flag where claim_id = $1 and status <> 'cleared' order by kind", claim
    )
    return [row["kind"] for row in rows]


async def appeal(flag: UUID, text: str, *, by: Actor) -> UUID:
    """Answer a flag as the referrer, once; return the claim. Raises Invalid, NotFound, Conflict when it is decided or answered."""
    by.must_be("alumnus")
    text = words.check("appeal", text, MOST_WORDS)
    async with db.transaction(**by.scope):
        row = await db.fetchrow("select * from claim_flag where id = $1 and person_id = $2", flag, by.person)
        if row is None:
            raise NotFound
        moved = await db.execute(
            """update claim_flag set status = 'appealed', appeal = $2, appealed_at = business_now()
               where id = $1 and status = 'held'""",
            flag,
            text,
        )
        if not moved:
            raise Conflict(DECIDED)
        claim: UUID = row["claim_id"]
        await activity.record(
            "claim_flag_appealed", f"claim:{claim}", by=by, person=by.person, flag=row["kind"]
        )
        async with db.transaction(operator=True):
            title = await db.fetchval(
                "select b.title from claim c join bounty b on b.id = c.bounty_id where c.id = $1", claim
            )
            await _tell_operators("flag.appealed", flag, title=title)
    return claim


async def decide(flag: UUID, *, clear: bool, decision: str, by: Actor) -> None:
    """Clear a flag, so that the money goes on, or uphold it with its reason; the referrer is told either way.

    An upheld flag keeps the reward unvested for good; an operator who is the referrer himself may not decide.
    Raises Invalid, NotFound, Conflict.
    """
    by.must_be("operator")
    decision = words.check("decision", decision, MOST_WORDS)
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select f.*, c.company_id, b.title from claim_flag f join claim c on c.id = f.claim_id
               join bounty b on b.id = c.bounty_id where f.id = $1 for update of f""",
            flag,
        )
        if row is None:
            raise NotFound
        if row["person_id"] == by.person:
            raise Conflict(N_("This is about yourself: another person of the operator has to decide."))
        if row["status"] not in ("held", "appealed"):
            raise Conflict(DECIDED)
        await db.execute(
            """update claim_flag set status = $2, decision = $3, decided_by = $4, decided_at = business_now()
               where id = $1""",
            flag,
            "cleared" if clear else "upheld",
            decision,
            by.ref,
        )
        if clear:
            await _release(row["claim_id"])
        else:
            await vesting.void(row["claim_id"])
        await activity.record(
            "claim_flag_cleared" if clear else "claim_flag_upheld",
            f"claim:{row['claim_id']}",
            by=by,
            person=row["person_id"],
            flag=row["kind"],
        )
        await notify(
            "flag.cleared" if clear else "flag.upheld",
            person=row["person_id"],
            path=f"/referrals/{row['claim_id']}",
            title=row["title"],
            decision=decision,
        )


async def _release(claim: UUID) -> None:
    """Let the parts of a reward go on that nothing holds any more."""
    if not await holding(claim):
        await db.execute(
            """update tranche set status = 'unvested', hold_reason = ''
               where claim_id = $1 and status = 'held' and hold_reason = 'flag'""",
            claim,
        )


async def _announce(row: Any, flag: UUID, sign: fraud.Sign) -> None:
    await activity.record(
        "claim_flagged", f"claim:{row['id']}", by=SYSTEM, person=row["person_id"], flag=str(sign)
    )
    await notify(
        "flag.raised",
        person=row["person_id"],
        path=f"/referrals/{row['id']}",
        dedupe=f"flag:{flag}",
        title=row["title"],
    )
    await _tell_operators("flag.to_decide", flag, title=row["title"])


async def _tell_operators(what: str, flag: UUID, **params: Any) -> None:
    for operator in await db.fetch("select id from person where is_operator"):
        await notify(
            what,
            person=operator["id"],
            path=f"/operator/flags/{flag}",
            dedupe=f"{what}:{flag}:{operator['id']}",
            **params,
        )
