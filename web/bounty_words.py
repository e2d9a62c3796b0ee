"""What the parts of a bounty, a verdict and a licence are called, as sentences to translate."""

from collections.abc import Mapping

from marketplace.core.errors import N_
from marketplace.referrals.ways import WAYS

__all__ = [
    "COMPARED", "COUNTRIES", "FEES", "KINDS", "LICENCE_KINDS", "RELATIONS", "REWARDS", "REWARD_TYPES", "SCHEMES",
    "SECTORS", "STEPS", "VERBS", "WAYS",
]  # fmt: skip

KINDS: Mapping[str, tuple[str, str]] = {
    "gig": (
        N_("Work under contract"),
        N_("Somebody for a contract for services. It has succeeded when the first contract is approved."),
    ),
    "business": (
        N_("Business introduction"),
        N_("A customer or a partner. It has succeeded when the event that you name has happened."),
    ),
    "hire": (
        N_("Hire"),
        N_(
            "Somebody for a role. It has succeeded on the day the person starts. In Japan a reward needs a licence."
        ),
    ),
}
SECTORS: Mapping[str, str] = {
    "": N_("None of these"),
    "licensed_profession": N_("Licensed professions (law, tax and others)"),
    "insurance": N_("Insurance"),
    "securities": N_("Securities"),
    "real_estate": N_("Real estate"),
    "medical": N_("Medical care"),
}
COUNTRIES: Mapping[str, str] = {
    "JP": N_("Japan"),
    "US": N_("United States"),
    "GB": N_("United Kingdom"),
    "DE": N_("Germany"),
    "FR": N_("France"),
    "NL": N_("Netherlands"),
    "IE": N_("Ireland"),
    "SG": N_("Singapore"),
    "KR": N_("South Korea"),
    "TW": N_("Taiwan"),
    "AU": N_("Australia"),
}
COMPARED: Mapping[str, str] = {**COUNTRIES, "GB": N_("UK and EU")}
REWARDS: Mapping[str, tuple[str, str]] = {
    "none": (N_("No reward"), N_("Thanks only. Always possible.")),
    "payout": (N_("Paid out by Enishi"), N_("At once or in parts, to whoever refers.")),
    "payroll": (N_("Through your payroll"), N_("For current employees, as part of their wages.")),
}
REWARD_TYPES: Mapping[str, str] = {
    **{name: words[0] for name, words in REWARDS.items()},
    "gift": N_("A gift"),
}
FEES: Mapping[str, str] = {
    "none": N_("No success fee"),
    "fixed": N_("A fixed amount"),
    "pay_share": N_("A share of a year's pay"),
    "contract_share": N_("A share of the contract"),
}
RELATIONS: Mapping[str, str] = {
    "employee": N_("Employee"),
    "alumnus": N_("Alumnus"),
    "outsider": N_("Somebody from outside"),
    "candidate": N_("The candidate"),
}
SCHEMES: Mapping[str, str] = {
    "notified": N_("Notified fees (at most 50 percent)"),
    "upper_limit": N_("Upper limit (11.0 percent)"),
    "upper_limit_exempt": N_("Upper limit, tax-exempt (10.3 percent)"),
}
LICENCE_KINDS: Mapping[str, str] = {
    "paid_placement": N_("Licence for paid placement (art. 30)"),
    "entrusted_recruiting": N_("Permission for entrusted recruiting (art. 36)"),
}
STEPS: Mapping[str, str] = {
    "publish": N_("Publication"),
    "claim": N_("Claim"),
    "accrual": N_("Success"),
    "payout": N_("Payment"),
}
VERBS: Mapping[str, str] = {
    "bounty_drafted": N_("%(name)s saved the draft of the bounty"),
    "bounty_published": N_("%(name)s published it; %(reward)s for each success"),
    "bounty_revised": N_("%(name)s changed it: version %(version)s"),
    "bounty_paused": N_("%(name)s paused it"),
    "bounty_paused_by_rule": N_("Paused by rule %(rule)s: it is not lawful any more"),
    "bounty_resumed": N_("%(name)s resumed it"),
    "bounty_closed": N_("%(name)s closed it: %(reason)s"),
    "bounty_expired": N_("Its last day has passed"),
    "review_settled": N_("The operator decided the review: %(note)s"),
}
