"""Words of free text in any script, without a dictionary: what a text says, in a form in which two texts meet."""

import re
import unicodedata

# fmt: off
STOP = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they",
    "this", "to", "was", "will", "with",
})
# fmt: on
"""The English stop words of Lucene; in other languages rarity alone tells which words matter."""

_IDEOGRAPHS = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"  # without the middle dot, which parts words
_HANGUL = "\uac00-\ud7a3"
_RUNS = re.compile(
    f"(?P<pairs>[{_IDEOGRAPHS}]+|[{_KATAKANA}]+|[{_HANGUL}]+)"
    f"|[{_HIRAGANA}]+"  # Japanese grammar: the stop words of the script
    f"|(?P<word>[^\\W_{_IDEOGRAPHS}{_HIRAGANA}{_KATAKANA}{_HANGUL}]+[+#]*)"  # C++ and C# are words
)
_MARKS = re.compile("[\u0300-\u036f]")


def words(text: str) -> list[str]:
    """Return the words of a text in their order, in small letters, without accents.

    A run of ideographs, katakana or hangul is cut into overlapping pairs of characters (a single character stands
    for itself), as Lucene's CJK analyser cuts it; hiragana is left out. English plurals meet their singular by
    Harman's S-stemmer (JASIS 42, 1991); English stop words are left out.
    """
    found: list[str] = []
    for run in _RUNS.finditer(folded(text)):
        if pairs := run["pairs"]:
            found.extend(pairs[at : at + 2] for at in range(max(len(pairs) - 1, 1)))
        elif (word := run["word"]) and word not in STOP:
            found.append(singular(word))
    return found


def folded(text: str) -> str:
    """Return a text in NFKC and small letters, without Latin accents (a voiced kana keeps its mark)."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", apart))


def singular(word: str) -> str:
    """Return the S-stem of a word of small letters: "queries" is "query", "services" is "service"."""
    if len(word) <= 3 or not word.endswith("s"):  # noqa: PLR2004 - the shortest plural worth a stem
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else f"{word[:-3]}y"
    if word.endswith(("aes", "ees", "oes", "us", "ss")):
        return word
    return word[:-1]
