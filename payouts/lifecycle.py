"""The states of a payout and of each attempt at it.

`failed` and `returned` lead back to `planned` for the next attempt. The provider's news may come in any
order, so that `confirm` and `fail` also start before it has acknowledged.
"""

from enum import StrEnum

from marketplace.core.lifecycle import Actor, Lifecycle, move


class Payout(StrEnum):
    """Where a payout is on its way to the bank."""

    PLANNED = "planned"
    HELD = "held"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"


_UNANSWERED = {Payout.SUBMITTING, Payout.UNKNOWN}

PAYOUT = Lifecycle(
    Payout.PLANNED,
    [
        move("hold", {Payout.PLANNED}, Payout.HELD, Actor.OPERATOR, Actor.CLOCK),
        move("resume", {Payout.HELD}, Payout.PLANNED, Actor.OPERATOR, Actor.CLOCK),
        move(
            "submit",
            {Payout.PLANNED},
            Payout.SUBMITTING,
            Actor.CLOCK,
            Actor.ALUMNUS,
            Actor.OPERATOR,
            deadline="start_on",
        ),
        move("acknowledge", _UNANSWERED, Payout.IN_TRANSIT, Actor.PROVIDER),
        move(
            "lose", {Payout.SUBMITTING}, Payout.UNKNOWN, Actor.PROVIDER, Actor.CLOCK, deadline="lease_until"
        ),
        move("find", {Payout.UNKNOWN}, Payout.SUBMITTING, Actor.CLOCK),
        move("confirm", {*_UNANSWERED, Payout.IN_TRANSIT}, Payout.PAID, Actor.PROVIDER),
        move("fail", {*_UNANSWERED, Payout.IN_TRANSIT}, Payout.FAILED, Actor.PROVIDER),
        move("settle", {Payout.PAID}, Payout.SETTLED, Actor.CLOCK),
        move("return", {Payout.PAID, Payout.SETTLED}, Payout.RETURNED, Actor.PROVIDER),
        move("retry", {Payout.FAILED, Payout.RETURNED}, Payout.PLANNED, Actor.OPERATOR, Actor.CLOCK),
    ],
)
