"""The index against the documents themselves: triggers file each in the transaction that makes it; this proves and mends it."""

from uuid import UUID

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import SYSTEM

SOURCES = {
    "invoice": "id", "credit_note": "id", "platform_invoice": "id", "statement": "id", "contract_document": "contract_id",
    "payment_record": "id",
}  # fmt: skip
"""Tables whose rows are documents (`documents_of(row)` in the migration says as what), and the column of their number."""

RECENT = 2
EVER = 20_000
"""Days back: the sweep looks at what was begun lately; 20,000 days are everything."""

SINCE = "uuidv7(make_interval(days => -$1::int))"
"""Ids tell when they were made (RFC 9562, 5.7), so that the newest are a range of each primary key."""

_COLUMNS = "owner, kind, document_id, number, dealt_on, amount, currency, counterparty"


def made(since: str = "") -> str:
    """Return SQL of all documents as they are to be filed, or of those begun since an id."""
    return " union all ".join(
        f"select d.* from {source} made, documents_of(made) d"
        + (f" where made.{number} >= {since}" if since else "")
        for source, number in SOURCES.items()
    )


def different(since: str = "") -> str:
    """Return SQL of rows that are documents and not filed so, or filed and no such documents. Operator's scope."""
    filed = f"select {_COLUMNS} from document_index" + (f" where document_id >= {since}" if since else "")
    return f"(({made(since)}) except ({filed})) union all (({filed}) except ({made(since)}))"


PARTIES = """
select owner || ' ' || counterparty_key from document_index i
where not exists (select from document_party p where p.owner = i.owner and p.key = i.counterparty_key)
"""


async def mend(days: int = RECENT) -> int:
    """The sweep: file anew whatever differs from the documents of so many days; return how many. None, ever, is expected."""
    async with db.transaction(operator=True):
        since: UUID = await db.fetchval(f"select {SINCE}", days)
        rows = await db.fetch(f"select distinct document_id from ({different('$1::uuid')}) d", since)
        if not rows:
            return 0
        documents = [row["document_id"] for row in rows]
        await db.execute("delete from document_index where document_id = any($1::uuid[])", documents)
        await db.execute(
            f"""insert into document_index ({_COLUMNS})
                select * from ({made("$2::uuid")}) made where document_id = any($1::uuid[])""",
            documents,
            since,
        )
        await db.execute(_PARTIES, documents)
        await record("documents.mended", "operator", by=SYSTEM, count=len(documents))
    return len(documents)


_PARTIES = """
insert into document_party (owner, key)
select distinct owner, counterparty_key from document_index where document_id = any($1::uuid[]) on conflict do nothing
"""
