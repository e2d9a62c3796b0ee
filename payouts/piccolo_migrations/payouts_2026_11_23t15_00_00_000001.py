from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T15:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "several credit notes for one invoice; the operator covers a loss"


async def forwards():
    file = Path(__file__).with_name("0005_several_credit_notes.sql")
    return sql_migration(ID, "payouts", DESCRIPTION, file)
