from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:05:00:000009"
VERSION = "1.38.0"
DESCRIPTION = "who was shown, counted for exposure and for the report on fairness"


async def forwards():
    file = Path(__file__).with_name("0009_impressions.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
