"""The vocabulary of skills at hand: by id, by slug, by any spelling, the accepted ones included."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from marketplace.core import db
from matching.vocabulary import (
    Alias,
    Skill,
    Vocabulary,
    shipped,
    shipped_aliases,
    shipped_neighbours,
    shipped_skills,
)


class Words:
    """A vocabulary with a way from the stored id back to the skill."""

    def __init__(self, vocabulary: Vocabulary, version: tuple[int, Any] = (0, None)) -> None:
        self.vocabulary = vocabulary
        self.version = version
        self.by_id: Mapping[int, Skill] = {skill.id: skill for skill in vocabulary.skills.values()}

    def slug(self, skill: int) -> str:
        """Return the slug of a stored id; one that has left the vocabulary stands for itself."""
        found = self.by_id.get(skill)
        return found.slug if found else str(skill)

    def near(self, skill: int) -> frozenset[int]:
        """Return the ids of the skills that stand near a stored one."""
        found = self.by_id.get(skill)
        near = self.vocabulary.near(found.slug) if found else frozenset()
        return frozenset(self.vocabulary.skills[slug].id for slug in near)

    def name(self, skill: int, lang: str) -> str:
        """Return the name of a stored id in "ja" or "en"."""
        found = self.by_id.get(skill)
        return found.name(lang) if found else str(skill)


@cache
def _shipped() -> Words:
    return Words(shipped())


_known: list[Words] = []
"""The newest vocabulary that this process has learnt, if any spelling was ever accepted."""


def vocabulary() -> Words:
    """Return the vocabulary as this process knows it: the shipped one until `learn` has found more."""
    return _known[-1] if _known else _shipped()


async def learn() -> Words:
    """Return the vocabulary with every accepted spelling, read anew only when one was added or removed.

    Whoever resolves what people type asks for this one; names of stored ids need no more than `vocabulary`.
    """
    async with db.reading():
        row = await db.fetchrow("select count(*) as rows, max(created_at) as newest from skill_alias")
        assert row is not None
        version = (row["rows"], row["newest"])
        if version != vocabulary().version:
            accepted = await db.fetch("select term, skill_id from skill_alias order by key")
            _known[:] = [Words(_with(accepted), version)] if accepted else []
    return vocabulary()


def _with(accepted: Iterable[Mapping[str, Any]]) -> Vocabulary:
    """Return the shipped vocabulary and the accepted spellings that it does not know by now."""
    words = _shipped()
    own = [
        Alias(row["term"], words.by_id[row["skill_id"]].slug, "operator")
        for row in accepted
        if row["skill_id"] in words.by_id and words.vocabulary.resolve(row["term"]) is None
    ]
    return Vocabulary(shipped_skills(), [*shipped_aliases(), *own], shipped_neighbours())
