from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T17:00:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "wishes of a task, subscribed calendars"


async def forwards():
    file = Path(__file__).with_name("0013_matching_gaps.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
