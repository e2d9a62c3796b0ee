"""Text in Shift-JIS as Windows writes it (cp932): what it lacks, how wide it is, what stands in for what is missing."""

MISSING = "〓"
"""Stands where Shift-JIS has no character: the printers' sign for a missing type."""
WIDEST = 2
"""Half-width places of the widest character."""


def lacking(text: str) -> list[str]:
    """Return the characters of a text that Shift-JIS (cp932) cannot write, each once."""
    if _bytes(text):
        return []
    return [sign for sign in dict.fromkeys(text) if not _bytes(sign)]


def replaced(text: str) -> str:
    """Return a text that Shift-JIS can write: 〓 for what it lacks."""
    lacks = lacking(text)
    return "".join(MISSING if sign in lacks else sign for sign in text) if lacks else text


def width(text: str) -> int:
    """Return how many half-width places a text takes, as the formats of accounting packages count them."""
    return sum(_bytes(sign) or len(MISSING.encode("cp932")) for sign in text)


def cut(text: str, most: int) -> str:
    """Return as much of a text as fits into half-width places."""
    if len(text) * WIDEST <= most:
        return text
    taken = 0
    for at, sign in enumerate(text):
        taken += width(sign)
        if taken > most:
            return text[:at]
    return text


def _bytes(text: str) -> int:
    try:
        return len(text.encode("cp932"))
    except UnicodeEncodeError:
        return 0
