"""What the books know of one thing that touched a company's month, before it is an entry. Pure."""

from dataclasses import dataclass
from datetime import date

from marketplace.core.money import Money, yen

FULL = 10_000
NOTHING = yen(0)


@dataclass(frozen=True, slots=True)
class Fact:
    """What the books know of one thing that touched a company's month.

    `gained` is what its balance and reserves became more (signed), `owed` what it owes the operator more (signed).
    `base`, `tax` and `withheld` are the person's price; `fee` and `fee_tax` the operator's. `share` is what the company
    deducts of tax by this payee on this day, in basis points; the operator is registered, or its house does not open.
    """

    key: str
    kind: str
    on: date
    order: str
    gained: Money = NOTHING
    owed: Money = NOTHING
    person: str = ""
    base: Money = NOTHING
    tax: Money = NOTHING
    withheld: Money = NOTHING
    fee: Money = NOTHING
    fee_tax: Money = NOTHING
    bounty: Money = NOTHING
    paid_in: Money = NOTHING
    share: int = FULL
    title: str = ""
    document: str = ""
    reversed: bool = False
