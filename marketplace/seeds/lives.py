"""Live through the past: every step of everything that is planted, on its day."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from marketplace.core.errors import Failure
from marketplace.seeds import history
from marketplace.seeds.history import Day

T = TypeVar("T")
Step = Callable[[T], Awaitable[None]]
Fate = Mapping[Day, Sequence[Step[T]]]


@dataclass(frozen=True, slots=True)
class Life:
    """Something planted, what it is called, and the steps of its fate by day."""

    subject: Any
    title: str
    fate: Fate[Any]


async def live_through(planted: Sequence[Life]) -> None:
    """Take every step of everything on its day; the first steps of all, then the second, and so on."""
    for day in Day:
        await history.reach(day)
        for steps_taken in range(max(len(life.fate.get(day, ())) for life in planted)):
            for life in planted:
                if step := next(iter(life.fate.get(day, ())[steps_taken:]), None):
                    await _take(step, life)
            await history.settle()
        await history.end_day()


async def _take(step: Step[Any], life: Life) -> None:
    try:
        await step(life.subject)
    except Failure as failure:
        wrong = {field: str(message) for field, message in getattr(failure, "fields", {}).items()}
        raise RuntimeError(f"“{life.title}” cannot {step.__name__}: {failure} {wrong or ''}") from failure
