"""What a referrer and a candidate read: kinds, countries, stages, ways, and the file of a receipt."""

from collections.abc import Mapping
from typing import Any

from marketplace.core import formats
from marketplace.core.errors import N_
from marketplace.referrals.ways import WAYS
from web import i18n
from web.bounty_words import COMPARED, COUNTRIES, KINDS

__all__ = ["COMPARED", "COUNTRIES", "HINTS", "KINDS", "WAYS", "receipt_file", "signed_line", "success_of"]

_SUCCESS: Mapping[str, str] = {
    "gig": N_("when the first contract of the person you bring is approved"),
    "business": N_("when the stated event has happened and is shown to have"),
    "hire": N_("on the day on which the person you bring starts"),
}
HINTS: Mapping[str, str] = {
    "allow": N_("The reward may be paid"),
    "deny": N_("The reward cannot be paid"),
    "review": N_("A person checks first whether the reward may be paid"),
}
TONES: Mapping[str, str] = {"allow": "ok", "deny": "danger", "review": "warn"}


def success_of(kind: str) -> str:
    """Return when a kind of bounty has succeeded."""
    return _SUCCESS[kind]


def countries() -> list[tuple[str, str]]:
    """Return the countries to choose from, those that we have no word for as one."""
    return [
        *((code, i18n.tr(name)) for code, name in COUNTRIES.items()),
        ("ZZ", i18n.tr(N_("Another country"))),
    ]


def company_of(row: Mapping[str, Any]) -> str:
    """Return a company's name in the reader's language."""
    return str(row["company_en"] if i18n.locale.get() == "en" and row["company_en"] else row["company"])


_FILE = N_(
    "Receipt of a referral, number %(number)s\n\n%(title)s\n%(company)s\nReceived: %(at)s\n\n"
    "The line below proves it. Check it on %(page)s."
)
_LABEL = "ENISHI-RECEIPT-1."


def receipt_file(row: Mapping[str, Any], page: str = "/referrals/receipts/verify") -> str:
    """Return a receipt as a text to keep: what it is in words, then the signed line."""
    from marketplace.core.errors import Message
    from marketplace.core.settings import settings

    said = Message(
        _FILE,
        {
            "number": row["number"],
            "title": row["title"],
            "company": company_of(row),
            "at": formats.moment(row["claimed_at"], i18n.locale.get(), year=True),
            "page": settings().base_url + page,
        },
    )
    return f"{i18n.tr(said)}\n\n{row['receipt']}\n"


def signed_line(text: str) -> str:
    """Return the signed line of a whole file that was pasted, or the text as it is."""
    _, found, rest = text.partition(_LABEL)
    return _LABEL + rest if found else text
