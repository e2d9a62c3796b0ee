"""Refer somebody, blind: one question, one of three answers, and the same work for each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotAllowed, NotFound
from marketplace.core.lifecycle import Actor as Role
from marketplace.core.limits import Limit
from marketplace.people import spelling
from marketplace.referrals import contacts, moves, receipts, sealed, verdicts
from marketplace.referrals.contacts import Contact
from marketplace.referrals.policy import Verdict
from marketplace.referrals.policy_facts import Answer

PRIORITY = timedelta(days=7)
WAITS = timedelta(days=30)
"""How long a claim that is not available keeps its contact: the same for every reason, so that none shows."""

MOST_A_DAY = 20
MOST_OF_COMPANY_A_DAY = 1_000
TRIES_FROM_PLACE = Limit("referrals.from", 60, timedelta(hours=1))
TRIES_OF_PERSON = Limit("referrals.person", MOST_A_DAY * 2, timedelta(days=1))
_COUNTRY = re.compile("[A-Z]{2}")
_LONGEST_NAME, _LONGEST_WORD = 100, 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom somebody refers, as typed. `unrewarded`: he does so without a reward."""

    contact: str
    name: str = ""
    locale: str = "ja"
    word: str = ""
    candidate_country: str = "JP"
    referrer_country: str = "JP"
    unrewarded: bool = False


@dataclass(frozen=True, slots=True)
class Traces:
    """Keyed hashes of the device and the address that a request came from; what fraud rules compare."""

    device: bytes | None = None
    address: bytes | None = None


@dataclass(frozen=True, slots=True)
class Referred:
    """The claim, and the verdict where no reward may be paid: then the claim does not count."""

    claim: UUID
    denied: Verdict | None = None


async def refer(bounty: UUID, wish: Wish, *, by: Actor, traces: Traces | None = None) -> Referred:
    """Claim a candidate for a bounty; whether he was available is in the claim's state alone.

    Asking again while a claim of one's own is open returns that claim. Raises NotFound for a bounty that is not offered
    to this person, Invalid for what was typed and for one's own contact, NotAllowed when today's tries are used up.
    """
    by.must_be("alumnus")
    wish, contact = _read(wish)
    async with db.transaction(**by.scope):
        offer = await offered(bounty, by=by)
        await _count(offer["company_id"], by)
    if contact in await _own(by):
        raise Invalid(
            fields={"contact": Message(N_("That is you. A referral brings somebody else."))},
        )
    async with db.transaction(**by.scope), db.transaction(company=offer["company_id"]):
        await lock(bounty, contact.digest)
        own = await _open_one(bounty, contact, by)
        if own is not None:
            return Referred(own)
        return await _claim(offer, wish, contact, traces or Traces(), by)


async def take_back(claim: UUID, *, by: Actor) -> None:
    """End a claim that waits for the candidate, or in the queue; its contact is wiped and the next one moves up."""
    by.must_be("alumnus")
    async with db.transaction(**by.scope):
        if not await db.fetchval("select true from claim where id = $1 and person_id = $2", claim, by.person):
            raise NotFound
        await moves.move(claim, "take_back", by=by, reason="taken_back")
        await sealed.wipe(claim)


async def offered(bounty: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a bounty with its company and the terms in force, to a person who is asked for referrals. Raises NotFound."""
    row = await db.fetchrow(
        """select b.*, c.name as company, c.name_en as company_en, t.reward_type, t.reward_amount, t.currency, t.tranches,
             t.guarantee_days, t.ownership_days,
             exists (select from member e where e.company_id = b.company_id and e.person_id = $2
                     and e.status <> 'removed') as employed
           from bounty b join membership m on m.company_id = b.company_id and m.person_id = $2
             join company c on c.id = b.company_id
             join bounty_terms t on t.bounty_id = b.id and t.version = b.version
           where b.id = $1 and b.status = 'published' and b.closes_on >= business_today()
             and m.status = 'active' and m.intent_referrals and not m.blocked_by_company""",
        bounty,
        by.person,
    )
    if row is None:
        raise NotFound
    return dict(row)


async def lock(bounty: UUID, digest: bytes) -> None:
    """Let one claim to a candidate of a bounty be decided at a time: the order of the receipts is the order of the queue."""
    await db.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"referral:{bounty}:{digest.hex()}"
    )


def _read(wish: Wish) -> tuple[Wish, Contact]:
    """Tidy what was typed. Raises Invalid naming every wrong field."""
    wrong: dict[str, Message] = {}
    contact = None
    try:
        contact = contacts.read(wish.contact, wish.candidate_country)
    except Invalid as refusal:
        wrong |= refusal.fields
    name, word = spelling.tidy(wish.name), wish.word.strip()
    if len(name) > _LONGEST_NAME or not spelling.is_showable(name):
        wrong["name"] = Message(
            N_("Please write a name of 1 to %(most)s characters."), {"most": _LONGEST_NAME}
        )
    if len(word) > _LONGEST_WORD or not spelling.is_showable(word.replace("\n", " ").replace("\t", " ")):
        wrong["word"] = Message(N_("Please write 1 to %(most)s characters."), {"most": _LONGEST_WORD})
    countries = {"candidate_country": wish.candidate_country, "referrer_country": wish.referrer_country}
    for field in [name for name, code in countries.items() if not _COUNTRY.fullmatch(code)]:
        wrong[field] = Message(N_("Please choose one of the offered answers."))
    if wish.locale not in {"ja", "en"}:
        wrong["locale"] = Message(N_("Please choose one of the offered answers."))
    if wrong or contact is None:
        raise Invalid(fields=wrong)
    tidy = Wish(
        wish.contact, name, wish.locale, word, wish.candidate_country, wish.referrer_country, wish.unrewarded
    )
    return tidy, contact


async def _count(company: UUID, by: Actor) -> None:
    """Count a try before it is answered, whatever the answer will be. Raises NotAllowed when the day's are used up."""
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"referral_try:{by.person}")
    tries = await db.fetchrow("select * from tries_today($1, $2)", by.person, company)
    assert tries is not None
    if tries["by_person"] >= MOST_A_DAY or tries["of_company"] >= MOST_OF_COMPANY_A_DAY:
        raise NotAllowed(
            N_("You have referred as many people as one day allows. Please go on tomorrow; nothing is lost.")
        )
    await db.execute("insert into referral_try (person_id, company_id) values ($1, $2)", by.person, company)


