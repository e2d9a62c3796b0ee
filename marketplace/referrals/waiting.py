"""Who waits for a candidate: asked by mail, reminded, lapsed, and the next receipt that moves up."""

from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.notifications.actions import notify
from marketplace.referrals import consent_links, moves, sealed
from marketplace.referrals.claims import PRIORITY, lock
from marketplace.referrals.lifecycle import PIPELINE

REMINDED_BEFORE = {"consent_pending": 2, "owned": 14}
"""Days before the end of a priority, or of an ownership, on which people are reminded once."""

_OWNED = tuple(PIPELINE)


@outbox.handles("referrals.answered")
async def ask_candidate(job: outbox.Job, claim: str) -> None:
    """Open the referrer's link to a claim that holds the priority, and mail the candidate where an address is known."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select id, status, contact_kind from claim where id = $1", UUID(claim))
        if row is not None and row["status"] == "consent_pending":
            await consent_links.make(row["id"], "referrer")
            if row["contact_kind"] == "mail":
                await outbox.enqueue("referrals.letter", queue="mail", claim=claim, letter="consent")
        await job.finish()


@outbox.handles("referrals.next_in_line")
async def promote_next(job: outbox.Job, claim: str) -> None:
    """Let the next receipt move up when a holder got no consent in time or gave the claim back.

    A candidate's own no, and a candidate whom the company has met, end the line: nobody is asked twice.
    """
    async with db.transaction(operator=True):
        left = await db.fetchrow("select * from claim where id = $1", UUID(claim))
        if left is not None and left["reason"] in {"no_consent", "taken_back"}:
            await lock(left["bounty_id"], left["digest"])
            await _promote(left["bounty_id"], left["company_id"], left["digest"])
        await job.finish()


async def _promote(bounty: UUID, company: UUID, digest: bytes) -> None:
    waiting = await db.fetchval(
        """select c.id from claim c join bounty b on b.id = c.bounty_id
           where c.bounty_id = $1 and c.digest = $2 and c.status = 'blocked' and c.blocked_by = 'claim'
             and c.held_until > business_now() and b.status in ('published', 'paused')
             and exists (select from claim_contact k where k.claim_id = c.id)
             and not exists (select from known_contact k where k.company_id = $3 and k.digest = $2)
             and not exists (select from claim h where h.company_id = $3 and h.digest = $2
               and (h.consented_at is not null or h.reason = 'refused' or (h.bounty_id = $1 and h.status = 'consent_pending')))
           order by c.number limit 1""",
        bounty,
        digest,
        company,
    )
    if waiting is None:
        return
    until = await clock.now() + PRIORITY
    await db.execute("update claim set blocked_by = '', held_until = $2 where id = $1", waiting, until)
    await moves.move(
        waiting, "promote", by=SYSTEM, next_step="ask_consent", next_owner="candidate", next_on=clock.day_of(until)
    )  # fmt: skip
    await outbox.enqueue("referrals.answered", claim=str(waiting))


async def lapse() -> int:
    """End the priorities that no consent came for (a sweep); the contacts are wiped, the next ones move up."""
    return await _end("lapse", ("consent_pending",), "no_consent")


async def end_ownership() -> int:
    """End the claims whose time has run out without a success (a sweep)."""
    return await _end("expire", _OWNED, "ownership_over")


async def _end(name: str, states: tuple[str, ...], reason: str) -> int:
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select id from claim where status = any($1) and held_until <= business_now() order by held_until limit 500
               for update skip locked""",
            list(states),
        )
        for row in rows:
            await moves.move(row["id"], name, by=SYSTEM, reason=reason)
            await sealed.wipe(row["id"])
    return len(rows)


async def remind() -> int:
    """Remind, once each, before a priority ends (referrer and candidate) and before an ownership does (both sides)."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """update claim c set reminded = c.reminded || case when c.status = 'consent_pending' then 'consent' else 'ownership' end
               from bounty b join company o on o.id = b.company_id where b.id = c.bounty_id and c.held_until > business_now()
                 and ((c.status = 'consent_pending' and not 'consent' = any(c.reminded)
                       and c.held_until < business_now() + make_interval(days => $1))
                   or (c.status = any($2) and not 'ownership' = any(c.reminded)
                       and c.held_until < business_now() + make_interval(days => $3)))
               returning c.id, c.status, c.person_id, c.company_id, c.candidate_name, c.contact_kind, c.held_until, b.title,
                 b.contact_id, o.slug""",
            REMINDED_BEFORE["consent_pending"],
            list(_OWNED),
            REMINDED_BEFORE["owned"],
        )
        for row in rows:
            await (_remind_of_consent(row) if row["status"] == "consent_pending" else _remind_of_end(row))
    return len(rows)


async def _remind_of_consent(row: Any) -> None:
    await notify(
        "claim.consent_ends",
        person=row["person_id"],
        path=f"/referrals/{row['id']}",
        title=row["title"],
        day=clock.day_of(row["held_until"]),
    )
    if row["contact_kind"] == "mail":
        await outbox.enqueue("referrals.letter", queue="mail", claim=str(row["id"]), letter="reminder")


async def _remind_of_end(row: Any) -> None:
    contact = await db.fetchval("select person_id from member where id = $1", row["contact_id"])
    for person, path in (
        (row["person_id"], f"/referrals/{row['id']}"),
        (contact, f"/c/{row['slug']}/referrals/{row['id']}"),
    ):
        await notify(
            "claim.ownership_ends",
            person=person,
            path=path,
            title=row["title"],
            candidate=row["candidate_name"],
            day=clock.day_of(row["held_until"]),
        )
