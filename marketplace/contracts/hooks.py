"""What others want to know of contracts: tasks register here, so that contracts never import them.

A listener runs inside the transaction that makes the news, in the scopes of the company and the alumnus (or the
operator); its failure undoes both.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from marketplace.core.money import Money

Row = Mapping[str, Any]
Listener = Callable[..., Awaitable[None]]
Registered = TypeVar("Registered", bound=Listener)
Reopener = Callable[[Row], Awaitable[Money]]

EVENTS = frozenset({"concluded", "started", "delivered", "approved", "paid", "seat_closed", "left"})
_listeners: dict[str, list[Listener]] = {}
_reopeners: list[Reopener] = []


def on(event: str) -> Callable[[Registered], Registered]:
    """Register a coroutine function `listener(contract)` for one of EVENTS; it gets the contract's row."""
    if event not in EVENTS:
        raise ValueError(event)

    def register(listener: Registered) -> Registered:
        known = _listeners.setdefault(event, [])
        if listener not in known:
            known.append(listener)
        return listener

    return register


async def tell(event: str, contract: Row) -> None:
    """Tell the listeners of an event.

    `seat_closed`: nobody else will take the contract's seat; `left`: a contract has ended that nobody takes over.
    """
    if event not in EVENTS:
        raise ValueError(event)
    for listener in _listeners.get(event, []):
        await listener(contract)


def reopens_seats(reopener: Reopener) -> Reopener:
    """Register the one who opens a seat again that its alumnus left.

    It returns what one open seat of the task sets aside, or zero when the task takes nobody any more.
    """
    if reopener not in _reopeners:
        _reopeners.append(reopener)
    return reopener


async def reopen_seat(contract: Row) -> Money:
    """Let the seat of a contract be open again; zero when nobody can or will."""
    zero = Money.zero(contract["currency"])
    return Money.total([await reopener(contract) for reopener in _reopeners], zero.currency)
