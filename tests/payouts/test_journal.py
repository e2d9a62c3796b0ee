"""What the journal and the database under it promise."""

import asyncio
import contextvars
import random
from datetime import UTC, datetime

import asyncpg
import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import chart, journal, postings
from payouts.ledger import Entry, Transfer

pytestmark = pytest.mark.usefixtures("database")

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _topup(amount: int, transaction: str = "txn1") -> Transfer:
    return postings.topup(
        "acme", transaction=transaction, arrived=yen(amount), fee_borne=yen(0), happened_at=AT
    )


_SOMEBODY_WAITS = "select exists (select from pg_locks where not granted)"


async def _record(transfer: Transfer) -> bool:
    async with db.transaction(operator=True):
        return await journal.record(transfer)


async def _balances() -> dict[str, int]:
    async with db.transaction(operator=True):
        return {account.name: amount for account, amount in (await journal.balances()).items()}


async def test_a_fact_is_recorded_once():
    first = await _record(_topup(1000))
    again = await _record(_topup(1000))

    assert (first, again) == (True, False)
    assert await _balances() == {"stripe:platform": 1000, "company:acme:balance": -1000}


async def test_one_key_for_two_facts_is_a_loud_error():
    await _record(_topup(1000))

    with pytest.raises(journal.KeyReused):
        await _record(_topup(1001))
    assert (await _balances())["stripe:platform"] == 1000


async def test_a_known_fact_stays_known_after_its_money_is_spent():
    reserve = postings.reserve("acme", task="t1", version=1, change=yen(600), happened_at=AT)
    await _record(_topup(1000))
    await _record(reserve)

    assert await _record(reserve) is False


async def test_an_overdrawing_fact_writes_nothing_and_says_what_is_missing():
    await _record(_topup(1000))

    async with db.transaction(operator=True):
        with pytest.raises(journal.Overdrawn) as overdrawn:
            await journal.record(
                postings.reserve("acme", task="t1", version=1, change=yen(1700), happened_at=AT)
            )
        await journal.record(postings.reserve("acme", task="t1", version=1, change=yen(1000), happened_at=AT))

    assert overdrawn.value.missing == yen(700)
    assert overdrawn.value.account == "company:acme:balance"
    assert (await _balances())["company:acme:reserved:t1"] == -1000


async def test_a_fact_refused_at_a_later_account_moves_none_of_the_others():
    await _record(_topup(1000))
    entries = (
        Entry(chart.bank_operator(), 5),
        Entry(chart.company_balance("acme"), -5),
        Entry(chart.stripe_connected("hana"), -2000),
        Entry(chart.stripe_platform(), 2000),
    )
    before = await _balances()

    async with db.transaction(operator=True):
        with pytest.raises(journal.Overdrawn):
            await journal.record(Transfer("move:1", "move", entries, AT))

    assert {name: amount for name, amount in (await _balances()).items() if amount} == before
    async with db.transaction(operator=True):
        assert await journal.recompute() == []


async def test_money_that_is_just_arriving_is_waited_for_and_not_called_missing(owner):
    await _record(_topup(1))
    reserve = postings.reserve("acme", task="t1", version=1, change=yen(600), happened_at=AT)

    async with asyncio.TaskGroup() as group, db.transaction(operator=True):
        await journal.record(_topup(1000, "txn2"))
        # In its own context: a task inherits the running transaction, which is not its own.
        waiting = group.create_task(_record(reserve), context=contextvars.Context())
        while not waiting.done() and not await owner.fetchval(_SOMEBODY_WAITS):
            continue

    assert waiting.result() is True
    assert (await _balances())["company:acme:balance"] == -401


async def test_a_rolled_back_fact_leaves_no_trace():
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(operator=True):
            await journal.record(_topup(1000))
            raise ZeroDivisionError

    assert await _balances() == {}


async def test_a_reversal_undoes_a_fact_once():
    await _record(_topup(1000))

    async with db.transaction(operator=True):
        assert await journal.record_reversal("topup:txn1", happened_at=AT)
        assert not await journal.record_reversal("topup:txn1", happened_at=AT)

    assert await _balances() == {"stripe:platform": 0, "company:acme:balance": 0}


