"""Tell the operator of payouts that have to go into a bank transfer file by today or tomorrow: nobody else can make it."""

from marketplace.core import clock, db
from marketplace.core.errors import N_
from marketplace.core.money import yen
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts.lead import ONE_DAY, file_by
from payouts.zengin import files, rail

declare(
    "money.transfer_file_due",
    title=N_("%(amount)s waits for a bank transfer file: it has to leave by %(by)s"),
    body=N_(
        "Make the file, let a second person check it, download it and give it to the bank before its closing hour."
    ),
    button=N_("Go to the bank transfers"),
)


async def warn() -> bool:
    """Tell every operator once a day while a payout has to leave by the next bank day (a sweep)."""
    if not rail.is_on():
        return False
    async with db.transaction(operator=True):
        today = await clock.today()
        urgent = [row for row in await files.ready() if file_by(row["due_on"]) <= today + ONE_DAY]
        if not urgent:
            return False
        for operator in await db.fetch("select id from person where is_operator"):
            await notify(
                "money.transfer_file_due",
                person=operator["id"],
                path="/operator/bank-payments",
                dedupe=f"transfer_file_due:{today}:{operator['id']}",
                amount=yen(sum(row["amount"] for row in urgent)),
                by=max(today, min(file_by(row["due_on"]) for row in urgent)),
            )
    return True
