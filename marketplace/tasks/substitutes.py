"""Who cannot come proposes another alumnus, who answers; whether that person can be asked is told to nobody.

Held in this order: people, contract, task, proposal.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.people import spelling
from marketplace.tasks import brief as briefs
from marketplace.tasks import notices, waves
from marketplace.tasks.concluding import hold_person, must_be_free
from marketplace.tasks.lifecycle import SUBSTITUTION
from marketplace.tasks.moving import hold

MOST_A_DAY = 3
LONGEST_REASON = 500
UNDONE = ("concluded", "running")
MOVED_ON = N_("This has changed in the meantime, so that step is no longer possible.")


def ends_at(task: Mapping[str, Any]) -> datetime:
    """Return until when somebody can still step in: the start, or the evening before the delivery."""
    ends = replace(briefs.from_row(task), starts_on=None).offer_ends_at
    assert ends is not None
    return ends


async def propose(contract: UUID, mail: str, reason: str, *, named: bool, by: Actor) -> UUID:
    """Propose the alumnus with this mail address for one's contract; return the proposal.

    The same is done and said whoever has the address: a job looks whether that person is in the network and passes the
    gates. `named` lets him read who proposes. Raises Invalid for what is no address or one's own, Conflict when a
    proposal is open, three were made within a day, or it is too late; NotFound for somebody else's contract.
    """
    by.must_be("alumnus")
    assert by.person is not None
    address = _address(mail)
    async with db.transaction(person=by.person):
        await hold_person(by.person)
        row = await db.fetchrow(
            "select * from contract where id = $1 and person_id = $2", contract, by.person
        )
        if row is None:
            raise NotFound
        await _must_be_somebody_else(row, address)
        async with db.transaction(company=row["company_id"]):
            task = await db.fetchrow("select * from task where id = $1", row["task_id"])
            assert task is not None
            now = await clock.now()
            await _must_be_possible(row, task, now)
            found: UUID = await db.fetchval(
                """insert into substitution (company_id, contract_id, task_id, task_version, person_id, named, reason,
                     reply_by, ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id""",
                row["company_id"], contract, task["id"], task["version"], by.person, named, _reason(reason),
                waves.reply_by(now, ends_at(task)), ends_at(task),
            )  # fmt: skip
            await activity.record("substitute_proposed", f"contract:{contract}", by=by, person=by.person)
            await outbox.enqueue("tasks.ask_substitute", substitution=str(found), mail=address)
    return found


def _address(mail: str) -> str:
    address = spelling.mail_address(mail)
    if address is None:
        wrong = Message(N_("Please write a mail address."))
        raise Invalid(fields={"mail": wrong})
    return address


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    return reason


async def _must_be_somebody_else(row: Mapping[str, Any], address: str) -> None:
    mine = await db.fetchval(
        """select exists (select from person where id = $1 and email = $3)
             or exists (select from membership where person_id = $1 and company_id = $2 and email = $3)""",
        row["person_id"],
        row["company_id"],
        address,
    )
    if mine:
        wrong = Message(N_("This is your own address. Please write that of somebody else."))
        raise Invalid(fields={"mail": wrong})


async def _must_be_possible(row: Mapping[str, Any], task: Mapping[str, Any], now: datetime) -> None:
    if row["status"] not in UNDONE or ends_at(task) <= now:
        raise Conflict(N_("It is too late for a substitute: the work is near, has begun or is handed in."))
    if await open_of(row["id"], now):
        raise Conflict(
            N_("You have proposed somebody already. Please wait for the answer, or take the proposal back.")
        )
    made = await db.fetchval(
        "select count(*) from substitution where person_id = $1 and proposed_at > $2",
        row["person_id"],
        now - timedelta(days=1),
    )
    if made >= MOST_A_DAY:
        raise Conflict(
            N_("You have proposed %(most)s people within a day. Please try again tomorrow."), most=MOST_A_DAY
        )


async def open_of(contract: UUID, now: datetime) -> dict[str, Any] | None:
    """Return the proposal that is open for its proposer: who was not asked, or has said no, counts until the time to answer is over."""
    row = await db.fetchrow(
        """select * from substitution where contract_id = $1 and taken_back_at is null and told_at is null
             and (status in ('proposed', 'asked', 'agreed') or (status in ('not_asked', 'declined', 'lapsed') and reply_by > $2))
           order by id desc limit 1""",
        contract,
        now,
    )
    return dict(row) if row else None


async def take_back(substitution: UUID, *, by: Actor) -> None:
    """Take a proposal back; twice changes nothing. Raises Conflict once the company has decided."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        contract = await db.fetchval(
            "select contract_id from substitution where id = $1 and person_id = $2", substitution, by.person
        )
        if contract is None:
            raise NotFound
        await hold_contract(contract)
        row = await db.fetchrow("select * from substitution where id = $1 for no key update", substitution)
        assert row is not None
        if row["status"] in {"accepted", "refused"}:
            raise Conflict(N_("The company has decided already."))
        await db.execute(
            "update substitution set taken_back_at = coalesce(taken_back_at, business_now()) where id = $1",
            substitution,
        )
        async with db.transaction(company=row["company_id"]):
            await end(row)


