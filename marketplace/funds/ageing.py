"""Tell the operator of money that has lain at the provider for too long."""

from marketplace.core import db
from marketplace.core.errors import N_
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts import ageing

LOOK = N_("Look at the money")

declare(
    "money.ageing",
    title=N_("%(amount)s has lain at Stripe for %(days)s days"),
    body=N_(
        "It came in on %(since)s. Stripe keeps money for 90 days at the most: give it back to its company or bring it to the "
        "bank account for client money by %(until)s."
    ),
    button=LOOK,
)
declare(
    "money.ageing_alumnus",
    title=N_("%(amount)s has lain on %(name)s's Stripe account for %(days)s days"),
    body=N_(
        "It came in on %(since)s and did not reach the bank. Stripe keeps money for 90 days at the most: mend the payout, or "
        "bring the money back, by %(until)s."
    ),
    button=LOOK,
)
declare(
    "money.must_leave",
    title=N_("%(amount)s has to leave Stripe now"),
    body=N_(
        "It came in on %(since)s, %(days)s days ago. Stripe keeps money for 90 days at the most: give it back to its company "
        "or bring it to the bank account for client money today."
    ),
    button=LOOK,
)
declare(
    "money.must_leave_alumnus",
    title=N_("%(amount)s has to leave %(name)s's Stripe account now"),
    body=N_(
        "It came in on %(since)s, %(days)s days ago, and did not reach the bank. Stripe keeps money for 90 days at the most: "
        "bring the money back today."
    ),
    button=LOOK,
)


async def warn() -> int:
    """Tell every operator once of old money at each stage (a sweep); return how many accounts hold some."""
    async with db.transaction(operator=True):
        found = await ageing.aged()
        for one in found:
            await _tell(one)
    return len(found)


async def _tell(one: ageing.Aged) -> None:
    kind = "money.must_leave" if one.stage == ageing.STAGES[-1] else "money.ageing"
    person = one.owner.partition(":")[2]
    name = await db.fetchval("select name from person where id::text = $1", person) or person
    for operator in await db.fetch("select id from person where is_operator"):
        await notify(
            f"{kind}_alumnus" if person else kind,
            person=operator["id"],
            path=f"/operator/accounts/{one.account}",
            dedupe=f"age:{one.name}:{one.since}:{one.stage}:{operator['id']}",
            amount=one.amounts[one.stage],
            name=name,
            days=one.age,
            since=one.since,
            until=one.leaves_on,
        )
