from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T07:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "ledger, top-ups, payouts, money operations"


async def forwards():
    return sql_migration(ID, "payouts", DESCRIPTION, Path(__file__).with_name("0001_payouts.sql"))
