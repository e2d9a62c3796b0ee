"""Which work is withheld from: a dated table of tax categories, and never a guess."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from marketplace.core.dated import in_force
from marketplace.core.errors import N_, Message


class Payee(StrEnum):
    """What kind of taxpayer the alumnus is."""

    INDIVIDUAL = "individual"
    CORPORATION = "corporation"
    NON_RESIDENT = "non_resident"


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Whether fees of one category are withheld from when an individual living in Japan earns them."""

    category: str
    withheld: bool
    source: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """Income tax is withheld from the payment."""

    source: str


@dataclass(frozen=True, slots=True)
class NotWithheld:
    """Nothing is withheld from the payment."""

    source: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nobody has said yet: the payout waits and finance is asked."""

    reason: Message


_SINCE = date(2013, 1, 1)
_LISTED = "Income Tax Act art. 204 (1) no. 1; its order art. 320"
_LICENSED = "Income Tax Act art. 204 (1) no. 2; its order art. 320"
_UNLISTED = "not listed in Income Tax Act art. 204"

CATEGORIES = (
    *(
        CategoryRule(category, withheld=True, source=_LISTED, valid_from=_SINCE)
        for category in (
            "manuscript",
            "design",
            "writing",
            "translation",
            "interpreting",
            "lecture",
            "training",
            "publication_photography",
            "voice",
        )
    ),
    CategoryRule("licensed_profession", withheld=True, source=_LICENSED, valid_from=_SINCE),
    CategoryRule("management_consulting", withheld=True, source=_LICENSED, valid_from=_SINCE),
    CategoryRule("coding", withheld=False, source=_UNLISTED, valid_from=_SINCE),
    CategoryRule("site_building", withheld=False, source=_UNLISTED, valid_from=_SINCE),
    CategoryRule("clerical", withheld=False, source=_UNLISTED, valid_from=_SINCE),
)


@lru_cache(maxsize=4096, typed=True)
def treatment(
    category: str | None, payee: Payee | None, *, on: date, table: tuple[CategoryRule, ...] = CATEGORIES
) -> Withheld | NotWithheld | Blocked:
    """Say whether a payment is withheld from; what is unknown is Blocked with its reason."""
    if payee is Payee.CORPORATION:
        return NotWithheld("a domestic corporation: Income Tax Act art. 174, 212 (3)")
    if payee is None:
        return Blocked(
            Message(N_("It is not known yet whether the payee is an individual or a corporation."))
        )
    if payee is Payee.NON_RESIDENT:
        return Blocked(Message(N_("Payments to people living outside Japan need a decision by finance.")))
    rule = in_force([row for row in table if row.category == category], on)
    if rule is None:
        return Blocked(
            Message(
                N_("The tax category of this work is not known. Finance has to choose it before the payout.")
            )
        )
    return Withheld(rule.source) if rule.withheld else NotWithheld(rule.source)
