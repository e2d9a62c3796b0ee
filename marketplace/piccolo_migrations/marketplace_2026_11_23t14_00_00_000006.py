from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:00:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "what the database keeps for matching"


async def forwards():
    file = Path(__file__).with_name("0006_matching_store.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
