"""What a form's field may hold: types for `Annotated` that read typed text and say what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from marketplace.core.errors import N_, Message
from marketplace.core.formats import JST
from marketplace.core.money import Money, yen
from marketplace.people.spelling import composed

MOST_YEN = 10_000_000
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]")
"""Marks that turn the direction of text: harmless in no field of ours, useful for spoofing."""

EMAIL = re.compile(r"[^@\s<>\"(),:;\\\[\]]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def wrong(text: str, *, field: str = "", **params: Any) -> PydanticCustomError:
    """Return the error that a field type or a model's validator raises; `field` names one of its fields."""
    return PydanticCustomError("wrong", "wrong", {"message": Message(text, params), "field": field})


class Field:
    """The base: `read` turns what arrived into a value, or raises `wrong(…)`."""

    def read(self, raw: Any) -> Any:
        """Read one value; a value of the right type, from our own code, passes."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


def plain_text(raw: Any) -> str:
    """Return text composed (NFC) but for compatibility ideographs, as names have them; trimmed of spaces of any width."""
    if not isinstance(raw, str):
        raise wrong(N_("Please write text here."))
    return composed(raw.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _refuse_control_characters(text: str, allowed: str = "") -> None:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} and character not in allowed:
            raise wrong(N_("This contains characters that cannot be shown. Please remove them."))
    if REORDERING.search(text):
        raise wrong(N_("This contains characters that cannot be shown. Please remove them."))


def _refuse_length(text: str, most: int) -> None:
    if len(text) > most:
        raise wrong(
            N_("Please write at most %(most)s characters; these are %(given)s."), most=most, given=len(text)
        )


@dataclass(frozen=True)
class Line(Field):
    """One line of at most `most` characters; `folded` writes full-width letters and digits half-width."""

    most: int
    folded: bool = False

    def read(self, raw: Any) -> str:
        """Return the trimmed line."""
        text = plain_text(raw)
        if self.folded:
            text = unicodedata.normalize("NFKC", text)
        _refuse_length(text, self.most)
        _refuse_control_characters(text)
        return text


@dataclass(frozen=True)
class Prose(Field):
    """Text over several lines of at most `most` characters."""

    most: int

    def read(self, raw: Any) -> str:
        """Return the trimmed text with plain line ends."""
        text = plain_text(raw)
        _refuse_length(text, self.most)
        _refuse_control_characters(text, allowed="\n\t")
        return text


@dataclass(frozen=True)
class Email(Field):
    """A mail address; only its shape is judged, the letter that we send proves the rest."""

    def read(self, raw: Any) -> str:
        """Return the address, its domain in small letters."""
        text = Line(254, folded=True).read(raw)
        if not EMAIL.fullmatch(text):
            raise wrong(N_("This does not look like a mail address, for example name@example.jp."))
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}"


def _digits(raw: Any) -> str:
    text = unicodedata.normalize("NFKC", plain_text(raw))
    return re.sub(r"[\s,_]", "", text)


@dataclass(frozen=True)
class Whole(Field):
    """A whole number between two bounds, full-width digits and group commas welcome."""

    least: int
    most: int

    def read(self, raw: Any) -> int:
        """Return the number."""
        if isinstance(raw, int) and not isinstance(raw, bool):
            number = raw
        else:
            text = _digits(raw)
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
                raise wrong(N_("Please write a whole number."))
            number = int(text)
        if not self.least <= number <= self.most:
            raise wrong(
                N_("Please write a number from %(least)s to %(most)s."),
                least=f"{self.least:,}",
                most=f"{self.most:,}",
            )
        return number


@dataclass(frozen=True)
class Yen(Field):
    """An amount in yen: `50,000`, `¥50,000`, `５００００円` are the same."""

    least: int = 1
    most: int = MOST_YEN

    def read(self, raw: Any) -> Money:
        """Return the amount."""
        if isinstance(raw, Money):
            return raw
        text = _digits(raw).replace("¥", "").replace("\\", "").removesuffix("円")
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise wrong(N_("Please write the amount in whole yen, for example 50,000."))
        amount = yen(int(text))
        if not self.least <= amount.amount <= self.most:
            raise wrong(
                N_("Please write an amount from %(least)s to %(most)s."),
                least=yen(self.least),
                most=yen(self.most),
            )
        return amount


@dataclass(frozen=True)
class Day(Field):
    """A day, as a date control sends it (2026-12-11) or as people write it (2026/12/11, 2026年12月11日)."""

    def read(self, raw: Any) -> date:
        """Return the day."""
        if isinstance(raw, date):
            return raw
        text = unicodedata.normalize("NFKC", plain_text(raw))
        found = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text)
        if found is None:
            raise wrong(N_("Please write the day as year, month and day, for example 2026-12-11."))
        try:
            value = date(*(int(part) for part in found.groups()))
        except ValueError:
            raise wrong(N_("This day does not exist in the calendar.")) from None
        if not EARLIEST <= value <= LATEST:
            raise wrong(N_("This day is too far away."))
        return value


@dataclass(frozen=True)
class Month(Field):
    """A month as our own forms send it (2026-12), as its first day."""

    def read(self, raw: Any) -> date:
        """Return the first day of the month."""
        if isinstance(raw, date):
            return raw.replace(day=1)
        text = plain_text(raw)
        try:
            found = date.fromisoformat(f"{text}-01")
        except ValueError:
            raise wrong(N_("This day does not exist in the calendar.")) from None
        if not EARLIEST <= found <= LATEST:
            raise wrong(N_("This day is too far away."))
        return found


@dataclass(frozen=True)
class Moment(Field):
    """A day and a time in Japan, as a datetime-local control sends it."""

    def read(self, raw: Any) -> datetime:
        """Return the moment with its time zone."""
        if isinstance(raw, datetime):
            return raw
        text = unicodedata.normalize("NFKC", plain_text(raw))
        found = re.fullmatch(r"(\S+?)[T ]([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,3})?)?", text)
        if found is None or not (int(found[2]) < 24 and int(found[3]) < 60):  # noqa: PLR2004 - a clock
            raise wrong(N_("Please write the day and the time, for example 2026-12-11 18:00."))
        value = Day().read(found[1])
        return datetime(value.year, value.month, value.day, int(found[2]), int(found[3]), tzinfo=JST)
