"""Conclude a contract for a seat: terms that never change, money that only this contract can use."""

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import projection
from marketplace.contracts import completeness, hooks, inspection, sides, snapshot
from marketplace.contracts.agreement import Agreement
from marketplace.contracts.due import DueRule
from marketplace.contracts.terms import Terms, canonical_json
from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.money import Money
from payouts import funding
from payouts.fees import SeatCost, seat_cost
from payouts.tax import withholding
from payouts.tax_category import Blocked, Payee, Withheld, treatment


async def conclude(agreement: Agreement, person: UUID, *, by: Actor) -> UUID:
    """Conclude the contract of one seat with an alumnus and return its id.

    Runs inside the caller's transaction in the scopes of the company and of the person. Writes the immutable
    snapshot, moves the seat's money to the contract and queues the document and its delivery. Raises Invalid that
    names each missing term, Conflict when nobody knows yet whether tax is withheld, NotFound for a stranger.
    """
    now = await clock.now()
    today = clock.day_of(now)
    parties = await _parties(agreement, person)
    cost = _cost(agreement, parties, on=today)
    rule = DueRule(parties["pay_rule"])
    due_on = snapshot.planned_due_on(agreement, rule)
    contract: UUID = await db.fetchval("select uuidv7()")
    raw = snapshot.raw_terms(
        agreement,
        parties,
        cost,
        contract=str(contract),
        concluded_at=now,
        due_on=due_on,
        inspected_on=inspection.last_on(agreement.deliver_on, agreement.inspection_days, due_on),
        withheld=bool(cost.withheld),
    )
    terms = completeness.conclude_terms(raw)
    row = await _store(contract, agreement, person, cost, rule=rule, due_on=due_on, now=now)
    await _store_terms(row, terms)
    await funding.conclude(
        str(agreement.company), task=str(agreement.task), contract=str(contract), cost=cost
    )
    await outbox.enqueue("contract.document", dedupe=f"contract.document:{contract}", contract=str(contract))
    await _announce(row, by=by)
    return contract


def cost_of(row: Any) -> SeatCost:
    """Return the money of a stored contract."""
    amounts = (row[f"{name}_amount"] for name in ("price", "tax", "fee", "fee_tax", "withheld"))
    return SeatCost(*(Money(amount, row["currency"]) for amount in amounts))


async def _parties(agreement: Agreement, person: UUID) -> dict[str, Any]:
    row = await db.fetchrow(
        """select c.name as company_name, c.address as company_address, c.registration_number as company_registration,
             u.name as unit_name, m.name as contact_name, a.name as alumnus_name,
             p.registration_number as alumnus_registration, coalesce(p.kind, 'individual') as payee_kind,
             t.platform_fee_bp, t.platform_tax_bp, t.cancel_early_bp, t.cancel_late_bp, t.pay_rule
           from company c
             join unit u on u.company_id = c.id and u.id = $2
             join member m on m.company_id = c.id and m.id = $3
             join company_terms t on t.company_id = c.id and t.version = $4
             join membership a on a.company_id = c.id and a.person_id = $5 and a.status = 'active'
             left join payee p on p.owner = 'person:' || a.person_id
           where c.id = $1""",
        agreement.company,
        agreement.unit,
        agreement.contact,
        agreement.terms_version,
        person,
    )
    if row is None:
        raise NotFound
    return dict(row)


def _cost(agreement: Agreement, parties: dict[str, Any], *, on: date) -> SeatCost:
    found = treatment(agreement.tax_category, Payee(parties["payee_kind"]), on=on)
    if isinstance(found, Blocked):
        raise Conflict(found.reason.text, **found.reason.params)
    price = agreement.price
    return seat_cost(
        price,
        tax_rate=agreement.tax_bp,
        platform_rate=parties["platform_fee_bp"],
        platform_tax_rate=parties["platform_tax_bp"],
        withheld=withholding(price, on=on) if isinstance(found, Withheld) else Money.zero(price.currency),
    )


async def _store(
    contract: UUID,
    agreement: Agreement,
    person: UUID,
    cost: SeatCost,
    *,
    rule: DueRule,
    due_on: date,
    now: datetime,
) -> Any:
    return await db.fetchrow(
        """insert into contract (id, company_id, task_id, task_version, seat_id, person_id, unit_id, contact_id, title,
             price_amount, tax_amount, withheld_amount, fee_amount, fee_tax_amount, currency, tax_category,
             starts_at, ends_at, deliver_on, inspection_days, pay_rule, stated_due_on, concluded_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             greatest(coalesce($17, $18::date::timestamp at time zone 'Asia/Tokyo', $24), $24),
             $19, $20, $21, $22, $23, $24) returning *""",
        contract, agreement.company, agreement.task, agreement.task_version, agreement.seat, person,
        agreement.unit, agreement.contact, agreement.title,
        cost.price.amount, cost.tax.amount, cost.withheld.amount, cost.platform_fee.amount, cost.platform_tax.amount,
        cost.price.currency, agreement.tax_category,
        agreement.window_starts_at, agreement.starts_on, agreement.window_ends_at, agreement.deliver_on,
        agreement.inspection_days, rule.value, due_on, now,
    )  # fmt: skip


async def _store_terms(row: Any, terms: Terms) -> None:
    body = canonical_json(terms)
    await db.execute(
        "insert into terms_snapshot (contract_id, company_id, person_id, body, sha256) values ($1, $2, $3, $4, $5)",
        row["id"],
        row["company_id"],
        row["person_id"],
        body,
        hashlib.sha256(body).hexdigest(),
    )
    await db.execute(
        "insert into terms_receipt (contract_id, company_id, person_id, kind) values ($1, $2, $3, 'in_app')",
        row["id"],
        row["company_id"],
        row["person_id"],
    )


async def _announce(row: Any, *, by: Actor) -> None:
    fee = Money(row["price_amount"], row["currency"])
    await activity.record(
        "concluded",
        f"contract:{row['id']}",
        by=by,
        company=row["company_id"],
        person=row["person_id"],
        task=str(row["task_id"]),
        amount=fee.amount,
    )
    await sides.tell_alumnus(row, "contract.concluded", title=row["title"], fee=fee, due=row["stated_due_on"])
    await sides.tell_company(row, "contract.concluded_company", title=row["title"], fee=fee)
    await projection.soon(row["person_id"])
    await hooks.tell("concluded", row)
