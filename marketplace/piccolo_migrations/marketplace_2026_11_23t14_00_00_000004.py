from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "time: ask me, calendars, time zones, asking a pool"


async def forwards():
    return sql_migration(ID, "marketplace", DESCRIPTION, Path(__file__).with_name("0004_time.sql"))
