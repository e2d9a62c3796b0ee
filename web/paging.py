"""Pages of long lists: `?page=2`."""

from typing import Annotated

from litestar.params import QueryParameter

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=10_000)]
"""Declare a handler's parameter as `page_number: PageNumber = 1`."""


def last_page(count: int, size: int) -> int:
    """Return the number of the last page of `count` rows; an empty list has one page."""
    return max(1, -(-count // size))
