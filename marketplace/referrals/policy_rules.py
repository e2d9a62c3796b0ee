"""The dated table of the law on referral rewards, as docs/compliance-jp.md has it.

A row is in force from `valid_from` to `valid_to`; a change of the law is a new row with the next version, never an
edit. Everything that can be said about a case applies; the engine takes the strictest.
"""

from datetime import date

from marketplace.core.errors import N_
from marketplace.referrals.policy_facts import Answer, Question
from marketplace.referrals.policy_rule import EVERY_ZONE, FOUNDATIONS, Rule

BLOCKED_SECTORS = ("licensed_profession", "insurance", "securities", "real_estate", "medical")
"""Where introducing customers for money is itself regulated."""

_PLACEMENT = N_("Employment Security Act art. 30, 36 and 40")
_WAGES = N_("Employment Security Act art. 40")
_PERMISSION = N_("Employment Security Act art. 36")
_LICENCE = N_("Employment Security Act art. 30 and 32-3")
_NO_GIFTS = N_("Guidelines under the Employment Security Act: no money to job seekers")
_SERVICES = N_("Freelance Act; criteria of employee status")
_PRIOR_TERMS = N_("Civil Code art. 643 and 656; the laws of each regulated sector")
_US_FORM = N_("Internal Revenue Code sec. 6041 (information returns)")
_US_SECTORS = N_("State licensing laws of the regulated sectors")
_US_WAGES = N_("Internal Revenue Code sec. 3401 (wages)")
_EU_AGENCIES = N_("Employment Agencies Act 1973 (UK) and the national laws of EU members")

_ALLOW, _DENY, _REVIEW = Answer.ALLOW, Answer.DENY, Answer.REVIEW
_HIRE, _GIG, _BUSINESS = frozenset({"hire"}), frozenset({"gig"}), frozenset({"business"})
_WORK = _GIG | _BUSINESS
_EMPLOYEE, _CANDIDATE = frozenset({"employee"}), frozenset({"candidate"})
_OUTSIDE = frozenset({"alumnus", "outsider"})
_NOT_CANDIDATE = _EMPLOYEE | _OUTSIDE
_NOTHING, _PAYROLL = frozenset({"none"}), frozenset({"payroll"})
_VALUE = frozenset({"payout", "gift"})
_REWARDED = _VALUE | _PAYROLL
_FROM_2022, _FROM_2024, _FROM_2021 = date(2022, 10, 1), date(2024, 11, 1), date(2021, 4, 1)
_OPEN = date(2020, 1, 1)


def _has_fee(question: Question) -> bool:
    return question.fee_kind != "none"


def _blocked_sector(question: Question) -> bool:
    return question.sector in BLOCKED_SECTORS


def _unlicensed(question: Question) -> bool:
    return not (question.may_place or question.may_recruit)


def _too_little_approved(question: Question) -> bool:
    return question.licence("entrusted_recruiting") is not None and _unlicensed(question)


def _unsigned(question: Question) -> bool:
    return _unlicensed(question) and any(not one.signed_off for one in question.licences)


def _expired(question: Question) -> bool:
    return _unlicensed(question) and any(one.valid_to < question.on for one in question.licences)


_EVERYWHERE = (
    Rule(
        "ANY-PAYROLL-OUTSIDER", 1, _OPEN, None, EVERY_ZONE, _DENY, FOUNDATIONS,
        N_("Wages are paid to the company's own employees only, and this referrer is none."),
        relations=_OUTSIDE, rewards=_PAYROLL, ways=("no_reward", "gig", "licensed", "payroll"),
    ),
)  # fmt: skip

