"""How people write names and mail addresses: one tidy form of each, every character of a name kept."""

import re
import unicodedata

# NFC folds these into other characters (U+FA19 神 becomes U+795E 神), and a name is written as its owner writes it.
_FOLDED = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LONGEST_ADDRESS = 254


def tidy(text: str) -> str:
    """Return one line of text: composed (NFC) but for compatibility ideographs, spaces of any width single."""
    return " ".join(composed(text).replace("\ufeff", "").split())


def composed(text: str) -> str:
    """Return text composed (NFC) but for compatibility ideographs."""
    return text if text.isascii() else _FOLDED.sub(lambda part: unicodedata.normalize("NFC", part[0]), text)


def is_showable(text: str) -> bool:
    """Tell whether every character can be shown: no controls, no private use, nothing that turns the direction."""
    if text.isascii():
        return text.isprintable()
    kinds = {"Cc", "Cs", "Co", "Cn"}
    return not _REORDERING.search(text) and all(unicodedata.category(sign) not in kinds for sign in text)


def mail_address(text: str) -> str | None:
    """Return a mail address in small letters, full-width signs folded; None for what cannot be one."""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    address = folded.strip().lower()
    return address if len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) else None
