"""Files that people send: judged by their first bytes, never by their name."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from marketplace.core.errors import N_
from web.fields import REORDERING, Field, wrong

MEGABYTE = 1_000_000
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "zip": "application/zip",
    "csv": "text/csv",
}
SUFFIXES = {"jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed: a safe name, the kind that its bytes show, the bytes."""

    name: str
    kind: str
    content: bytes

    @property
    def media_type(self) -> str:
        """Return the media type of its kind."""
        return MEDIA_TYPES[self.kind]


def kind_of(content: bytes) -> str | None:
    """Return the kind that the first bytes show; text that decodes without NUL counts as `csv`; else None."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    return "csv" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if b"\x00" in content or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return False
    for encoding in ("utf-8", "cp932"):  # a spreadsheet in Japan still writes the second
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def clean_name(name: str, kind: str) -> str:
    """Return a name without folders and hidden characters, at most 80 long, that ends as its kind does."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    base = REORDERING.sub("", base)
    base = "".join(character for character in base if unicodedata.category(character)[0] != "C")
    stem = re.sub(r'[<>:"|?*%]', "_", base.rpartition(".")[0] or base).strip(". ")[:80]
    return f"{stem or 'file'}{SUFFIXES.get(kind, f'.{kind}')}"


@dataclass(frozen=True)
class File(Field):
    """An uploaded file of one of `kinds` (names in MEDIA_TYPES) and at most `most` bytes."""

    kinds: tuple[str, ...]
    most: int = 10 * MEGABYTE

    def read(self, raw: Any) -> Upload:
        """Return the file with a safe name."""
        if isinstance(raw, Upload):
            return raw
        if not isinstance(raw, Sent):
            raise wrong(N_("Please choose a file."))
        if not raw.content:
            raise wrong(N_("This file is empty."))
        if len(raw.content) > self.most:
            raise wrong(N_("This file is larger than %(most)s MB."), most=self.most // MEGABYTE)
        kind = kind_of(raw.content)
        if kind not in self.kinds or kind is None:
            raise wrong(
                N_("Please send a file of one of these kinds: %(kinds)s."),
                kinds=", ".join(self.kinds).upper(),
            )
        return Upload(clean_name(raw.name, kind), kind, raw.content)
