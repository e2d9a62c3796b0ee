from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T11:30:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "referrals: bounties, claims, consents, tranches"


async def forwards():
    return sql_migration(ID, "marketplace", DESCRIPTION, Path(__file__).with_name("0002_referrals.sql"))
