from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T07:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "roles, scopes, clock, outbox, events"


async def forwards():
    return sql_migration(ID, "core", DESCRIPTION, Path(__file__).with_name("0001_core.sql"))
