from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T17:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "bank transfer files as the second rail of payouts"


async def forwards():
    return sql_migration(ID, "payouts", DESCRIPTION, Path(__file__).with_name("0009_zengin.sql"))
