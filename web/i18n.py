"""The reader's language: chosen for each request, and what templates say in it."""

from functools import lru_cache
from typing import Any

from markupsafe import Markup

from marketplace.core.i18n import DEFAULT, LOCALES, TEXTS, gettext, locale, ngettext, tr
from web.compiling import markup, written

__all__ = [
    "DEFAULT",
    "LOCALES",
    "choose",
    "gettext",
    "locale",
    "mark",
    "ngettext",
    "nmark",
    "preferred",
    "tr",
]


def mark(text: str, /, **holes: Any) -> Markup:
    """Translate inside a template (`_`): the sentence may hold markup, what fills its holes is escaped."""
    found = _sentence(text, locale.get())
    if not holes:
        return found
    return markup(str.__mod__(found, {name: written(value) for name, value in holes.items()}))


@lru_cache(maxsize=8192)
def _sentence(text: str, language: str) -> Markup:
    return Markup(TEXTS[language].get(text, text))  # noqa: S704 - sentences come from our own source and catalogues


def nmark(singular: str, plural: str, num: int, /, **holes: Any) -> Markup:
    """Translate a counted sentence inside a template; `%(num)s` is filled with the count."""
    filled = {name: written(value) for name, value in holes.items()}
    return markup(ngettext(singular, plural, num) % {"num": f"{num:,}", **filled})


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
