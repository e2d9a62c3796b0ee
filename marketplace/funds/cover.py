"""Tell the operator to cover client money when what holds it is too little: never a silent gap."""

from marketplace.core import clock, db
from marketplace.core.errors import N_
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts import chart, journal

declare(
    "money.not_covered",
    title=N_("Client money is short by %(amount)s: please cover it today"),
    body=N_(
        "Money of companies and alumni is more than what lies at Stripe and on the client bank account. That comes from a payment "
        "that was taken back, or from Stripe's fee on an invoice that collects a bounty and hardly any fee of your own. It is your "
        "expense: bring the amount in from your own money."
    ),
    button=N_("Look at the money"),
)


async def warn() -> bool:
    """Tell every operator once a day while client money is not covered, and at once when more is missing (a sweep)."""
    async with db.transaction(operator=True):
        missing = chart.safeguarding(await journal.balances()).shortfall
        if not missing:
            return False
        today = await clock.today()
        for operator in await db.fetch("select id from person where is_operator"):
            await notify(
                "money.not_covered",
                person=operator["id"],
                path="/operator",
                dedupe=f"cover:{today}:{missing.amount}:{operator['id']}",
                amount=missing,
            )
    return True
