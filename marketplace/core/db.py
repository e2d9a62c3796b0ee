"""The database door: one pool per process, transactions that carry their scope, savepoints that are real.

Piccolo's own transaction leaks its connection when COMMIT fails, treats a nested transaction as a no-op and has no
after-commit hook; `Transaction` below replaces it while every Piccolo query and our own SQL keep running inside it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from marketplace.core import codecs

log = logging.getLogger(__name__)

Hook = Callable[[], Awaitable[None] | None]
_SCOPE = ("company_id", "person_id", "operator")
_ISOLATION = {"read committed", "repeatable read", "serializable"}


def config_from_url(url: str) -> dict[str, Any]:
    """Return asyncpg's keywords for `postgresql://user:password@host:port/name?host=/socket/dir`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    config: dict[str, Any] = {"host": query.get("host", [parts.hostname or "localhost"])[0]}
    config["port"] = int(query.get("port", [parts.port or 5432])[0])
    config["database"] = unquote(parts.path.lstrip("/")) or "enishi"
    if parts.username:
        config["user"] = unquote(parts.username)
    if parts.password:
        config["password"] = unquote(parts.password)
    return config


class Transaction:
    """One database transaction, or a savepoint inside one; remembers the task that owns it."""

    def __init__(self, engine: "Database", connection: Any, parent: "Transaction | None") -> None:
        self.engine = engine
        self.connection = connection
        self.parent = parent
        self.task = asyncio.current_task()
        self.hooks: list[Hook] = []
        self.scope: dict[str, str] = dict(parent.scope) if parent else {}
        self.depth: int = parent.depth + 1 if parent else 0

    def guard(self) -> None:
        """Refuse use from another task: a connection serves one query at a time."""
        if asyncio.current_task() is not self.task:
            raise RuntimeError("this transaction belongs to another task")


class Database(PostgresEngine):
    """Piccolo's engine with our pool and our transaction."""

    def __init__(self) -> None:
        super().__init__(config={}, extensions=())

    async def open(self, url: str, size: int = 10) -> None:
        """Open the pool. No session-level SET is ever used, so a returned connection needs no reset round trip."""
        self.config = config_from_url(url)
        self.pool = await asyncpg.create_pool(
            **self.config,
            min_size=1,
            max_size=size,
            reset=_no_reset,
            init=codecs.register,
            command_timeout=60,
        )

    async def serve(self, url: str, size: int = 10) -> None:
        """Open the pool for a process that serves people, and refuse a role that row-level security does not bind."""
        await self.open(url, size)
        async with transaction():
            strong = await fetchrow(_STRONG_ROLE)
        if strong is not None:
            await self.close()
            raise SystemExit(
                f"Enishi does not serve as database role {strong['role']}: {strong['why']}. "
                "Use enishi_web and enishi_worker (WEB_DATABASE_URL, WORKER_DATABASE_URL)."
            )

    async def close(self) -> None:
        if self.pool is not None:
            pool, self.pool = self.pool, None
            await pool.close()

    def transaction(self, allow_nested: bool = True) -> Any:
        """Let Piccolo's own callers (its migrations) use our transaction."""
        del allow_nested
        return transaction(operator=True)

    async def check_version(self) -> None:
        """Skip Piccolo's start-up look at the server; `open` fails loudly when there is none."""

    async def prep_database(self) -> None:
        """Skip Piccolo's extensions: the migrations create what is needed."""


_STRONG_ROLE = """
select rolname as role, case when rolsuper then 'it is a superuser' when rolbypassrls then 'it bypasses row-level security'
    else 'it owns the tables' end as why
from pg_roles where rolname = current_user and (rolsuper or rolbypassrls
  or exists (select from pg_class where relowner = pg_roles.oid and relnamespace = 'public'::regnamespace and relkind = 'r'))
"""


async def _no_reset(_connection: Any) -> None:
    return None


DB = Database()
# Piccolo finds the running transaction here; to it, ours looks like its own.
_running = cast("ContextVar[Transaction | None]", DB.current_transaction)


def current() -> Transaction:
    """Return the running transaction of this task."""
    found = _running.get()
    if found is None:
        raise RuntimeError("no transaction is open: wrap the action in db.transaction(…)")
    found.guard()
    return found


@asynccontextmanager
async def transaction(
    *,
    company: UUID | str | None = None,
    person: UUID | str | None = None,
    operator: bool = False,
    isolation: str = "read committed",
) -> AsyncIterator[Transaction]:
    """Open a transaction in a scope; inside another one, a savepoint that inherits its scope and may widen it."""
    scope = _scope(company, person, operator)
    outer = _running.get()
    if outer is not None:
        outer.guard()
        async with _savepoint(outer, scope) as inner:
            yield inner
        return
    if isolation not in _ISOLATION:
        raise ValueError(isolation)
    if DB.pool is None:
        raise RuntimeError("the database is not open")
    connection = await DB.pool.acquire()
    current_transaction = Transaction(DB, connection, None)
    token = None
    try:
        await connection.execute(f"begin isolation level {isolation};" + _set_scope(scope))
        current_transaction.scope = scope
        token = _running.set(current_transaction)
        yield current_transaction
        await connection.execute("commit")
    except BaseException:
        await _roll_back(connection)
        raise
    finally:
        if token is not None:
            _running.reset(token)
        await asyncio.shield(DB.pool.release(connection))
    await _run_hooks(current_transaction.hooks)


