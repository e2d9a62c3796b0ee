"""What a company sees of one piece of its money: five legs in yen, what proves each, and where two do not agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core.errors import N_, Message
from marketplace.core.money import yen

NAMES = ("agreed", "approved", "funded", "sent", "arrived")


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: its yen, None where there is no such leg, what proves it (`contract`, `invoice`, `payout`, … and an id).

    `agrees` is true when it is what the legs before it say, to the yen.
    """

    amount: int | None
    agrees: bool = False
    proof: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A contract, a referral's success or a month of platform fees (`kind`) with its five legs in the order of NAMES."""

    kind: str
    id: str
    title: str
    who: str
    on: date
    status: str
    legs: tuple[Leg, Leg, Leg, Leg, Leg]
    differences: tuple[Message, ...]
    vested: int = 0
    traces: str = ""


def late(row: Any, today: date) -> Iterator[Message]:
    """Name what was due and has not arrived, and what arrived without the bank's trace."""
    if row["due_on"] and row["due_on"] < today and row["arrived"] != row["net"]:
        yield said(
            N_("%(here)s of %(net)s has arrived, though it was due."), here=row["arrived"], net=row["net"]
        )
    if row["traced"] != row["arrived"]:
        yield Message(N_("The bank's trace of the payment is not known yet."))


def said(text: str, **amounts: int) -> Message:
    """Return a sentence with its amounts as yen."""
    return Message(text, {name: yen(amount) for name, amount in amounts.items()})


def sent(row: Any) -> tuple[Leg, Leg]:
    """Return the legs of the payouts: sent, and arrived with the bank's trace."""
    payouts = row["payouts"]
    proof = ("payout", payouts[0]) if payouts else ("", "")
    net = row["net"]
    return (
        Leg(row["sent"], bool(net) and row["sent"] == net, *proof),
        Leg(row["arrived"], bool(net) and row["traced"] == net, *proof),
    )


ITEMS = """
select coalesce(sum(i.net_amount + i.adjusted_amount + i.netted_amount), 0)::bigint as owed, coalesce(sum(i.net_amount), 0)::bigint as net,
  min(i.due_on) as due_on,
  coalesce(sum(i.net_amount) filter (where (p.transferred or p.rail = 'zengin') and p.status in ('in_transit', 'paid', 'settled')), 0)::bigint as sent,
  coalesce(sum(i.net_amount) filter (where p.status in ('paid', 'settled')), 0)::bigint as arrived,
  coalesce(sum(i.net_amount) filter (where p.status in ('paid', 'settled') and p.trace_id <> ''), 0)::bigint as traced,
  coalesce(string_agg(distinct nullif(p.trace_id, ''), ' '), '') as traces,
  coalesce(array_agg(distinct p.id::text) filter (where p.id is not null), '{}') as payouts
from payable_item i left join payout p on p.id = i.payout_id where i.reference =
"""
"""What is owed to people and what became of it, for one reference; a company sees the payouts that hold one of its items."""