async def agree(substitution: UUID, *, version: int, by: Actor) -> None:
    """Agree to step in on the terms that were read; the company decides. Twice changes nothing.

    Raises Conflict when the terms have changed, other agreed work is in the way, or nobody is needed any more.
    """
    async with _answering(substitution, by) as (found, task):
        if found["status"] == "agreed" and found["task_version"] == version:
            return
        if task["version"] != version:
            raise Conflict(N_("The terms have changed meanwhile. Please read them again."))
        limit = found["reply_by"] if found["status"] == "asked" else found["ends_at"]
        if limit <= await clock.now():
            raise Conflict(N_("The time to answer has passed."))
        assert by.person is not None
        await must_be_free(task, by.person)
        if not await move(substitution, "agree", replied_at=await clock.now(), task_version=version):
            raise Conflict(N_("A substitute is not needed any more."))
        await activity.record("substitute_agreed", f"task:{task['id']}", by=by, company=task["company_id"])
        await _tell_agreed(found, task)


async def _tell_agreed(found: Mapping[str, Any], task: Mapping[str, Any]) -> None:
    company = task["company_id"]
    await notices.tell_members(
        [task["posted_by"]],
        "substitute.agreed_company",
        task,
        alumnus=await notices.name_of(company, found["person_id"]),
        substitute=await notices.name_of(company, found["substitute_id"]),
    )
    await tell_proposer(found, task, "substitute.agreed")


async def decline(substitution: UUID, *, by: Actor) -> None:
    """Say no, or no after all; twice changes nothing. Only who knew of a yes is told."""
    async with _answering(substitution, by) as (found, task):
        if found["status"] == "declined":
            return
        if not await move(substitution, "decline", replied_at=await clock.now()):
            raise Conflict(N_("A substitute is not needed any more."))
        if found["status"] == "agreed":
            await tell_gone(found, task)


@asynccontextmanager
async def _answering(
    substitution: UUID, by: Actor
) -> AsyncIterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        known = await db.fetchrow(
            "select company_id, contract_id, task_id from substitution where id = $1 and substitute_id = $2",
            substitution,
            by.person,
        )
        if known is None:
            raise NotFound
        await hold_person(by.person)
        async with db.transaction(company=known["company_id"]):
            await hold_contract(known["contract_id"])
            task = await hold(known["task_id"])
            found = await db.fetchrow("select * from substitution where id = $1", substitution)
            assert found is not None
            yield found, task


async def hold_contract(contract: UUID) -> None:
    """Keep a contract from moving on; its proposal is changed only behind it, for a delivery ends that too."""
    await db.execute("select 1 from contract where id = $1 for no key update", contract)


async def move(substitution: UUID, name: str, **columns: Any) -> bool:
    """Make a named move of a proposal; False when it does not start here."""
    sources = SUBSTITUTION.sources(name)
    changes = "".join(f", {column} = ${number}" for number, column in enumerate(columns, start=4))
    return bool(
        await db.execute(
            f"update substitution set status = $2{changes} where id = $1 and status = any($3::text[])",
            substitution,
            SUBSTITUTION.target(name, next(iter(sources))),
            sorted(sources),
            *columns.values(),
        )
    )


async def end(found: Mapping[str, Any]) -> None:
    """End a live proposal whose contract moves on, or that was taken back; tell whom it concerns. In the company's scope."""
    if not await move(found["id"], "withdraw"):
        return
    task = await db.fetchrow("select * from task where id = $1", found["task_id"])
    assert task is not None
    if found["status"] in {"asked", "agreed"}:
        await tell_substitute(found, task, "substitute.not_needed")
    if found["status"] == "agreed":
        await _tell_poster_gone(found, task)


async def tell_gone(found: Mapping[str, Any], task: Mapping[str, Any]) -> None:
    """Tell those who knew of a yes that it does not stand any more."""
    await _tell_poster_gone(found, task)
    await tell_nobody(found, task)


async def _tell_poster_gone(found: Mapping[str, Any], task: Mapping[str, Any]) -> None:
    name = await notices.name_of(task["company_id"], found["person_id"])
    await notices.tell_members([task["posted_by"]], "substitute.gone", task, alumnus=name)


async def tell_nobody(found: Mapping[str, Any], task: Mapping[str, Any]) -> None:
    """Tell the proposer, once, that nobody has been found."""
    told = "update substitution set told_at = business_now() where id = $1 and told_at is null"
    if await db.execute(told, found["id"]) and found["taken_back_at"] is None:
        await tell_proposer(found, task, "substitute.nobody")


async def tell_proposer(found: Mapping[str, Any], task: Mapping[str, Any], kind: str, **params: Any) -> None:
    """Tell the proposer, with the way to his contract; in the company's scope."""
    path = f"/contracts/{found['contract_id']}"
    await notices.tell_person(found["person_id"], kind, task, path=path, **params)


async def tell_substitute(
    found: Mapping[str, Any], task: Mapping[str, Any], kind: str, **params: Any
) -> None:
    """Tell the substitute, with the way to his answer; in the company's scope."""
    path = f"/work/substitutions/{found['id']}"
    await notices.tell_person(found["substitute_id"], kind, task, path=path, **params)
