"""Reviews that the policy asks for: a person of the operator reads the facts and decides, with a note."""

from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.referrals import bounty_notices

LONGEST_NOTE = 2000
PAGE = 30

_OPEN = """
select distinct on (v.bounty_id, v.claim_id, v.facts) v.*, b.title, b.kind, b.status as bounty_status, c.name as company_name, c.slug
from policy_verdict v join bounty b on b.id = v.bounty_id join company c on c.id = v.company_id
where v.answer = 'review' and v.settled is null
  and not exists (select from policy_verdict s
    where s.bounty_id = v.bounty_id and s.facts = v.facts and s.settled is not null)
order by v.bounty_id, v.claim_id, v.facts, v.id
"""


async def waiting(page: int = 1, *, by: Actor) -> tuple[list[dict[str, Any]], int]:
    """Return a page of what waits for a person, the same question once, oldest first; and how much waits in all."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        found = await db.fetchval(f"select count(*) from ({_OPEN}) as open")
        rows = await db.fetch(
            f"select * from ({_OPEN}) as open order by id limit $1 offset $2", PAGE, (page - 1) * PAGE
        )
    return [dict(row) for row in rows], found


async def decided(*, by: Actor, limit: int = 20) -> list[dict[str, Any]]:
    """Return the last decisions of persons, newest first."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select v.*, b.title, b.kind, c.name as company_name, c.slug, p.name as settled_name
               from policy_verdict v join bounty b on b.id = v.bounty_id join company c on c.id = v.company_id
                 left join person p on 'operator:' || p.id = v.settled_by
               where v.settled is not null order by v.settled_at desc, v.id desc limit $1""",
            limit,
        )
    return [dict(row) for row in rows]


async def one(review: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a verdict that asks for a person, or that a person has settled. Raises NotFound."""
    by.must_be("operator")
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select v.*, b.title, b.what, b.wanted, b.kind, c.name as company_name, c.slug
               from policy_verdict v join bounty b on b.id = v.bounty_id join company c on c.id = v.company_id
               where v.id = $1 and v.answer = 'review'""",
            review,
        )
    if row is None:
        raise NotFound
    return dict(row)


async def settle(review: UUID, *, allow: bool, note: str, by: Actor) -> None:
    """Decide a review; the same facts are answered like this from now on. The company is told, with the note.

    Raises Invalid without a note, NotAllowed for a member of the company or its referrer, Conflict the second time.
    """
    by.must_be("operator")
    note = note.strip()
    if not 1 <= len(note) <= LONGEST_NOTE:
        wrong = Message(N_("Please write why, in up to %(most)s characters."), {"most": LONGEST_NOTE})
        raise Invalid(fields={"note": wrong})
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            "select * from policy_verdict where id = $1 and answer = 'review' for update", review
        )
        if row is None:
            raise NotFound
        await _must_be_another(row, by)
        touched = await db.execute(
            """update policy_verdict set settled = $2, settled_by = $3, settled_note = $4, settled_at = business_now()
               where id = $1 and settled is null""",
            review,
            "allow" if allow else "deny",
            by.ref,
            note,
        )
        if not touched:
            raise Conflict(N_("Somebody else has decided this already."))
        bounty = await db.fetchrow("select * from bounty where id = $1", row["bounty_id"])
        assert bounty is not None
        await activity.record(
            "review_settled",
            f"bounty:{bounty['id']}",
            by=by,
            company=row["company_id"],
            allow=allow,
            note=note,
        )
        if row["claim_id"] is None:
            await bounty_notices.tell_posters(
                bounty, "bounty.allowed" if allow else "bounty.denied", note=note
            )


async def _must_be_another(row: Any, by: Actor) -> None:
    """Four eyes: nobody decides what his own company or his own referral gains by."""
    involved = row["person_id"] == by.person or await db.fetchval(
        "select true from member where company_id = $1 and person_id = $2 and status = 'active'",
        row["company_id"],
        by.person,
    )
    if involved:
        raise NotAllowed(N_("You belong to one of the sides, so somebody else has to decide this."))
