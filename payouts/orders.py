"""Order the movements of payouts at the provider: one row of money_op each, its request complete."""

from collections.abc import Sequence

from marketplace.core import db
from payouts import money_ops
from payouts.payout_rows import Row


async def of_transfers(rows: Sequence[Row]) -> None:
    """Order the transfer of each payout's money to its person's account."""
    accounts = await _accounts(rows)
    orders = [_order(row, destination=accounts[row.owner], transfer_group=str(row.id)) for row in rows]
    await money_ops.add_all("transfer", orders)


async def of_payouts(rows: Sequence[Row]) -> None:
    """Order the way of each payout's money from its person's account to the bank."""
    accounts = await _accounts(rows)
    await money_ops.add_all("payout", [_order(row, on_account=accounts[row.owner]) for row in rows])


def _order(row: Row, **target: str) -> money_ops.Order:
    params = {
        "amount": row.amount.amount,
        "currency": row.amount.currency.lower(),
        "metadata": {"payout_id": str(row.id), "attempt": str(row.attempt)},
        **target,
    }
    return money_ops.Order(f"{row.id}:{row.attempt}", row.about, row.owner, params)


async def _accounts(rows: Sequence[Row]) -> dict[str, str]:
    owners = [row.owner for row in rows]
    sql = "select o.owner, e.account from unnest($1::text[]) as o(owner) left join payee e using (owner)"
    return {row["owner"]: str(row["account"]) for row in await db.fetch(sql, owners)}
