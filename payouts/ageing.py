"""How long money has lain at the provider: the first in is the first out, and none may stay for 90 days.

Stripe pays out by hand for at most 90 days in Japan and is no escrow agent, so that money leaves by day 80.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from marketplace.core import db
from marketplace.core.money import Money
from payouts.chart import Purpose

STAGES = (60, 75, 80)
"""Days after which the operator is told; on the last of them the money has to leave."""


@dataclass(frozen=True, slots=True)
class Aged:
    """An account at the provider with old money: since when the oldest lies there, and how much is how old.

    `amounts` has, for each of STAGES, what has lain there for at least as many days.
    """

    account: int
    name: str
    owner: str
    since: date
    age: int
    amounts: dict[int, Money]

    @property
    def stage(self) -> int:
        """The last of STAGES that the oldest money has reached."""
        return max(stage for stage in STAGES if self.age >= stage)

    @property
    def leaves_on(self) -> date:
        """The day by which the oldest money has to be elsewhere."""
        return self.since + timedelta(days=STAGES[-1])


# What lies there came in last: of the newest arrivals as many as the balance holds.
_LOTS = """
with arrival as (
  select a.id, a.name, a.owner, a.currency, a.balance, e.amount,
    (t.happened_at at time zone 'Asia/Tokyo')::date as since,
    coalesce(sum(e.amount) over (partition by a.id order by e.account_version desc
      rows between unbounded preceding and 1 preceding), 0)::bigint as newer
  from ledger_account a join ledger_entry e on e.account_id = a.id join ledger_transfer t on t.id = e.transfer_id
  where a.purpose = any($1::text[]) and a.balance > 0 and e.amount > 0
)
select id, name, owner, currency, since, business_today() - since as age, least(amount, balance - newer) as amount
from arrival where newer < balance and business_today() - since >= $2 order by name, since
"""


async def aged() -> list[Aged]:
    """Return every account at the provider whose oldest money has reached the first stage, by name.

    Needs the operator's scope.
    """
    places = [Purpose.STRIPE_PLATFORM, Purpose.STRIPE_CONNECTED]
    rows = await db.fetch(_LOTS, places, STAGES[0])
    return [_of(list(lots)) for _, lots in groupby(rows, lambda row: row["id"])]


def _of(lots: list[Any]) -> Aged:
    oldest = lots[0]
    amounts = {
        stage: Money(sum(lot["amount"] for lot in lots if lot["age"] >= stage), oldest["currency"])
        for stage in STAGES
    }
    return Aged(oldest["id"], oldest["name"], oldest["owner"], oldest["since"], oldest["age"], amounts)
