"""Two languages: the key is the English sentence; Japanese comes from `locale/ja/*.po`, a file per area."""

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup

from marketplace.core.errors import Message
from marketplace.core.money import Money
from web import formats

LOCALES = ("ja", "en")
DEFAULT = "ja"
FOLDER = Path(__file__).parent / "locale"

locale: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def read_catalogues(language: str) -> Iterator[tuple[str, Catalog]]:
    """Yield the name and contents of each area's catalogue, in the order of their names."""
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            yield path.name, read_po(file, locale=language)


def first(text: str | Sequence[str] | None) -> str:
    """Return a catalogue text's only form, or the first of a counted one."""
    return text if isinstance(text, str) else text[0] if text else ""


def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for _name, catalogue in read_catalogues(language):
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            singular, text = first(message.id), first(message.string)
            if text:
                texts.setdefault(singular, text)
    return texts


TEXTS: dict[str, dict[str, str]] = {"ja": _texts("ja"), "en": {}}
"""Per language: English sentence → translation. English needs none."""


def gettext(text: str) -> str:
    """Return the sentence in the reader's language, its holes still open."""
    return TEXTS[locale.get()].get(text, text)


def ngettext(singular: str, plural: str, num: int) -> str:
    """Return the sentence for a count; Japanese has one form, English two."""
    if locale.get() == "en":
        return singular if num == 1 else plural
    return TEXTS[locale.get()].get(singular, plural)


def tr(message: Message | str) -> str:
    """Say a message in the reader's language, with amounts and dates written as that language writes them."""
    if isinstance(message, str):
        return gettext(message)
    text = gettext(message.text)
    if not message.params:
        return text
    return text % {name: _say(value) for name, value in message.params.items()}


def _say(value: Any) -> Any:
    match value:
        case Message():
            return tr(value)
        case Money():
            return formats.money(value)
        case datetime():
            return formats.moment(value, locale.get())
        case date():
            return formats.day(value, locale.get())
        case _:
            return value


def mark(text: str, /, **holes: Any) -> Markup:
    """Translate inside a template (`_`): the sentence may hold markup, what fills its holes is escaped."""
    found = Markup(gettext(text))  # noqa: S704 - sentences come from our own source and catalogues
    return found % holes if holes else found


def nmark(singular: str, plural: str, num: int, /, **holes: Any) -> Markup:
    """Translate a counted sentence inside a template; `%(num)s` is filled with the count."""
    return Markup(ngettext(singular, plural, num)) % {"num": f"{num:,}", **holes}  # noqa: S704


@lru_cache(maxsize=1024)
def preferred(accept_language: str) -> str:
    """Read an Accept-Language header (RFC 9110 §12.5.4) and return the first of ours that it ranks."""
    ranked: list[tuple[float, str]] = []
    for part in accept_language[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.partition("-")[0].strip().lower()
        if language in LOCALES:
            ranked.append((_quality(weight), language))
    ranked.sort(key=lambda pair: -pair[0])
    return ranked[0][1] if ranked and ranked[0][0] > 0 else DEFAULT


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def choose(cookie: str | None, stored: str | None, accept_language: str) -> str:
    """Choose the language: what was chosen on this device, then the person's own, then the browser's."""
    if cookie in LOCALES:
        return cookie
    if stored in LOCALES:
        return stored
    return preferred(accept_language)
