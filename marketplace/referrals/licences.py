"""Licences that make a paid referral for a hire lawful: filed by one person, signed off by another, withdrawn.

The operator files its own licence for paid placement, a company's owner the company's permission for entrusted
recruiting; a person of the operator who did not file it signs it off. Employment Security Act art. 30, 32-3, 36.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.core.money import Money
from marketplace.referrals import bounty_notices
from marketplace.referrals.policy_facts import ENTRUSTED_RECRUITING, PAID_PLACEMENT, Scheme, fee_cap

LONGEST_REASON = 300
REMIND_DAYS = (60, 30, 7)


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed: number, validity, what it permits, and the document that shows it."""

    number: str
    valid_from: date
    valid_to: date
    document_name: str
    document: bytes
    scheme: Scheme = ""
    fee_cap_bp: int = 0
    fee_table_notified_on: date | None = None
    approved: Money = field(default_factory=Money.zero)


async def file(filing: Filing, *, by: Actor) -> UUID:
    """File the operator's licence, or as an owner the company's permission; it counts once it is signed off.

    Raises Invalid naming each wrong field.
    """
    if by.kind != "operator":
        by.must_have("owner")
    kind = PAID_PLACEMENT if by.kind == "operator" else ENTRUSTED_RECRUITING
    async with db.transaction(**by.scope):
        if wrong := _wrong(filing, kind, await clock.today()):
            raise Invalid(fields=wrong)
        found: UUID = await _insert(filing, kind, by)
        await activity.record(
            "licence_filed", f"licence:{found}", by=by, company=by.company, number=filing.number
        )
        await bounty_notices.tell_operators(
            "licence.wanted", "/operator/licences", but=by.person, number=filing.number
        )
    return found


def _wrong(filing: Filing, kind: str, today: date) -> dict[str, Message]:
    wrong = {}
    if not 3 <= len(filing.number) <= 60:  # noqa: PLR2004 - as the column
        wrong["number"] = Message(N_("Write the number as it stands on the document."))
    if filing.valid_to < filing.valid_from:
        wrong["valid_to"] = Message(N_("It ends before it begins."))
    elif filing.valid_to < today:
        wrong["valid_to"] = Message(N_("This has ended already."))
    if kind == ENTRUSTED_RECRUITING and filing.approved.amount <= 0:
        wrong["approved"] = Message(N_("Write the approved reward."))
    if kind == PAID_PLACEMENT:
        cap = fee_cap(filing.scheme, max(today, filing.valid_from))
        if not 0 < filing.fee_cap_bp <= cap:
            wrong["fee_cap"] = Message(
                N_("Under this scheme the most is %(cap)s percent of a year's pay."),
                {"cap": f"{cap / 100:g}"},
            )
        if filing.fee_table_notified_on is None or filing.fee_table_notified_on > today:
            wrong["fee_table_notified_on"] = Message(
                N_("Write the day on which the table of fees was notified.")
            )
    return wrong


async def _insert(filing: Filing, kind: str, by: Actor) -> Any:
    placement = kind == PAID_PLACEMENT
    return await db.fetchval(
        """insert into referral_licence (company_id, kind, number, valid_from, valid_to, fee_cap_bp, fee_scheme,
             fee_table_notified_on, approved_amount, currency, document_name, document, document_sha256, filed_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id""",
        by.company,
        kind,
        filing.number,
        filing.valid_from,
        filing.valid_to,
        filing.fee_cap_bp if placement else None,
        filing.scheme if placement else "",
        filing.fee_table_notified_on if placement else None,
        None if placement else filing.approved.amount,
        filing.approved.currency,
        filing.document_name,
        filing.document,
        hashlib.sha256(filing.document).hexdigest(),
        str(by.person),
    )


