"""One SQLite file that holds everything the sandbox knows; a committed call survives ``kill -9``."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# Every kind of object is one table of JSON bodies; lists filter by the named members, so these are indexed.
KINDS: Mapping[str, tuple[str, ...]] = {
    "account": (),
    "account_link": (),
    "balance_settings": (),
    "balance_transaction": ("source", "type"),
    "bank_account": ("account",),
    "charge": ("payment_intent", "transfer_group", "customer"),
    "checkout_session": ("payment_intent", "customer"),
    "credit_note": ("invoice", "customer"),
    "customer": ("email",),
    "customer_cash_balance_transaction": ("customer",),
    "dispute": ("charge", "payment_intent"),
    "event": ("type",),
    "invoice": ("customer", "status"),
    "invoice_payment": ("invoice", "_intent"),
    "invoiceitem": ("invoice", "customer"),
    "login_link": (),
    "payment_intent": ("customer",),
    "payout": ("status", "destination"),
    "refund": ("charge", "payment_intent"),
    "tax_rate": (),
    "thin_event": (),
    "transfer": ("transfer_group", "destination", "source_transaction"),
    "visit": (),
    "webhook_endpoint": (),
}

_TABLES = """
create table if not exists setting (name text primary key, value text not null);
create table if not exists balance (
  account text not null, currency text not null, available integer not null, pending integer not null,
  primary key (account, currency)) without rowid;
create table if not exists cash (
  customer text not null, currency text not null, available integer not null,
  primary key (customer, currency)) without rowid;
create table if not exists due (
  seq integer primary key, at integer not null, action text not null, object text not null);
create index if not exists due_at on due (at);
create table if not exists idempotency (
  scope text not null, key text not null, fingerprint text not null, status integer not null,
  body text not null, request text not null, created integer not null,
  primary key (scope, key)) without rowid;
create table if not exists delivery (
  seq integer primary key, event text not null, url text not null, secret text not null, body text not null,
  attempts integer not null default 0, next_at real not null, done_at real, last_answer text);
create index if not exists delivery_open on delivery (url, next_at) where done_at is null;
"""


def _kind_tables() -> str:
    statements = []
    for kind, members in KINDS.items():
        statements.append(
            f"create table if not exists {kind} (seq integer primary key, id text not null unique, "
            "account text not null, created integer not null, body text not null);"
            f"create index if not exists {kind}_account on {kind} (account, seq);"
        )
        statements.extend(
            f"create index if not exists {kind}_{member} on {kind} (json_extract(body, '$.{member}'));"
            for member in members
        )
    return "".join(statements)


class Store:
    """Keep objects by kind and id; one connection, one lock, one transaction at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file at ``path``."""
        self.lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # In WAL mode NORMAL loses nothing when the process dies; only a power cut could.
        self._connection.executescript("pragma journal_mode=wal; pragma synchronous=normal;")
        self._connection.executescript(_TABLES + _kind_tables())

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside or nothing of it."""
        with self.lock:
            self._connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is inside when it raises, but keep the transaction around it."""
        self._connection.execute("savepoint operation")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback to operation")
            raise
        finally:
            self._connection.execute("release operation")

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement and return the number of rows that it changed."""
        with self.lock:
            return self._connection.execute(statement, values).rowcount

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self.lock:
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, if there is one."""
        with self.lock:
            found: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
            return found

    def add(self, kind: str, body: Json, *, account: str, created: int) -> Json:
        """Insert a new object and return it."""
        self.run(
            f"insert into {kind} (id, account, created, body) values (?, ?, ?, ?)",
            body["id"],
            account,
            created,
            json.dumps(body, ensure_ascii=False),
        )
        return body

    def save(self, kind: str, body: Json) -> Json:
        """Write back an object that was read and changed."""
        text = json.dumps(body, ensure_ascii=False)
        self.run(f"update {kind} set body = ? where id = ?", text, body["id"])
        return body

    def find(self, kind: str, object_id: str, *, account: str | None = None) -> Json | None:
        """Return an object by its id, within one account unless ``account`` is None."""
        found = self.row(f"select body, account from {kind} where id = ?", object_id)
        if found is None or (account is not None and found[1] != account):
            return None
        body: Json = json.loads(found[0])
        return body

    def owner(self, kind: str, object_id: str) -> str:
        """Return the account that an existing object belongs to ('' = the platform)."""
        found = self.row(f"select account from {kind} where id = ?", object_id)
        if found is None:
            raise KeyError(object_id)
        return str(found[0])

    def delete(self, kind: str, object_id: str) -> None:
        """Remove an object."""
        self.run(f"delete from {kind} where id = ?", object_id)

    def matching(self, kind: str, **members: Any) -> list[Json]:
        """Return the objects whose members have these values, oldest first, of all accounts."""
        where = " and ".join(f"json_extract(body, '$.{name}') = ?" for name in members) or "true"
        found = self.rows(f"select body from {kind} where {where} order by seq", *members.values())
        return [json.loads(body) for (body,) in found]

    def schedule(self, at: int, action: str, object_id: str) -> None:
        """Note something that happens by itself when the sandbox clock reaches ``at``."""
        self.run("insert into due (at, action, object) values (?, ?, ?)", at, action, object_id)

    def setting(self, name: str, default: str) -> str:
        """Read a durable setting."""
        found = self.row("select value from setting where name = ?", name)
        return default if found is None else str(found[0])

    def set_setting(self, name: str, value: str) -> None:
        """Write a durable setting."""
        self.run("insert into setting values (?, ?) on conflict (name) do update set value = ?2", name, value)

    def clear(self) -> None:
        """Forget every object, movement, key and delivery; settings such as the clock stay."""
        for table in (*KINDS, "balance", "cash", "due", "idempotency", "delivery"):
            self.run(f"delete from {table}")
