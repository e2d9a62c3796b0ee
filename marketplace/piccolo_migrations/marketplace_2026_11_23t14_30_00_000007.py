from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:30:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "bulk: assignments, teams, the waitlist, substitutes"


async def forwards():
    return sql_migration(ID, "marketplace", DESCRIPTION, Path(__file__).with_name("0007_bulk.sql"))