async def sign_off(licence: UUID, *, by: Actor) -> None:
    """Sign a licence off. Raises NotAllowed for who filed it, Conflict when it is signed off, withdrawn or over."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await _hold(licence, by)
        if row["filed_by"] == str(by.person):
            raise NotAllowed(N_("You filed it, so somebody else has to sign it off."))
        if row["signed_off_at"] or row["withdrawn_at"] or row["valid_to"] < await clock.today():
            raise Conflict(N_("This licence does not wait for a signature any more."))
        await db.execute(
            "update referral_licence set signed_off_at = business_now(), signed_off_by = $2 where id = $1",
            licence,
            str(by.person),
        )
        await activity.record("licence_signed_off", f"licence:{licence}", by=by, company=row["company_id"])
        if row["company_id"]:
            await bounty_notices.tell_owners(
                row["company_id"],
                "licence.signed_off",
                number=row["number"],
                valid_to=row["valid_to"],
                year=row["valid_to"].year,
            )


async def withdraw(licence: UUID, reason: str, *, by: Actor) -> None:
    """Withdraw a licence: nothing relies on it from now on, and what is published is asked about anew.

    The operator withdraws any, an owner the company's own. Raises Invalid without a reason, Conflict the second time.
    """
    if by.kind != "operator":
        by.must_have("owner")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_REASON})
        raise Invalid(fields={"reason": wrong})
    async with db.transaction(**by.scope):
        row = await _hold(licence, by)
        if row["withdrawn_at"]:
            raise Conflict(N_("This licence is withdrawn already."))
        await db.execute(
            """update referral_licence set withdrawn_at = business_now(), withdrawn_by = $2, withdrawn_reason = $3
               where id = $1""",
            licence,
            str(by.person),
            reason,
        )
        await db.execute(
            """update bounty set checked_on = null where status = 'published' and kind = 'hire'
                 and ($1::uuid is null or company_id = $1)""",
            row["company_id"],
        )
        await activity.record(
            "licence_withdrawn", f"licence:{licence}", by=by, company=row["company_id"], reason=reason
        )


async def _hold(licence: UUID, by: Actor) -> Any:
    row = await db.fetchrow(
        "select * from referral_licence where id = $1 and ($2::uuid is null or company_id = $2) for update",
        licence,
        by.company,
    )
    if row is None:
        raise NotFound
    return row


async def listed(*, by: Actor) -> list[dict[str, Any]]:
    """Return the licences that a person may look after, those in force and waiting first, without their documents."""
    if by.kind != "operator":
        by.must_be("member")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select l.id, l.company_id, l.kind, l.number, l.valid_from, l.valid_to, l.fee_cap_bp, l.fee_scheme,
                 l.fee_table_notified_on, l.approved_amount, l.currency, l.document_name, l.filed_by, l.filed_at,
                 l.signed_off_at, l.withdrawn_at, l.withdrawn_reason, c.name as company_name,
                 filer.name as filed_name, signer.name as signed_off_name,
                 case when l.withdrawn_at is not null then 'withdrawn' when l.valid_to < business_today() then 'expired'
                      when l.signed_off_at is null then 'waiting' when l.valid_from > business_today() then 'coming'
                      else 'valid' end as status
               from referral_licence l left join company c on c.id = l.company_id
                 left join person filer on filer.id::text = l.filed_by
                 left join person signer on signer.id::text = l.signed_off_by
               where $1::uuid is null or l.company_id = $1
               order by l.withdrawn_at is not null, l.valid_to < business_today(), l.valid_to, l.id""",
            by.company,
        )
    return [dict(row) for row in rows]


async def document(licence: UUID, *, by: Actor) -> tuple[str, bytes]:
    """Return the name and the bytes of what was filed. Raises NotFound for another company's."""
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            "select document_name, document from referral_licence where id = $1 and ($2::uuid is null or company_id = $2)",
            licence,
            by.company,
        )
    if row is None:
        raise NotFound
    return row["document_name"], bytes(row["document"])


_ENDING = """
select id, company_id, number, valid_to, due from referral_licence,
  lateral (select min(day) as due from unnest($1::integer[]) as day where valid_to - day <= business_today()) as next
where withdrawn_at is null and signed_off_at is not null and valid_to >= business_today()
  and due is not null and due <> all(reminded) for update of referral_licence skip locked
"""


async def remind() -> int:
    """Remind 60, 30 and 7 days before a licence ends, each once; a reminder that came too late is left out."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_ENDING, list(REMIND_DAYS))
        for row in rows:
            await db.execute(
                "update referral_licence set reminded = reminded || array[$2::integer] where id = $1",
                row["id"],
                row["due"],
            )
            said = {
                "number": row["number"],
                "valid_to": row["valid_to"],
                "days": (row["valid_to"] - await clock.today()).days,
            }
            await bounty_notices.tell_operators("licence.ends_soon", "/operator/licences", **said)
            if row["company_id"]:
                await bounty_notices.tell_owners(row["company_id"], "licence.ends_soon", **said)
    return len(rows)
