"""Test cards: what each number does."""

from datetime import UTC, datetime

from payouts.sandbox.store import Json

# (decline code, message) by card number; numbers not named here are charged if their check digit is right.
_DECLINES = {
    "4000000000000002": ("generic_decline", "Your card was declined."),
    "4000000000009995": ("insufficient_funds", "Your card has insufficient funds."),
}
TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_createDispute": "4000000000000259",
}


def read(number: str, expiry: str = "") -> Json | None:
    """Return the card, or None when the number is not one; ``expiry`` is MM/YY or empty."""
    digits = "".join(character for character in number if character.isdigit())
    month, _, year = expiry.partition("/")
    today = datetime.now(UTC)
    if not _is_card(digits):
        return None
    return {
        "number": digits,
        "brand": {"4": "visa", "5": "mastercard", "3": "jcb"}.get(digits[0], "unknown"),
        "exp_month": int(month) if month.strip().isdigit() else 12,
        "exp_year": 2000 + int(year) if year.strip().isdigit() else today.year + 4,
    }


def decline_of(card: Json) -> tuple[str, str] | None:
    """Say how the bank refuses this card, if it does."""
    return _DECLINES.get(card["number"])


def _is_card(digits: str) -> bool:
    """Check length and Luhn's check digit."""
    if len(digits) not in {14, 15, 16}:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 — Luhn
