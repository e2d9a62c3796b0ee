"""Skills that free text states: terms that stand alone in lists of several texts, and the shipped vocabulary."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import isqrt

from matching.availability import FULL
from matching.vocabulary import shipped_aliases, shipped_skills
from matching.weights import rarity
from matching.words import words

LISTED_IN = 3  # texts: what one or two list is a name or an address as likely as a skill
MOST_WORDS, MOST_CHARACTERS = 5, 60  # of a term in a list; longer lines are sentences
_MARK = re.compile(r"^\s*(?:[-–—•·*▪●○◦■□‣・]|\d+[.)])\s*")
_LABEL = re.compile(r"^[^:：]{1,40}[:：]\s*")
_BETWEEN = re.compile(r"[,;|•·、，；/]")
_CLAUSE = re.compile(r"[,;:()|•、。：；（）\n]|\.\s")

Term = tuple[str, ...]


class Stated:
    """The skills of queries and people, as found in their texts, and how rare each is among the people."""

    def __init__(self, queries: Mapping[str, str], corpus: Mapping[str, str]) -> None:
        terms = _terms([*queries.values(), *corpus.values()])
        self.asked = {query: _found(text, terms) for query, text in queries.items()}
        self.held = {person: _found(text, terms) for person, text in corpus.items()}
        counts = Counter(skill for skills in self.held.values() for skill in skills)
        self.rarity = {skill: rarity(held, len(self.held)) for skill, held in counts.items()}

    def overlap(self) -> dict[str, dict[str, int]]:
        """Count the skills that a query and each person share."""
        return {
            query: {person: len(skills & held) for person, held in self.held.items()}
            for query, skills in self.asked.items()
        }

    def points(self) -> dict[str, dict[str, int]]:
        """Return 0 to 10000 for each person: the root of the share of the asked skills' rarity that they hold."""
        return {
            query: dict(self._points(skills & self.rarity.keys())) for query, skills in self.asked.items()
        }

    def _points(self, skills: set[str]) -> Iterator[tuple[str, int]]:
        most = sum(self.rarity[skill] for skill in skills) or 1
        for person, held in self.held.items():
            yield person, isqrt(FULL * FULL * sum(self.rarity[skill] for skill in skills & held) // most)


def _terms(texts: Iterable[str]) -> dict[Term, str]:
    """Return skills by the words that state them: a shipped skill by its slug, any other by its own words."""
    listed = Counter(term for text in texts for term in {tuple(words(item)) for item in listed_items(text)})
    terms = {term: " ".join(term) for term, many in listed.items() if term and many >= LISTED_IN}
    spellings = [(name, skill.slug) for skill in shipped_skills() for name in (skill.name_ja, skill.name_en)]
    spellings += [(alias.term, alias.slug) for alias in shipped_aliases()]
    for name, slug in spellings:
        if len("".join(term := tuple(words(name)))) > 1:  # "R" and "C" stand for too much else in free text
            terms[term] = slug
    return terms


def listed_items(text: str) -> Iterator[str]:
    """Yield what stands alone on a line, or between the commas of a line that is a list of short terms."""
    for line in text.splitlines():
        item = _MARK.sub("", line).strip()
        parts = [part.strip() for part in _BETWEEN.split(_LABEL.sub("", item).rstrip("."))]
        if len(parts) > 2 and all(map(_short, parts)):
            yield from parts
        elif item and item[-1] not in ".:;!?。：；！？" and _short(item):
            yield item


def _short(item: str) -> bool:
    return 0 < len(item) <= MOST_CHARACTERS and len(item.split()) <= MOST_WORDS


def _found(text: str, terms: Mapping[Term, str]) -> set[str]:
    """Return the skills whose terms occur within one clause of a text, also inside a longer term."""
    longest = max(map(len, terms), default=0)
    found: set[str] = set()
    for clause in _CLAUSE.split(text):
        said = words(clause)
        for start in range(len(said)):
            for end in range(start + 1, min(start + longest, len(said)) + 1):
                if skill := terms.get(tuple(said[start:end])):
                    found.add(skill)
    return found
