"""Sign in by a mailed link: no password, one use, short life, and no word about who has an account."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import N_, Conflict, NotFound
from marketplace.core.limits import Limit
from marketplace.people import sessions

LIVES = timedelta(minutes=30)
INVITATION_LIVES = timedelta(days=14)
_MOST_AN_HOUR = 6
ASKS_OF_ADDRESS = Limit("sign_in.mail", _MOST_AN_HOUR, timedelta(hours=1))
ASKS_FROM_PLACE = Limit("sign_in.from", 60, timedelta(minutes=15))
USES_FROM_PLACE = Limit("sign_in.use", 120, timedelta(minutes=15))
"""Wide enough for an office behind one address; a token of 256 bits cannot be guessed anyway."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A used link: the new session's token and where to go."""

    token: str
    person: UUID
    next_path: str


async def ask(email: str, next_path: str = "/") -> None:
    """Mail a link to an address that we know; for another, do nothing, and look the same from outside."""
    async with db.transaction(operator=True):
        person = await db.fetchrow(
            """select id, (select count(*) from sign_in_link l
                   where l.person_id = p.id and l.created_at > now() - interval '1 hour') as recent
               from person p where email = $1""",
            email.strip().lower(),
        )
        if person is None or person["recent"] >= _MOST_AN_HOUR:
            return
        await mail_link(person["id"], next_path)


async def mail_link(
    person: UUID,
    next_path: str,
    kind: str = "sign_in",
    lives: timedelta = LIVES,
    **params: str | dict[str, str],
) -> None:
    """Queue the mail of a link in the running transaction; the token is made when the mail is, and rests nowhere."""
    await outbox.enqueue(
        "mail.link",
        queue="mail",
        person=str(person),
        next_path=next_path,
        kind=kind,
        minutes=int(lives.total_seconds() // 60),
        params=params,
    )


async def make_link(person: UUID, next_path: str, lives: timedelta) -> str:
    """Make a link and return its token, to be mailed at once; only the hash is kept. Runs in an operator transaction."""
    token = secrets.token_urlsafe(32)
    await db.execute(
        "insert into sign_in_link (token_hash, person_id, next_path, expires_at) values ($1, $2, $3, now() + $4)",
        _hash(token),
        person,
        next_path,
        lives,
    )
    return token


async def look(token: str) -> None:
    """Raise what `use` would raise, without using the link: a mail scanner may open its page."""
    async with db.transaction(operator=True):
        waits = await db.fetchval(
            "select true from sign_in_link where token_hash = $1 and used_at is null and expires_at > now()",
            _hash(token),
        )
        if not waits:
            await _explain(token)


async def use(token: str) -> SignedIn:
    """Trade a link's token for a session. Raises NotFound for a forged one, Conflict for a used or expired one."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """update sign_in_link set used_at = now() where token_hash = $1 and used_at is null and expires_at > now()
               returning person_id, next_path""",
            _hash(token),
        )
        if row is None:
            await _explain(token)
        assert row is not None
        await db.execute(
            "update person set welcomed_at = coalesce(welcomed_at, now()) where id = $1", row["person_id"]
        )
        await db.execute(
            "update member set status = 'active' where person_id = $1 and status = 'invited'",
            row["person_id"],
        )
        return SignedIn(await sessions.start(row["person_id"]), row["person_id"], row["next_path"])


async def _explain(token: str) -> None:
    row = await db.fetchrow("select used_at from sign_in_link where token_hash = $1", _hash(token))
    if row is None:
        raise NotFound(N_("This sign-in link is not valid. Ask for a new one with your e-mail address."))
    if row["used_at"] is not None:
        raise Conflict(N_("This sign-in link was already used. Ask for a new one with your e-mail address."))
    raise Conflict(N_("This sign-in link has expired. Ask for a new one with your e-mail address."))


async def find_or_add(email: str, name: str, locale: str = "ja") -> UUID:
    """Return the person with this address, adding one where none exists; runs in an operator transaction."""
    found: UUID = await db.fetchval(
        """insert into person (email, name, locale) values ($1, $2, $3)
           on conflict (email) do update set email = excluded.email returning id""",
        email.strip().lower(),
        name,
        locale,
    )
    return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
