"""What finance does with a break: take it, note, prove, and put it right by an entry or an explanation, with four eyes."""

import hashlib
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.core.money import Money
from marketplace.core.settings import settings
from payouts import journal
from payouts.closing.months import correction_moment, with_reason
from payouts.reconcile import entries
from payouts.reconcile.kinds import BANK_KINDS, ONLY_EXPLAINED, Kind

LONGEST_NOTE = 2000
LONGEST_REASON = 1000
MOST_EVIDENCE = 20
_OVER = N_("This break is settled already.")
_BY_CLAIM = frozenset({Kind.AMOUNT, Kind.FEE, Kind.WRONG_SIGN, Kind.BANK_AMOUNT})


def weight(row: Any) -> int:
    """Return what a break moves or leaves open, in minor units: what the limit for a second person looks at."""
    looked = ["difference_amount"]
    if row["kind"] in ONLY_EXPLAINED:
        looked += ["expected_amount", "found_amount"]
    return max(abs(int(row[name] or 0)) for name in looked)


def needs_second(row: Any) -> bool:
    """Tell whether a second person has to agree."""
    return weight(row) > settings().break_limit


async def take(number: UUID, *, ref: str, name: str) -> None:
    """Make a break one's own, in the operator's scope. Raises NotFound, Conflict."""
    await _live(number)
    await db.execute(
        "update reconcile_break set owner_ref = $2, owner_name = $3 where id = $1", number, ref, name
    )
    await note(number, "taken", ref=ref, name=name)


async def note(number: UUID, kind: str, text: str = "", *, ref: str, name: str, **facts: Any) -> None:
    """Write down what somebody says or does about a break."""
    await db.execute(
        "insert into reconcile_note (break_id, kind, text, facts, by_ref, by_name) values ($1, $2, $3, $4, $5, $6)",
        *(number, kind, text, facts, ref, name),
    )


async def say(number: UUID, text: str, *, ref: str, name: str) -> None:
    """Add a note to a break. Raises NotFound."""
    await _known(number)
    await note(number, "noted", text, ref=ref, name=name)


