"""What becomes of each bounty and each referral: the steps of every fate by the day on which they are taken."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.seeds import bounty_specs, referrals
from marketplace.seeds.companies import Firm
from marketplace.seeds.history import Day
from marketplace.seeds.lives import Fate, Life
from marketplace.seeds.referrals import Posted, Referred

BOUNTIES: Mapping[str, Fate[Posted]] = {
    "published": {Day.OPENING: (referrals.publish,)},
    "denied": {Day.EVE: (referrals.be_denied,)},
    "paused": {Day.SECOND_ROUND: (referrals.publish,), Day.EVE: (referrals.pause,)},
}

_MET = {Day.OPENING: (referrals.refer, referrals.consent)}
_COME_TRUE = {
    **_MET,
    Day.HANDING_IN: (referrals.interview, referrals.offer, referrals.succeed, referrals.pay),
}

CLAIMS: Mapping[str, Fate[Referred]] = {
    "consent pending": {Day.EVE: (referrals.refer,)},
    "blocked": {Day.EVE: (referrals.refer,)},
    "refused": {Day.SECOND_ROUND: (referrals.refer,), Day.SECOND_HANDING_IN: (referrals.refuse,)},
    "lapsed": {Day.HANDING_IN: (referrals.refer,)},
    "owned": {Day.SECOND_HANDING_IN: (referrals.refer, referrals.consent)},
    "screening": {
        Day.SECOND_ROUND: (referrals.refer, referrals.consent),
        Day.SECOND_HANDING_IN: (referrals.screen,),
    },
    "interview": {
        Day.ARRIVING: (referrals.refer, referrals.consent),
        Day.SECOND_ROUND: (referrals.screen,),
        Day.EVE: (referrals.interview,),
    },
    "offer": {
        Day.HANDING_IN: (referrals.refer, referrals.consent),
        Day.ARRIVING: (referrals.interview,),
        Day.SECOND_HANDING_IN: (referrals.offer,),
    },
    "declined": {**_MET, Day.ARRIVING: (referrals.decline,)},
    "withdrawn": {**_MET, Day.ARRIVING: (referrals.take_consent_back,)},
    "succeeded": {**_MET, Day.SECOND_ROUND: (referrals.offer,), Day.NOW: (referrals.succeed,)},
    "overdue": {**_MET, Day.HANDING_IN: (referrals.offer,), Day.ARRIVING: (referrals.succeed,)},
    "hired": _COME_TRUE,
    "guarantee": _COME_TRUE,
    "failed guarantee": {**_COME_TRUE, Day.SECOND_ROUND: (referrals.fall_through,)},
    "vested": {
        Day.OPENING: (referrals.refer, referrals.consent, referrals.offer, referrals.succeed, referrals.pay)
    },
    "held": {
        Day.HANDING_IN: (referrals.refer_from_one_machine, referrals.consent_from_one_machine),
        Day.SECOND_ROUND: (referrals.offer, referrals.succeed, referrals.pay),
    },
}


def lives(firms: Mapping[str, Firm], operator: Any) -> Sequence[Life]:
    """Return the lives of every bounty, then of every referral."""
    posted = {spec.key: Posted(spec, firms[spec.company], operator) for spec in bounty_specs.bounties()}
    referred = [Referred(spec, posted[spec.bounty]) for spec in bounty_specs.claims()]
    return [
        *(Life(one, one.title, BOUNTIES[one.spec.fate]) for one in posted.values()),
        *(Life(one, one.title, CLAIMS[one.spec.fate]) for one in referred),
    ]
