"""One form of each mail address and phone number, and its keyed hash: two spellings of a contact are one person."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.settings import settings

LONGEST = 254
_LONGEST_PHONE = 40
_LOCAL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}")
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_IGNORES_DOTS = {"gmail.com"}
# https://support.google.com/mail/answer/10313 and https://proton.me/support/addresses-and-aliases: one mailbox each.
_SAME_DOMAIN = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "pm.me": "proton.me"}


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact in its one form: a mail address in small letters, or a phone number as E.164."""

    kind: Literal["mail", "phone"]
    text: str

    @property
    def digest(self) -> bytes:
        """The keyed hash (32 bytes) under which this contact is known; without the key it says nothing."""
        return hashlib.blake2b(f"{self.kind}:{self.text}".encode(), digest_size=32, key=_key()).digest()


def read(text: str, region: str = "JP", *, field: str = "contact") -> Contact:
    """Read what a person typed as a mail address or, of `region`, a phone number. Raises Invalid naming the field."""
    found = find(text, region)
    if found is None:
        wrong = N_("This is neither a mail address (name@example.jp) nor a phone number (090-1234-5678).")
        raise Invalid(fields={field: Message(wrong)})
    return found


def find(text: str, region: str = "JP") -> Contact | None:
    """Return the contact that a text is, or None."""
    if "@" in unicodedata.normalize("NFKC", text):
        address = mail(text)
        return Contact("mail", address) if address else None
    number = phone(text, region)
    return Contact("phone", number) if number else None


def mails(addresses: Iterable[str]) -> list[Contact]:
    """Return the contacts of those addresses that can be read."""
    return [Contact("mail", found) for each in addresses if (found := mail(each))]


def mail(text: str) -> str | None:
    """Return the one form of a mail address: without the tag after `+`, dots where they mean nothing, IDN as ASCII."""
    address = _folded(text).removeprefix("mailto:")
    if len(address) > LONGEST:
        return None
    local, _, domain = address.rpartition("@")
    host = _host(domain)
    local = re.sub(r'^"(.*)"$', r"\1", local).partition("+")[0]
    if host in _IGNORES_DOTS:
        local = local.replace(".", "")
    return f"{local}@{host}" if host and _LOCAL.fullmatch(local) else None


def phone(text: str, region: str = "JP") -> str | None:
    """Return a phone number as E.164 (`+819012345678`), its extension dropped; None for what cannot be dialled."""
    written = _folded(text)
    if len(written) > _LONGEST_PHONE or re.search(r"[^\d\s()+./tel:x#;=-]", written):
        return None
    # People also write the prefix of most of the world, 00, where Japan dials 010.
    for each in (written, re.sub(r"^\s*\(?00", "+", written)):
        try:
            number = phonenumbers.parse(each, region if region.isalpha() else None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            number.extension = None
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _folded(text: str) -> str:
    """Fold widths, cases and the many dashes; take out what cannot be seen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(
        sign for sign in folded if unicodedata.category(sign) not in {"Cf", "Cc"} or sign in "\t\n"
    )
    return re.sub("[\u2010-\u2015\u2212\u30fc\uff70]", "-", seen).strip().strip("<>").strip()


def _host(domain: str) -> str:
    """Return a domain as it is asked for (RFC 3490), its aliases as one; empty for what is none."""
    name = domain.replace("。", ".").removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return ""
    return _SAME_DOMAIN.get(name, name) if _DOMAIN.fullmatch(name) else ""


def _key() -> bytes:
    return hashlib.blake2b(settings().secret, digest_size=32, person=b"enishi contact").digest()
