"""News of the money: a contract is paid when everything that it owes has arrived, and not before."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.contracts import hooks
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import db
from marketplace.core.actor import SYSTEM
from payouts import hooks as payout_hooks

_ALL_ARRIVED = """
select coalesce(bool_and(coalesce(p.status in ('paid', 'settled'), false)), false)
from payable_item i left join payout p on p.id = i.payout_id where i.reference = $1
"""


@payout_hooks.on("paid")
async def on_paid(items: Iterable[Mapping[str, Any]], **_news: object) -> None:
    """Note for each contract in a payout that arrived whether it is paid in full."""
    for contract in _contracts(items):
        await note_paid(contract)


@payout_hooks.on("returned")
async def on_returned(items: Iterable[Mapping[str, Any]], **_news: object) -> None:
    """Take back that contracts are paid whose money the bank has sent back."""
    for contract in _contracts(items):
        row = await db.fetchrow(
            """update contract set paid_on = null, status = case status when 'paid' then 'approved' else status end
               where id = $1 and paid_on is not null returning *""",
            contract,
        )
        if row is not None:
            await _record("returned", row)


async def note_paid(contract: UUID) -> None:
    """Mark a contract as paid once all its parts have arrived; a cancelled one keeps its state and gets the day.

    Runs in the operator's scope, for it reads the payouts.
    """
    if not await db.fetchval(_ALL_ARRIVED, f"contract:{contract}"):
        return
    row = await db.fetchrow(
        """update contract set paid_on = business_today(),
             status = case when status = any($2) then 'paid' else status end
           where id = $1 and paid_on is null and (status = any($2) or status = 'cancelled') returning *""",
        contract,
        list(CONTRACT.sources("pay")),
    )
    if row is not None:
        await _record("paid", row)
        await hooks.tell("paid", row)


def _contracts(items: Iterable[Mapping[str, Any]]) -> list[UUID]:
    references = {str(item["reference"]) for item in items}
    return sorted(UUID(name.partition(":")[2]) for name in references if name.startswith("contract:"))


async def _record(verb: str, row: Any) -> None:
    await activity.record(
        verb, f"contract:{row['id']}", by=SYSTEM, company=row["company_id"], person=row["person_id"]
    )
