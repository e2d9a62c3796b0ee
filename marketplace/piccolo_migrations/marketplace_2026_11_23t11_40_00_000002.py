from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T11:40:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "the operator cancels a contract"


async def forwards():
    file = Path(__file__).with_name("0003_operator_cancels.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
