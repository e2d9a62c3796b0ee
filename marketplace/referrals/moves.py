"""The one writer of a claim's state: each move with its reason, told to the referrer at once."""

from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotAllowed
from marketplace.core.lifecycle import Actor as Role
from marketplace.notifications.actions import notify
from marketplace.referrals import notices
from marketplace.referrals.lifecycle import CLAIM, HOLDING, Claim

_ROLES = {"member": Role.MEMBER, "alumnus": Role.ALUMNUS, "system": Role.CLOCK}
_FREES = {Claim.DECLINED, Claim.WITHDRAWN, Claim.FAILED_GUARANTEE}


async def move(
    claim: UUID,
    name: str,
    *,
    by: Actor,
    role: Role | None = None,
    reason: str = "",
    note: str = "",
    next_step: str = "",
    next_owner: str = "",
    next_on: date | None = None,
) -> Any:
    """Move a claim by a transition of `lifecycle.CLAIM` in the running transaction; return its row as it is then.

    `role` names who acts where `by` cannot: the candidate, another system. `reason` is a code of `reasons.REASONS`.
    `next_step`, `next_owner` and `next_on` answer “what happens next, by whom, when”. Raises Conflict when the claim
    has moved meanwhile or is not in the caller's scope, NotAllowed when the role may not make this move.
    """
    acting = role or _ROLES[by.kind]
    if not any(acting in one.actors for one in CLAIM.transitions if one.name == name):
        raise NotAllowed(N_("Your role does not permit this. Ask the owner of your company's account."))
    before = await db.fetchrow("select status from claim where id = $1 for update", claim)
    if before is None:
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
    source = Claim(before["status"])
    target = CLAIM.target(name, source)
    row = await db.fetchrow(
        """update claim set status = $2, reason = $3, next_step = $4, next_owner = $5, next_on = $6,
             ended_at = case when $7 then business_now() else ended_at end
           where id = $1 returning *""",
        claim,
        target,
        reason,
        next_step,
        next_owner,
        next_on,
        target in CLAIM.final,
    )
    await write_down(row, source, by=by, role=acting, note=note)
    if source in HOLDING and target in _FREES:
        await outbox.enqueue("referrals.next_in_line", claim=str(claim))
    return row


async def write_down(row: Any, source: Claim | None, *, by: Actor, role: Role, note: str = "") -> None:
    """Keep a move for the timeline and tell the referrer of it; `source` is None for a claim's first state."""
    target = Claim(row["status"])
    await db.execute(
        """insert into claim_move (claim_id, company_id, person_id, from_status, to_status, reason, note, actor)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        row["id"],
        row["company_id"],
        row["person_id"],
        source or "",
        target,
        row["reason"],
        note,
        by.ref if by.kind != "system" else role.value,
    )
    seen_by = (
        row["company_id"] if row["consented_at"] else None
    )  # before the consent the company knows of nothing
    await activity.record(
        f"claim_{target}", f"claim:{row['id']}", by=by, company=seen_by, person=row["person_id"]
    )
    if role is not Role.ALUMNUS and (kind := notices.kind_of(source, target)):
        title = await db.fetchval("select title from bounty where id = $1", row["bounty_id"])
        await notify(
            kind,
            person=row["person_id"],
            company=row["company_id"],
            path=f"/referrals/{row['id']}",
            title=title or "",
            candidate=row["candidate_name"],
        )