@asynccontextmanager
async def reading(
    *, company: UUID | str | None = None, person: UUID | str | None = None, operator: bool = False
) -> AsyncIterator[Transaction]:
    """Read in a scope: part of the running transaction where it has that scope already, else as `transaction`.

    A page that reads several things opens one of these around them: one snapshot of the scope, two round trips less
    for each. What only reads needs no savepoint to be taken back to.
    """
    outer = _running.get()
    if outer is not None and _scope(company, person, operator).items() <= outer.scope.items():
        outer.guard()
        yield outer
        return
    async with transaction(company=company, person=person, operator=operator) as opened:
        yield opened


@asynccontextmanager
async def _savepoint(outer: Transaction, scope: dict[str, str]) -> AsyncIterator[Transaction]:
    inner = Transaction(DB, outer.connection, outer)
    inner.scope = {**outer.scope, **scope}
    name = f"s{inner.depth}"
    await outer.connection.execute(f"savepoint {name};" + _set_scope(inner.scope))
    token = _running.set(inner)
    try:
        yield inner
    except BaseException:
        # Rolling back to a savepoint also takes back the settings made after it.
        if not outer.connection.is_closed():
            await outer.connection.execute(f"rollback to savepoint {name}; release savepoint {name}")
        raise
    else:
        await outer.connection.execute(
            f"release savepoint {name};" + _set_scope(outer.scope, clear=inner.scope)
        )
        outer.hooks.extend(inner.hooks)
    finally:
        _running.reset(token)


async def _roll_back(connection: Any) -> None:
    try:
        if not connection.is_closed():
            await connection.execute("rollback")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


async def _run_hooks(hooks: Sequence[Hook]) -> None:
    """Run what waits for the commit. A hook is a hint (ring a worker): its failure must not undo what is committed."""
    for hook in hooks:
        try:
            result = hook()
            if result is not None:
                await result
        except Exception:
            log.exception("after-commit hook failed")


def _scope(company: UUID | str | None, person: UUID | str | None, operator: bool) -> dict[str, str]:
    scope = {}
    if company is not None:
        scope["company_id"] = str(UUID(str(company)))
    if person is not None:
        scope["person_id"] = str(UUID(str(person)))
    if operator:
        scope["operator"] = "on"
    return scope


def _set_scope(scope: dict[str, str], clear: dict[str, str] | None = None) -> str:
    """Return the statements that set the scope. Values are UUIDs by construction, so they need no escaping."""
    values = {**dict.fromkeys(clear or (), ""), **scope}
    return ";".join(f"set local app.{name} = '{value}'" for name, value in values.items())


async def ask(sql: str, *args: Any) -> asyncpg.Record | None:
    """Return the first row of one statement that is its own transaction and brings its own scope (a function's SET).

    One round trip instead of three; it does not see what a running transaction has done.
    """
    if DB.pool is None:
        raise RuntimeError("the database is not open")
    async with DB.pool.acquire() as connection:
        row: asyncpg.Record | None = await connection.fetchrow(sql, *args)
    return row


def on_commit(hook: Hook) -> None:
    """Run `hook` once after the outermost transaction has committed; never if it does not."""
    current().hooks.append(hook)


async def fetch(sql: str, *args: Any) -> list[asyncpg.Record]:
    """Return the rows of a query in the running transaction."""
    return await current().connection.fetch(sql, *args)  # type: ignore[no-any-return]  # asyncpg is untyped


async def fetchrow(sql: str, *args: Any) -> asyncpg.Record | None:
    """Return the first row, or None."""
    return await current().connection.fetchrow(sql, *args)


async def fetchval(sql: str, *args: Any) -> Any:
    """Return the first column of the first row, or None."""
    return await current().connection.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> int:
    """Run a statement; return the number of rows that it touched."""
    tag = await current().connection.execute(sql, *args)
    last = str(tag).rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def executemany(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once per row, in one batch."""
    await current().connection.executemany(sql, rows)


@asynccontextmanager
async def matcher() -> AsyncIterator[None]:
    """Act as the matcher for a query: the one role that may read match_profile, and nothing else."""
    # Ranking statements are long and each is asked once: planned for their values, not compiled.
    await current().connection.execute(
        "set local role enishi_matcher; set local jit = off; set local plan_cache_mode = force_custom_plan"
    )
    try:
        yield
    finally:
        await execute("reset role")
