"""Who gets what when a dispute is decided: pure, to the yen."""

from dataclasses import dataclass

from marketplace.core.money import Money
from payouts.fees import SeatCost


@dataclass(frozen=True, slots=True)
class Award:
    """The part of the seat that is paid now, if any, and its number; what remains returns to the company."""

    part: int
    cost: SeatCost | None


def award_of(whole: SeatCost, disputed: Money, award: Money, *, received: bool) -> Award:
    """Return what is paid when `award` of `disputed` (both before tax) goes to the alumnus.

    Of received work the undisputed rest was part 1 already. Before a receipt nothing was, so that it is paid
    together with the award.
    """
    undisputed = whole.price - disputed
    if received and undisputed:
        left, part = whole.part(undisputed)[1], 2
    else:
        left, part, award = whole, 1, award + undisputed
    if not award:
        return Award(part, None)
    return Award(part, left if award == left.price else left.part(award)[0])
