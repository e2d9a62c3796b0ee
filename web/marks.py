"""Small pieces that a page has by the hundred: amounts, times, icons. In Python for speed, and cached."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from marketplace.core import formats
from marketplace.core.money import Money
from web import i18n
from web.assets import asset, assets
from web.states import state

TONE_ICONS = {
    "ok": "check",
    "warn": "triangle-alert",
    "danger": "circle-minus",
    "info": "info",
    "now": "clock",
}
"""Each verdict has its own mark, so that it reads without colour."""


@lru_cache(maxsize=4096)
def _money(amount: int, currency: str, css: str, plus: bool) -> Markup:
    sign = "−" if amount < 0 else "+" if plus and amount > 0 else ""
    if currency == "JPY":
        written = f"{sign}<i>¥</i>{abs(amount):,}"
    else:
        written = f"{sign}{abs(amount):,} <i>{escape(currency)}</i>"
    return Markup(f'<data class="money{css}" value="{amount}">{written}</data>')  # noqa: S704 - digits only


def money(value: Money, *, big: bool = False, plus: bool = False) -> Markup:
    """Return the amount as `<data>`: never broken over lines, tabular; `plus` writes the sign of a gain."""
    return _money(value.amount, value.currency, " money-lg" if big else "", plus)


def day(value: date, *, year: bool = False) -> Markup:
    """Return the day in the reader's language inside `<time>`."""
    return _day(value, i18n.locale.get(), year)


@lru_cache(maxsize=4096)
def _day(value: date, locale: str, year: bool) -> Markup:
    plain = formats.in_japan(value).date() if isinstance(value, datetime) else value
    return _time(plain.isoformat(), formats.day(plain, locale, year=year))


def short_day(value: date) -> Markup:
    """Return `11/26` inside `<time>`."""
    return _short_day(value)


@lru_cache(maxsize=4096)
def _short_day(value: date) -> Markup:
    plain = formats.in_japan(value).date() if isinstance(value, datetime) else value
    return _time(plain.isoformat(), formats.short_day(plain))


def moment(value: datetime, *, year: bool = False) -> Markup:
    """Return the Japanese wall time in the reader's language inside `<time>`."""
    return _moment(value, i18n.locale.get(), year)


@lru_cache(maxsize=4096)
def _moment(value: datetime, locale: str, year: bool) -> Markup:
    local = formats.in_japan(value)
    return _time(local.isoformat(timespec="minutes"), formats.moment(local, locale, year=year))


def month(value: date) -> Markup:
    """Return `2026年11月` or `November 2026` inside `<time>`."""
    return _time(value.isoformat()[:7], formats.month(value, i18n.locale.get()))


def _time(machine: str, written: str) -> Markup:
    return Markup(f'<time datetime="{machine}">{written}</time>')  # noqa: S704 - digits and our own words


@lru_cache(maxsize=4096)
def badge(text: str, tone: str = "") -> Markup:
    """Return a verdict in a word; tone is `ok warn danger info now` or nothing."""
    if not tone:
        return Markup('<span class="badge">{}</span>').format(text)
    return Markup('<span class="badge" data-tone="{}">{}{}</span>').format(tone, icon(TONE_ICONS[tone]), text)


def state_badge(kind: str, name: str) -> Markup:
    """Return the badge of a state: `state_badge("contract", contract.status)`."""
    shown = state(kind, name)
    return badge(i18n.tr(shown.label), shown.tone)


def timeline(events: Iterable[Any], aloud: str) -> Markup:
    """Return a thread that stands upright.

    `events` carry text, status (done, now, stop, next) and, if they have them, at (a moment or a day) and note; as
    attributes or as keys.
    """
    language = i18n.locale.get()
    knots = [
        _knot(i18n.tr(text), status, at or None, i18n.tr(note) if note else "", language)
        for text, status, at, note in map(_parts, events)
    ]
    return Markup('<ol class="thread-v" aria-label="{}">{}</ol>\n').format(aloud, Markup("").join(knots))


def _parts(event: Any) -> tuple[Any, str, Any, Any]:
    if isinstance(event, Mapping):
        return event["text"], event["status"], event.get("at"), event.get("note")
    return event.text, event.status, event.at, event.note


@lru_cache(maxsize=4096)
def _knot(text: str, status: str, at: date | None, note: str, _locale: str) -> Markup:
    kind = f' class="{status}"' if status in {"done", "stop"} else ""
    current = ' aria-current="step"' if status in {"now", "stop"} else ""
    said = Markup("<b>{}</b>").format(text) if status == "now" else Markup("{}").format(text)
    when = "" if at is None else moment(at) if isinstance(at, datetime) else day(at)
    told = Markup("<small>{}</small>").format(note) if note else ""
    below = Markup("<br>{}{}{}").format(when, " " if when else "", told) if when or told else ""
    return Markup("<li{}{}>{}{}</li>").format(Markup(kind), Markup(current), said, below)  # noqa: S704 - our own words


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> Markup:
    """Return a drawing from the sprite; without a label it is decoration and hidden from readers aloud."""
    if name not in icon_names():
        raise KeyError(f"no icon is called {name}")
    aloud = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    source = f"{asset('icons.svg')}#{name}"
    return Markup(f'<svg class="icon" {aloud}><use href="{source}"/></svg>')  # noqa: S704 - names are checked


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names in the sprite."""
    text = assets()["icons.svg"].content.decode()
    return frozenset(part.partition('"')[0] for part in text.split('<symbol id="')[1:])
