"""Mails to a candidate, who has no account: asked for consent, reminded once, and told how to withdraw."""

from urllib.parse import quote
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Message
from marketplace.notifications import mail
from marketplace.notifications.kinds import KINDS, declare
from marketplace.referrals import consent_links, sealed
from marketplace.referrals.consent_links import Via
from marketplace.referrals.lifecycle import Claim

declare(
    "letter.consent",
    title=N_("%(referrer)s would like to introduce you to %(company)s"),
    body=N_(
        "%(referrer)s has named you for “%(title)s” at %(company)s.\n\n"
        "The company knows nothing of you yet. The page says what would be shared, with whom and what for; "
        "you decide there. No account is needed. The link works until %(day)s.\n\n"
        "If you do nothing, nothing is shared and your address is deleted."
    ),
    button=N_("Look and decide"),
)
declare(
    "letter.reminder",
    title=N_("Until %(day)s: may %(referrer)s introduce you to %(company)s?"),
    body=N_(
        "%(referrer)s has named you for “%(title)s” at %(company)s. You have not answered yet.\n\n"
        "If you do nothing until %(day)s, nothing is shared and your address is deleted. This is the only reminder."
    ),
    button=N_("Look and decide"),
)
declare(
    "letter.kept",
    title=N_("You have agreed to be introduced to %(company)s"),
    body=N_(
        "%(company)s now sees your name and contact for “%(title)s” and will write to you.\n\n"
        "You can withdraw your consent at any time on the page behind this link. Please keep this mail."
    ),
    button=N_("Look at what is shared, or withdraw"),
)


@outbox.handles("referrals.letter")
async def write(job: outbox.Job, claim: str, letter: str) -> None:
    """Mail a candidate the link; what has been answered or has run out meanwhile is not asked any more."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select c.*, b.title, o.name as company, o.name_en as company_en, p.name as referrer
               from claim c join bounty b on b.id = c.bounty_id join company o on o.id = c.company_id
                 join person p on p.id = c.person_id where c.id = $1""",
            UUID(claim),
        )
        said = await sealed.get(UUID(claim)) or {}
        kept = letter == "kept"
        to = (
            ""
            if row is None
            else row["candidate_email"]
            if kept
            else said.get("mail") or said.get("contact", "")
        )
        if row is None or "@" not in to or (not kept and row["status"] != Claim.CONSENT_PENDING):
            return
        via: Via = "candidate" if kept else "mail"
        token = await consent_links.make(row["id"], via, "" if kept else to)
    locale = row["candidate_locale"]
    words = KINDS[f"letter.{letter}"]
    holes = {
        "referrer": row["referrer"],
        "company": row["company_en"] if locale == "en" and row["company_en"] else row["company"],
        "title": row["title"],
        "day": day_of(row["held_until"]),
    }
    title, body, button = (Message(text, holes) for text in (words.title, words.body, words.button))
    url = consent_links.address(quote(token))
    await mail.send(
        mail.compose(to, locale, title=title, body=body, buttons=[(button, url)], key=str(job.id))
    )
