"""The index against the documents themselves: triggers file each in the transaction that makes it; this proves and mends it."""

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import SYSTEM

SOURCES = ("invoice", "credit_note", "platform_invoice", "statement", "contract_document", "payment_record")
"""Tables whose rows are documents; `documents_of(row)` in the migration says as what."""

_MADE = " union all ".join(f"select d.* from {source} made, documents_of(made) d" for source in SOURCES)
_FILED = (
    "select owner, kind, document_id, number, dealt_on, amount, currency, counterparty from document_index"
)
DIFFERENT = f"""
(({_MADE}) except ({_FILED})) union all (({_FILED}) except ({_MADE}))
"""
"""Rows that are documents and not filed so, or filed and no such document. Operator's scope."""

PARTIES = """
select owner || ' ' || counterparty_key from document_index i
where not exists (select from document_party p where p.owner = i.owner and p.key = i.counterparty_key)
"""


async def mend() -> int:
    """The sweep: file anew whatever differs from the documents; return how many rows did. None, ever, is expected."""
    async with db.transaction(operator=True):
        wrong = await db.fetch(f"select distinct document_id from ({DIFFERENT}) d")
        if not wrong:
            return 0
        documents = [row["document_id"] for row in wrong]
        await db.execute("delete from document_index where document_id = any($1::uuid[])", documents)
        await db.execute(
            f"""insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty)
                select * from ({_MADE}) made where document_id = any($1::uuid[])""",
            documents,
        )
        await db.execute(
            """insert into document_party (owner, key)
               select distinct owner, counterparty_key from document_index where document_id = any($1::uuid[])
               on conflict do nothing""",
            documents,
        )
        await record("documents.mended", "operator", by=SYSTEM, count=len(documents))
    return len(documents)
