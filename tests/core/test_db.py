"""What a transaction promises."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from marketplace.core import db, outbox

pytestmark = pytest.mark.usefixtures("database")


async def _waiting() -> int:
    async with db.transaction(operator=True):
        return await db.fetchval("select count(*) from outbox")


async def test_a_savepoint_takes_back_only_what_was_done_inside_it():
    async with db.transaction(operator=True):
        await outbox.enqueue("first")
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                await outbox.enqueue("second")
                raise ZeroDivisionError

    assert await _waiting() == 1


async def test_an_after_commit_hook_runs_once_after_the_outermost_commit():
    ran = []
    async with db.transaction(operator=True):
        async with db.transaction():
            db.on_commit(lambda: ran.append("inner"))
        assert ran == []

    assert ran == ["inner"]


async def test_a_hook_never_runs_when_the_transaction_or_its_savepoint_fails():
    ran = []
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(operator=True):
            db.on_commit(lambda: ran.append("outer"))
            raise ZeroDivisionError
    async with db.transaction(operator=True):
        with pytest.raises(ZeroDivisionError):
            async with db.transaction():
                db.on_commit(lambda: ran.append("inner"))
                raise ZeroDivisionError

    assert ran == []


async def test_a_failing_commit_gives_its_connection_back():
    for _ in range(70):  # more than the pool holds
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with db.transaction(operator=True):
                await db.execute(
                    "create temporary table late (id int primary key, other int references late "
                    "deferrable initially deferred) on commit drop"
                )
                await db.execute("insert into late values (1, 99)")

    assert await _waiting() == 0


async def test_another_task_may_not_use_the_transaction():
    async with db.transaction(operator=True):
        with pytest.raises(RuntimeError, match="another task"):
            await asyncio.create_task(db.fetchval("select 1"))


async def test_the_scope_ends_with_its_transaction_and_a_savepoint_gives_back_the_outer_one():
    company, person = uuid4(), uuid4()
    async with db.transaction(company=company):
        async with db.transaction(person=person):
            assert await db.fetchrow("select app_company() as c, app_person() as p") == (company, person)
        assert await db.fetchrow("select app_company() as c, app_person() as p") == (company, None)

    async with db.transaction():
        assert await db.fetchrow("select app_company() as c, app_person() as p") == (None, None)


async def test_a_scope_is_an_id_and_nothing_else():
    with pytest.raises(ValueError, match="badly formed"):
        async with db.transaction(company="'; drop table outbox; --"):
            pass

    assert isinstance(UUID(str(uuid4())), UUID)


async def test_a_broken_connection_does_not_poison_the_pool(owner):
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        async with db.transaction(operator=True):
            pid = await db.fetchval("select pg_backend_pid()")
            await owner.execute("select pg_terminate_backend($1)", pid)
            await asyncio.sleep(0.05)
            await db.fetchval("select 1")

    assert await _waiting() == 0
