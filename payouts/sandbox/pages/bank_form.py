"""The part of a form that asks for a bank account, and how it is checked."""

from collections.abc import Mapping
from html import escape

from payouts.sandbox.pages.layout import field
from payouts.sandbox.pages.words import word
from payouts.sandbox.store import Json

_PARTS = ("bank_name", "bank_code", "branch_code", "number", "holder")
_DIGITS = {"bank_code": 4, "branch_code": 3, "number": 7}


def show(locale: str, bank: Json | None, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    """Show the account that is registered and ask for a new one."""
    toza = " selected" if typed.get("type") == "toza" else ""
    kinds = (
        f'<label for="type">{word(locale, "type")}</label><select id="type" name="type">'
        f'<option value="futsu">{word(locale, "futsu")}</option>'
        f'<option value="toza"{toza}>{word(locale, "toza")}</option></select>'
    )
    before = [field(locale, name, typed, errors) for name in _PARTS[:1]]
    codes = [field(locale, name, typed, errors, inputmode="numeric") for name in _PARTS[1:3]]
    number = field(locale, "number", typed, errors, inputmode="numeric", autocomplete="off")
    holder = field(locale, "holder", typed, errors)
    return (
        f"<fieldset><legend>{word(locale, 'bank')}</legend>{_current(locale, bank)}"
        f"<p class=hint>{word(locale, 'bank_hint')}</p>"
        f"{''.join([*before, *codes, kinds, number, holder])}</fieldset>"
    )


def _current(locale: str, bank: Json | None) -> str:
    if bank is None:
        return ""
    now = word(locale, "bank_now", bank=escape(bank["bank_name"]), last4=bank["last4"])
    broken = f'<p class="error">{word(locale, "bank_broken")}</p>' if bank["status"] == "errored" else ""
    return f"<p>{now}</p>{broken}"


def read(locale: str, typed: Mapping[str, str]) -> tuple[Json | None, dict[str, str]]:
    """Return the bank account and what is wrong; all parts left empty mean no account and no error."""
    given = {name: typed.get(name, "").strip() for name in _PARTS}
    if not any(given.values()):
        return None, {}
    errors = {name: word(locale, "needed") for name in _PARTS if not given[name]}
    for name, count in _DIGITS.items():
        right = given[name].isascii() and given[name].isdigit() and len(given[name]) == count
        if given[name] and not right:
            errors[name] = word(locale, "digits", count=count)
    kind = "toza" if typed.get("type") == "toza" else "futsu"
    return (None if errors else {**given, "type": kind}), errors
