"""Connect onboarding: a link opens it once, the form may be left unfinished."""

from collections.abc import Mapping
from datetime import date

from payouts.sandbox import events
from payouts.sandbox.pages import bank_form
from payouts.sandbox.pages.layout import field, message, page, problems, redirect
from payouts.sandbox.pages.words import word
from payouts.sandbox.protocol import Reply
from payouts.sandbox.resources import accounts, bank_accounts
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, new_id

_VISIT_SECONDS = 3_600
_POSTAL_DIGITS = 7
_PERSON = ("surname", "given_name", "birth", "postal_code", "state", "line1")
_INPUTS = {
    "surname": {"autocomplete": "family-name"},
    "given_name": {"autocomplete": "given-name"},
    "birth": {"type": "date", "autocomplete": "bday"},
    "postal_code": {"inputmode": "numeric", "autocomplete": "postal-code"},
    "state": {"autocomplete": "address-level1"},
    "line1": {"autocomplete": "street-address"},
}


def enter(world: World, locale: str, token: str) -> Reply:
    """Use up an account link: the first opening leads to the form, any other back to the platform."""
    link = world.store.find("account_link", token)
    if link is None:
        return message(locale, "gone_title", "gone", status=404)
    if link["used"] or link["expires_at"] <= world.now:
        return redirect(link["refresh_url"])
    world.store.save("account_link", {**link, "used": True})
    visit = start_visit(world, link)
    return redirect(f"/connect/visits/{visit}?locale={locale}")


def start_visit(world: World, link: Json) -> str:
    """Let the person with a link into the hosted pages of its account for an hour; return the visit's id."""
    visit = {
        "id": new_id("visit"),
        "account": link["account"],
        "return_url": link.get("return_url"),
        "use_case": link.get("use_case"),
        "expires_at": world.now + _VISIT_SECONDS,
    }
    world.store.add("visit", visit, account="", created=world.now)
    return str(visit["id"])


def find_visit(world: World, visit_id: str) -> Json | None:
    """Return a visit that has not ended."""
    visit = world.store.find("visit", visit_id)
    return visit if visit is not None and visit["expires_at"] > world.now else None


def show(
    world: World,
    locale: str,
    visit: Json,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] = {},
) -> Reply:
    """Show the form, filled with what is known or was typed."""
    record = accounts.fetch(world, visit["account"])
    typed = _known(record) if typed is None else typed
    checked = " checked" if typed.get("terms") else ""
    person = "".join(field(locale, name, typed, errors, **_INPUTS[name]) for name in _PERSON)
    bank = bank_form.show(locale, bank_accounts.of(world.within(record["id"])), typed, errors)
    body = (
        f"<p>{word(locale, 'onboarding_lead')}</p>{problems(locale, errors)}"
        f'<form method="post" action="/connect/visits/{visit["id"]}?locale={locale}" novalidate>'
        f"<fieldset><legend>{word(locale, 'person')}</legend>{person}</fieldset>{bank}"
        f'<label class="check"><input type="checkbox" name="terms" id="terms" value="yes"{checked}> '
        f"{word(locale, 'terms')}</label>"
        f"<button>{word(locale, 'send')}</button></form>"
    )
    return page(locale, word(locale, "onboarding_title"), body, status=422 if errors else 200)


def _known(record: Json) -> dict[str, str]:
    person = record["person"]
    address = person.get("address") or {}
    known = {**person, **address, "terms": "yes" if person.get("terms") else ""}
    return {name: str(known.get(name) or "") for name in (*_PERSON, "terms")}


def submit(world: World, locale: str, visit: Json, typed: Mapping[str, str]) -> Reply:
    """Take over what was given, even when something is still missing, and go back to the platform."""
    bank, errors = bank_form.read(locale, typed)
    errors |= _wrong(locale, typed)
    if errors:
        return show(world, locale, visit, typed, errors)
    accounts.onboard(world.within(visit["account"]), _person(typed), bank)
    returned = {
        "account_id": visit["account"],
        "configurations": ["recipient"],
        "use_case": visit["use_case"],
    }
    events.emit_thin(world, "v2.core.account_link.returned", data=returned)
    if visit["return_url"] is None:
        return message(locale, "done_title", "done")
    return redirect(visit["return_url"])


def _wrong(locale: str, typed: Mapping[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    if typed.get("birth"):
        try:
            date.fromisoformat(typed["birth"])
        except ValueError:
            errors["birth"] = word(locale, "date")
    postal = typed.get("postal_code", "").replace("-", "")
    if postal and not (postal.isascii() and postal.isdigit() and len(postal) == _POSTAL_DIGITS):
        errors["postal_code"] = word(locale, "digits", count=_POSTAL_DIGITS)
    return errors


def _person(typed: Mapping[str, str]) -> Json:
    parts = {name: typed.get(name, "").strip() for name in _PERSON}
    whole = all(parts[name] for name in ("postal_code", "state", "line1"))
    address = {name: parts[name] for name in ("postal_code", "state", "line1")} | {"country": "JP"}
    return {
        "surname": parts["surname"],
        "given_name": parts["given_name"],
        "birth": parts["birth"],
        "address": address if whole else None,
        "terms": typed.get("terms") == "yes",
    }
