"""Know which characters a font can draw, so that a document never shows an empty box without saying so."""

import struct
from functools import cache
from itertools import pairwise
from pathlib import Path

_DROPPED = frozenset(
    chr(code)
    for code in (
        *range(0x0A), *range(0x0B, 0x20), 0x7F, 0xAD, *range(0x80, 0xA0),
        *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10), 0xFEFF,
    )
)  # fmt: skip
VARIANT_SELECTORS = range(0xE0100, 0xE01F0)  # choose a form of the kanji before them; draw nothing themselves
FIRST_KANJI_BLOCK = 0x2E80  # from here on, lines break between any two characters
LONGEST_RUN = 20
_BREAK = "\u200b"


@cache
def drawable(font: Path) -> frozenset[int]:
    """Return the code points that `font` (OpenType with a format 12 character map) has glyphs for."""
    data = font.read_bytes()
    table = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, table + 2)
    for record in range(count):
        (offset,) = struct.unpack_from(">I", data, table + 8 + 8 * record)
        if struct.unpack_from(">H", data, table + offset) == (12,):
            return _groups(data, table + offset)
    raise ValueError(f"{font.name} has no format 12 character map")


def _table(data: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"no table {tag!r}")


def _groups(data: bytes, start: int) -> frozenset[int]:
    (count,) = struct.unpack_from(">I", data, start + 12)
    points: set[int] = set()
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", data, start + 16 + 12 * index)
        points.update(range(first if glyph else first + 1, last + 1))
    return frozenset(points)


def printable(text: str, points: frozenset[int]) -> str:
    """Return `text` as a font with `points` can print it.

    A character without a glyph becomes its number, 〔U+1F389〕. Invisible and direction-changing characters,
    which could make print and meaning differ, are left out. Long runs without a place to break get one.
    """
    shown = "".join(
        _shown(sign, points) for sign in text.replace("\r\n", "\n").replace("\t", " ") if sign not in _DROPPED
    )
    return _breakable(shown)


def _shown(sign: str, points: frozenset[int]) -> str:
    code = ord(sign)
    return sign if code in points or sign in "\n " or code in VARIANT_SELECTORS else f"〔U+{code:04X}〕"


def _breakable(text: str) -> str:
    """Put a zero-width break into each run of more than 20 Latin characters (URLs, keys): none overflows."""
    cuts, run = [0], 0
    for place, sign in enumerate(text):
        run = run + 1 if not sign.isspace() and ord(sign) < FIRST_KANJI_BLOCK else 0
        if run > LONGEST_RUN:
            cuts.append(place)
            run = 1
    return _BREAK.join(text[start:end] for start, end in pairwise([*cuts, len(text)]))
