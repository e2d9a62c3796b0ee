from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T17:30:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "statements made void and anew"


async def forwards():
    return sql_migration(ID, "payouts", DESCRIPTION, Path(__file__).with_name("0010_statement_corrections.sql"))
