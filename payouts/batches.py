"""Work on many things in one transaction, without one of them spoiling it for the others."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from marketplace.core import db

log = logging.getLogger(__name__)

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def batches(things: Sequence[Thing], most: int) -> Iterator[Sequence[Thing]]:
    """Cut things into batches of at most this many."""
    for begin in range(0, len(things), most):
        yield things[begin : begin + most]


async def together(
    things: Sequence[Thing], work: Callable[[Sequence[Thing]], Awaitable[Result]]
) -> list[Result]:
    """Work on things in one transaction of the operator's; when it fails, on each in a transaction of its own.

    Return what `work` returned, once or for each. Raises the first failure after every other had its turn.
    """
    try:
        async with db.transaction(operator=True):
            return [await work(things)]
    except Exception:
        if len(things) == 1:
            raise
        log.exception("%s could not be done together", len(things))
    done: list[Result] = []
    failures: list[Exception] = []
    for thing in things:
        try:
            done.extend(await together([thing], work))
        except Exception as failure:  # noqa: BLE001 - raised below
            failures.append(failure)
    if failures:
        raise failures[0]
    return done
