from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T07:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "people, companies, alumni, tasks, contracts"
NOUNS = ("people", "companies", "alumni", "tasks", "contracts")


async def forwards():
    files = [Path(__file__).with_name(f"0001_{noun}.sql") for noun in NOUNS]
    return sql_migration(ID, "marketplace", DESCRIPTION, *files)
