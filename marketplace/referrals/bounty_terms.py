"""The money terms of a bounty: tranches, guarantee, ownership, success fee and what of it returns. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from marketplace.core.errors import N_, Message
from marketplace.core.money import BASIS, Money, yen
from marketplace.referrals.policy_facts import FeeKind, Kind, RewardType

MOST_REWARD = yen(10_000_000)
MOST_FEE = yen(100_000_000)
LONGEST_DAYS = 730
MOST_TRANCHES = 4
MOST_REFUNDS = 4
FEE_KINDS: Mapping[str, tuple[FeeKind, ...]] = {
    "gig": ("none", "contract_share", "fixed"),
    "business": ("none", "contract_share", "fixed"),
    "hire": ("none", "pay_share", "fixed"),
}
"""What a success fee may be taken of: a year's theoretical pay for a hire, else the contract."""


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of a reward that may become the referrer's this many days after the success."""

    after_days: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Refund:
    """What of the success fee returns (basis points) when the person leaves within this many days."""

    within_days: int
    bp: int


USUAL_REFUNDS = (Refund(30, 8000), Refund(60, 5000), Refund(90, 2000))
USUAL_GUARANTEE_DAYS: Mapping[str, int] = {"gig": 0, "business": 0, "hire": 90}


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a bounty's money terms; a claim keeps the version in force when it was made."""

    reward_type: RewardType = "none"
    tranches: tuple[Tranche, ...] = ()
    guarantee_days: int = 0
    ownership_days: int = 180
    fee_kind: FeeKind = "none"
    fee_bp: int = 0
    fee: Money = field(default_factory=Money.zero)
    refunds: tuple[Refund, ...] = ()
    days_until_due: int = 30

    @property
    def reward(self) -> Money:
        """The whole reward for one success."""
        return Money.total((part.amount for part in self.tranches), self.fee.currency)

    def fee_of(self, base: Money) -> Money:
        """Return the success fee before tax, rounded down; `base` is a year's pay or the contract's price."""
        return base.share(self.fee_bp) if self.fee_bp else self.fee

    def refund_bp(self, days: int) -> int:
        """Return what of the fee returns when the person leaves `days` days after the success; 0 beyond the table."""
        return next((row.bp for row in self.refunds if days <= row.within_days), 0)


def usual(kind: Kind) -> Terms:
    """Return the terms that a new bounty of a kind begins with."""
    days = USUAL_GUARANTEE_DAYS[kind]
    return Terms(guarantee_days=days, refunds=USUAL_REFUNDS if days else ())


def wrong(terms: Terms, kind: Kind) -> dict[str, Message]:
    """Return what does not hold, by field: bounds, order, and what does not go together."""
    return _wrong_reward(terms) | _wrong_periods(terms) | _wrong_fee(terms, kind) | _wrong_refunds(terms)


def _wrong_reward(terms: Terms) -> dict[str, Message]:
    if (terms.reward_type == "payout") != bool(terms.tranches):
        return {"tranches": Message(N_("Write what is paid, or choose that nothing is paid out."))}
    if any(part.amount.amount <= 0 for part in terms.tranches) or terms.reward > MOST_REWARD:
        return {
            "tranches": Message(
                N_("Please write amounts above zero, at most %(most)s together."), {"most": MOST_REWARD}
            )
        }
    days = [part.after_days for part in terms.tranches]
    if any(not 0 <= each <= LONGEST_DAYS for each in days) or len(days) > MOST_TRANCHES or _unordered(days):
        return {
            "tranches": Message(
                N_("At most %(parts)s parts, each later than the one before, within %(days)s days."),
                {"parts": MOST_TRANCHES, "days": LONGEST_DAYS},
            )
        }
    return {}


def _wrong_periods(terms: Terms) -> dict[str, Message]:
    between = N_("Please write a number from %(least)s to %(most)s.")
    bounds = {
        "guarantee_days": (terms.guarantee_days, 0, LONGEST_DAYS),
        "ownership_days": (terms.ownership_days, 7, LONGEST_DAYS),
        "days_until_due": (terms.days_until_due, 1, 60),
    }
    return {
        name: Message(between, {"least": least, "most": most})
        for name, (value, least, most) in bounds.items()
        if not least <= value <= most
    }


def _wrong_fee(terms: Terms, kind: Kind) -> dict[str, Message]:
    if terms.fee_kind not in FEE_KINDS[kind]:
        return {"fee_kind": Message(N_("This kind of bounty has no such fee."))}
    if (terms.fee_kind in {"pay_share", "contract_share"}) != (terms.fee_bp > 0) or terms.fee_bp > BASIS:
        return {
            "fee_percent": Message(N_("Write the share of the success fee, above 0 and at most 100 percent."))
        }
    if (terms.fee_kind == "fixed") != (terms.fee.amount > 0) or terms.fee > MOST_FEE:
        return {
            "fee": Message(
                N_("Please write an amount from %(least)s to %(most)s."), {"least": yen(1), "most": MOST_FEE}
            )
        }
    return {}


def _wrong_refunds(terms: Terms) -> dict[str, Message]:
    days = [row.within_days for row in terms.refunds]
    shares = [row.bp for row in terms.refunds]
    if len(days) > MOST_REFUNDS or _unordered(days) or any(each < 1 for each in days):
        return {"refunds": Message(N_("Write the days in rising order, each from 1 on."))}
    if any(not 0 < share <= BASIS for share in shares) or _unordered(shares[::-1]):
        return {"refunds": Message(N_("Write shares from 1 to 100 percent, smaller with every row."))}
    if days and days[-1] > terms.guarantee_days:
        return {
            "refunds": Message(N_("Nothing returns after the guarantee period: the last row is beyond it."))
        }
    if terms.refunds and terms.fee_kind == "none":
        return {"refunds": Message(N_("Without a success fee nothing returns. Leave these rows empty."))}
    return {}


def _unordered(values: Sequence[int]) -> bool:
    return any(later <= earlier for earlier, later in pairwise(values))


def from_row(row: Mapping[str, Any]) -> Terms:
    """Return the terms of a row of `bounty_terms`, or of what `columns` has written."""
    currency = row["currency"]
    return Terms(
        row["reward_type"],
        tuple(Tranche(part["after_days"], Money(part["amount"], currency)) for part in row["tranches"]),
        row["guarantee_days"],
        row["ownership_days"],
        row["fee_kind"],
        row["fee_bp"],
        Money(row["fee_amount"], currency),
        tuple(Refund(part["within_days"], part["bp"]) for part in row["refunds"]),
        row["days_until_due"],
    )


def columns(terms: Terms) -> dict[str, Any]:
    """Return the columns of `bounty_terms` that hold the terms."""
    return {
        "reward_type": terms.reward_type,
        "tranches": [{"after_days": one.after_days, "amount": one.amount.amount} for one in terms.tranches],
        "reward_amount": terms.reward.amount,
        "currency": terms.fee.currency,
        "guarantee_days": terms.guarantee_days,
        "ownership_days": terms.ownership_days,
        "fee_kind": terms.fee_kind,
        "fee_bp": terms.fee_bp,
        "fee_amount": terms.fee.amount,
        "refunds": [{"within_days": row.within_days, "bp": row.bp} for row in terms.refunds],
        "days_until_due": terms.days_until_due,
    }
