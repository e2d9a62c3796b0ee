"""What a company pays when it cancels: a share of the fee by the time left, which it may only raise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from marketplace.core.dated import required
from marketplace.core.money import BASIS


class Stage(StrEnum):
    """How close to the start a cancellation comes."""

    EARLY = "early"
    LATE = "late"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class CancellationRates:
    """The share of the fee, in basis points, at each stage."""

    early: int
    late: int
    started: int

    def at(self, stage: Stage) -> int:
        """Return the rate of a stage in basis points."""
        return {Stage.EARLY: self.early, Stage.LATE: self.late, Stage.STARTED: self.started}[stage]


@dataclass(frozen=True, slots=True)
class CancellationRule:
    """The default rates, the notice that keeps a cancellation early, and how compensation is taxed."""

    valid_from: date
    valid_to: date | None
    source: str
    notice: timedelta
    rates: CancellationRates
    plain_stages: frozenset[
        Stage
    ]  # compensation for lost income: no consumption tax, not withheld, no platform fee


CANCELLATION_RULES = (
    CancellationRule(
        date(2024, 11, 1),
        None,
        "Freelance Act art. 5 (2) and its guidelines; Consumption Tax Act basic circular 5-2-5",
        notice=timedelta(hours=24),
        rates=CancellationRates(early=0, late=6000, started=BASIS),
        plain_stages=frozenset({Stage.EARLY, Stage.LATE}),
    ),
)


def stage(
    cancelled_at: datetime,
    starts_at: datetime,
    *,
    on: date,
    table: Sequence[CancellationRule] = CANCELLATION_RULES,
) -> Stage:
    """Return how close to the start a cancellation comes; exactly 24 hours before is still early.

    Both times carry a zone; `on` is the day (Asia/Tokyo) whose rule holds: the day of conclusion.
    """
    if cancelled_at >= starts_at:
        return Stage.STARTED
    early = starts_at - cancelled_at >= required(table, on).notice
    return Stage.EARLY if early else Stage.LATE


def is_plain(on_stage: Stage, *, on: date, table: Sequence[CancellationRule] = CANCELLATION_RULES) -> bool:
    """Tell whether compensation is outside consumption tax, withholding and the platform fee."""
    return on_stage in required(table, on).plain_stages
