"""The people whom a company knows already, as keyed hashes only: nobody earns by referring them again."""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from marketplace.core import db
from marketplace.referrals import contacts
from marketplace.referrals.contacts import Contact

Kind = Literal["employee", "pool", "applicant", "past_claim"]
_AT_ONCE = 5_000


async def add(company: UUID, kind: Kind, known: Iterable[Contact]) -> int:
    """Let a company know these contacts, in the running transaction of its scope; return how many are new."""
    return await db.execute(
        """insert into known_contact (company_id, digest, kind) select $1, digest, $3 from unnest($2::bytea[]) as given (digest)
           on conflict do nothing""",
        company,
        sorted({each.digest for each in known}),
        kind,
    )


async def feed() -> int:
    """Turn the addresses that members and alumni have been given into hashes (a sweep); return how many."""
    done = 0
    while taken := await _feed_some():
        done += taken
    return done


async def _feed_some() -> int:
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """delete from contact_due where id in
                 (select id from contact_due order by id limit $1 for update skip locked) returning company_id, kind, contact""",
            _AT_ONCE,
        )
        groups: dict[tuple[UUID, Kind], list[str]] = {}
        for row in rows:
            groups.setdefault((row["company_id"], row["kind"]), []).append(row["contact"])
        # Sorted, as every writer of these hashes does: two of them never wait in a ring.
        for company, kind in sorted(groups):
            await add(company, kind, contacts.mails(groups[company, kind]))
    return len(rows)
