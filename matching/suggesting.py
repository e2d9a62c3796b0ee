"""Search spellings for what is being typed: what begins so, then what holds it, then what is written alike."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, takewhile
from typing import NamedTuple

from rapidfuzz import fuzz, process

EXACT = 100
LEAST_ALIKE = 60
"""Similarity, in percent, below which two spellings are not called alike."""

_LEAST_INSIDE = 2  # one sign stands inside far too many spellings
_LEAST_FUZZY = 3
_LONGEST = 60
_KATAKANA = str.maketrans({chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)})
_HALF_TYPED = re.compile(r"(?<=[ァ-ヺー])[a-z]{1,2}$")


class Hit(NamedTuple):
    """A key that was found, and how alike it is to what was typed, in percent: 100 begins with it or holds it."""

    key: str
    similarity: int


class Keys:
    """The normal forms of all spellings, ready to be searched in three ways."""

    def __init__(self, keys: Iterable[str], names: Collection[str]) -> None:
        """Take all keys, and those among them that are the skills' own names: these come before other spellings."""
        self._sorted = sorted(keys)
        self._names = frozenset(names)
        self._joined = "\n" + "\n".join(self._sorted) + "\n"

    def search(self, typed: str) -> Iterator[Hit]:
        """Yield keys for a normal form: those that begin so, those that hold it, those written alike; best first.

        The same key may come twice. Hiragana stands for katakana too, and letters that an input method has not
        yet made into kana (ぽすg) are left out.
        """
        typed = typed[:_LONGEST]
        ways = list(dict.fromkeys((typed, _HALF_TYPED.sub("", typed.translate(_KATAKANA)))))
        for search in (self._beginning, self._holding):
            for key in chain.from_iterable(search(way) for way in ways if way):
                yield Hit(key, EXACT)
        for way in reversed(ways):
            yield from self.alike(way)

    def _beginning(self, typed: str) -> list[str]:
        start = bisect_left(self._sorted, typed)
        return self._ordered(typed, takewhile(lambda key: key.startswith(typed), self._sorted[start:]))

    def _holding(self, typed: str) -> list[str]:
        if len(typed) < _LEAST_INSIDE:
            return []
        found, at = set(), self._joined.find(typed)
        while at >= 0:
            ends = self._joined.find("\n", at)
            found.add(self._joined[self._joined.rfind("\n", 0, at) + 1 : ends])
            at = self._joined.find(typed, ends)
        return self._ordered(typed, found)

    def _ordered(self, typed: str, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=lambda key: (key != typed, key not in self._names, len(key), key))

    def alike(self, typed: str, least: int = LEAST_ALIKE) -> list[Hit]:
        """Return the keys that are written alike, the most alike first; ties by length and letters.

        The similarity is the share of signs that both have in the same order (rapidfuzz's ratio), in whole percent:
        javascrpt and javascript are 95 % alike.
        """
        typed = typed[:_LONGEST]
        if len(typed) < _LEAST_FUZZY:
            return []
        found = process.extract(typed, self._sorted, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        hits = [Hit(key, round(score)) for key, score, _ in found]
        return sorted(hits, key=lambda hit: (-hit.similarity, len(hit.key), hit.key))
