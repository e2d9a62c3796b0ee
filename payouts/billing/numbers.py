"""Numbers of documents without gaps: the row of the last one stays locked until the document stands or falls with it."""

from marketplace.core import db


async def take(kind: str, count: int = 1) -> int:
    """Take the next numbers of a kind (invoice, credit_note) and return the first of them.

    Runs inside the operator's transaction that writes the documents and their postings: whoever comes next waits for
    its end, and a rollback gives the numbers back.
    """
    return int(await db.fetchval(_TAKE, kind, count)) - count + 1


_TAKE = """
insert into billing_number (kind, last) values ($1, $2)
on conflict (kind) do update set last = billing_number.last + excluded.last returning last
"""
