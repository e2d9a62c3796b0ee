"""What the policy engine is asked: the facts of a bounty or a claim, and the licences that may make it lawful."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from marketplace.core.dated import in_force
from marketplace.core.money import BASIS, Money

Kind = Literal["gig", "business", "hire"]
Relation = Literal["employee", "alumnus", "outsider", "candidate"]
RewardType = Literal["none", "payroll", "payout", "gift"]
FeeKind = Literal["none", "fixed", "pay_share", "contract_share"]
Scheme = Literal["", "notified", "upper_limit", "upper_limit_exempt"]

PAID_PLACEMENT = "paid_placement"
ENTRUSTED_RECRUITING = "entrusted_recruiting"


class Answer(StrEnum):
    """What the policy says: go on, never, or a person has to look."""

    ALLOW = "allow"
    DENY = "deny"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class FeeCap:
    """The most that a fee for a placement may be, in basis points of a year's pay."""

    valid_from: date
    valid_to: date | None
    source: str
    scheme: Scheme
    cap_bp: int


_CAPS = "Employment Security Act art. 32-3; its enforcement rules art. 20"
FEE_CAPS = (
    FeeCap(date(2019, 10, 1), None, _CAPS, "notified", 5000),
    FeeCap(date(2019, 10, 1), None, _CAPS, "upper_limit", 1100),
    FeeCap(date(2019, 10, 1), None, _CAPS, "upper_limit_exempt", 1030),
)


def fee_cap(scheme: Scheme, on: date, *, table: tuple[FeeCap, ...] = FEE_CAPS) -> int:
    """Return the cap of a fee scheme on a day, in basis points; 0 where the table is silent: nothing is permitted."""
    row = in_force([row for row in table if row.scheme == scheme], on)
    return row.cap_bp if row else 0


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence for paid placement (the operator's) or a permission for entrusted recruiting (the company's).

    Employment Security Act art. 30 and 36. Days are included; `signed_off` is the word of a second person.
    """

    kind: str
    number: str
    country: str
    valid_from: date
    valid_to: date
    signed_off: bool
    scheme: Scheme = ""
    fee_cap_bp: int = 0
    fee_table_notified_on: date | None = None
    approved: Money = field(default_factory=Money.zero)

    def holds(self, on: date) -> bool:
        """Tell whether it can be relied on: numbered, signed off, valid; for placement with a notified fee table."""
        complete = self.kind != PAID_PLACEMENT or (
            self.fee_table_notified_on is not None and self.fee_table_notified_on <= on
        )
        return bool(self.number) and self.signed_off and complete and self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True)
class Question:
    """The facts that a verdict rests on. `fee_base` is a year's theoretical pay or the contract, once it is known."""

    kind: Kind
    countries: frozenset[str]
    relation: Relation
    reward_type: RewardType
    reward: Money
    on: date
    licences: tuple[Licence, ...] = ()
    sector: str = ""
    employment: bool = False
    fee_kind: FeeKind = "none"
    fee_bp: int = 0
    fee: Money = field(default_factory=Money.zero)
    fee_base: Money | None = None

    def only_in(self, country: str) -> Self:
        """Return the same question as if everybody were in one country."""
        return replace(self, countries=frozenset({country}))

    def licence(self, kind: str) -> Licence | None:
        """Return the licence of a kind that holds on the day: the one for the most."""
        holding = [one for one in self.licences if one.kind == kind and one.holds(self.on)]
        return max(holding, key=lambda one: (one.approved.amount, one.fee_cap_bp), default=None)

    @property
    def may_recruit(self) -> bool:
        """Whether the company's permission covers the reward (art. 36: the reward needs approval, too)."""
        found = self.licence(ENTRUSTED_RECRUITING)
        return found is not None and found.approved >= self.reward

    @property
    def may_place(self) -> bool:
        """Whether the operator's licence for paid placement holds."""
        return self.licence(PAID_PLACEMENT) is not None

    @property
    def cap_bp(self) -> int:
        """The most that a fee for a hire may be: what the licence's table says, never above the scheme's cap."""
        found = self.licence(PAID_PLACEMENT)
        return min(found.fee_cap_bp, fee_cap(found.scheme, self.on)) if found else 0

    @property
    def fee_is_above_cap(self) -> bool:
        """Whether a share is above the cap, or a fixed fee is once the pay is known."""
        if self.fee_kind == "pay_share":
            return self.fee_bp > self.cap_bp
        if self.fee_kind == "fixed" and self.fee_base is not None:
            return self.fee.amount * BASIS > self.fee_base.amount * self.cap_bp
        return False

    def figures(self) -> Mapping[str, object]:
        """Return what a reason may name: the reward, the approved amount, the cap in percent."""
        approved = self.licence(ENTRUSTED_RECRUITING)
        return {
            "reward": self.reward,
            "approved": approved.approved if approved else Money.zero(self.reward.currency),
            "cap": f"{self.cap_bp / 100:g}",
        }

    def facts(self) -> dict[str, Any]:
        """Return the facts as they are stored beside a verdict, all but the day."""
        return {
            "kind": self.kind,
            "countries": sorted(self.countries),
            "relation": self.relation,
            "reward_type": self.reward_type,
            "reward": self.reward.amount,
            "currency": self.reward.currency,
            "sector": self.sector,
            "employment": self.employment,
            "fee_kind": self.fee_kind,
            "fee_bp": self.fee_bp,
            "fee": self.fee.amount,
            "fee_base": self.fee_base.amount if self.fee_base else None,
            "licences": sorted(f"{one.kind}:{one.number}:{one.holds(self.on)}" for one in self.licences),
        }
