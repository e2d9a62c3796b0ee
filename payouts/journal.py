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
    lines = await _post(transfer, about)
    if _posted(lines):
        return True
    if await _known(transfer):
        return False
    if not lines:
        await _open([entry.account for entry in transfer.entries])
        lines = await _post(transfer, about)
        if _posted(lines):
            return True
        if await _known(transfer):
            return False
    refused = next(line for line in lines if not line["allowed"])
    raise Overdrawn(refused["account"], Money(abs(refused["balance_after"]), transfer.currency))


async def record_all(facts: Sequence[tuple[Transfer, str]]) -> None:
    """Write facts, each with what it is about, in a few statements for all of them; else as `record`.

    Needs the operator's scope. Every account is opened, then locked, in the order of the names: two such batches
    cannot wait for each other.
    """
    accounts = {entry.account.name: entry.account for fact, _ in facts for entry in fact.entries}
    await _insert(accounts.values())
    await db.execute(_LOCK, list(accounts))
    posted = await db.fetch(_POST_ALL, [_line(fact, about) for fact, about in facts])
    for (fact, about), row in zip(facts, posted, strict=True):
        if not row["posted"]:  # it stands there already, or `record` tells why not
            await record(fact, about=about)


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
    await db.execute(_LOCK, [account.name for account in accounts])
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


_POST = "select account, balance_after, allowed, posted from ledger_post($1, $2, $3, $4, $5, $6, $7)"
_POST_ALL = """
select exists (
  select from ledger_post(
    fact ->> 'key', fact ->> 'kind', fact ->> 'about', fact ->> 'currency', (fact ->> 'happened_at')::timestamptz,
    array(select jsonb_array_elements_text(fact -> 'names')),
    array(select value::bigint from jsonb_array_elements_text(fact -> 'amounts') as value)
  ) line where line.posted) as posted
from jsonb_array_elements($1::jsonb) with ordinality as given(fact, number) order by number
"""
_LOCK = "select from ledger_account where name = any($1::text[]) order by name for update"
_FIND = """
select a.name, a.kind, a.purpose, a.sign, a.owner, a.currency, e.amount,
  t.kind as transfer_kind, t.happened_at, t.reference
from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
where t.key = $1
"""
_OPEN = """
insert into ledger_account (name, kind, purpose, sign, owner, currency)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as a(name) order by a.name
on conflict (name) do nothing
"""
_RECOMPUTE = """
select a.name as account, a.balance as cached, coalesce(sum(e.amount), 0)::bigint as entries
from ledger_account a left join ledger_entry e on e.account_id = a.id
group by a.id
having a.balance <> coalesce(sum(e.amount), 0) or a.version <> count(e.amount)
  or a.balance <> coalesce((array_agg(e.balance_after order by e.account_version desc))[1], 0)
order by a.name
"""


async def _post(transfer: Transfer, about: str) -> Sequence[Any]:
    names = [entry.account.name for entry in transfer.entries]
    amounts = [entry.amount for entry in transfer.entries]
    return await db.fetch(
        _POST, transfer.key, transfer.kind, about, transfer.currency, transfer.happened_at, names, amounts
    )


def _posted(lines: Sequence[Any]) -> bool:
    return bool(lines) and bool(lines[0]["posted"])


async def _known(transfer: Transfer) -> bool:
    found = await find(transfer.key)
    if found is None:
        return False
    amounts = {(entry.account.name, entry.amount) for entry in transfer.entries}
    if amounts != {(entry.account.name, entry.amount) for entry in found.entries}:
        raise KeyReused(f"{transfer.key} stands for two different facts")
    return True


def _line(transfer: Transfer, about: str) -> dict[str, Any]:
    return {
        "key": transfer.key,
        "kind": transfer.kind,
        "about": about or transfer.reference,
        "currency": transfer.currency,
        "happened_at": transfer.happened_at,
        "names": [entry.account.name for entry in transfer.entries],
        "amounts": [entry.amount for entry in transfer.entries],
    }


async def _open(accounts: Iterable[Account]) -> None:
    await _enter()
    await _insert(accounts)
    await _leave()


async def _insert(accounts: Iterable[Account]) -> None:
    columns = zip(*((a.name, a.kind, a.purpose, a.sign, a.owner, a.currency) for a in accounts), strict=True)
    await db.execute(_OPEN, *(list(column) for column in columns))


async def _enter() -> None:
    """See the whole ledger until `_leave`; a failure between them rolls the setting back with its savepoint."""
    await db.execute("select set_config('app.ledger', 'on', true)")


async def _leave() -> None:
    await db.execute("select set_config('app.ledger', '', true)")
