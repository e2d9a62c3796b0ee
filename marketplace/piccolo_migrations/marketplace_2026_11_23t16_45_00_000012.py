from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T16:45:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "documents to be found, auditors with a last day"


async def forwards():
    file = Path(__file__).with_name("0012_documents_and_auditors.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
