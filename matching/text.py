"""How well a person's text answers a task's text: BM25 in whole numbers against a nightly snapshot of statistics."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt, log
from typing import Any, Self
from uuid import UUID

from matching.availability import FULL
from matching.meaning import Vector, centroid, meaning_points
from matching.words import words

SATURATION = 12  # k1 in tenths, and b in hundredths: Robertson and Zaragoza, "The Probabilistic Relevance
LENGTH = 75  # Framework" (2009), as in Lucene; chosen, not fitted
RARITY = 1_000  # whole-number steps of one natural logarithm


@dataclass(frozen=True, slots=True)
class TextStatistics:
    """What a night's snapshot knows of all texts of one company: how many, how long, and who uses which word.

    `frequencies` counts the texts that hold a word. `centre` is the mean of the texts' vectors where the embedding
    is in use, else None. All are whole numbers, so that a stored snapshot gives the same points for ever.
    """

    texts: int
    words: int
    frequencies: Mapping[str, int]
    centre: Vector | None = None

    @classmethod
    def of(cls, texts: Iterable[str], vectors: Sequence[Vector] = ()) -> Self:
        """Count the texts of a company's people; `vectors` are their embeddings, where there are any."""
        frequencies: Counter[str] = Counter()
        number = length = 0
        for said in map(words, texts):
            number, length = number + 1, length + len(said)
            frequencies.update(set(said))
        return cls(number, length, dict(frequencies), centroid(vectors) if vectors else None)

    def rarity(self, word: str) -> int:
        """Return the whole-number idf of a word: ln(1 + (N - n + ½) / (n + ½)), 0 for one that nobody uses."""
        held = self.frequencies.get(word, 0)
        return round(RARITY * log(1 + (2 * (self.texts - held) + 1) / (2 * held + 1))) if held else 0

    def to_json(self) -> dict[str, Any]:
        """Return the snapshot as JSON with words in a fixed order: equal snapshots are equal documents."""
        return {
            "texts": self.texts,
            "words": self.words,
            "frequencies": dict(sorted(self.frequencies.items())),
            "centre": None if self.centre is None else list(self.centre),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote. Raises KeyError for a document that lacks a part."""
        centre = stored["centre"]
        return cls(
            texts=stored["texts"],
            words=stored["words"],
            frequencies=dict(stored["frequencies"]),
            centre=None if centre is None else tuple(centre),
        )


def text_points(query: str, documents: Mapping[UUID, str], statistics: TextStatistics) -> dict[UUID, int]:
    """Return 0 to 10000 points for each document: the root of its share of the most that any text could reach.

    BM25 (k1 1.2, b 0.75; a word that the query repeats counts as often) over the query's own maximum, which is
    approached by a text that repeats every word for ever. The root spreads the low shares, among which all real texts
    lie. The points of a document depend on the query, the document and the snapshot, never on the other
    documents. A word that nobody in the snapshot uses tells no one apart and counts for nothing.
    """
    asked = {word: (many, statistics.rarity(word)) for word, many in Counter(words(query)).items()}
    most = sum(many * rarity for many, rarity in asked.values()) * (10 + SATURATION)
    if not most:
        return dict.fromkeys(documents, 0)
    return {
        person: isqrt(FULL * FULL * _earned(asked, words(text), statistics) // most)
        for person, text in documents.items()
    }


def _earned(asked: Mapping[str, tuple[int, int]], said: Sequence[str], statistics: TextStatistics) -> int:
    """Return tenths of BM25 in steps of RARITY; all fractions are brought to one denominator and cut at the end."""
    uses = Counter(said)
    # k1 (1 - b + b · length / mean length), with the mean as words / texts: over 1000 · words
    longer = SATURATION * ((100 - LENGTH) * statistics.words + LENGTH * len(said) * statistics.texts)
    earned = 0
    for word, (many, rarity) in asked.items():
        if used := uses[word]:
            scaled = 1_000 * used * statistics.words
            earned += many * rarity * (10 + SATURATION) * scaled // (scaled + longer)
    return earned


def fused_points(
    lexical: Mapping[UUID, int],
    query: Vector,
    vectors: Mapping[UUID, Vector],
    statistics: TextStatistics,
) -> dict[UUID, int]:
    """Return the mean of the points for words and for meaning; a text without a vector has 0 for its meaning.

    Without a centre in the snapshot the embedding is not in use, and the points for words stand alone.
    """
    if statistics.centre is None:
        return dict(lexical)
    meant = meaning_points(query, vectors, statistics.centre)
    return {person: (points + meant.get(person, 0)) // 2 for person, points in lexical.items()}
