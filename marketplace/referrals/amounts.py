"""What a success costs and pays, by the version of the terms that a claim was made under: pure arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money

Terms = Mapping[str, Any]

REPORT_WITHIN = timedelta(days=30)
"""How long after a leaving the company can still claim its refund (our terms of service)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One dated part of a reward."""

    number: int
    vest_on: date
    amount: Money


def fee_for(terms: Terms, base: Money) -> Money:
    """Return the success fee before tax, rounded down: nothing, a fixed amount, or a share of pay or contract."""
    match terms["fee_kind"]:
        case "none":
            return Money.zero(base.currency)
        case "fixed":
            return Money(terms["fee_amount"], terms["currency"])
        case _:
            return base.share(terms["fee_bp"])


def needs_base(terms: Terms) -> bool:
    """Tell whether the fee is a share of something that the success has to state."""
    return terms["fee_kind"] in {"pay_share", "contract_share"}


def check_base(terms: Terms, base: Money) -> None:
    """Refuse a base in another currency than the terms, and none where a share is taken. Raises Invalid."""
    if base.currency != terms["currency"]:
        raise Invalid(fields={"base": Message(N_("The terms of this referral are in another currency."))})
    if needs_base(terms) and base.amount <= 0:
        raise Invalid(
            fields={"base": Message(N_("The success fee is a share of this amount. Please state it."))}
        )


def parts_of(terms: Terms, success_on: date) -> list[Part]:
    """Return the dated parts of the reward, in their order; none where nothing is paid out."""
    if terms["reward_type"] != "payout":
        return []
    rows = terms["tranches"] or (
        [{"after_days": 0, "amount": terms["reward_amount"]}] if terms["reward_amount"] else []
    )
    ordered = sorted(rows, key=lambda row: int(row["after_days"]))
    return [
        Part(
            number,
            success_on + timedelta(days=int(row["after_days"])),
            Money(int(row["amount"]), terms["currency"]),
        )
        for number, row in enumerate(ordered, start=1)
    ]


def reward_of(terms: Terms) -> Money:
    """Return the whole reward: the sum of its parts."""
    return Money.total((part.amount for part in parts_of(terms, date(2000, 1, 1))), terms["currency"])


def refund_bp(terms: Terms, success_on: date, left_on: date) -> int:
    """Return what of the success fee returns, in basis points, for somebody who left on this day.

    The table is ascending by days; the first row that is not yet over counts, and after the last row nothing returns.
    """
    days = (left_on - success_on).days
    rows = sorted(terms["refunds"], key=lambda row: int(row["within_days"]))
    return next((int(row["bp"]) for row in rows if days <= int(row["within_days"])), 0)


def report_by(left_on: date) -> date:
    """Return the last day on which a leaving can be reported for a refund."""
    return left_on + REPORT_WITHIN
