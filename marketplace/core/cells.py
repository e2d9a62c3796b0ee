"""Cells of tables for spreadsheets: text that one would run as a formula is made harmless."""

from typing import TypeVar

Value = TypeVar("Value")

RUNS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Value) -> Value | str:
    """Put an apostrophe before text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUNS) else cell
