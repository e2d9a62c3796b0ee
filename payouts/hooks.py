"""What others want to know: the marketplace registers here, so that payouts never imports it.

A hook runs inside the transaction that records the news, in the operator's scope; its failure undoes both.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

Listener = Callable[..., Awaitable[None]]
Registered = TypeVar("Registered", bound=Listener)

EVENTS = frozenset({"topup", "chargeback", "debt_paid", "paid", "failed", "returned", "payee", "held"})
_listeners: dict[str, list[Listener]] = {}


def on(event: str) -> Callable[[Registered], Registered]:
    """Register a coroutine function for an event of EVENTS; see `tell` for what each is given."""
    if event not in EVENTS:
        raise ValueError(event)

    def register(listener: Registered) -> Registered:
        known = _listeners.setdefault(event, [])
        if listener not in known:
            known.append(listener)
        return listener

    return register


async def tell(event: str, **news: object) -> None:
    """Tell the listeners of an event.

    topup(company, amount) · chargeback(company, amount), once, before it is booked · paid(payout, person, items) ·
    failed(payout, person, code) · returned(payout, person, items) · payee(person, status) ·
    held(payout, person, reason). Ids are plain strings; items are rows of payable_item.
    """
    if event not in EVENTS:
        raise ValueError(event)
    for listener in _listeners.get(event, []):
        await listener(**news)
