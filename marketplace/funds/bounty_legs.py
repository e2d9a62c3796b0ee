"""The five legs of a referral's success: fee and reward as agreed, invoiced, paid in, and the vested parts sent and arrived."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money
from marketplace.funds.leg_rows import ITEMS, Leg, Row, late, said, sent

ASKED = frozenset({"open", "paid", "credited"})

# Paid in is what our books took off the company's receivable; a credit note of a paid invoice went into its balance instead.
_LEGS = f"""
select x.claim_id, b.title, coalesce(s.name, '') as alumnus, x.happened_on, x.fee_amount, x.reward_amount, x.currency,
  v.id as invoice_id, coalesce(v.tax_bp, 0) as tax_bp, coalesce(v.status, 'none') as invoice_status, v.due_on as pay_by,
  coalesce(v.total_amount, 0) as invoiced, coalesce(given.back, 0)::bigint as given_back, coalesce(given.bounty, 0)::bigint as bounty_back,
  coalesce(book.paid_in, 0)::bigint as paid_in, part.planned, part.vested, part.failed, item.*
from claim_success x
join claim c on c.id = x.claim_id join bounty b on b.id = c.bounty_id
left join membership s on s.company_id = x.company_id and s.person_id = x.person_id
left join invoice v on v.reference = 'claim:' || x.claim_id
left join lateral (
  select sum(n.fee_amount + n.tax_amount + n.bounty_amount) filter (where n.into_account = 'receivable') as back,
    sum(n.bounty_amount) as bounty
  from credit_note n where n.invoice_id = v.id
) given on true
left join lateral (
  select sum(-e.amount) as paid_in from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
    join ledger_account a on a.id = e.account_id and a.name = 'company:' || x.company_id || ':receivable'
  where t.key = 'invoice_paid:' || v.number
) book on true
cross join lateral (
  select coalesce(sum(p.amount), 0)::bigint as planned,
    coalesce(sum(p.amount) filter (where p.status in ('vested', 'clawed_back')), 0)::bigint as vested,
    coalesce(sum(p.amount) filter (where p.status = 'failed'), 0)::bigint as failed
  from tranche p where p.claim_id = x.claim_id
) part
cross join lateral ({ITEMS} 'claim:' || x.claim_id) item
where x.claim_id = any($1::uuid[])
"""


async def rows(claims: Sequence[UUID], today: date) -> dict[UUID, Row]:
    """Return successes that the scope sees, by their claims, with their legs."""
    return {row["claim_id"]: _row(dict(row), today) for row in await db.fetch(_LEGS, list(claims))}


def _row(row: Any, today: date) -> Row:
    fee = Money(row["fee_amount"], row["currency"])
    row["agreed"] = (fee + fee.share(row["tax_bp"])).amount + row["reward_amount"]
    row["asked"] = row["invoiced"] - row["given_back"]
    invoice = ("invoice", str(row["invoice_id"])) if row["invoice_id"] else ("", "")
    return Row(
        kind="bounty", id=str(row["claim_id"]), title=row["title"], who=row["alumnus"], on=row["happened_on"],
        status=row["invoice_status"],
        legs=(
            Leg(row["agreed"], agrees=False, proof="claim", number=str(row["claim_id"])),
            Leg(row["invoiced"], row["invoiced"] == row["agreed"], *invoice),
            Leg(row["paid_in"], bool(row["asked"]) and row["paid_in"] == row["asked"], *invoice),
            *(sent(row) if row["reward_amount"] else (Leg(None), Leg(None))),
        ),
        differences=tuple(differences(row, today)), vested=row["vested"], traces=row["traces"],
    )  # fmt: skip


def differences(row: Any, today: date) -> Iterator[Message]:
    """Name each place where the success, the invoice, the payment in, the parts and the payouts do not agree."""
    if row["agreed"] and row["invoice_status"] == "none":
        yield said(N_("No invoice asks for the %(agreed)s that is agreed."), agreed=row["agreed"])
    elif row["invoiced"] != row["agreed"]:
        yield said(
            N_("%(here)s is invoiced for %(agreed)s that is agreed."),
            here=row["invoiced"],
            agreed=row["agreed"],
        )
    if row["invoice_status"] == "paid" and row["paid_in"] != row["asked"]:
        yield said(
            N_("%(here)s is booked as paid in for %(asked)s that the invoice asks for."), here=row["paid_in"], asked=row["asked"]
        )  # fmt: skip
    if row["invoice_status"] == "open" and row["pay_by"] < today:
        yield said(N_("%(asked)s of the invoice was due and has not been paid in."), asked=row["asked"])
    yield from _parts(row)
    yield from late(row, today)


def _parts(row: Any) -> Iterator[Message]:
    if row["planned"] != row["reward_amount"]:
        yield said(
            N_("The parts of the reward add up to %(here)s, not to %(agreed)s."), here=row["planned"], agreed=row["reward_amount"]
        )  # fmt: skip
    if row["vested"] != row["owed"]:
        yield said(
            N_("%(here)s is owed to the alumnus for %(vested)s that has vested."), here=row["owed"], vested=row["vested"]
        )  # fmt: skip
    if row["invoice_status"] in ASKED and row["failed"] != row["bounty_back"]:
        yield said(
            N_("%(here)s of the reward was credited for %(failed)s that has come to nothing."),
            here=row["bounty_back"], failed=row["failed"],
        )  # fmt: skip