async def add_evidence(
    number: UUID, *, file_name: str, media_type: str, content: bytes, ref: str, name: str
) -> UUID:
    """Keep a file as evidence for ever. Raises NotFound, Conflict when there are too many."""
    await _known(number)
    if (
        await db.fetchval("select count(*) from reconcile_evidence where break_id = $1", number)
        >= MOST_EVIDENCE
    ):
        raise Conflict(N_("There are %(most)s files already."), most=MOST_EVIDENCE)
    kept: UUID = await db.fetchval(
        """insert into reconcile_evidence (break_id, name, media_type, size, sha256, content, by_ref, by_name)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
        *(
            number,
            file_name,
            media_type,
            len(content),
            hashlib.sha256(content).hexdigest(),
            content,
            ref,
            name,
        ),
    )
    await note(number, "evidence", file_name, ref=ref, name=name, file=str(kept))
    return kept


async def evidence(number: UUID, file: UUID) -> Any:
    """Return a file of a break. Raises NotFound."""
    row = await db.fetchrow("select * from reconcile_evidence where id = $1 and break_id = $2", file, number)
    if row is None:
        raise NotFound
    return row


async def resolve(number: UUID, *, resolution: str, into: str = "", reason: str, ref: str, name: str) -> bool:
    """Put a break right, or propose to where a second person has to agree; return whether it is done.

    `resolution` is entry or explanation; `into` where an entry goes on to from suspense. Runs in the operator's scope.
    Raises NotFound, Conflict, Invalid when no entry can put it right, Overdrawn when an account would fall below zero.
    """
    row = await _live(number)
    if row["status"] != "open":
        raise Conflict(N_("A proposal waits for a second person already."))
    if resolution == "entry" and not row["corrections"]:
        raise Invalid(fields={"resolution": Message(N_("No entry can put this right; please explain it."))})
    if into and (into not in entries.CLEARED or resolution != "entry"):
        raise Invalid(fields={"into": Message(N_("Please choose one of the offered answers."))})
    await db.execute(
        """update reconcile_break set status = 'proposed', resolution = $2, into_account = $3, reason = $4,
             proposed_ref = $5, proposed_name = $6 where id = $1""",
        *(number, resolution, into, reason, ref, name),
    )
    if needs_second(row):
        await note(number, "proposed", reason, ref=ref, name=name, resolution=resolution, into=into)
        return False
    await _settle(await _live(number), ref=ref, name=name)
    return True


async def approve(number: UUID, *, ref: str, name: str) -> None:
    """Agree to a proposal of somebody else. Raises NotFound, Conflict, NotAllowed for the proposer."""
    row = await _proposed(number)
    if row["proposed_ref"] == ref:
        raise NotAllowed(N_("Somebody else has to agree to what you have proposed."))
    await _settle(row, ref=ref, name=name)


async def refuse(number: UUID, text: str, *, ref: str, name: str) -> None:
    """Send a proposal back, or take one's own back. Raises NotFound, Conflict."""
    await _proposed(number)
    await db.execute(
        """update reconcile_break set status = 'open', resolution = '', into_account = '', reason = '',
             proposed_ref = '', proposed_name = '' where id = $1""",
        number,
    )
    await note(number, "refused", text, ref=ref, name=name)


async def _settle(row: Any, *, ref: str, name: str) -> None:
    if row["resolution"] == "entry":
        await _post(row)
    await db.execute(
        """update reconcile_break set status = 'resolved', decided_ref = $2, decided_name = $3, ended_at = business_now()
           where id = $1""",
        *(row["id"], ref, name),
    )
    facts = {"resolution": row["resolution"], "into": row["into_account"]}
    await note(row["id"], "resolved", row["reason"], ref=ref, name=name, **facts)


async def _post(row: Any) -> None:
    number, at = str(row["id"]), await correction_moment(row["happened_at"])
    bank = row["kind"] in BANK_KINDS
    fact = entries.entry(number, row["corrections"], bank=bank, currency=row["currency"], happened_at=at)
    facts = [fact]
    waits = sum(line.amount for line in fact.entries if line.account.name.startswith("suspense:"))
    if row["into_account"] and waits:
        amount = Money(waits, row["currency"])
        facts.append(entries.cleared(number, row["into_account"], amount, bank=bank, happened_at=at))
    async with with_reason(row["reason"]):
        for each in facts:
            await journal.record(each, about=f"break:{number}")
    await _match(row)


_MATCH = """
insert into balance_match (transaction_id, transfer_id, account_id, rule)
select t.id, coalesce(case when $2 then b.transfer_id end, lt.id), a.id, 'entry'
from reconcile_break b join balance_transaction t on b.subject = 'transaction:' || t.id
  join ledger_transfer lt on lt.key = 'break:' || b.id join ledger_account a on a.name = b.account
where b.id = $1 on conflict do nothing
"""
_MATCH_LINE = """
insert into bank_match (line_id, transfer_id, account_id, rule)
select l.id, coalesce(case when $2 then b.transfer_id end, lt.id), a.id, 'entry'
from reconcile_break b join bank_line l on b.subject = 'line:' || l.id
  join ledger_transfer lt on lt.key = 'break:' || b.id join ledger_account a on a.name = b.account
where b.id = $1 on conflict do nothing
"""


async def _match(row: Any) -> None:
    """Give what was not matched its posting: the one that it names, with the difference posted, or the entry itself."""
    by_claim = row["kind"] in _BY_CLAIM and row["transfer_id"] is not None
    await db.execute(_MATCH, row["id"], by_claim)
    await db.execute(_MATCH_LINE, row["id"], by_claim)


async def _known(number: UUID) -> Any:
    row = await db.fetchrow("select * from reconcile_break where id = $1 for update", number)
    if row is None:
        raise NotFound
    return row


async def _live(number: UUID) -> Any:
    row = await _known(number)
    if row["status"] not in {"open", "proposed"}:
        raise Conflict(_OVER)
    return row


async def _proposed(number: UUID) -> Any:
    row = await _known(number)
    if row["status"] != "proposed":
        raise Conflict(N_("No proposal waits for a second person."))
    return row
