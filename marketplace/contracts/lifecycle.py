"""The states of a contract for one seat."""

from enum import StrEnum

from marketplace.core.lifecycle import Actor, Lifecycle, move


class Contract(StrEnum):
    """Where a contract stands between its conclusion and the money in the bank."""

    CONCLUDED = "concluded"
    RUNNING = "running"
    DELIVERED = "delivered"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PAID = "paid"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    RESOLVED = "resolved"


_UNDELIVERED = {Contract.CONCLUDED, Contract.RUNNING}

# Silence approves what was delivered (the clock, at `inspect_by`); a company may drop its change request, and one
# that is not the alumnus's fault ends when the payment has to start.
CONTRACT = Lifecycle(
    Contract.CONCLUDED,
    [
        move("start", {Contract.CONCLUDED}, Contract.RUNNING, Actor.CLOCK, deadline="starts_at"),
        move("deliver", {*_UNDELIVERED, Contract.CHANGES_REQUESTED}, Contract.DELIVERED, Actor.ALUMNUS),
        move("request_changes", {Contract.DELIVERED}, Contract.CHANGES_REQUESTED, Actor.MEMBER),
        move(
            "approve",
            {Contract.DELIVERED, Contract.CHANGES_REQUESTED},
            Contract.APPROVED,
            Actor.MEMBER,
            Actor.CLOCK,
            deadline="inspect_by",
        ),
        move("pay", {Contract.APPROVED, Contract.RESOLVED}, Contract.PAID, Actor.PROVIDER),
        move("return", {Contract.PAID}, Contract.APPROVED, Actor.PROVIDER),
        move("cancel", _UNDELIVERED, Contract.CANCELLED, Actor.MEMBER, Actor.OPERATOR),
        move("withdraw", _UNDELIVERED, Contract.CANCELLED, Actor.ALUMNUS),
        move(
            "dispute",
            {Contract.RUNNING, Contract.DELIVERED, Contract.CHANGES_REQUESTED},
            Contract.DISPUTED,
            Actor.MEMBER,
            Actor.ALUMNUS,
        ),
        move("resolve", {Contract.DISPUTED}, Contract.RESOLVED, Actor.OPERATOR),
    ],
)
