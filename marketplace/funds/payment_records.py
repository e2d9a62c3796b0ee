"""Payment records (支払調書) as they were printed: the same figures are the same paper, other figures its next version."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.activity.actions import record as note
from marketplace.core import db
from marketplace.core.actor import Actor
from payouts.billing.documents import Document
from payouts.statements import papers, records
from payouts.statements.months import last_moment
from payouts.statements.records import Record
from payouts.statements.sheet import LOCALES

Parties = tuple[dict[str, Any], dict[str, Any]]
"""Payer and payee as papers name them."""


async def kept(found: Record, parties: Parties, locale: str, *, by: Actor) -> Document:
    """Return a payee's record of a year as it stands now, stored; a change of figures or names makes a new version."""
    printed = {each: _print(found, parties, each) for each in LOCALES}
    sha256 = {each: hashlib.sha256(content).hexdigest() for each, content in printed.items()}
    async with db.transaction(**by.scope):
        key = f"payment_record:{by.company}:{found.owner}:{found.year}"
        await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        last = await db.fetchrow(_LAST, f"company:{by.company}", found.owner, found.year)
        if last is None or last["sha256"] != sha256["ja"]:
            await _store(
                found, parties[1]["name"], printed, version=last["version"] + 1 if last else 1, by=by
            )
    return Document(printed[locale], sha256[locale])


_LAST = """
select r.version, p.sha256 from payment_record r join payment_record_paper p on p.record_id = r.id and p.locale = 'ja'
where r.owner = $1 and r.payee = $2 and r.year = $3 order by r.version desc limit 1
"""


def _print(found: Record, parties: Parties, locale: str) -> bytes:
    payer, payee = parties
    data = records.sheet(found, payer=payer, payee=payee, locale=locale)
    return papers.pdf(data, timestamp=int(last_moment(date(found.year, 12, 1)).timestamp()))


async def _store(found: Record, name: str, printed: dict[str, bytes], *, version: int, by: Actor) -> None:
    owner = f"company:{by.company}"
    made: UUID = await db.fetchval(
        """insert into payment_record (owner, payee, year, version, name, paid_amount, withheld_amount, printed_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
        owner, found.owner, found.year, version, name, (found.base + found.tax).amount,
        found.withheld.amount, by.ref,
    )  # fmt: skip
    await db.executemany(
        "insert into payment_record_paper (record_id, locale, owner, content, sha256) values ($1, $2, $3, $4, $5)",
        [
            (made, locale, owner, content, hashlib.sha256(content).hexdigest())
            for locale, content in printed.items()
        ],
    )
    await note(
        "payment_record.printed", f"payment_record:{made}", by=by, company=by.company, version=version, year=found.year
    )  # fmt: skip
