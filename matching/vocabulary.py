"""Words for skills: one skill per idea, with names in two languages and the many ways to write it."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import chain, islice
from types import MappingProxyType
from typing import NamedTuple

from matching.finding import IGNORED, Finder
from matching.suggesting import LEAST_ALIKE, Hit, Keys

_WITHOUT = str.maketrans(dict.fromkeys(IGNORED))

LANGUAGE_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ja": {"ja": "日本語", "en": "Japanese"},
        "en": {"ja": "英語", "en": "English"},
        "zh": {"ja": "中国語", "en": "Chinese"},
        "ko": {"ja": "韓国語", "en": "Korean"},
        "vi": {"ja": "ベトナム語", "en": "Vietnamese"},
        "th": {"ja": "タイ語", "en": "Thai"},
        "id": {"ja": "インドネシア語", "en": "Indonesian"},
        "fr": {"ja": "フランス語", "en": "French"},
        "de": {"ja": "ドイツ語", "en": "German"},
        "es": {"ja": "スペイン語", "en": "Spanish"},
        "pt": {"ja": "ポルトガル語", "en": "Portuguese"},
        "it": {"ja": "イタリア語", "en": "Italian"},
        "ru": {"ja": "ロシア語", "en": "Russian"},
    }
)


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill: a stable id (stored skill codes hold it), a stable slug, and the slug of a broader skill."""

    id: int
    slug: str
    name_ja: str
    name_en: str
    parent: str | None

    def name(self, lang: str) -> str:
        return self.name_ja if lang == "ja" else self.name_en


class Alias(NamedTuple):
    """Another way to write a skill, and where it comes from."""

    term: str
    slug: str
    source: str


class Suggestion(NamedTuple):
    """A skill that may be meant, the spelling that led to it, and how alike that is to what was typed, in percent."""

    skill: Skill
    term: str
    similarity: int


def norm(term: str) -> str:
    """Return the form in which two spellings meet: NFKC, case folded, without spaces and _-./・."""
    return "".join(unicodedata.normalize("NFKC", term).casefold().split()).translate(_WITHOUT)


class Vocabulary:
    """Look up skills by any spelling that is known; what is unknown stays unknown, and is never guessed."""

    def __init__(
        self,
        skills: Iterable[Skill],
        aliases: Iterable[Alias],
        neighbours: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Raises ValueError when a spelling would mean two skills, KeyError when a row names a skill that is not there."""
        self.skills: dict[str, Skill] = {}
        self._by_term: dict[str, Skill] = {}
        self._spellings: dict[str, list[str]] = {}
        for skill in skills:
            self.skills[skill.slug] = skill
            for term in (skill.name_ja, skill.name_en, skill.slug):
                self._learn(term, skill)
        for alias in aliases:
            self._learn(alias.term, self.skills[alias.slug])
        self._near = _nearness(self.skills, neighbours)

    def _learn(self, term: str, skill: Skill) -> None:
        key = norm(term)
        if not key:
            raise ValueError(f"{term!r} of {skill.slug} holds nothing to look up")
        known = key in self._by_term
        if self._by_term.setdefault(key, skill) is not skill:
            raise ValueError(f"{term!r} would mean both {self._by_term[key].slug} and {skill.slug}")
        if not known or term != skill.slug:  # a slug is written small where the name is not
            self._spellings.setdefault(key, []).append(term)

    def resolve(self, term: str) -> Skill | None:
        """Return the skill that is written so, or None: an unknown term is for a person to look at."""
        return self._by_term.get(norm(term))

    def near(self, slug: str) -> frozenset[str]:
        """Return the slugs of the parent, the children and the neighbours; none for a slug that is unknown.

        Nearness is mutual, and one step only: neighbours of neighbours are not near.
        """
        return self._near.get(slug, frozenset())

    def suggest(self, typed: str, limit: int) -> list[Suggestion]:
        """Return up to `limit` skills for what is being typed, each once: begun so, holding it, written alike."""
        return self._suggestions(self._keys.search(norm(typed)), limit)

    def alike(self, term: str, limit: int) -> list[Suggestion]:
        """Return up to `limit` skills that an unknown term may mean, the most alike first: written alike or part of it."""
        key = norm(term)
        inside = [Hit(part, _share(part, key)) for part in self._finder.keys_in(term)]
        found = [*self._keys.alike(key, LEAST_ALIKE), *inside]
        return self._suggestions(sorted(found, key=lambda hit: -hit.similarity), limit)

    def _suggestions(self, hits: Iterable[Hit], limit: int) -> list[Suggestion]:
        found = (
            Suggestion(self._by_term[hit.key], self._spellings[hit.key][0], hit.similarity) for hit in hits
        )
        return list(islice(_once(found), limit))

    def found_in(self, text: str) -> list[Skill]:
        """Return the skills that a text names, each once, in their order: for suggestions, never taken for granted."""
        return list(dict.fromkeys(self._by_term[key] for key in self._finder.keys_in(text)))

    @cached_property
    def _keys(self) -> Keys:
        names = (name for skill in self.skills.values() for name in (skill.name_ja, skill.name_en))
        return Keys(self._by_term, frozenset(map(norm, names)))

    @cached_property
    def _finder(self) -> Finder:
        return Finder((key, term) for key, terms in self._spellings.items() for term in terms)

    def name(self, slug: str, lang: str) -> str:
        """Return the skill's name in "ja" or "en"; a slug that has left the vocabulary stands for itself."""
        skill = self.skills.get(slug)
        return skill.name(lang) if skill else slug


def _once(suggestions: Iterable[Suggestion]) -> Iterator[Suggestion]:
    seen = set()
    for suggestion in suggestions:
        if suggestion.skill.slug not in seen:
            seen.add(suggestion.skill.slug)
            yield suggestion


def _share(part: str, whole: str) -> int:
    """Return how alike a whole is to a part of it, in percent, by the measure of `Keys.alike`."""
    return round(200 * len(part) / (len(part) + len(whole)))


def _nearness(
    skills: Mapping[str, Skill], neighbours: Iterable[tuple[str, str]]
) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {slug: set() for slug in skills}
    family = ((skill.slug, skill.parent) for skill in skills.values() if skill.parent is not None)
    for one, other in chain(family, neighbours):
        found[one].add(other)
        found[other].add(one)
    return {slug: frozenset(slugs) for slug, slugs in found.items()}


def shipped() -> Vocabulary:
    """Read the vocabulary that comes with the product (matching/data)."""
    return Vocabulary(shipped_skills(), shipped_aliases(), shipped_neighbours())


def shipped_skills() -> list[Skill]:
    """Read the skills that come with the product."""
    return [
        Skill(int(row["id"]), row["slug"], row["name_ja"], row["name_en"], row["parent"] or None)
        for row in _rows("skills.csv")
    ]


def shipped_aliases() -> list[Alias]:
    """Read the other spellings that come with the product."""
    return [Alias(row["term"], row["slug"], row["source"]) for row in _rows("aliases.csv")]


def shipped_neighbours() -> list[tuple[str, str]]:
    """Read the pairs of skills of which one helps with the other."""
    return [(row["slug_a"], row["slug_b"]) for row in _rows("neighbours.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("matching").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
