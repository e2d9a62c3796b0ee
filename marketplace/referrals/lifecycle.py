"""The states of a referrer's claim to a candidate, from the receipt to the reward."""

from enum import StrEnum

from marketplace.core.lifecycle import Actor, Lifecycle, move


class Claim(StrEnum):
    """Where a claim stands; `blocked` waits in the queue behind another one or for ever, and does not say which."""

    BLOCKED = "blocked"
    CONSENT_PENDING = "consent_pending"
    OWNED = "owned"
    SCREENING = "screening"
    INTERVIEW = "interview"
    OFFER = "offer"
    SUCCEEDED = "succeeded"
    GUARANTEE = "guarantee"
    VESTED = "vested"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED_GUARANTEE = "failed_guarantee"


PIPELINE = (Claim.OWNED, Claim.SCREENING, Claim.INTERVIEW, Claim.OFFER)
# The line that a page draws; the side states leave it.
MAIN_LINE = (Claim.CONSENT_PENDING, *PIPELINE, Claim.SUCCEEDED, Claim.GUARANTEE, Claim.VESTED)
# While one of these holds a candidate, everybody else's claim to the same candidate waits.
HOLDING = frozenset(MAIN_LINE)
_IN_PIPELINE = set(PIPELINE)
_RECRUITER = (Actor.MEMBER, Actor.PROVIDER)

# The candidate's word opens and ends a claim; the recruiter or his applicant tracking system moves it; the clock ends
# what nobody answered, begins the guarantee and lets it vest.
CLAIM = Lifecycle(
    Claim.CONSENT_PENDING,
    [
        move("promote", {Claim.BLOCKED}, Claim.CONSENT_PENDING, Actor.CLOCK),
        move("consent", {Claim.CONSENT_PENDING}, Claim.OWNED, Actor.CANDIDATE),
        move("refuse", {Claim.CONSENT_PENDING}, Claim.DECLINED, Actor.CANDIDATE),
        move("lapse", {Claim.CONSENT_PENDING}, Claim.WITHDRAWN, Actor.CLOCK, deadline="held_until"),
        move("take_back", {Claim.BLOCKED, Claim.CONSENT_PENDING}, Claim.WITHDRAWN, Actor.ALUMNUS),
        move("receive", {Claim.SCREENING, Claim.INTERVIEW, Claim.OFFER}, Claim.OWNED, *_RECRUITER),
        move("screen", {Claim.OWNED, Claim.INTERVIEW, Claim.OFFER}, Claim.SCREENING, *_RECRUITER),
        move("interview", {Claim.OWNED, Claim.SCREENING, Claim.OFFER}, Claim.INTERVIEW, *_RECRUITER),
        move("offer", {Claim.OWNED, Claim.SCREENING, Claim.INTERVIEW}, Claim.OFFER, *_RECRUITER),
        move("succeed", _IN_PIPELINE, Claim.SUCCEEDED, *_RECRUITER, Actor.CLOCK),
        move("decline", _IN_PIPELINE, Claim.DECLINED, *_RECRUITER),
        move("expire", _IN_PIPELINE, Claim.DECLINED, Actor.CLOCK, deadline="held_until"),
        move("withdraw", _IN_PIPELINE, Claim.WITHDRAWN, Actor.CANDIDATE, *_RECRUITER),
        move("guarantee", {Claim.SUCCEEDED}, Claim.GUARANTEE, Actor.CLOCK),
        move("fail", {Claim.SUCCEEDED, Claim.GUARANTEE}, Claim.FAILED_GUARANTEE, *_RECRUITER),
        move(
            "vest", {Claim.SUCCEEDED, Claim.GUARANTEE}, Claim.VESTED, Actor.CLOCK, deadline="guarantee_until"
        ),
    ],
)
