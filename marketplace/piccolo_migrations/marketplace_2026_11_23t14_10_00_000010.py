from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:10:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "a weekly mail of tasks that fit"


async def forwards():
    file = Path(__file__).with_name("0010_digest.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
