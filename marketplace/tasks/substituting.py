"""What happens to a proposed substitute behind the page: asked if the gates are open, accepted or not, over in time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts import cancelling, hooks
from marketplace.contracts.conclude import conclude
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.core.outbox import Job
from marketplace.tasks import (
    ranking,
    substitute_notices,  # noqa: F401 - declares the wording of what is told here
)
from marketplace.tasks.amounts import seat_of
from marketplace.tasks.concluding import accept_open, agreement, hold_person, must_be_free
from marketplace.tasks.moving import hold, must_manage
from marketplace.tasks.notices import name_of
from marketplace.tasks.substitutes import (
    LONGEST_REASON,
    UNDONE,
    end,
    hold_contract,
    move,
    tell_gone,
    tell_nobody,
    tell_proposer,
    tell_substitute,
)
from payouts import funding

_PERSON = """
select m.person_id from membership m join person p on p.id = m.person_id
where m.company_id = $1 and m.status = 'active' and (m.email = $2 or p.email = $2) and m.person_id <> $3
  and not exists (select from contract c where c.task_id = $4 and c.person_id = m.person_id and c.status <> 'cancelled')
  and not exists (select from invitation i where i.task_id = $4 and i.person_id = m.person_id and i.status = 'declined')
  and not exists (select from substitution s where s.task_id = $4 and s.substitute_id = m.person_id
                    and s.status in ('asked', 'agreed', 'declined'))
order by m.email = $2 desc, m.person_id limit 1
"""


@outbox.handles("tasks.ask_substitute")
async def ask(job: Job, substitution: str, mail: str) -> None:
    """Look whether a proposed person is in the network and passes the gates, and ask him; safe twice."""
    async with db.transaction(operator=True):
        found = await db.fetchrow("select * from substitution where id = $1", UUID(substitution))
        if found is not None and found["status"] == "proposed":
            person = await db.fetchval(
                _PERSON, found["company_id"], mail, found["person_id"], found["task_id"]
            )
            async with db.transaction(company=found["company_id"]):
                await _ask(dict(found), person)
        await db.execute("update outbox set args = args - 'mail' where id = $1", job.id)  # kept by nobody
        await job.finish()


async def _ask(found: dict[str, Any], person: UUID | None) -> None:
    task = await hold(found["task_id"])
    question = await ranking.question_for(task)
    found_fit = await ranking.judged(question, [person]) if person else []
    if not found_fit or found["reply_by"] <= await clock.now():
        await move(found["id"], "pass_over")
        return
    match = ranking.as_invited(question, found_fit[0], 1)
    kept = {name: match[name] for name in ("score", "components", "reasons", "inputs", "weights_version")}
    asked = await move(found["id"], "ask", substitute_id=person, task_version=task["version"], **kept)
    if not asked:
        return
    kind = "substitute.wanted" if found["named"] else "substitute.wanted_unnamed"
    who = {"who": await name_of(task["company_id"], found["person_id"])} if found["named"] else {}
    await tell_substitute({**found, "substitute_id": person}, task, kind, reply_by=found["reply_by"], **who)


async def accept(substitution: UUID, *, by: Actor) -> UUID:
    """Let the substitute have the seat: one contract ends by agreement, the other is concluded; return the new one.

    Twice gives the same contract. Raises Conflict when the yes does not stand any more, a gate has shut, the terms have
    changed or the work is in; Shortfall when the balance does not cover the new contract. Then nothing has changed.
    """
    by.must_be("member")
    async with db.transaction(**by.scope):
        found, task = await _hold_all(substitution, by)
        if found["status"] == "accepted":
            return UUID(str(found["new_contract_id"]))
        _must_stand(found, task, await clock.now())
        reason = f"交代 / substitute: {found['reason']}"
        old = await cancelling.hand_over(found["contract_id"], reason, by=by)
        contract = await _conclude(task, old, found["substitute_id"], by)
        if not await move(
            substitution,
            "accept",
            new_contract_id=contract,
            decided_at=await clock.now(),
            decided_by=by.member,
        ):
            raise Conflict(_GONE)
        await activity.record(
            "substituted", f"task:{task['id']}", by=by, company=by.company, contract=str(contract)
        )
    return contract


LIVE = ("proposed", "asked", "agreed")
_GONE = N_("The substitute is not available any more.")


async def _hold_all(substitution: UUID, by: Actor) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Hold both people, the contract and the task, in this order, and read the proposal as it stands then."""
    known = await db.fetchrow(
        "select * from substitution where id = $1 and company_id = $2 and substitute_id is not null",
        substitution,
        by.company,
    )
    if known is None:
        raise NotFound
    for person in sorted((known["person_id"], known["substitute_id"])):
        await hold_person(person)
    await hold_contract(known["contract_id"])
    task = await hold(known["task_id"])
    must_manage(task, by)
    found = await db.fetchrow("select * from substitution where id = $1 for no key update", substitution)
    assert found is not None
    return found, task


