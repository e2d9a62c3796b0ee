"""`enishi verify` finds nothing on a sound database, and names what was broken."""

import pytest

from marketplace import verify

pytestmark = pytest.mark.usefixtures("database")


async def broken() -> set[str]:
    return {verdict.rule.split()[0] for verdict in await verify.check() if verdict.broken}


async def test_an_empty_database_breaks_no_rule():
    assert await broken() == set()


async def test_a_changed_balance_and_an_unbalanced_transfer_are_named(owner):
    await owner.execute(
        """set session_replication_role = replica;
        insert into ledger_account (name, kind, purpose, owner, sign, balance, version)
          values ('revenue:platform_fee', 'revenue', 'revenue', '', 'free', 5, 1);
        insert into ledger_transfer (key, kind) values ('topup:1', 'topup');
        insert into ledger_entry (transfer_id, account_id, amount, account_version, balance_after)
          select t.id, a.id, -7, 1, -7 from ledger_transfer t, ledger_account a;
        set session_replication_role = origin;"""
    )

    assert {"I1", "I6", "I7"} <= await broken()


async def test_a_missing_guard_is_named(owner):
    await owner.execute("alter table ledger_entry disable trigger append_only")
    try:
        assert "I2" in await broken()
    finally:
        await owner.execute("alter table ledger_entry enable trigger append_only")
