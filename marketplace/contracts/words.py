"""What people write to each other: any text, in one composition, within its length."""

import unicodedata

from marketplace.core.errors import N_, Invalid, Message

_ALLOWED = {"\n", "\t"}


def check(name: str, text: str, most: int, *, least: int = 1) -> str:
    """Return text in NFC with plain line ends and no control characters; raise Invalid on the field `name`."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(plain) < least:
        raise Invalid(fields={name: Message(N_("Please fill this in."))})
    if len(plain) > most:
        params = {"most": f"{most:,}", "given": f"{len(plain):,}"}
        text = N_("Please write at most %(most)s characters; these are %(given)s.")
        raise Invalid(fields={name: Message(text, params)})
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _ALLOWED for sign in plain):
        text = N_("This contains characters that cannot be shown. Please remove them.")
        raise Invalid(fields={name: Message(text)})
    return plain