async def _own(by: Actor) -> Sequence[Contact]:
    """Return every contact of the referrer that we know."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select email from person where id = $1 union select email from membership where person_id = $1
               union select email from member where person_id = $1
               union select candidate_email from claim where candidate_id = $1 and candidate_email <> ''""",
            by.person,
        )
        phones = await db.fetch(
            "select candidate_phone from claim where candidate_id = $1 and candidate_phone <> ''", by.person
        )
    dialled = [contacts.phone(row["candidate_phone"]) for row in phones]
    return [
        *contacts.mails(row["email"] for row in rows),
        *(Contact("phone", number) for number in dialled if number),
    ]


async def _open_one(bounty: UUID, contact: Contact, by: Actor) -> UUID | None:
    found: UUID | None = await db.fetchval(
        """select id from claim where bounty_id = $1 and person_id = $2 and digest = $3 and blocked_by <> 'policy'
             and status not in ('declined', 'withdrawn', 'failed_guarantee') order by id desc limit 1""",
        bounty,
        by.person,
        contact.digest,
    )
    return found


async def _claim(offer: dict[str, Any], wish: Wish, contact: Contact, traces: Traces, by: Actor) -> Referred:
    """Write the claim; every statement runs whatever the check has found, so that the time betrays nothing either."""
    found = await db.fetchval(
        "select blind_check($1, $2, $3)", offer["company_id"], offer["id"], contact.digest
    )
    row = await _insert(offer, wish, contact, traces, by, found)
    await sealed.put(row["id"], by.person, {"contact": wish.contact.strip(), "name": wish.name})
    verdict = await verdicts.take("claim", bounty=offer["id"], claim=row["id"])
    if verdict.answer is Answer.DENY and offer["reward_type"] == "payout" and not wish.unrewarded:
        await _refuse_reward(row["id"])
        return Referred(row["id"], verdict)
    await db.execute(
        "update claim set receipt = $2 where id = $1", row["id"], receipts.sign(receipts.of(row))
    )
    await moves.write_down(row, None, by=by, role=Role.ALUMNUS)
    await outbox.enqueue("referrals.answered", claim=str(row["id"]))
    return Referred(row["id"])


async def _insert(
    offer: dict[str, Any], wish: Wish, contact: Contact, traces: Traces, by: Actor, found: str
) -> Any:
    now = await clock.now()
    until = now + (WAITS if found else PRIORITY)
    return await db.fetchrow(
        """insert into claim (bounty_id, terms_version, company_id, person_id, kind, status, blocked_by, digest, contact_kind,
             relation, referrer_country, candidate_country, word, unrewarded, device_digest, address_digest, held_until,
             next_step, next_owner, next_on, candidate_locale)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) returning *""",
        offer["id"], offer["version"], offer["company_id"], by.person, offer["kind"],
        "blocked" if found else "consent_pending", found, contact.digest, contact.kind,
        "employee" if offer["employed"] else "alumnus", wish.referrer_country, wish.candidate_country, wish.word,
        wish.unrewarded, traces.device, traces.address, until,
        "" if found else "ask_consent", "" if found else "candidate", None if found else clock.day_of(until), wish.locale,
    )  # fmt: skip


async def _refuse_reward(claim: UUID) -> None:
    """Let a claim whose reward is denied hold nobody; its verdict stays, its contact goes."""
    await db.execute(
        """update claim set status = 'blocked', blocked_by = 'policy', held_until = null, next_step = '', next_owner = '',
             next_on = null where id = $1""",
        claim,
    )
    await sealed.wipe(claim)
