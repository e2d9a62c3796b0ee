from pathlib import Path

from marketplace.core.migrations import sql_migration

ID = "2026-11-23T11:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "a provider's balance below zero, the day that a payout arrives"


async def forwards():
    file = Path(__file__).with_name("0003_chargebacks_and_pay_days.sql")
    return sql_migration(ID, "payouts", DESCRIPTION, file)
