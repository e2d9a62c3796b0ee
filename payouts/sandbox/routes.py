"""Every call that the sandbox answers, and how a path finds its operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from payouts.sandbox.operation import Operation
from payouts.sandbox.resources import (
    account_links,
    accounts,
    balance,
    charges,
    checkout,
    credit_notes,
    customers,
    disputes,
    event_log,
    funding,
    invoice_items,
    invoices,
    payment_intents,
    payouts,
    refunds,
    tax_rates,
    transfers,
    webhook_endpoints,
)

OPERATIONS: tuple[Operation, ...] = (
    *accounts.OPERATIONS,
    *account_links.OPERATIONS,
    *balance.OPERATIONS,
    *charges.OPERATIONS,
    *checkout.OPERATIONS,
    *credit_notes.OPERATIONS,
    *customers.OPERATIONS,
    *disputes.OPERATIONS,
    *event_log.OPERATIONS,
    *funding.OPERATIONS,
    *invoice_items.OPERATIONS,
    *invoices.OPERATIONS,
    *payment_intents.OPERATIONS,
    *payouts.OPERATIONS,
    *refunds.OPERATIONS,
    *tax_rates.OPERATIONS,
    *transfers.OPERATIONS,
    *webhook_endpoints.OPERATIONS,
)


@dataclass(frozen=True)
class Match:
    """An operation and the variable parts of the path that led to it."""

    operation: Operation
    variables: dict[str, str]


def _by_shape() -> dict[tuple[str, int], list[tuple[list[str], Operation]]]:
    shapes: dict[tuple[str, int], list[tuple[list[str], Operation]]] = {}
    for operation in OPERATIONS:
        parts = operation.path.split("/")
        shapes.setdefault((operation.method, len(parts)), []).append((parts, operation))
    return shapes


_SHAPES = _by_shape()


def find(method: str, path: str) -> Match | None:
    """Return the operation for a request with the variable parts of its path."""
    given = path.rstrip("/").split("/")
    for parts, operation in _SHAPES.get((method, len(given)), []):
        pairs = list(zip(parts, given, strict=True))
        if all(part == word or part.startswith("{") for part, word in pairs):
            return Match(operation, dict(_variables(pairs)))
    return None


def _variables(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for part, word in pairs:
        if part.startswith("{"):
            yield part[1:-1], word