def _must_stand(found: Mapping[str, Any], task: Mapping[str, Any], now: datetime) -> None:
    if found["status"] != "agreed" or found["ends_at"] <= now:
        raise Conflict(_GONE)
    if found["task_version"] != task["version"]:
        raise Conflict(N_("The terms have changed, and this person has not agreed to the new ones yet."))


async def _conclude(task: dict[str, Any], old: Mapping[str, Any], person: UUID, by: Actor) -> UUID:
    """Move the seat and its money from one contract to the other; it is never open in between."""
    seat = await db.fetchrow(
        "select id, number from seat where id = $1 and contract_id = $2 for update", old["seat_id"], old["id"]
    )
    if seat is None:
        raise Conflict(_GONE)
    most = (await seat_of(task)).maximum
    await funding.reopen(str(task["company_id"]), task=str(task["id"]), contract=str(old["id"]), seat=most)
    async with db.transaction(person=person):
        await must_be_free(task, person)
        contract = await conclude(agreement(task, seat), person, by=by)
    await db.execute("update seat set contract_id = $2 where id = $1", seat["id"], contract)
    await accept_open(task["id"], person, contract)
    return contract


async def refuse(substitution: UUID, reason: str, *, by: Actor) -> None:
    """Stay with the first contract, and say why to its alumnus; twice changes nothing."""
    by.must_be("member")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    async with db.transaction(**by.scope):
        found, task = await _hold_all(substitution, by)
        if found["status"] == "refused":
            return
        if not await move(
            substitution,
            "refuse",
            refusal=reason,
            decided_at=await clock.now(),
            decided_by=by.member,
        ):
            raise Conflict(_GONE)
        await tell_proposer(found, task, "substitute.refused", reason=reason)
        await tell_substitute(found, task, "substitute.not_needed")
        await activity.record("substitute_refused", f"task:{task['id']}", by=by, company=by.company)


@hooks.on("delivered")
@hooks.on("left")
async def on_moved_on(contract: hooks.Row) -> None:
    """End what was proposed for a contract whose work is in, or that has ended."""
    if contract["status"] in UNDONE:
        return
    async with db.transaction(company=contract["company_id"]):
        found = await db.fetchrow(
            """select * from substitution where contract_id = $1 and status in ('proposed', 'asked', 'agreed')
               for no key update""",
            contract["id"],
        )
        if found is not None:
            await end(found)


async def lapse() -> int:
    """End proposals whose time is over, and tell proposers who waited in vain; return how many (a sweep)."""
    async with db.transaction(operator=True):
        due = await db.fetch(
            """select id, contract_id from substitution
               where (status in ('proposed', 'asked') and reply_by <= business_now())
                 or (status = 'agreed' and ends_at <= business_now())
                 or (status in ('not_asked', 'declined', 'lapsed') and told_at is null and reply_by <= business_now())
               order by reply_by, id limit 200"""
        )
    for each in due:
        async with db.transaction(operator=True):
            await hold_contract(each["contract_id"])
            found = await db.fetchrow(
                "select * from substitution where id = $1 for no key update", each["id"]
            )
            assert found is not None
            if _is_over(found, await clock.now()):  # else somebody has answered since we looked
                await _lapse(found)
    return len(due)


def _is_over(found: Mapping[str, Any], now: datetime) -> bool:
    return bool(found["ends_at" if found["status"] == "agreed" else "reply_by"] <= now)


async def _lapse(found: Mapping[str, Any]) -> None:
    task = await _task_of(found)
    if found["status"] in LIVE:
        await move(found["id"], "pass_over" if found["status"] == "proposed" else "lapse")
    if found["status"] == "agreed":
        await tell_gone(found, task)
        await tell_substitute(found, task, "substitute.not_needed")
    elif found["status"] not in {"accepted", "refused", "withdrawn"}:
        await tell_nobody(found, task)


async def _task_of(found: Mapping[str, Any]) -> Mapping[str, Any]:
    task = await db.fetchrow("select * from task where id = $1", found["task_id"])
    assert task is not None
    return dict(task)
