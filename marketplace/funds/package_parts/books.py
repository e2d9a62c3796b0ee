"""The books of a package: the trial balance, and every posting of the month with the balance after it."""

from collections.abc import Iterator
from typing import Any

from marketplace.core import db
from marketplace.core.streaming import stream
from marketplace.funds.package_parts import queries
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope, japanese

BALANCES = ("account", "kind", "opening", "debit", "credit", "closing")
LEDGER = ("posting", "happened_at", "kind", "key", "reference", "account", "amount", "balance_after")


async def write(archive: Archive, scope: Scope) -> dict[str, Any]:
    """Write both; return what the manifest says of the ledger: its postings, entries and the last posting."""
    async with db.transaction(operator=True):
        opening = await _balances(archive, scope)
        return await _ledger(archive, scope, opening)


async def _balances(archive: Archive, scope: Scope) -> dict[str, int]:
    opening = {}
    with archive.table("books/trial_balance.csv", BALANCES) as row:
        async for found in stream(queries.balances(scope.owner), *scope.span):
            row([found[name] for name in BALANCES])
            opening[found["account"]] = found["opening"]
    return opening


async def _ledger(archive: Archive, scope: Scope, opening: dict[str, int]) -> dict[str, Any]:
    balances, postings, entries, last = dict(opening), 0, 0, ""
    with archive.table("books/ledger.csv", LEDGER) as row:
        async for found in stream(queries.postings(scope.owner), *scope.span):
            balances[found["account"]] += found["amount"]
            postings, entries = postings + (str(found["id"]) != last), entries + 1
            last = str(found["id"])
            row(list(_cells(found, balances[found["account"]])))
    return {"postings": postings, "entries": entries, "last_posting": last}


def _cells(found: Any, balance: int) -> Iterator[str | int]:
    yield str(found["id"])
    yield japanese(found["happened_at"])
    yield from (found[name] for name in ("kind", "key", "reference", "account", "amount"))
    yield balance
