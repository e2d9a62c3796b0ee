"""Two languages: the key is the English sentence; Japanese comes from `locale/ja/*.po`, a file per area."""

from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from marketplace.core import formats
from marketplace.core.errors import Message, Name
from marketplace.core.money import Money

LOCALES = ("ja", "en")
DEFAULT = "ja"
FOLDER = Path(__file__).parents[2] / "web" / "locale"

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
        case Name():
            return (locale.get() == "en" and value.name_en) or value.name
        case datetime():
            return formats.moment(value, locale.get())
        case date():
            return formats.day(value, locale.get())
        case _:
            return value


def sayer(language: str) -> Callable[[Message], str]:
    """Return a function that says messages in a language, whatever the reader of this moment has chosen."""

    def say(message: Message) -> str:
        token = locale.set(language)
        try:
            return tr(message)
        finally:
            locale.reset(token)

    return say
