from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T15:10:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "the site of a unit"


async def forwards():
    file = Path(__file__).with_name("0011_unit_site.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
