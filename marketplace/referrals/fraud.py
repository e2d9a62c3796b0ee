"""What makes a claim's money wait: explainable signs, each a fact that the referrer may answer. Pure.

No sign takes anything away: it puts a hold with its reason, which the referrer may appeal against and the operator decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

MOST_CLAIMS = 10
"""More consented claims of one referrer to one company within CLAIM_DAYS are looked at by a person."""
CLAIM_DAYS = 7
MOST_SUCCESSES = 5
"""More successes of one referrer with one company within SUCCESS_DAYS are looked at by a person."""
SUCCESS_DAYS = 30
LONGEST_RING = 4

# Providers of mail for everybody: sharing one says nothing about sharing an employer.
PUBLIC_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "yahoo.co.jp", "yahoo.com", "icloud.com", "me.com", "outlook.com", "outlook.jp",
        "hotmail.com", "hotmail.co.jp", "live.jp", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp",
        "i.softbank.jp", "ymail.ne.jp", "proton.me", "protonmail.com", "nifty.com", "biglobe.ne.jp", "ocn.ne.jp",
    }
)  # fmt: skip


class Sign(StrEnum):
    """The kinds of signs, as stored with a flag."""

    SELF_REFERRAL = "self_referral"
    SAME_DEVICE = "same_device"
    SAME_BANK = "same_bank"
    SAME_ADDRESS = "same_address"
    RING = "ring"
    VELOCITY = "velocity"
    COUNTERPARTY_EMPLOYEE = "counterparty_employee"


@dataclass(frozen=True, slots=True)
class Traces:
    """What one side left behind: the digests of its device and network address, its bank account, its mail's domain.

    None and "" mean unknown, and unknown never equals unknown.
    """

    device: bytes | None = None
    address: bytes | None = None
    bank: tuple[str, str] | None = None
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a claim when it is looked at.

    `ring` names how many referrals lead from the candidate back to the referrer (0: none), `claims` and `successes`
    count this referrer's with this company in their windows, `decides` tells whether the referrer is a member who acts for the company.
    """

    kind: str
    referrer: Traces
    candidate: Traces
    same_person: bool = False
    ring: int = 0
    claims: int = 0
    successes: int = 0
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A sign with the facts that explain it, in plain values that a page can show."""

    sign: Sign
    facts: dict[str, str | int] = field(default_factory=dict)


def signs_of(facts: Facts) -> tuple[Found, ...]:
    """Return every sign that the facts show, in the order of `Sign`; nothing for an ordinary claim."""
    return tuple(_each(facts))


def _each(facts: Facts) -> Iterable[Found]:
    ours, theirs = facts.referrer, facts.candidate
    if facts.same_person:
        yield Found(Sign.SELF_REFERRAL)
    if _same(ours.device, theirs.device):
        yield Found(Sign.SAME_DEVICE)
    if _same(ours.bank, theirs.bank) and ours.bank:
        yield Found(Sign.SAME_BANK, {"bank": ours.bank[0], "last4": ours.bank[1]})
    if _same(ours.address, theirs.address):
        yield Found(Sign.SAME_ADDRESS)
    if 0 < facts.ring <= LONGEST_RING:
        yield Found(Sign.RING, {"length": facts.ring})
    if facts.claims > MOST_CLAIMS:
        yield Found(Sign.VELOCITY, {"count": facts.claims, "days": CLAIM_DAYS})
    elif facts.successes > MOST_SUCCESSES:
        yield Found(Sign.VELOCITY, {"count": facts.successes, "days": SUCCESS_DAYS})
    if facts.decides:
        yield Found(Sign.COUNTERPARTY_EMPLOYEE, {"why": "acts_for_company"})
    elif facts.kind == "business" and _same_employer(ours.domain, theirs.domain):
        yield Found(Sign.COUNTERPARTY_EMPLOYEE, {"why": "same_domain", "domain": ours.domain})


def _same(ours: object, theirs: object) -> bool:
    return bool(ours) and ours == theirs


def _same_employer(ours: str, theirs: str) -> bool:
    return bool(ours) and ours == theirs and ours not in PUBLIC_MAIL
