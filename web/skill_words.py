"""Skills as a reader is offered them: the name in the reader's language, and the spelling that led to it."""

from collections.abc import Iterable
from typing import NamedTuple

from marketplace.alumni.skills import vocabulary
from matching.vocabulary import Skill, Suggestion, norm
from web import i18n

SUGGESTED = 8
ALIKE = 3


class Offer(NamedTuple):
    """A skill to choose: its slug, its name, and `by`, another spelling that was recognised (or nothing)."""

    slug: str
    name: str
    by: str = ""


def suggestions(typed: str) -> list[Offer]:
    """Return the skills for what is being typed."""
    return [_offer(found) for found in vocabulary().vocabulary.suggest(typed, SUGGESTED)]


def alike(term: str) -> list[Offer]:
    """Return the skills that an unknown word may mean."""
    return [_offer(found) for found in vocabulary().vocabulary.alike(term, ALIKE)]


def _offer(found: Suggestion) -> Offer:
    name = found.skill.name(i18n.locale.get())
    return Offer(found.skill.slug, name, "" if norm(found.term) == norm(name) else found.term)


def offers(skills: Iterable[Skill]) -> list[Offer]:
    """Return skills to choose by their names."""
    return [Offer(skill.slug, skill.name(i18n.locale.get())) for skill in skills]


def mentioned(text: str, taken: Iterable[str], most: int = 6) -> list[Offer]:
    """Return the skills that a text names and that are not among the slugs that are taken."""
    without = set(taken)
    return offers(skill for skill in vocabulary().vocabulary.found_in(text) if skill.slug not in without)[
        :most
    ]
