"""The journal: the only writer of balances. A fact is recorded once, whoever says it how often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.core import db
from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from payouts.chart import Account, Kind, Purpose, Sign
from payouts.ledger import Entry, Transfer


class Overdrawn(Conflict):
    """A posting would take more from an account than lies there; nothing was written."""

    def __init__(self, account: str, missing: Money) -> None:
        super().__init__(N_("There is not enough money for this: %(missing)s is missing."), missing=missing)
        self.account = account
        self.missing = missing


class KeyReused(RuntimeError):
    """One key was given to two different facts."""


async def record(transfer: Transfer, *, about: str = "") -> bool:
    """Write a fact in the running transaction; False when it stands there already.

    `about` names what it is for (`task:<id>`, `contract:<id>`, `payout:<id>`). Raises Overdrawn, after which the
    transaction is still good, and KeyReused when the key stands for other entries.
    """
    about = about or transfer.reference
    if await _post(transfer, about):
        return True
    if await _known(transfer):
        return False
    await _open([entry.account for entry in transfer.entries])
    refused = await _refused(transfer)
    if await _post(transfer, about):
        return True
    if await _known(transfer):
        return False
    account, missing = refused[0]
    raise Overdrawn(account.name, Money(missing, transfer.currency))


async def record_reversal(key: str, *, happened_at: datetime, about: str = "") -> bool:
    """Undo the fact of a key by its opposite; False when that is done already. Raises LookupError."""
    found = await find(key)
    if found is None:
        raise LookupError(key)
    return await record(found.reverse(happened_at=happened_at), about=about)


async def find(key: str) -> Transfer | None:
    """Return the recorded fact of a key, with its accounts."""
    await _enter()
    rows = await db.fetch(_FIND, key)
    await _leave()
    if not rows:
        return None
    entries = tuple(Entry(account_of(row), row["amount"]) for row in rows)
    return Transfer(key, rows[0]["transfer_kind"], entries, rows[0]["happened_at"], rows[0]["reference"])


async def balance(account: Account) -> Money:
    """Return the signed balance of one account that the scope may see; zero for one without postings."""
    sql = "select balance from ledger_account where name = $1"
    return Money(await db.fetchval(sql, account.name) or 0, account.currency)


async def held(account: Account) -> Money:
    """Return what a liability account holds, as an amount above or at zero."""
    return -await balance(account)


async def lock(accounts: Iterable[Account]) -> None:
    """Hold accounts until the transaction ends, so that a balance read after this still stands when it posts."""
    await _enter()
    names = [account.name for account in accounts]
    await db.fetch(_LOCK, names)
    await _leave()


async def balances() -> dict[Account, int]:
    """Return every account that the scope may see, with its signed balance in minor units."""
    return {account_of(row): row["balance"] for row in await db.fetch("select * from ledger_account")}


@dataclass(frozen=True, slots=True)
class Drift:
    """An account whose cached balance or version is not what its entries say."""

    account: str
    cached: int
    entries: int


async def recompute() -> list[Drift]:
    """Return every account whose cached balance, version or chain of balances differs from its entries.

    Needs the operator's scope: entries that the scope does not see would look like drift.
    """
    return [Drift(**dict(row)) for row in await db.fetch(_RECOMPUTE)]


def account_of(row: Any) -> Account:
    """Build an account from a row with the columns of ledger_account."""
    return Account(
        row["name"],
        Kind(row["kind"]),
        Purpose(row["purpose"]),
        Sign(row["sign"]),
        row["owner"],
        row["currency"],
    )


_POST = "select ledger_post($1, $2, $3, $4, $5, $6, $7)"
_LOCK = """
select * from ledger_account where name = any($1::text[]) order by name collate "C" for update
"""
_FIND = """
select a.name, a.kind, a.purpose, a.sign, a.owner, a.currency, e.amount,
  t.kind as transfer_kind, t.happened_at, t.reference
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
where t.key = $1
"""
_OPEN = """
insert into ledger_account (name, kind, purpose, sign, owner, currency)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as a(name)
order by a.name collate "C" on conflict (name) do nothing
"""
_RECOMPUTE = """
select a.name as account, a.balance as cached, coalesce(sum(e.amount), 0)::bigint as entries
from ledger_account a left join ledger_entry e on e.account_id = a.id
group by a.id
having a.balance <> coalesce(sum(e.amount), 0) or a.version <> count(e.amount)
  or a.balance <> coalesce((array_agg(e.balance_after order by e.account_version desc))[1], 0)
order by a.name
"""


async def _post(transfer: Transfer, about: str) -> bool:
    """Write all of it or nothing; every writer locks its accounts in the order of their names."""
    lines = sorted((entry.account.name, entry.amount) for entry in transfer.entries)
    names, amounts = zip(*lines, strict=True)
    return await db.fetchval(  # type: ignore[no-any-return]
        _POST, transfer.key, transfer.kind, about, transfer.currency, transfer.happened_at, names, amounts
    )


async def _refused(transfer: Transfer) -> list[tuple[Account, int]]:
    """Hold the accounts, and return those whose sign rule forbids the change, with what is missing in minor units."""
    await _enter()
    rows = await db.fetch(_LOCK, [entry.account.name for entry in transfer.entries])
    await _leave()
    amounts = {entry.account.name: entry.amount for entry in transfer.entries}
    after = [(account_of(row), row["balance"] + amounts[row["name"]]) for row in rows]
    return [(account, abs(balance)) for account, balance in after if not account.permits(balance)]


async def _known(transfer: Transfer) -> bool:
    found = await find(transfer.key)
    if found is None:
        return False
    amounts = {(entry.account.name, entry.amount) for entry in transfer.entries}
    if amounts != {(entry.account.name, entry.amount) for entry in found.entries}:
        raise KeyReused(f"{transfer.key} stands for two different facts")
    return True


async def _open(accounts: Sequence[Account]) -> None:
    await _enter()
    columns = zip(*((a.name, a.kind, a.purpose, a.sign, a.owner, a.currency) for a in accounts), strict=True)
    await db.execute(_OPEN, *(list(column) for column in columns))
    await _leave()


async def _enter() -> None:
    """See the whole ledger until `_leave`; a failure between them rolls the setting back with its savepoint."""
    await db.execute("select set_config('app.ledger', 'on', true)")


async def _leave() -> None:
    await db.execute("select set_config('app.ledger', '', true)")
