"""The in-memory index of large networks, in a worker: loaded between its jobs, kept fresh by what has changed since."""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from marketplace.core import clock, db
from matching import rows
from matching.entry import Entry
from matching.index import Index

log = logging.getLogger(__name__)

FROM_PEOPLE = 200_000
"""From so many people on the index in memory answers: up to there the server's own time for SQL's worst class is under 20 ms (docs/decisions/0024)."""
MOST_COMPANIES = 3
BATCH = 5_000
OVERLAP = timedelta(minutes=2)
"""Rows are stamped when their transaction begins: what commits within this time after it is seen again."""


@dataclass(slots=True)
class Resident:
    """One network's index, the day for which it was built, and the stamp up to which it has seen changes."""

    index: Index
    day: date
    seen_at: datetime


@dataclass(slots=True)
class Loading:
    """A network that is being read: since when, and how far."""

    day: date
    since: datetime
    entries: list[Entry] = field(default_factory=list)


_residents: dict[UUID, Resident] = {}
_wanted: dict[UUID, Loading | None] = {}


async def index_of(company: UUID, people: int) -> Index | None:
    """Return the index of a large network, fresh, or None where SQL is to answer: it is small, or not loaded yet.

    A process that works no jobs never loads one, so web servers answer by SQL.
    """
    if people < FROM_PEOPLE:
        return None
    found = _residents.get(company)
    if found is None or found.day != await clock.today():
        _wanted.setdefault(company, None)
        return None
    await _catch_up(company, found)
    return found.index


async def load_some() -> bool:
    """Read one batch of a network whose index is wanted; False when none is (a worker asks between its jobs)."""
    if not _wanted:
        return False
    company, loading = next(iter(_wanted.items()))
    async with db.transaction(company=company):
        if loading is None:
            loading = Loading(await clock.today(), await db.fetchval("select now()"))
            _wanted[company] = loading
        async with db.matcher():
            found = await db.fetch(
                f"{rows.READ_ENTRY} where company_id = $1 and ($2::uuid is null or person_id > $2) order by person_id limit $3",
                company,
                loading.entries[-1].person_id if loading.entries else None,
                BATCH,
            )
    loading.entries += [rows.entry_from_row(row) for row in found]
    if len(found) < BATCH:
        del _wanted[company]
        _settle(company, loading)
    return True


def _settle(company: UUID, loading: Loading) -> None:
    """Build the index; the oldest of too many networks is let go. One that cannot be built is left to SQL, and loud."""
    _residents.pop(company, None)
    while len(_residents) >= MOST_COMPANIES:
        _residents.pop(next(iter(_residents)))
    try:
        index = Index.build(loading.entries)
    except ValueError:
        log.exception("no index of %s", company)
    else:
        _residents[company] = Resident(index, loading.day, loading.since)


async def _catch_up(company: UUID, resident: Resident) -> None:
    """Take in who has changed; who has left is found out by the fresh look at everybody in a list."""
    async with db.matcher():
        now = await db.fetchval("select now()")
        changed = await db.fetch(
            f"{rows.READ_ENTRY} where company_id = $1 and updated_at > $2",
            company,
            resident.seen_at - OVERLAP,
        )
    for row in changed:
        resident.index.put(rows.entry_from_row(row))
    resident.seen_at = now
