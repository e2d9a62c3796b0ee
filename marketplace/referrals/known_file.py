"""Let a company name its employees by a file of mail addresses: only their keyed hashes are kept."""

import asyncio
from dataclasses import dataclass

from marketplace.activity import actions as activity
from marketplace.alumni import csv_file
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_
from marketplace.referrals import contacts, known
from marketplace.referrals.contacts import Contact

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """What a file did: how many addresses are new, how many were known before, the lines that hold none."""

    added: int
    before: int
    unread: tuple[int, ...]


async def add_employees(content: bytes, *, by: Actor) -> Known:
    """Let an owner add the employees of a CSV file, in any encoding that an import takes; nothing else of it is kept.

    Raises Invalid, on field `file`, for a file that cannot be read or that holds no address.
    """
    by.must_have("owner")
    assert by.company is not None
    found, unread = await asyncio.to_thread(_read, content)
    if not found:
        raise csv_file.refuse(N_("No line of this file holds a mail address."))
    people = sorted(found, key=lambda each: each.text)
    async with db.transaction(**by.scope):
        added = 0
        for start in range(0, len(people), _AT_ONCE):
            added += await known.add(by.company, "employee", people[start : start + _AT_ONCE])
        await activity.record(
            "employees_named", f"company:{by.company}", by=by, company=by.company, people=len(people)
        )
    return Known(added, len(people) - added, tuple(unread))


async def counted(*, by: Actor) -> dict[str, int]:
    """Return how many contacts a company knows, by kind."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            "select kind, count(*) as n from known_contact where company_id = $1 group by kind", by.company
        )
    return {row["kind"]: row["n"] for row in rows}


def _read(content: bytes) -> tuple[set[Contact], list[int]]:
    """Return the addresses of every cell, and the lines (but for a heading) in which there is none."""
    found: set[Contact] = set()
    unread = []
    for number, record in enumerate(csv_file.records(csv_file.decode(content))):
        if number == csv_file.MOST_ROWS:
            raise csv_file.refuse(
                N_("This file has more than %(most)s rows. Please divide it."), most=f"{csv_file.MOST_ROWS:,}"
            )
        here = contacts.mails(cell for cell in record.cells if "@" in cell or "＠" in cell)
        found.update(here)
        if not here and number:
            unread.append(record.line)
    return found, unread
