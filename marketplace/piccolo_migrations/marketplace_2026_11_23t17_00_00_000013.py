from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T17:00:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "wished languages, the least number of required skills, only who is free"


async def forwards():
    file = Path(__file__).with_name("0013_wishes.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
