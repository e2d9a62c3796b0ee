from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T17:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "closing of months: ledger, companies, runs, packages"


async def forwards():
    return sql_migration(ID, "payouts", DESCRIPTION, Path(__file__).with_name("0007_closing.sql"))
