from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T11:30:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "posting in plain statements"


async def forwards():
    return sql_migration(ID, "payouts", DESCRIPTION, Path(__file__).with_name("0004_ledger_post.sql"))