_JAPAN = (
    Rule(
        "JP-NO-REWARD", 1, _FROM_2022, None, "JP", _ALLOW, _PLACEMENT,
        N_("An introduction for which nobody is paid needs no licence and is welcome."),
        rewards=_NOTHING,
    ),
    Rule(
        "JP-HIRE-EMPLOYEE-WAGE", 1, _FROM_2022, None, "JP", _ALLOW, _WAGES,
        N_("A company may reward its own employees for a hire as part of their wages."),
        kinds=_HIRE, relations=_EMPLOYEE, rewards=_PAYROLL,
    ),
    Rule(
        "JP-HIRE-EMPLOYEE", 1, _FROM_2022, None, "JP", _DENY, _WAGES,
        N_("An employee's reward for a hire is a wage: it is paid through payroll, never as a payout or a gift."),
        kinds=_HIRE, relations=_EMPLOYEE, rewards=_VALUE, ways=("payroll", "no_reward", "gig"),
    ),
    Rule(
        "JP-HIRE-OUTSIDER", 1, _FROM_2022, None, "JP", _DENY, _PLACEMENT,
        N_(
            "Introducing people for a hire for a reward needs a licence or a permission, "
            "and neither the operator nor the company has one in force for this."
        ),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=_unlicensed,
        ways=("no_reward", "gig", "licensed", "payroll"),
    ),
    Rule(
        "JP-HIRE-APPROVED-AMOUNT", 1, _FROM_2022, None, "JP", _DENY, _PERMISSION,
        N_("The permission covers a reward of up to %(approved)s; this one is %(reward)s."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=_too_little_approved, ways=("licensed", "no_reward"),
    ),
    Rule(
        "JP-LICENCE-UNSIGNED", 1, _FROM_2022, None, "JP", _DENY, _PLACEMENT,
        N_("A licence is on file, but a second person has not signed it off yet."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=_unsigned, ways=("licensed",),
    ),
    Rule(
        "JP-LICENCE-EXPIRED", 1, _FROM_2022, None, "JP", _DENY, _PLACEMENT,
        N_("The licence on file has expired."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=_expired, ways=("licensed",),
    ),
    Rule(
        "JP-HIRE-PERMISSION", 1, _FROM_2022, None, "JP", _ALLOW, _PERMISSION,
        N_("The company may have others recruit for a reward of up to %(approved)s."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=lambda question: question.may_recruit,
    ),
    Rule(
        "JP-HIRE-LICENSED", 1, _FROM_2022, None, "JP", _ALLOW, _LICENCE,
        N_("The operator is licensed for paid placement, with a notified table of fees."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, when=lambda question: question.may_place,
    ),
    Rule(
        "JP-CANDIDATE", 1, _FROM_2021, None, "JP", _DENY, _NO_GIFTS,
        N_("Nobody is rewarded for being hired, or for coming back, but through payroll."),
        relations=_CANDIDATE, rewards=_VALUE, ways=("no_reward", "payroll"),
    ),
    Rule(
        "JP-CANDIDATE-WAGE", 1, _FROM_2021, None, "JP", _ALLOW, _WAGES,
        N_("A company may pay the person whom it takes on through payroll."),
        relations=_CANDIDATE, rewards=_PAYROLL,
    ),
    Rule(
        "JP-BUSINESS", 1, _OPEN, None, "JP", _ALLOW, _PRIOR_TERMS,
        N_("A business introduction may be rewarded: terms set beforehand, a real service, a fair amount."),
        kinds=_BUSINESS, relations=_NOT_CANDIDATE, rewards=_REWARDED,
    ),
    Rule(
        "JP-BUSINESS-SECTOR", 1, _OPEN, None, "JP", _DENY, _PRIOR_TERMS,
        N_("In this sector introducing customers for a reward is reserved to those who are licensed for it."),
        kinds=_BUSINESS, rewards=_REWARDED, when=_blocked_sector, ways=("no_reward",),
    ),
    Rule(
        "JP-GIG", 1, _FROM_2024, None, "JP", _ALLOW, _SERVICES,
        N_("Bringing somebody for a contract for services may be rewarded: the work is not employment."),
        kinds=_GIG, relations=_NOT_CANDIDATE, rewards=_REWARDED,
    ),
    Rule(
        "JP-GIG-EMPLOYMENT", 1, _FROM_2024, None, "JP", _DENY, _SERVICES,
        N_("Fixed hours, direction and pay by the hour make this employment: the law on hires applies."),
        kinds=_GIG, rewards=_REWARDED, when=lambda question: question.employment, ways=("no_reward", "payroll"),
    ),
    Rule(
        "JP-HIRE-FEE", 1, _FROM_2022, None, "JP", _DENY, _LICENCE,
        N_("A fee for a hire is taken by a licensed operator with a notified table of fees only."),
        kinds=_HIRE, when=lambda question: _has_fee(question) and not question.may_place, ways=("no_fee", "licensed"),
    ),
    Rule(
        "JP-HIRE-FEE-CAP", 1, _FROM_2022, None, "JP", _DENY, _LICENCE,
        N_("The fee is above what the notified table and the law permit: %(cap)s%% of a year's pay."),
        kinds=_HIRE, when=lambda question: question.may_place and question.fee_is_above_cap, ways=("lower_fee",),
    ),
    Rule(
        "JP-HIRE-FEE-LICENSED", 1, _FROM_2022, None, "JP", _ALLOW, _LICENCE,
        N_("The operator's licence and its notified table of fees cover this fee."),
        kinds=_HIRE,
        when=lambda question: _has_fee(question) and question.may_place and not question.fee_is_above_cap,
    ),
    Rule(
        "JP-FEE", 1, _OPEN, None, "JP", _ALLOW, _PRIOR_TERMS,
        N_("A fee for a business introduction or a contract for services may be agreed."),
        kinds=_WORK, when=_has_fee,
    ),
)  # fmt: skip

_AMERICA = (
    Rule(
        "US-NO-REWARD", 1, _OPEN, None, "US", _ALLOW, FOUNDATIONS,
        N_("An introduction for which nobody is paid is free."),
        rewards=_NOTHING,
    ),
    Rule(
        "US-HIRE-EMPLOYEE", 1, _OPEN, None, "US", _ALLOW, _US_WAGES,
        N_("A company may reward its own employees for a hire."),
        kinds=_HIRE, relations=_EMPLOYEE, rewards=_REWARDED,
    ),
    Rule(
        "US-HIRE-OUTSIDER", 1, _OPEN, date(2025, 12, 31), "US", _ALLOW, _US_FORM,
        N_("The hirer pays; a tax form is due from $600 a year."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE,
    ),
    Rule(
        "US-HIRE-OUTSIDER", 2, date(2026, 1, 1), None, "US", _ALLOW, _US_FORM,
        N_("The hirer pays; a tax form is due from $2,000 a year."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE,
    ),
    Rule(
        "US-CANDIDATE", 1, _OPEN, None, "US", _DENY, _US_WAGES,
        N_("Who is hired is paid through payroll only."),
        relations=_CANDIDATE, rewards=_VALUE, ways=("no_reward", "payroll"),
    ),
    Rule(
        "US-CANDIDATE-WAGE", 1, _OPEN, None, "US", _ALLOW, _US_WAGES,
        N_("A company may pay the person whom it takes on through payroll."),
        relations=_CANDIDATE, rewards=_PAYROLL,
    ),
    Rule(
        "US-WORK", 1, _OPEN, None, "US", _ALLOW, _US_FORM,
        N_("A business introduction or a contract for services may be rewarded."),
        kinds=_WORK, relations=_NOT_CANDIDATE, rewards=_REWARDED,
    ),
    Rule(
        "US-BUSINESS-SECTOR", 1, _OPEN, None, "US", _DENY, _US_SECTORS,
        N_("In this sector introducing customers for a reward is reserved to those who are licensed for it."),
        kinds=_BUSINESS, rewards=_REWARDED, when=_blocked_sector, ways=("no_reward",),
    ),
    Rule(
        "US-FEE", 1, _OPEN, None, "US", _ALLOW, FOUNDATIONS,
        N_("A success fee may be agreed."),
        when=_has_fee,
    ),
)  # fmt: skip

_EUROPE = (
    Rule(
        "EU-NO-REWARD", 1, _OPEN, None, "EU", _ALLOW, FOUNDATIONS,
        N_("An introduction for which nobody is paid is free."),
        rewards=_NOTHING,
    ),
    Rule(
        "EU-HIRE-EMPLOYEE", 1, _OPEN, None, "EU", _ALLOW, FOUNDATIONS,
        N_("A company may reward its own employees for a hire."),
        kinds=_HIRE, relations=_EMPLOYEE, rewards=_REWARDED,
    ),
    Rule(
        "EU-HIRE-OUTSIDER", 1, _OPEN, None, "EU", _REVIEW, _EU_AGENCIES,
        N_("The national law on employment agencies decides whether this may be paid; a person looks at it first."),
        kinds=_HIRE, relations=_OUTSIDE, rewards=_VALUE, ways=("no_reward", "payroll"),
    ),
    Rule(
        "EU-CANDIDATE", 1, _OPEN, None, "EU", _DENY, _EU_AGENCIES,
        N_("Who is hired is paid through payroll only."),
        relations=_CANDIDATE, rewards=_VALUE, ways=("no_reward", "payroll"),
    ),
    Rule(
        "EU-CANDIDATE-WAGE", 1, _OPEN, None, "EU", _ALLOW, FOUNDATIONS,
        N_("A company may pay the person whom it takes on through payroll."),
        relations=_CANDIDATE, rewards=_PAYROLL,
    ),
    Rule(
        "EU-BUSINESS", 1, _OPEN, None, "EU", _ALLOW, FOUNDATIONS,
        N_("A business introduction may be rewarded."),
        kinds=_BUSINESS, relations=_NOT_CANDIDATE, rewards=_REWARDED,
    ),
    Rule(
        "EU-GIG", 1, _OPEN, None, "EU", _REVIEW, _EU_AGENCIES,
        N_("The national law on temporary work decides whether this may be paid; a person looks at it first."),
        kinds=_GIG, relations=_NOT_CANDIDATE, rewards=_REWARDED, ways=("no_reward",),
    ),
    Rule(
        "EU-HIRE-FEE", 1, _OPEN, None, "EU", _REVIEW, _EU_AGENCIES,
        N_("The national law on employment agencies decides about a fee for a hire; a person looks at it first."),
        kinds=_HIRE, when=_has_fee, ways=("no_fee",),
    ),
    Rule(
        "EU-FEE", 1, _OPEN, None, "EU", _ALLOW, FOUNDATIONS,
        N_("A fee for a business introduction or a contract for services may be agreed."),
        kinds=_WORK, when=_has_fee,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*_EVERYWHERE, *_JAPAN, *_AMERICA, *_EUROPE)
