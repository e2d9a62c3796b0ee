"""The links to a candidate's page: drawn from the key of the deployment, so that none rests anywhere; kept as hashes."""

import base64
import hashlib
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from marketplace.core import db
from marketplace.core.settings import settings

Via = Literal["mail", "referrer", "candidate"]
KEPT = timedelta(days=3 * 365)
"""How long a candidate's own link works after the consent: beyond every ownership and guarantee."""


def token(claim: UUID, via: Via, mail: str = "") -> str:
    """Return a claim's token: for whom the mail goes to, for the referrer to hand on, for the candidate to keep."""
    key = hashlib.blake2b(settings().secret, digest_size=32, person=b"enishi consent").digest()
    drawn = hashlib.blake2b(f"{via}:{claim}:{mail}".encode(), digest_size=32, key=key).digest()
    return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()


def address(of_token: str) -> str:
    """Return the whole address of a token's page."""
    return f"{settings().base_url}/r/{of_token}"


async def make(claim: UUID, via: Via, mail: str = "") -> str:
    """Let a claim's link work, and return its token; made again it is the same. Runs in an operator transaction.

    A link to a consent ends with the priority; the candidate's own, with which a consent is withdrawn, is kept.
    """
    made = token(claim, via, mail)
    await db.execute(
        """insert into consent_link (token_hash, claim_id, via, expires_at)
           select $1, c.id, $3, case when $3 = 'candidate' then business_now() + $4 else c.held_until end
           from claim c where c.id = $2 and c.held_until is not null
           on conflict (token_hash) do update set expires_at = excluded.expires_at""",
        _hash(made),
        claim,
        via,
        KEPT,
    )
    return made


async def find(given: str) -> Any:
    """Return a token's claim with its bounty, its company, its terms and its referrer, or None."""
    return await db.fetchrow(
        """select c.*, l.via, l.expires_at <= business_now() as is_over, l.expires_at, b.title, b.what, b.place, b.contact_id,
             o.name as company, o.name_en as company_en, o.slug, p.name as referrer, t.reward_type, t.reward_amount, t.currency,
             t.ownership_days, p.email as referrer_email
           from consent_link l join claim c on c.id = l.claim_id join bounty b on b.id = c.bounty_id
             join company o on o.id = c.company_id join person p on p.id = c.person_id
             join bounty_terms t on t.bounty_id = c.bounty_id and t.version = c.terms_version
           where l.token_hash = $1""",
        _hash(given),
    )


def _hash(given: str) -> bytes:
    return hashlib.sha256(given.encode()).digest()
