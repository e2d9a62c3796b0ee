"""What must hold after every step of the referral machine: the real thing is the model's, and nobody sees too much."""

from typing import Any

from marketplace.core import db
from payouts import chart, journal
from tests.stories.referral_facts import Ledger
from tests.stories.referral_machine import Machine

# Tables in which a company could read of a claim, each with the column that names it.
_SEEN_BY_COMPANY = {
    "claim": "id",
    "claim_move": "claim_id",
    "claim_consent": "claim_id",
    "policy_verdict": "claim_id",
    "claim_contact": "claim_id",
    "claim_flag": "claim_id",
}


async def books() -> Ledger:
    """Return the real books in the model's numbers."""
    async with db.transaction(operator=True):
        balances = await journal.balances()
    sums = dict.fromkeys(chart.Purpose, 0)
    owed = {"company": 0, "person": 0}
    for account, amount in balances.items():
        sums[account.purpose] += amount
        if account.purpose is chart.Purpose.RECEIVABLE:
            owed[account.owner.partition(":")[0]] += amount
    of = chart.Purpose
    return Ledger(
        -sums[of.BALANCE], -sums[of.RESERVED], -sums[of.PAYABLE], -sums[of.IN_TRANSIT], sums[of.STRIPE_CONNECTED],
        sums[of.STRIPE_PLATFORM], -sums[of.REVENUE], -sums[of.TAX], owed["company"], -sums[of.AWAITING],
        -sums[of.UNVESTED], owed["person"], -sums[of.CLAWBACK_PENDING], sums[of.EXPENSE],
    )  # fmt: skip


async def differences(machine: Machine) -> list[Any]:
    """Return every claim whose state, parts, invoice or flags are not the model's."""
    async with db.transaction(operator=True):
        rows = {row["id"]: row for row in await db.fetch(_STATE)}
    ours = {
        ref.claim: (
            ref.status,
            ref.blocked if ref.status == "blocked" else "",
            [f"{part.amount} {part.status} {part.why}" for part in ref.parts],
            ref.bill.status if ref.bill else "",
            sum(ref.bill.left) if ref.bill else 0,
            sorted(f"{kind} {status}" for kind, status in ref.flags.items()),
        )
        for ref in machine.world.refs
    }
    found = {
        claim: (
            row["status"], row["blocked_by"] if row["status"] == "blocked" else "", row["parts"], row["bill"] or "",
            row["left_amount"] or 0, row["flags"],
        )
        for claim, row in rows.items()
    }  # fmt: skip
    return [
        (claim, found.get(claim), ours.get(claim))
        for claim in found.keys() | ours.keys()
        if found.get(claim) != ours.get(claim)
    ]


_STATE = """
select c.id, c.status, c.blocked_by, i.status as bill,
  (i.total_amount - coalesce((select sum(n.fee_amount + n.tax_amount + n.bounty_amount) from credit_note n
                              where n.invoice_id = i.id and n.into_account = 'receivable'), 0))::bigint as left_amount,
  array(select t.amount || ' ' || t.status || ' ' || t.hold_reason from tranche t where t.claim_id = c.id order by t.number) as parts,
  array(select f.kind || ' ' || case f.status when 'appealed' then 'held' else f.status end from claim_flag f
        where f.claim_id = c.id order by f.kind) as flags
from claim c left join invoice i on i.reference = 'claim:' || c.id
"""


async def seen_too_early(machine: Machine) -> list[str]:
    """Return what a company reads of claims that nobody has consented to, and a referrer of others' claims."""
    consented = {ref.claim for ref in machine.world.refs if ref.consented is not None}
    wrong = []
    for number, firm in enumerate(machine.firms):
        allowed = {ref.claim for ref in machine.world.of_firm(number)} & consented
        async with db.transaction(company=firm.company):
            for table, column in _SEEN_BY_COMPANY.items():
                seen = {
                    row[0]
                    for row in await db.fetch(f"select {column} from {table} where {column} is not null")
                }
                wrong += [f"{table} of {claim} to company {number}" for claim in seen - allowed]
    for number, person in enumerate(machine.people):
        async with db.transaction(person=person.person):
            seen = {row["id"] for row in await db.fetch("select id from claim")}
        wrong += [
            f"{claim} to {number}"
            for claim in seen ^ {r.claim for r in machine.world.refs if r.referrer == number}
        ]
    return wrong
