"""The audit chain of a package: the month's links, from the head of the month before to the head of this one.

What is about money is there with its event, which the reader can hash again; of the rest (what people wrote to one
another about work) there is the hash alone, and the chain through it.
"""

from typing import Any

from marketplace.activity import audit
from marketplace.core import db
from marketplace.core.errors import N_, Unavailable
from marketplace.core.streaming import stream
from marketplace.funds.package_parts import queries
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope

TITLES = ("number", "previous", "hash", "event")
MONEY = frozenset({
    "bank", "bank_file", "break", "closing", "company", "cover", "file", "invoice", "item", "journal", "op", "operator", "payout",
    "platform_invoice", "reconciliation", "statement", "switch", "transfer", "zengin",
})  # fmt: skip
"""Kinds of subjects whose events are about money: amounts, dates, and who decided."""


async def seal(scope: Scope) -> None:
    """Seal what has happened. Raises Unavailable while an event of the month is in no chain."""
    while await audit.seal():
        pass
    async with db.transaction(operator=True):
        if await db.fetchval(queries.UNSEALED, scope.chain, *scope.span[1:]):
            raise Unavailable(N_("The audit log is being sealed. Please try again in a minute."))


async def write(archive: Archive, scope: Scope) -> dict[str, Any]:
    """Write the links; return for the manifest the numbers between which they lie and the heads before and after."""
    async with db.transaction(operator=True):
        bounds = await db.fetchrow(queries.CHAIN_BOUNDS, scope.chain, *scope.span[1:])
        assert bounds is not None
        head = previous = await _head(scope.chain, bounds["first"])
        with archive.table("audit/chain.csv", TITLES) as row:
            async for link in stream(queries.CHAIN, scope.chain, bounds["first"], bounds["last"]):
                head = link["hash"]
                row([link["number"], link["previous_hash"], head, _event(link)])
    return {
        "chain": scope.chain,
        "after": bounds["first"],
        "to": bounds["last"],
        "previous": previous,
        "head": head,
    }


async def _head(chain: str, number: int) -> str:
    sql = "select hash from audit_link where chain = $1 and number = $2"
    return await db.fetchval(sql, chain, number) or audit.FIRST


def _event(link: Any) -> str:
    return audit.event_text(link) if link["subject"].partition(":")[0] in MONEY else ""
