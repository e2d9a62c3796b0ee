"""The lawful ways that stay open where a reward or a fee is denied."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.errors import N_


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its name, how soon it can be gone (with the tone of that), and what it takes."""

    title: str
    when: str
    tone: str
    text: str


WAYS: Mapping[str, Way] = {
    "no_reward": Way(
        N_("Introduce without a reward"),
        N_("Possible at once"),
        "ok",
        N_("With the candidate's consent the introduction is passed on. Your thanks arrive; no money moves."),
    ),
    "gig": Way(
        N_("Post it as work under a contract for services"),
        N_("With a reward"),
        "ok",
        N_("Who brings somebody for work, not for a hire, may be rewarded if the work is not employment."),
    ),
    "licensed": Way(
        N_("Go through a licence or a permission"),
        N_("Needs preparation"),
        "warn",
        N_(
            "A licence for paid placement with its notified table of fees, or the company's permission for "
            "entrusted recruiting with the approved amount, on file and signed off."
        ),
    ),
    "payroll": Way(
        N_("Let current employees refer"),
        N_("As wages"),
        "info",
        N_("The company pays its own employees through payroll. Nothing is paid out here."),
    ),
    "no_fee": Way(
        N_("Post it without a success fee"),
        N_("Possible at once"),
        "ok",
        N_("The introduction itself is free; only the fee needs the licence."),
    ),
    "lower_fee": Way(
        N_("Lower the success fee"),
        N_("Possible at once"),
        "ok",
        N_("Keep the share within the notified table of fees."),
    ),
}
