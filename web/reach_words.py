"""What a task reaches, in words: why people are left out, and what a change would add."""

from collections.abc import Mapping

from marketplace.alumni.skills import vocabulary
from marketplace.core.errors import N_, Message
from marketplace.tasks.reach import FEW, Gain
from matching.vocabulary import LANGUAGE_NAMES
from web import i18n
from web.words import LEVELS

GATES: Mapping[str, str] = {
    "consent": N_("have not agreed to be matched"),
    "intent": N_("do not wish to be asked for tasks now"),
    "excluded": N_("are left out of this task"),
    "conflict": N_("act for your company"),
    "busy": N_("have other agreed work at that time"),
    "cap": N_("have as much work as they take at once"),
    "language": N_("lack a required language"),
    "payable": N_("live where we cannot pay yet"),
    "free": N_("are not free the whole time"),
    "skills": N_("have too few of the required skills at the level asked"),
    "private": N_("for reasons that stay with them (a block, the least fee they accept)"),
}

CHANGES: Mapping[str, str] = {
    "price": N_("%(price)s a seat (+%(percent)s%%)"),
    "optional": N_("%(skill)s as nice to have"),
    "level": N_("%(skill)s from the level “%(level)s”"),
    "fewer": N_("from %(met)s of the required skills on"),
    "language": N_("without requiring %(language)s"),
    "moved": N_("start on %(starts_at)s (people free then)"),
    "not_free": N_("also people who have not said that they are free the whole time"),
    "later": N_("delivery on %(day)s (people with the time)"),
    "online": N_("online instead of at a place"),
}


def few(people: int) -> bool:
    """Return whether a private count is too small to be said by number."""
    return people < FEW


def change(gain: Gain) -> Message:
    """Return what would be changed, as a sentence's beginning."""
    lang = i18n.locale.get()
    about = dict(gain.about)
    if "skill" in about:
        about["skill"] = vocabulary().vocabulary.name(about["skill"], lang)
    if "level" in about:
        about["level"] = i18n.tr(LEVELS[about["level"]][0])
    if "language" in about:
        about["language"] = LANGUAGE_NAMES.get(about["language"], {}).get(lang, about["language"])
    return Message(CHANGES[gain.kind], about)
