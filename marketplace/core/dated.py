"""Dated rules: each row of a legal table says from when to when it holds, and where it is written."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row that is in force from `valid_from` to `valid_to`, both days included; None means open."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """Return the row that holds on a day, or None where the table is silent; the latest `valid_from` wins."""
    holding = [row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]
    return max(holding, key=lambda row: row.valid_from, default=None)


def required(rows: Iterable[Row], on: date) -> Row:
    """Return the row that holds on a day; raise LookupError where the table is silent (never guess a law)."""
    row = in_force(rows, on)
    if row is None:
        raise LookupError(f"no rule in this table covers {on}")
    return row
