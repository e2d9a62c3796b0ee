"""Compare the ledger with the sandbox, object by object: what we wrote down must be what lies there."""

import asyncio
from collections import Counter
from typing import Any

from marketplace.core import db
from marketplace.core.settings import settings
from payouts.sandbox.control import Control

Rules = dict[str, list[str]]


LOOKS = 10


async def check() -> Rules:
    """Return each rule with what breaks it; nothing at all where a real provider is connected.

    A movement between the two is no difference: what does not agree is looked at again for a few seconds.
    """
    if not settings().sandbox or not settings().stripe_api_base:
        return {}
    found = await _compare()
    for _ in range(LOOKS):
        if not any(found.values()):
            break
        await asyncio.sleep(0.5)
        found = await _compare()
    return found


async def _compare() -> Rules:
    dump = await asyncio.to_thread(Control(settings().stripe_api_base).dump)
    async with db.transaction(operator=True):
        return {
            "the sandbox's balances are the sums of its own transactions": []
            if dump["balances_agree"]
            else ["no"],
            "stripe:platform is the platform's balance at the sandbox": await _platform(dump),
            "each stripe:connected is that person's balance at the sandbox": await _connected(dump),
            "every transfer is one at the sandbox, of the same amount": await _operations(dump, "transfer"),
            "every payout is one at the sandbox, of the same amount": await _operations(dump, "payout"),
            "every invoice is one at the sandbox, of the same state and total": await _invoices(dump),
        }


def _there(dump: dict[str, Any], account: str) -> int:
    found = dump["balances"].get(account, {})
    return int(found.get("available", 0)) + int(found.get("pending", 0))


async def _platform(dump: dict[str, Any]) -> list[str]:
    ours = int(await db.fetchval("select balance from ledger_account where name = 'stripe:platform'") or 0)
    there = _there(dump, "platform")
    return [] if ours == there else [f"ledger {ours:,}, sandbox {there:,}"]


async def _connected(dump: dict[str, Any]) -> list[str]:
    """A payout leaves the account when it is made, and our book when it has arrived."""
    rows = await db.fetch(
        """select e.account, coalesce(a.balance, 0) - coalesce((
                    select sum(p.amount) from payout p
                    where p.owner = e.owner and p.status = 'in_transit' and p.provider_payout is not null), 0) as ours
           from payee e left join ledger_account a on a.name = 'stripe:connected:' || split_part(e.owner, ':', 2)
           where e.account is not null"""
    )
    return [
        f"{row['account']}: ledger {row['ours']:,}, sandbox {_there(dump, row['account']):,}"
        for row in rows
        if int(row["ours"]) != _there(dump, row["account"])
    ]


_INVOICES = """
select i.id::text, i.provider_id, i.number::text, i.total_amount, case i.status when 'credited' then 'paid' else i.status end as status,
  exists (select from money_op o where o.reference = 'invoice:' || i.id and o.state in ('pending', 'sending', 'unknown')) as moving
from invoice i where i.number is not null
"""


async def _invoices(dump: dict[str, Any]) -> list[str]:
    """Pair our invoices with those there: number, state and total, and one each; the next step of one may be on its way."""
    rows = await db.fetch(_INVOICES)
    moving = {row["id"] for row in rows if row["moving"]}
    ours = Counter(
        (row["provider_id"], row["number"], row["status"], row["total_amount"])
        for row in rows
        if row["provider_id"] and row["id"] not in moving
    )
    there = Counter(
        (made["id"], made["number"], made["status"], made["total"])
        for made in dump["invoices"]
        if made["invoice"] not in moving
    )
    return [f"only here: {one}" for one in ours - there] + [f"only there: {one}" for one in there - ours]


async def _operations(dump: dict[str, Any], kind: str) -> list[str]:
    """Pair what succeeded here with what exists there: id, amount, and one each."""
    rows = await db.fetch(
        """select id::text as op, provider_id, (params ->> 'amount')::bigint as amount from money_op
           where kind = $1 and state = 'succeeded'""",
        kind,
    )
    ours = Counter((row["op"], row["provider_id"], row["amount"]) for row in rows)
    there = Counter(
        (op, made["id"], made["amount"])
        for op, all_of_it in dump[f"{kind}s_by_op_id"].items()
        for made in all_of_it
    )
    return [f"only here: {one}" for one in ours - there] + [f"only there: {one}" for one in there - ours]
