from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T15:00:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "changes of published tasks wait for their approval"


async def forwards():
    file = Path(__file__).with_name("0008_task_changes.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
