from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T14:05:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "words for skills that nobody knows yet"


async def forwards():
    file = Path(__file__).with_name("0005_words.sql")
    return sql_migration(ID, "marketplace", DESCRIPTION, file)
