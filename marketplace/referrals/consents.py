"""The candidate's own word, without an account: look, ask for one's own link, consent, refuse, withdraw."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.core.lifecycle import Actor as Role
from marketplace.core.limits import Limit
from marketplace.notifications.actions import forget, notify
from marketplace.people import spelling
from marketplace.referrals import consent_links, contacts, known, moves, sealed
from marketplace.referrals.claims import Traces, lock
from marketplace.referrals.contacts import Contact
from marketplace.referrals.lifecycle import PIPELINE, Claim
from marketplace.referrals.notices import CONSENT_GONE

TEXT_VERSION = "2026-12-01"
"""Names the text of the candidate's page; a new text gets a new version, and an old page consents to nothing."""

ANSWERS_FROM_PLACE = Limit("consents.from", 60, timedelta(minutes=15))
LETTERS_OF_LINK = Limit("consents.letters", 5, timedelta(days=1))
_LONGEST_NAME = 100
_LOOKS_AFTER = timedelta(days=5)

Stage = Literal["asks", "hands_on", "given", "used", "over", "declined", "taken_back", "withdrawn", "ended"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a link opens: the claim's row, at which stage it is for the one who holds the link, and what was said of him."""

    row: dict[str, Any]
    stage: Stage
    said: dict[str, str]


async def look(token: str) -> Seen:
    """Return what a link opens; nothing is used up. Raises NotFound for a forged one."""
    async with db.transaction(operator=True):
        row = await _found(token)
        said = await sealed.get(row["id"]) if row["status"] == Claim.CONSENT_PENDING else None
        return Seen(row, _stage(row), said or {})


async def ask_letter(token: str, contact: str, mail: str = "") -> None:
    """Mail the candidate's own link, for who was handed a link by the referrer: the mail box proves the person.

    `contact` is the one that the referrer has named; `mail` is where to write to when that is a phone number.
    Raises Invalid naming the wrong field, Conflict when there is nothing to answer any more.
    """
    async with db.transaction(operator=True):
        row = await _waiting(token, "hands_on")
        given = contacts.read(contact, row["candidate_country"])
        if given.digest != row["digest"]:
            wrong = N_(
                "The referrer has named another contact of yours. Please write the one that you were told."
            )
            raise Invalid(fields={"contact": Message(wrong)})
        target = given if given.kind == "mail" else contacts.read(mail, field="mail")
        if target.kind != "mail":
            raise Invalid(
                fields={
                    "mail": Message(
                        N_("This does not look like a mail address, for example name@example.jp.")
                    )
                }
            )
        await _must_not_be_referrer(row, [target], "mail")
        said = await sealed.get(row["id"]) or {}
        address = said["contact"] if given.kind == "mail" else mail.strip()
        await sealed.put(row["id"], row["person_id"], {**said, "mail": address})
        await outbox.enqueue("referrals.letter", queue="mail", claim=str(row["id"]), letter="consent")


async def give(
    token: str, name: str, phone: str = "", *, version: str, locale: str = "ja", traces: Traces | None = None
) -> UUID:
    """Consent: from here on the company sees the referral, and the referrer is told of every step; return the claim.

    Raises Conflict for an outdated text or a link that was answered, Invalid naming the wrong field.
    """
    if version != TEXT_VERSION:
        raise Conflict(N_("The text has changed meanwhile. Please read it again."))
    async with db.transaction(operator=True):
        row = await _waiting(token, "asks")
        name, number = _read(name, phone, row)
        said = await sealed.get(row["id"]) or {}
        mail = said.get("mail") or said["contact"]
        mine = [*contacts.mails([mail]), *([Contact("phone", number)] if number else [])]
        await _must_not_be_referrer(row, mine, "")
        await _must_be_new(row, mail)
        await _own_it(row, name, mail, number, locale)
        await _keep_word(row, "given", {"name": name, "mail": mail, "phone": number}, traces)
        await known.add(row["company_id"], "past_claim", [*mine])
        await sealed.wipe(row["id"])
        await consent_links.make(row["id"], "candidate")
        await _tell(row, name)
    claim: UUID = row["id"]
    return claim


async def refuse(token: str, *, traces: Traces | None = None) -> None:
    """Say no: nothing is shared, the contact is deleted, and nobody else's referral for the same bounty asks again."""
    async with db.transaction(operator=True):
        row = await _waiting(token, "asks", "hands_on")
        await moves.move(row["id"], "refuse", by=SYSTEM, role=Role.CANDIDATE, reason="refused")
        await _keep_word(row, "refused", {}, traces)
        await sealed.wipe(row["id"])


async def withdraw(token: str, *, traces: Traces | None = None) -> None:
    """Take a consent back: the referral ends, what was shared is deleted here, and the company is told to do the same."""
    async with db.transaction(operator=True):
        row = await _waiting(token, "given")
        if Claim(row["status"]) not in PIPELINE:
            raise Conflict(
                N_("This has come to an agreement with the company already. Please write to the company.")
            )
        await moves.move(row["id"], "withdraw", by=SYSTEM, role=Role.CANDIDATE, reason="consent_withdrawn")
        await _keep_word(row, "withdrawn", {}, traces)
        await db.execute(
            "update claim set candidate_name = '', candidate_email = '', candidate_phone = '', word = '' where id = $1",
            row["id"],
        )
        await _tell_withdrawal(row)
        await activity.record(
            "consent_withdrawn", f"claim:{row['id']}", by=SYSTEM, company=row["company_id"], person=row["person_id"]
        )  # fmt: skip


async def _found(token: str) -> dict[str, Any]:
    row = await consent_links.find(token)
    if row is None:
        raise NotFound(N_("This link is not valid. Please look whether the whole address was copied."))
    return dict(row)


async def _waiting(token: str, *stages: Stage) -> dict[str, Any]:
    """Return the row of a link at one of these stages, held until the transaction ends. Raises NotFound, Conflict."""
    row = await _found(token)
    await db.fetchval("select true from claim where id = $1 for update", row["id"])
    row = await _found(token)
    if _stage(row) not in stages:
        raise Conflict(N_("This was answered already, or its time has passed. Please open the page again."))
    return row


def _stage(row: dict[str, Any]) -> Stage:
    """Return what is to be done with a link in the state of its claim."""
    if row["status"] == Claim.CONSENT_PENDING:
        if row["is_over"]:
            return "over"
        return "hands_on" if row["via"] == "referrer" else "asks"
    if row["consented_at"] is None:
        ended: dict[str, Stage] = {"refused": "declined", "taken_back": "taken_back"}
        return ended.get(row["reason"], "over")
    if row["via"] == "referrer":
        return "used"
    if row["reason"] == "consent_withdrawn":
        return "withdrawn"
    return "ended" if row["ended_at"] and row["status"] != Claim.VESTED else "given"


def _read(name: str, phone: str, row: dict[str, Any]) -> tuple[str, str]:
    """Tidy the name and read the phone number, which may be left out. Raises Invalid naming each wrong field."""
    wrong: dict[str, Message] = {}
    name = spelling.tidy(name)
    if not 1 <= len(name) <= _LONGEST_NAME or not spelling.is_showable(name):
        wrong["name"] = Message(
            N_("Please write a name of 1 to %(most)s characters."), {"most": _LONGEST_NAME}
        )
    number = contacts.phone(phone, row["candidate_country"]) if phone.strip() else ""
    if number is None:
        wrong["phone"] = Message(
            N_("This is not a phone number that can be dialled, for example 090-1234-5678.")
        )
    if wrong:
        raise Invalid(fields=wrong)
    return name, number or ""


async def _must_not_be_referrer(row: dict[str, Any], mine: list[Contact], field: str) -> None:
    """Refuse a consent by the referrer himself."""
    rows = await db.fetch(
        """select email from person where id = $1 union select email from membership where person_id = $1
           union select email from member where person_id = $1""",
        row["person_id"],
    )
    if set(mine) & set(contacts.mails(each["email"] for each in rows)):
        raise Invalid(
            fields={field: Message(N_("This is the referrer's own contact. Only the candidate can consent."))}
        )


async def _must_be_new(row: dict[str, Any], mail: str) -> None:
    """Refuse a second consent for the same bounty, given under another contact or spelling of the same candidate."""
    mine = Contact("mail", contacts.mail(mail) or mail.lower())
    await lock(row["bounty_id"], mine.digest)
    if not await db.fetchval(
        "select true from known_contact where company_id = $1 and digest = $2 and kind = 'past_claim'",
        row["company_id"],
        mine.digest,
    ):
        return
    given = await db.fetch(
        "select candidate_email from claim where bounty_id = $1 and id <> $2 and consented_at is not null",
        row["bounty_id"],
        row["id"],
    )
    if mine in contacts.mails(each["candidate_email"] for each in given):
        raise Conflict(N_("You have already agreed to be introduced here by somebody else."))


async def _own_it(row: dict[str, Any], name: str, mail: str, phone: str, locale: str) -> None:
    now = await clock.now()
    person = await db.fetchval("select id from person where email = lower($1)", mail)
    await db.execute(
        """update claim set consented_at = $2, candidate_name = $3, candidate_email = $4, candidate_phone = $5,
             candidate_id = $6, held_until = $7, candidate_locale = $8, reminded = '{}' where id = $1""",
        row["id"], now, name, mail, phone, person, now + timedelta(days=row["ownership_days"]), locale,
    )  # fmt: skip
    await moves.move(
        row["id"], "consent", by=SYSTEM, role=Role.CANDIDATE, next_step="look", next_owner="company",
        next_on=clock.day_of(now + _LOOKS_AFTER),
    )  # fmt: skip


async def _keep_word(row: dict[str, Any], act: str, shared: dict[str, str], traces: Traces | None) -> None:
    """Keep what was said to which text; of what was shared only which things, for the consent is kept for ever."""
    traces = traces or Traces()
    await db.execute(
        """insert into claim_consent (claim_id, company_id, person_id, act, text_version, shared, device_digest, address_digest)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        row["id"], row["company_id"], row["person_id"], act, TEXT_VERSION,
        {key: bool(value) for key, value in shared.items()}, traces.device, traces.address,
    )  # fmt: skip


async def _tell(row: dict[str, Any], name: str) -> None:
    """Tell the bounty's contact of the new referral, and mail the candidate how to withdraw."""
    person = await db.fetchval("select person_id from member where id = $1", row["contact_id"])
    await notify(
        "claim.received",
        person=person,
        company=row["company_id"],
        path=f"/c/{row['slug']}/referrals/{row['id']}",
        title=row["title"],
        candidate=name,
        referrer=row["referrer"],
    )
    await outbox.enqueue("referrals.letter", queue="mail", claim=str(row["id"]), letter="kept")


async def _tell_withdrawal(row: dict[str, Any]) -> None:
    """Tell the member who looks after a claim to use what was shared no more; what we have told of it loses the name."""
    path = f"/c/{row['slug']}/referrals/{row['id']}"
    await forget(path, candidate="–")
    await notify(
        CONSENT_GONE,
        person=await db.fetchval(
            "select person_id from member where id = $1", row["assigned_to"] or row["contact_id"]
        ),
        company=row["company_id"],
        path=path,
        title=row["title"],
        number=row["number"],
    )
