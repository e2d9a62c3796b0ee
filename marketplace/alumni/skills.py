"""The vocabulary of skills at hand: by id, by slug, by any spelling."""

from collections.abc import Mapping
from functools import cache

from matching.vocabulary import Skill, Vocabulary, shipped


class Words:
    """The shipped vocabulary with a way from the stored id back to the skill."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.by_id: Mapping[int, Skill] = {skill.id: skill for skill in vocabulary.skills.values()}

    def slug(self, skill: int) -> str:
        """Return the slug of a stored id; one that has left the vocabulary stands for itself."""
        found = self.by_id.get(skill)
        return found.slug if found else str(skill)

    def name(self, skill: int, lang: str) -> str:
        """Return the name of a stored id in "ja" or "en"."""
        found = self.by_id.get(skill)
        return found.name(lang) if found else str(skill)


@cache
def vocabulary() -> Words:
    """Return the vocabulary, read once."""
    return Words(shipped())
