"""Why a claim moved, as codes with a sentence for the referrer; and what comes next, by whom, by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from marketplace.core.errors import N_, Invalid, Message
from marketplace.referrals.lifecycle import Claim

Who = Literal["company", "candidate", "referrer", "clock"]
FORWARD = frozenset({"screen", "interview", "offer"})
BACK = frozenset({"receive", "screen", "interview"})
OTHER = "other"
UNDONE = "undone"
LEAST_NOTE = 5
MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as the referrer reads it, the moves that it fits, and who may give it."""

    text: str
    moves: frozenset[str]
    given_by: frozenset[Who]


def _by(who: Who, moves: set[str] | frozenset[str], text: str) -> Reason:
    return Reason(text, frozenset(moves), frozenset({who}))


REASONS: dict[str, Reason] = {
    "profile_fits": _by("company", FORWARD, N_("The profile fits; the company wants to know more.")),
    "wants_to_meet": _by("company", {"interview"}, N_("The company wants to meet the candidate.")),
    "went_well": _by("company", FORWARD, N_("The last talk went well.")),
    "agreed_in_principle": _by("company", {"offer"}, N_("Both sides agree in principle; terms are offered.")),
    "another_round": _by("company", BACK, N_("Another round is needed before the decision.")),
    UNDONE: _by("company", BACK | FORWARD, N_("The last step was entered by mistake and taken back.")),
    "experience": _by("company", {"decline"}, N_("The experience asked for is another one.")),
    "skills": _by("company", {"decline"}, N_("A skill that the role needs is missing.")),
    "conditions": _by("company", {"decline"}, N_("The two sides did not agree on the conditions.")),
    "filled": _by("company", {"decline"}, N_("The place has been given to somebody else.")),
    "closed": _by("company", {"decline"}, N_("The company has stopped looking.")),
    "no_success": _by("company", {"decline"}, N_("The introduction did not lead to business.")),
    "candidate_declined": _by("company", {"withdraw"}, N_("The candidate has said no.")),
    "candidate_elsewhere": _by("company", {"withdraw"}, N_("The candidate has chosen something else.")),
    "candidate_silent": _by("company", {"withdraw"}, N_("The candidate could not be reached.")),
    OTHER: _by(
        "company",
        FORWARD | BACK | {"decline", "withdraw"},
        N_("Another reason, given in the company's note."),
    ),
    "contract_approved": _by("clock", {"succeed"}, N_("The candidate's first contract was approved.")),
    "event_shown": _by("company", {"succeed"}, N_("The agreed event has happened, and it is shown how.")),
    "started": _by("company", {"succeed"}, N_("The candidate has started in the role.")),
    "guarantee_runs": _by("clock", {"guarantee"}, N_("The guarantee period is running.")),
    "guarantee_held": _by("clock", {"vest"}, N_("The guarantee period is over, and the success held.")),
    "left": _by("company", {"fail"}, N_("The candidate has left.")),
    "dismissed": _by(
        "company", {"fail"}, N_("The candidate was let go for a reason of the candidate's own.")
    ),
    "contract_ended": _by("company", {"fail"}, N_("The contract ended within the guarantee period.")),
    "customer_left": _by("company", {"fail"}, N_("The customer has ended the business.")),
    "no_consent": _by("clock", {"lapse"}, N_("The candidate did not answer in time.")),
    "refused": _by("candidate", {"refuse"}, N_("The candidate did not consent.")),
    "taken_back": _by("referrer", {"take_back"}, N_("You have taken this referral back.")),
    "consent_withdrawn": _by("candidate", {"withdraw"}, N_("The candidate has withdrawn the consent.")),
    "ownership_over": _by("clock", {"expire"}, N_("The time in which your referral counts has run out.")),
}

DEFAULTS: Mapping[str, str] = {
    "receive": UNDONE,
    "screen": "profile_fits",
    "interview": "wants_to_meet",
    "offer": "agreed_in_principle",
    "decline": "experience",
    "withdraw": "candidate_declined",
}
"""What an applicant tracking system that gives no reason is taken to mean."""

STEPS: Mapping[str, str] = {
    "ask_consent": N_("The candidate answers whether the referral is welcome"),
    "look": N_("The company reads the profile and decides whether to go on"),
    "screen": N_("The company compares the profile with what it needs"),
    "talk": N_("The company and the candidate meet"),
    "answer_talk": N_("The company decides after the talk"),
    "answer_offer": N_("The candidate answers the offer"),
    "start": N_("The start is agreed and confirmed"),
    "policy": N_("It is checked whether a reward may be paid"),
    "guarantee": N_("The guarantee period runs"),
}

OWNERS: Mapping[str, str] = {
    "company": N_("the company"),
    "candidate": N_("the candidate"),
    "enishi": N_("Enishi"),
}
"""Who has to act next, where no member is named."""


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next in a state if nobody says otherwise: the step, who takes it, in how many days."""

    step: str
    owner: str
    days: int


NEXT: Mapping[Claim, Next] = {
    Claim.OWNED: Next("look", "company", 5),
    Claim.SCREENING: Next("screen", "company", 7),
    Claim.INTERVIEW: Next("talk", "company", 10),
    Claim.OFFER: Next("answer_offer", "candidate", 14),
}


def fitting(move: str, who: Who = "company") -> dict[str, str]:
    """Return the codes that this side may give for a move, with their sentences, in the order of the table."""
    return {
        code: one.text
        for code, one in REASONS.items()
        if move in one.moves and who in one.given_by and code != UNDONE
    }


def check(move: str, reason: str, note: str, who: Who = "company") -> None:
    """Refuse a reason that does not fit the move, and “other” without a note. Raises Invalid naming the field."""
    known = REASONS.get(reason)
    if known is None or move not in known.moves or who not in known.given_by:
        raise Invalid(fields={"reason": Message(N_("Please choose a reason that fits this step."))})
    if reason == OTHER and len(note) < LEAST_NOTE:
        raise Invalid(fields={"note": Message(N_("Please tell the referrer the reason in a sentence."))})
    if len(note) > MOST_NOTE:
        raise Invalid(fields={"note": Message(N_("This note is too long."))})
