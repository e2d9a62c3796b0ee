"""Claims by the real actions, in every state up to the consent; what comes after it, the recruiter's moves do."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.lifecycle import Actor as Role
from marketplace.referrals import claims, consent_links, consents, known, moves
from marketplace.referrals.claims import Wish
from tests.factories import alumni
from tests.factories.tasks import Firm, rows, work

_numbers = count(1)


async def referrer(firm: Firm, email: str = "") -> Actor:
    """Return an alumnus of the firm who is asked for referrals."""
    person, _ = await alumni.alumnus(firm.owner, email, "tasks", "referrals")
    await known.feed()
    return person


def candidate() -> str:
    """Return a mail address that nobody knows yet."""
    return f"candidate{next(_numbers)}@example.org"


async def made(bounty: UUID, by: Actor, contact: str = "", **wish: Any) -> UUID:
    """Refer somebody whom nobody knows, unless a contact is named; return the claim and let its jobs run."""
    referred = await claims.refer(bounty, Wish(contact or candidate(), **{"name": "林 拓也", **wish}), by=by)
    await work()
    return referred.claim


async def owned(bounty: UUID, by: Actor, contact: str = "", name: str = "林 拓也") -> UUID:
    """Refer somebody who consents."""
    claim = await made(bounty, by, contact)
    await consents.give(await link(claim), name, version=consents.TEXT_VERSION)
    await work()
    return claim


async def link(claim: UUID, via: consent_links.Via = "mail") -> str:
    """Return the token of a candidate's page, as the mail to him, the referrer's page or his own mail would carry it."""
    async with db.transaction(operator=True):
        to = await db.fetchval("select candidate_email from claim where id = $1", claim)
        return await consent_links.make(claim, via, await _mail(claim) if via == "mail" and not to else "")


async def moved(claim: UUID, *names: str, by: Actor = SYSTEM) -> None:
    """Make these moves one after the other: screen, interview, offer, succeed, guarantee, vest, decline, …"""
    for name in names:
        role = (
            None
            if by.kind == "member" or name in {"guarantee", "vest", "succeed", "expire"}
            else Role.PROVIDER
        )
        async with db.transaction(operator=True):
            await moves.move(claim, name, by=by, role=role)
    await work()


async def row(claim: UUID) -> dict[str, Any]:
    """Return a claim's row."""
    return (await rows("select * from claim where id = $1", claim))[0]


async def states(found: Sequence[UUID]) -> list[str]:
    """Return the states of claims, in the order given."""
    return [(await row(each))["status"] for each in found]


async def _mail(claim: UUID) -> str:
    from marketplace.referrals import sealed

    said = await sealed.get(claim)
    assert said is not None
    return said.get("mail") or said["contact"]


async def held(claim: UUID, kind: str = "same_address", **facts: Any) -> UUID:
    """Put a hold on a claim's reward as a sign that was found would; return the flag."""
    async with db.transaction(operator=True):
        flag: UUID = await db.fetchval(
            """insert into claim_flag (claim_id, person_id, kind, facts)
               select id, person_id, $2, $3 from claim where id = $1 returning id""",
            claim, kind, facts,
        )  # fmt: skip
        await db.execute(
            "update tranche set status = 'held', hold_reason = 'flag' where claim_id = $1", claim
        )
    return flag
