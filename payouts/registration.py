"""Registration numbers of qualified-invoice issuers: T and thirteen digits, the first a check digit."""

import unicodedata

LENGTH = 14
MODULUS = 9


def normalise(text: str) -> str:
    """Return a typed number in its one form: full width folded (NFKC), upper case, no spaces or hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Pd")


def is_valid(number: str) -> bool:
    """Tell whether a normalised number has the right form and check digit.

    Check digit = 9 − (Σ Pn·Qn mod 9), n from the right of the twelve base digits, Q = 1 for odd n, 2 for even
    (Ordinance on the designation of corporate numbers, art. 2). It says nothing about being registered today.
    """
    digits = number[1:]
    if len(number) != LENGTH or number[0] != "T" or not (digits.isascii() and digits.isdigit()):
        return False
    weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == MODULUS - weighted % MODULUS
