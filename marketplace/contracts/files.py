"""Files that are handed in: judged by their first bytes, never by their name; their names made harmless."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from marketplace.core.errors import N_, Invalid, Message

MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
MOST_NAME = 120
TOGETHER_BYTES = 50 * 1024 * 1024

KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
}
_SIGNS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))
_OFFICE = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}
_ALIASES = {"jpeg": "jpg", "markdown": "md"}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_REORDERING = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class HandedIn:
    """A file that passed: a safe name that ends as its kind does, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(given: Sequence[tuple[str, bytes]]) -> list[HandedIn]:
    """Return files (name as sent, bytes) as they may be stored; raise Invalid on `files` for the first that may not.

    At most 10 files of 10 MiB each, 50 MiB together: PDF, pictures, ZIP, Office, plain text.
    """
    if len(given) > MOST_FILES:
        raise _wrong(N_("Please send at most %(most)s files."), most=MOST_FILES)
    if sum(len(content) for _, content in given) > TOGETHER_BYTES:
        raise _wrong(N_("The files together are larger than %(most)s MB."), most=TOGETHER_BYTES // 1024**2)
    return [_checked(name, content) for name, content in given]


def _checked(name: str, content: bytes) -> HandedIn:
    shown = clean_name(name, "")
    if not content:
        raise _wrong(N_("The file %(name)s is empty."), name=shown)
    if len(content) > MOST_BYTES:
        raise _wrong(
            N_("The file %(name)s is larger than %(most)s MB."), name=shown, most=MOST_BYTES // 1024**2
        )
    kind = kind_of(content, name)
    if kind is None:
        kinds = ", ".join(KINDS).upper()
        raise _wrong(N_("The file %(name)s is none of these kinds: %(kinds)s."), name=shown, kinds=kinds)
    return HandedIn(clean_name(name, kind), KINDS[kind], content)


def kind_of(content: bytes, name: str) -> str | None:
    """Return the kind that the bytes show; the name only tells kinds apart that share their first bytes."""
    for sign, kind in _SIGNS:
        if content.startswith(sign):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    suffix = _suffix(name)
    if content.startswith(b"PK\x03\x04"):
        return suffix if suffix in _OFFICE and _OFFICE[suffix] in content else "zip"
    if _is_text(content):
        return suffix if suffix in {"csv", "md"} else "txt"
    return None


def clean_name(name: str, kind: str) -> str:
    """Return a name without folders, hidden or dangerous characters that ends in its kind."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    base = "".join(sign for sign in _REORDERING.sub("", base) if unicodedata.category(sign)[0] != "C")
    base = re.sub(r'[<>:"|?*%;&\'`$]', "_", base).strip(". ")
    stem = base.rpartition(".")[0] or base
    return f"{stem[:MOST_NAME] or 'file'}.{kind}" if kind else base[:MOST_NAME] or "file"


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    return _ALIASES.get(suffix, suffix)


def _is_text(content: bytes) -> bool:
    """Tell whether bytes are text in UTF-8 or Shift-JIS, and no page or drawing that a browser would run."""
    if _BINARY.search(content) or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return False
    for encoding in ("utf-8", "cp932"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _wrong(text: str, **params: object) -> Invalid:
    return Invalid(fields={"files": Message(text, params)})
