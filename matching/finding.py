"""Find spellings in running text: the longest at each place, and only where a word begins and ends.

Japanese has no spaces, so a word of katakana ends where the katakana end (ラスト is not in イラスト), and a word of one or
two kanji where the kanji end (営業 is not in 営業時間). Latin words end as everywhere; a spelling of one or two letters, or
one that is an ordinary English word too, counts only as a name: “Go” in “Go, Rust”, not “go” in “go to the venue”.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

IGNORED = "_-./・·‐‑‒–—−"
"""Signs that a spelling may have or lack."""

_PLAIN = frozenset(
    """access astro audition aurora backlog base bash blender bootstrap bubble bun canva chef claude composition concur
    confluence dart dash electron excel express flask flutter framer gemini groovy helm jest julia looker make maya miro next
    node notion outlook postman prisma procreate puppet react remix ruby rust sketch slack spark spring storybook studio
    swift teams unity word zoom""".split()  # noqa: SIM905 - reads as a list of words
)
_LATIN = re.compile(r"[0-9a-zÀ-ɏ]", re.IGNORECASE)
_KATAKANA = re.compile(r"[ァ-ヺー]")
_KANJI = re.compile(r"[\u4e00-\u9fff々]")
_FEW_KANJI = re.compile(r"[\u4e00-\u9fff々]{1,2}")
_GAP = re.compile(rf"(?<=\S)[\s{re.escape(IGNORED)}]+(?=\S)|(?<=[A-Z][a-z]{{2}})[a-z]*[A-Z][a-z]{{2}}")
_SHORT = 2
_END = ""

Node = dict[str, Any]


class Finder:
    """A trie over the normal forms of spellings."""

    def __init__(self, spellings: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a normal form and the spelling that it comes from; a form may come with several."""
        self._root: Node = {}
        self._spelled: dict[str, set[str]] = {}
        for key, spelling in spellings:
            self._spelled.setdefault(key, set()).add(unicodedata.normalize("NFKC", spelling).strip())
            node = self._root
            for sign in key:
                node = node.setdefault(sign, {})
            node[_END] = key

    def keys_in(self, text: str) -> Iterator[str]:
        """Yield the normal forms of the spellings in a text, from left to right, none inside another."""
        raw = unicodedata.normalize("NFKC", text)
        signs = [
            (sign, place)
            for place, written in enumerate(raw)
            if not written.isspace() and written not in IGNORED
            for sign in written.casefold()
        ]
        at = 0
        while at < len(signs):
            length, key = self._longest(raw, signs, at)
            if key:
                yield key
            at += length

    def _longest(self, raw: str, signs: list[tuple[str, int]], at: int) -> tuple[int, str]:
        node, best = self._root, (1, "")
        for end in range(at, len(signs)):
            node = node.get(signs[end][0], {})
            if not node:
                break
            if _END in node and self._is_word(raw, signs[at][1], signs[end][1] + 1, node[_END]):
                best = (end - at + 1, node[_END])
        return best

    def _is_word(self, raw: str, starts: int, ends: int, key: str) -> bool:
        written, before, after = raw[starts:ends], raw[:starts][-1:], raw[ends : ends + 1]
        if _go_on(before, written[0]) or _go_on(written[-1], after):
            return False
        if _FEW_KANJI.fullmatch(key) and (_KANJI.match(before) or _KANJI.match(after)):
            return False
        spelled = self._spelled[key]
        if all(spelling[0] in IGNORED for spelling in spelled) and (not before or before not in IGNORED):
            return False  # “net” alone is not .NET
        if _GAP.search(written) and not written.istitle() and not any(_GAP.search(each) for each in spelled):
            return False  # “in design” is not InDesign, “power point” is PowerPoint
        if key.isascii() and key.isalpha() and (len(key) <= _SHORT or key in _PLAIN):
            return _is_name(raw, starts, ends, is_spelled=written in spelled)
        return True


def _go_on(one: str, other: str) -> bool:
    """Return whether the word goes on from one sign to the next."""
    if not one or not other:
        return False
    if _LATIN.match(one) and (_LATIN.match(other) or other in "+#"):
        return True
    return bool(_KATAKANA.match(one) and _KATAKANA.match(other))


def _is_name(raw: str, starts: int, ends: int, *, is_spelled: bool) -> bool:
    """Return whether an ordinary or a very short word stands as a name, and not as a word of a sentence."""
    leads = re.search(r"[a-z][ '’-]$", raw[:starts], re.IGNORECASE)
    follows = re.match(r"[ '’-][a-z]", raw[ends:])
    if ends - starts <= _SHORT:
        return is_spelled and not follows and not (leads and ends - starts == 1)
    begins = re.search(r"(^|[.!?\n])\s*$", raw[:starts])
    return (is_spelled and not (begins and follows)) or not (leads or follows)
