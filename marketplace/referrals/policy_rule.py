"""The shape of a rule on referral rewards, and which countries share one law."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from marketplace.core.errors import N_
from marketplace.referrals.policy_facts import Answer, Question

EVERY_ZONE: Final = "*"
EU = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_ZONES = {"JP": "JP", "US": "US", "GB": "EU", "UK": "EU", **dict.fromkeys(EU, "EU")}

FOUNDATIONS = N_("The house rule: what is not known to be lawful waits for a person")


def zone_of(country: str) -> str | None:
    """Return the zone whose rules a country (ISO 3166) has, or None for one that we do not know."""
    return _ZONES.get(country)


def _always(_question: Question) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule: whom it covers, what it answers, why, and which ways are open instead."""

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    zone: str
    answer: Answer
    source: str
    reason: str
    kinds: frozenset[str] = frozenset({"gig", "business", "hire"})
    relations: frozenset[str] = frozenset({"employee", "alumnus", "outsider", "candidate"})
    rewards: frozenset[str] = frozenset({"none", "payroll", "payout", "gift"})
    when: Callable[[Question], bool] = _always
    ways: tuple[str, ...] = ()

    def covers(self, question: Question) -> bool:
        """Tell whether the rule speaks of this case."""
        return (
            question.kind in self.kinds
            and question.relation in self.relations
            and question.reward_type in self.rewards
            and self.when(question)
        )
