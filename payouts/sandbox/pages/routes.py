"""How a request finds its hosted page, and in which language it is answered."""

from urllib.parse import parse_qsl, urlsplit

from payouts.sandbox.pages import checkout, express, invoice, onboarding
from payouts.sandbox.pages.layout import message
from payouts.sandbox.pages.words import LOCALES
from payouts.sandbox.protocol import Reply, Request
from payouts.sandbox.sandbox import Sandbox
from payouts.sandbox.world import World


def answer(sandbox: Sandbox, request: Request) -> Reply:
    """Answer a hosted page's GET or POST."""
    sandbox.catch_up()
    query = dict(parse_qsl(urlsplit(request.target).query))
    locale = _locale(query.get("locale", ""), request.headers.get("accept-language", ""))
    typed = dict(parse_qsl(request.body)) if request.method == "POST" else None
    parts = request.path.strip("/").split("/")
    with sandbox.store.transaction():
        return _found(sandbox.world(), locale, parts, query, typed)


def _locale(asked: str, accepted: str) -> str:
    """Choose by ``?locale=``, else by the browser's first language, else Japanese."""
    for language in (asked, accepted):
        if language[:2].lower() in LOCALES:
            return language[:2].lower()
    return "ja"


def _found(
    world: World, locale: str, parts: list[str], query: dict[str, str], typed: dict[str, str] | None
) -> Reply:
    match parts:
        case ["connect", "links", token]:
            return onboarding.enter(world, locale, token)
        case ["connect", "login", token]:
            return express.enter(world, locale, token)
        case ["connect", "visits" | "express", _]:
            return _visited(world, locale, parts, query, typed)
        case ["checkout", session_id]:
            return checkout.answer(world, locale, session_id, typed)
        case ["invoices", invoice_id]:
            return invoice.answer(world, locale, invoice_id, typed)
    return message(locale, "gone_title", "gone", status=404)


def _visited(
    world: World, locale: str, parts: list[str], query: dict[str, str], typed: dict[str, str] | None
) -> Reply:
    _, room, visit_id = parts
    visit = onboarding.find_visit(world, visit_id)
    if visit is None:
        return message(locale, "gone_title", "gone", status=404)
    if room == "visits":
        if typed is None:
            return onboarding.show(world, locale, visit)
        return onboarding.submit(world, locale, visit, typed)
    if typed is None:
        return express.show(world, locale, visit, changed="changed" in query)
    return express.submit(world, locale, visit, typed)
