"""After the success: the guarantee begins by itself, and fails when the candidate leaves before it is over."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.referrals import charges, clawbacks, reasons, vesting
from marketplace.referrals.holding import MOVED_ON, held
from marketplace.referrals.lifecycle import CLAIM, Claim
from marketplace.referrals.moves import move
from marketplace.referrals.success import terms_of

REPORT_WITHIN = timedelta(days=30)
"""How long after a leaving the company can claim its refund (the operator's terms of service)."""

AT_ONCE = 200


async def begin() -> int:
    """Let the guarantee run for what succeeded before today and has one (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select c.id, s.guarantee_until from claim c join claim_success s on s.claim_id = c.id
               where c.status = 'succeeded' and s.happened_on < business_today() and s.guarantee_until > s.happened_on
               order by c.id limit $1 for update of c skip locked""",
            AT_ONCE,
        )
        for row in rows:
            await move(
                row["id"],
                "guarantee",
                by=SYSTEM,
                reason="guarantee_runs",
                next_step="guarantee",
                next_owner="enishi",
                next_on=row["guarantee_until"],
            )
    return len(rows)


async def fail(claim: UUID, left_on: date, cause: str, note: str = "", *, by: Actor, seen: str = "") -> int:
    """Record that a success fell through within its guarantee; return the share of the fee that returns (basis points).

    `cause` is a reason of the move `fail`. What has not vested of the reward is void. Raises Invalid naming the field –
    also when the leaving is reported later than REPORT_WITHIN –, NotFound, NotAllowed, Conflict.
    """
    note = note.strip()
    reasons.check("fail", cause, note)
    async with db.transaction(**by.scope):
        row = await held(claim, by=by, seen=seen)
        CLAIM.target("fail", Claim(row["status"]))
        success = await db.fetchrow("select * from claim_success where claim_id = $1", claim)
        if success is None:
            raise Conflict(MOVED_ON)
        _check_day(left_on, success, await clock.today())
        returns = (await terms_of(row)).refund_bp((left_on - success["happened_on"]).days)
        await _insert(row, left_on, cause, note, returns, by=by)
        await vesting.void(claim)
        await charges.give_back(claim, returns, cause)
        await clawbacks.order(claim)
        await move(claim, "fail", by=by, reason=cause, note=note)
    return returns


def _check_day(left_on: date, success: Any, today: date) -> None:
    said: Message | None = None
    if left_on < success["happened_on"]:
        said = Message(N_("This is before the success on %(day)s."), {"day": success["happened_on"]})
    elif left_on > today:
        said = Message(N_("This day has not come yet."))
    elif left_on > success["guarantee_until"]:
        said = Message(N_("The guarantee ran until %(day)s."), {"day": success["guarantee_until"]})
    elif today > left_on + REPORT_WITHIN:
        said = Message(
            N_("A refund has to be claimed within %(days)s days of the leaving."),
            {"days": REPORT_WITHIN.days},
        )
    if said:
        raise Invalid(fields={"left_on": said})


async def _insert(row: Any, left_on: date, cause: str, note: str, returns: int, *, by: Actor) -> None:
    written = await db.execute(
        """insert into claim_failure (claim_id, company_id, person_id, left_on, cause, note, refund_bp, recorded_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing""",
        row["id"],
        row["company_id"],
        row["person_id"],
        left_on,
        cause,
        note,
        returns,
        by.ref,
    )
    if not written:
        raise Conflict(MOVED_ON)
