"""Read the bounties of the demo world and the referrals to them; their days count from the day on which they are posted."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.core.money import Money, yen
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_terms import Refund, Terms, Tranche

_BRIEF = ("kind", "title", "what", "wanted", "place", "success_event", "evidence_wanted")
_OPEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class BountySpec:
    """A bounty to plant: whose it is, what becomes of it, its words and its money terms."""

    key: str
    company: str
    unit: str
    fate: str
    given: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.given["title"])

    def brief(self, today: date) -> Brief:
        """Return the brief as it is written on a day."""
        words = {name: self.given[name] for name in _BRIEF if name in self.given}
        return Brief(**words, closes_on=today + timedelta(days=_OPEN_DAYS))

    @property
    def terms(self) -> Terms:
        """The money terms."""
        given, percent, fee = self.given, self.given.get("fee_percent", 0), self.given.get("fee", 0)
        parts = tuple(Tranche(days, yen(amount)) for days, amount in given["reward"])
        return Terms(
            reward_type="payout" if parts else "none",
            tranches=parts,
            guarantee_days=given.get("guarantee", 0),
            fee_kind="contract_share" if percent else "fixed" if fee else "none",
            fee_bp=percent * 100,
            fee=yen(fee) if fee else Money.zero(),
            refunds=tuple(Refund(days, share * 100) for days, share in given.get("refunds", ())),
            days_until_due=given.get("due", 30),
        )


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """A referral to plant: to which bounty, by which of the alumni who are asked, whom, and what becomes of it."""

    bounty: str
    referrer: int
    fate: str
    name: str
    contact: str
    word: str
    locale: str = "ja"
    country: str = "JP"


@cache
def bounties() -> tuple[BountySpec, ...]:
    """Return every bounty of the file, in its order."""
    rows = _file()["bounty"]
    return tuple(BountySpec(row["key"], row["company"], row["unit"], row["fate"], row) for row in rows)


@cache
def claims() -> tuple[ClaimSpec, ...]:
    """Return every referral of the file, in its order."""
    return tuple(ClaimSpec(**row) for row in _file()["claim"])


def _file() -> dict[str, Any]:
    with (Path(__file__).parent / "data" / "bounties.toml").open("rb") as file:
        return tomllib.load(file)
