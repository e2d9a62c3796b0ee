"""Disagreement about a delivery: it names its amount, freezes only that, and the operator decides it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts import due, payment, sides, words
from marketplace.contracts.conclude import cost_of
from marketplace.contracts.delivery import MOVED_ON
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, Name, NotFound
from marketplace.core.money import Money
from marketplace.disputes import notices  # noqa: F401 - declares the wording of what is told here
from marketplace.disputes.parts import Award, award_of
from marketplace.notifications.actions import notify
from payouts import payables
from payouts.fees import SeatCost

MOST_WORDS = 10_000
ANSWER_WITHIN = timedelta(days=7)


async def open_dispute(contract: UUID, amount: Money, reason: str, *, by: Actor) -> UUID:
    """Dispute `amount` of the fee (before tax); the rest of delivered work is owed and paid on its date.

    Either side may. Raises Invalid for an amount that is not part of the fee, Conflict when the contract is not
    open to it, NotFound for a stranger.
    """
    reason = words.check("reason", reason, MOST_WORDS)
    async with db.transaction(**by.scope):
        row = await (sides.of_decider if by.kind == "member" else sides.of_alumnus)(contract, by=by)
        async with db.transaction(company=row["company_id"]):
            _check_amount(amount, row)
            row = await _freeze(row)
            dispute: UUID = await db.fetchval(
                """insert into dispute (contract_id, company_id, person_id, opened_by, amount, currency, reason)
                   values ($1, $2, $3, $4, $5, $6, $7) returning id""",
                row["id"],
                row["company_id"],
                row["person_id"],
                _side(by),
                amount.amount,
                amount.currency,
                reason,
            )
            await _pay_undisputed(row, amount)
            await _announce(row, dispute, amount, by=by)
    return dispute


async def answer(dispute: UUID, text: str, *, by: Actor) -> None:
    """Say how the other side sees it, once. Raises Conflict when that is done or the dispute is decided."""
    text = words.check("answer", text, MOST_WORDS)
    async with db.transaction(**by.scope):
        found = await _of_side(dispute, by=by)
        if found["opened_by"] == _side(by):
            raise NotFound
        answered = await db.execute(
            """update dispute set answer = $2, answered_at = business_now()
               where id = $1 and status = 'open' and answer = ''""",
            dispute,
            text,
        )
        if not answered:
            raise Conflict(MOVED_ON)
        row = await _contract(found)
        await _record("dispute_answered", row, by=by)
        tell = sides.tell_alumnus if found["opened_by"] == "alumnus" else sides.tell_company
        await tell(row, "dispute.answered", title=row["title"])


async def resolve(dispute: UUID, award: Money, resolution: str, *, by: Actor) -> None:
    """Decide as the operator how much of the disputed amount the alumnus gets, from nothing to all of it.

    The award is owed at once, what is left returns to the company. Raises Invalid, Conflict when already decided.
    """
    by.must_be("operator")
    resolution = words.check("resolution", resolution, MOST_WORDS)
    async with db.transaction(operator=True):
        found = await db.fetchrow("select * from dispute where id = $1 for update", dispute)
        if found is None:
            raise NotFound
        amount = Money(found["amount"], found["currency"])
        if not Money.zero(amount.currency) <= award <= amount:
            text = N_("The award lies between nothing and the disputed %(amount)s.")
            raise Invalid(fields={"award": Message(text, {"amount": amount})})
        moved = await db.execute(
            """update dispute set status = 'resolved', awarded_amount = $2, resolution = $3, resolved_at = business_now()
               where id = $1 and status = 'open'""",
            dispute,
            award.amount,
            resolution,
        )
        row = await _unfreeze(found) if moved else None
        if row is None:
            raise Conflict(MOVED_ON)
        await _pay_award(row, award_of(cost_of(row), amount, award, received=row["received_on"] is not None))
        await _record("dispute_resolved", row, by=by, amount=amount.amount, awarded=award.amount)
        for tell in (sides.tell_alumnus, sides.tell_company):
            await tell(row, "dispute.resolved", title=row["title"], amount=amount, awarded=award)
        await payment.note_paid(row["id"])


async def remind() -> int:
    """Remind the side whose answer is awaited a day before it is due, once (a sweep); return how many."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update dispute set reminded_at = business_now()
               where status = 'open' and answer = '' and reminded_at is null
                 and opened_at + $1 between business_now() and business_now() + interval '1 day' returning *""",
            ANSWER_WITHIN,
        )
        for found in rows:
            row = await _contract(found)
            tell = sides.tell_company if found["opened_by"] == "alumnus" else sides.tell_alumnus
            await tell(row, "dispute.answer_soon", **await _said(row, found["opened_by"], found))
    return len(rows)


def answer_by(opened_at: datetime) -> datetime:
    """Return until when the other side may answer; the operator may decide earlier once it has."""
    return opened_at + ANSWER_WITHIN


def _side(by: Actor) -> str:
    return "company" if by.kind == "member" else "alumnus"


def _check_amount(amount: Money, row: Any) -> None:
    price = Money(row["price_amount"], row["currency"])
    if not Money.zero(price.currency) < amount <= price:
        text = N_("Name an amount from ¥1 to the whole fee of %(price)s, before tax.")
        raise Invalid(fields={"amount": Message(text, {"price": price})})


async def _of_side(dispute: UUID, *, by: Actor) -> Any:
    found = await db.fetchrow("select * from dispute where id = $1", dispute)
    if found is None:
        raise NotFound
    await (sides.of_decider if by.kind == "member" else sides.of_alumnus)(found["contract_id"], by=by)
    return found


async def _contract(found: Any) -> Any:
    return await db.fetchrow("select * from contract where id = $1", found["contract_id"])


async def _freeze(row: Any) -> Any:
    frozen = await db.fetchrow(
        "update contract set status = 'disputed' where id = $1 and status = any($2) returning *",
        row["id"],
        list(CONTRACT.sources("dispute")),
    )
    if frozen is None:
        raise Conflict(MOVED_ON)
    return frozen


async def _unfreeze(found: Any) -> Any:
    return await db.fetchrow(
        """update contract set status = 'resolved', approved_at = business_now()
           where id = $1 and status = any($2) returning *""",
        found["contract_id"],
        list(CONTRACT.sources("resolve")),
    )


async def _pay_undisputed(row: Any, amount: Money) -> None:
    """Owe the undisputed part of received work at once, on the date that its receipt has set."""
    whole = cost_of(row)
    if row["received_on"] is not None and amount < whole.price:
        await _approve(row, 1, whole.part(whole.price - amount)[0], row["pay_on"])


async def _pay_award(row: Any, award: Award) -> None:
    today = await clock.today()
    due_on = max(row["pay_on"], today) if row["pay_on"] else due.compensation_due_on(today)
    if award.cost is not None:
        await _approve(row, award.part, award.cost, due_on)
    await payables.return_rest(str(row["company_id"]), contract=str(row["id"]))
    await projection.soon(row["person_id"])


async def _approve(row: Any, part: int, cost: SeatCost, due_on: date) -> None:
    await payables.approve(
        str(row["person_id"]),
        str(row["company_id"]),
        contract=str(row["id"]),
        part=part,
        cost=cost,
        due_on=due_on,
        title=row["title"],
        tax_category=row["tax_category"],
    )


async def _said(row: Any, opened_by: str, found: Any) -> dict[str, Any]:
    name = await db.fetchrow(
        """select c.name, c.name_en, m.name as alumnus from membership m join company c on c.id = m.company_id
           where m.company_id = $1 and m.person_id = $2""",
        row["company_id"],
        row["person_id"],
    )
    assert name is not None
    return {
        "title": row["title"],
        "who": Name(name["name"], name["name_en"]) if opened_by == "company" else name["alumnus"],
        "amount": Money(found["amount"], found["currency"]),
        "until": answer_by(found["opened_at"]),
    }


async def _announce(row: Any, dispute: UUID, amount: Money, *, by: Actor) -> None:
    found = await db.fetchrow("select * from dispute where id = $1", dispute)
    said = await _said(row, _side(by), found)
    tell = sides.tell_alumnus if by.kind == "member" else sides.tell_company
    await tell(row, "dispute.opened", **said)
    async with db.transaction(operator=True):
        operators = await db.fetch("select id from person where is_operator")
    for operator in operators:
        await notify(
            "dispute.opened_operator", person=operator["id"], path=f"/operator/disputes/{dispute}", **said
        )
    await _record("disputed", row, by=by, amount=amount.amount)


async def _record(verb: str, row: Any, *, by: Actor, **data: Any) -> None:
    await activity.record(
        verb, f"contract:{row['id']}", by=by, company=row["company_id"], person=row["person_id"], **data
    )
