"""Checkout: a card pays an open session; a refusal is shown and another card may be tried."""

from collections.abc import Mapping
from html import escape

from payouts.sandbox.pages.layout import field, message, page, problems, redirect, yen
from payouts.sandbox.pages.words import word
from payouts.sandbox.protocol import Reply
from payouts.sandbox.resources import cards, checkout
from payouts.sandbox.store import Json
from payouts.sandbox.world import World

_CVC = (3, 4)


def answer(world: World, locale: str, session_id: str, typed: Mapping[str, str] | None) -> Reply:
    """Show the page of a session, or take what was typed on it."""
    if typed is None:
        return enter(world, locale, session_id)
    return submit(world, locale, session_id, typed)


def enter(
    world: World,
    locale: str,
    session_id: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] = {},
) -> Reply:
    """Show the page of an open session; a paid one leads on, an expired one says so."""
    session = world.store.find("checkout_session", session_id)
    if session is None:
        return message(locale, "gone_title", "gone", status=404)
    if session["status"] == "complete":
        return _on(session)
    if session["status"] == "expired":
        return page(locale, word(locale, "closed_title"), _back(locale, session), status=410)
    return _form(locale, session, typed or {"email": session["customer_email"] or ""}, errors)


def _form(locale: str, session: Json, typed: Mapping[str, str], errors: Mapping[str, str]) -> Reply:
    total = yen(session["amount_total"])
    lines = "".join(f"<li>{escape(line)}</li>" for line in session["_lines"])
    email = field(locale, "email", typed, errors, type="email", autocomplete="email")
    inputs = email + card_fields(locale, typed, errors)
    body = (
        f"<ul>{lines}</ul><p class=total>{word(locale, 'total')}: {total}</p>{problems(locale, errors)}"
        f"<p class=hint>{word(locale, 'card_hint')}</p>"
        f'<form method="post" action="/checkout/{session["id"]}?locale={locale}" novalidate>{inputs}'
        f"<button>{word(locale, 'pay', amount=total)}</button></form>{_back(locale, session)}"
    )
    return page(locale, word(locale, "checkout_title"), body, status=422 if errors else 200)


def card_fields(locale: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    """Ask for a card."""
    return (
        field(locale, "card", typed, errors, inputmode="numeric", autocomplete="cc-number")
        + field(locale, "expiry", typed, errors, placeholder="12/30", autocomplete="cc-exp")
        + field(locale, "cvc", typed, errors, inputmode="numeric", autocomplete="cc-csc")
    )


def _back(locale: str, session: Json) -> str:
    if session["cancel_url"] is None:
        return ""
    return f'<p><a href="{escape(session["cancel_url"])}">{word(locale, "cancel")}</a></p>'


def _on(session: Json) -> Reply:
    return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def submit(world: World, locale: str, session_id: str, typed: Mapping[str, str]) -> Reply:
    """Try to pay; only an open session can be paid."""
    session = world.store.find("checkout_session", session_id)
    if session is None or session["status"] != "open":
        return enter(world, locale, session_id)
    card, errors = read_card(locale, typed)
    if errors or card is None:
        return _form(locale, session, typed, errors)
    refusal = checkout.pay(world, session, card, typed.get("email", ""))
    if refusal is not None:
        return _form(locale, session, typed, {"card": word(locale, refusal)})
    return _on(session)


def read_card(locale: str, typed: Mapping[str, str]) -> tuple[Json | None, dict[str, str]]:
    """Return the card that was typed, and what is wrong with it."""
    errors = _wrong(locale, typed)
    card = cards.read(typed.get("card", ""), typed.get("expiry", ""))
    if card is None:
        errors = {"card": word(locale, "card_invalid"), **errors}
    return card, errors


def _wrong(locale: str, typed: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    month, _, year = typed.get("expiry", "").partition("/")
    if not (month.strip().isdecimal() and 1 <= int(month) <= 12 and year.strip().isdecimal()):  # noqa: PLR2004
        errors["expiry"] = word(locale, "expiry_invalid")
    cvc = typed.get("cvc", "")
    if not (cvc.isdecimal() and len(cvc) in _CVC):
        errors["cvc"] = word(locale, "cvc_invalid")
    return errors