async def test_eight_clients_keep_the_total_and_every_version_of_a_balance():
    seed = random.Random(20261123)
    for company in ("a", "b", "c", "d"):
        await _record(
            postings.topup(
                company, transaction=company, arrived=yen(10_000), fee_borne=yen(0), happened_at=AT
            )
        )
    total = 40_000

    async def client(number: int) -> list[int]:
        seen = []
        for step in range(25):
            giver, taker = seed.sample(["a", "b", "c", "d"], 2)
            amount = seed.randint(1, 4000)
            entries = (
                Entry(chart.company_balance(giver), amount),
                Entry(chart.company_balance(taker), -amount),
            )
            try:
                await _record(Transfer(f"move:{number}:{step}", "move", entries, AT))
            except journal.Overdrawn:
                continue
            finally:
                seen.append(sum(-amount for name, amount in (await _balances()).items() if "company" in name))
        return seen

    async with asyncio.TaskGroup() as group:
        clients = [group.create_task(client(number)) for number in range(8)]

    assert {figure for client in clients for figure in client.result()} == {total}
    async with db.transaction(operator=True):
        assert await journal.recompute() == []
        assert await db.fetchval("select count(*) from ledger_entry") > 100


async def test_the_same_fact_from_eight_clients_is_recorded_once():
    async with asyncio.TaskGroup() as group:
        done = [group.create_task(_record(_topup(500))) for _ in range(8)]

    assert sorted(task.result() for task in done) == [False] * 7 + [True]
    assert (await _balances())["stripe:platform"] == 500


async def test_recomputing_finds_a_balance_that_was_changed_behind_the_journal(owner):
    await _record(_topup(1000))
    await owner.execute("update ledger_account set balance = 999 where name = 'stripe:platform'")

    async with db.transaction(operator=True):
        assert await journal.recompute() == [journal.Drift("stripe:platform", 999, 1000)]


@pytest.mark.parametrize("verb", ["update ledger_entry set amount = 1", "delete from ledger_entry"])
async def test_entries_are_neither_changed_nor_deleted_even_by_the_owner(owner, verb):
    await _record(_topup(1000))

    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(verb)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer", "ledger_account"])
async def test_the_books_are_not_truncated_even_by_the_owner(owner, table):
    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute(f"truncate {table} cascade")


async def test_a_transfer_without_entries_is_refused_by_the_database(owner):
    with pytest.raises(asyncpg.CheckViolationError, match="no entries"):
        await owner.execute("insert into ledger_transfer (key, kind) values ('empty', 'test')")


async def test_entries_come_in_the_statement_of_their_transfer(owner):
    await _record(_topup(1000))

    with pytest.raises(asyncpg.CheckViolationError, match="no entries"):
        async with owner.transaction():
            await owner.execute("insert into ledger_transfer (key, kind) values ('late', 'test')")
            await owner.execute(
                """insert into ledger_entry (transfer_id, account_id, amount, account_version, balance_after)
                   select t.id, a.id, a.balance, 9, 9 from ledger_transfer t, ledger_account a where t.key = 'late'"""
            )


async def test_accounts_that_are_not_sorted_are_refused_so_that_no_two_writers_wait_for_each_other(owner):
    with pytest.raises(asyncpg.InvalidParameterValueError, match="not sorted"):
        await owner.execute(
            """insert into ledger_account (name, kind, purpose, sign) values ('b', 'asset', 'x', 'free');
            select ledger_post('key', 'test', '', 'JPY', now(), '{b,a}', '{1,-1}')"""
        )


@pytest.mark.parametrize("amounts", [(5, -4), (5,)])
async def test_an_unbalanced_transfer_is_refused_by_the_database(owner, amounts):
    await _record(_topup(1000))
    values = ", ".join(
        f"((select id from t), (select id from ledger_account where name = '{name}'), {amount}, 9, 9)"
        for name, amount in zip(["stripe:platform", "company:acme:balance"], amounts, strict=False)
    )

    with pytest.raises(asyncpg.CheckViolationError, match="that sum to"):
        await owner.execute(
            f"""with t as (insert into ledger_transfer (key, kind) values ('bad', 'test') returning id)
                insert into ledger_entry (transfer_id, account_id, amount, account_version, balance_after)
                select * from (values {values}) as v"""
        )


async def test_a_company_sees_its_own_lines_of_a_fact_and_no_other_accounts():
    company = "0198c0de-0000-7000-8000-000000000001"
    await _record(postings.topup(company, transaction="x", arrived=yen(70), fee_borne=yen(0), happened_at=AT))
    await _record(_topup(30))

    async with db.transaction(company=company):
        seen = await journal.balances()

    assert {account.name for account in seen} == {f"company:{company}:balance"}
