"""The columns of an alumni file: what each is called, and how its cell is read."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from marketplace.core.errors import N_, Message
from marketplace.people import spelling

NAMES: Mapping[str, tuple[str, ...]] = {
    "external_key": (
        "社員番号",
        "社員ID",
        "社員コード",
        "従業員番号",
        "employee number",
        "employee no",
        "employee id",
        "id",
    ),
    "name": ("氏名", "名前", "お名前", "name", "full name"),
    "family_name": ("姓", "苗字", "family name", "last name", "surname"),
    "given_name": ("名", "given name", "first name"),
    "email": ("メール", "メールアドレス", "email", "e-mail", "email address", "mail"),
    "former_unit": ("部署", "所属", "部門", "最終所属", "former department", "department", "unit", "team"),
    "former_title": ("役職", "職位", "最終役職", "former title", "title", "job title", "position"),
    "joined_on": ("入社日", "入社年月日", "joined", "joined on", "hire date", "start date"),
    "left_on": ("退職日", "退社日", "退職年月日", "left", "left on", "leaving date", "end date"),
    "skills": ("スキル", "保有スキル", "資格", "資格・スキル", "skills", "skill"),
}
LABELS: Mapping[str, str] = {
    "external_key": N_("Employee number"),
    "name": N_("Name"),
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "email": N_("E-mail"),
    "former_unit": N_("Former department"),
    "former_title": N_("Former title"),
    "joined_on": N_("Joined on"),
    "left_on": N_("Left on"),
    "skills": N_("Skills"),
}
REQUIRED = ("external_key", "name", "email")
OPTIONAL = ("former_unit", "former_title", "joined_on", "left_on", "skills")
LONGEST = {
    "external_key": 80,
    "name": 100,
    "family_name": 50,
    "given_name": 50,
    "former_unit": 100,
    "former_title": 100,
    "skills": 1000,
}

_BLANK = {"-", "ー", "－", "—", "―", "‐", "N/A", "n/a", "なし"}
_FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 0{1,2}:00(?::00)?)?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ERA_DAY = re.compile(r"(昭和|平成|令和|[SHRshr])([0-9]{1,2}|元)[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA_STARTS = {"昭和": 1925, "S": 1925, "平成": 1988, "H": 1988, "令和": 2018, "R": 2018}
_BETWEEN = re.compile(r"[,、，;；|｜]")
_MOST_TERMS = 20
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)


class Wrong(Exception):
    """A cell that does not hold; carries its message."""

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text)
        self.message = Message(text, params)


def find(header: Sequence[str]) -> dict[str, int]:
    """Return which column is where; the first of two equal ones counts, unknown ones are left out."""
    known = {_folded(name): column for column, names in NAMES.items() for name in names}
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        column = known.get(_folded(title))
        if column is not None:
            found.setdefault(column, place)
    return found


def missing(found: Mapping[str, int]) -> list[str]:
    """Return the required columns that are not there; a family name and a given name make a name."""
    has_parts = "family_name" in found and "given_name" in found
    return [column for column in REQUIRED if column not in found and not (column == "name" and has_parts)]


def _folded(title: str) -> str:
    return re.sub(r"[\s_\-・*※]", "", unicodedata.normalize("NFKC", title)).casefold()


def read(column: str, cell: str) -> str:
    """Return a cell's value as it is kept: text, or a day as ISO 8601. Raises Wrong with what is wrong with it."""
    text = spelling.tidy(cell)
    if text in _BLANK:
        text = ""
    if not text:
        if column in REQUIRED:
            raise Wrong(N_("This is empty."))
        return ""
    if text.startswith(_FORMULA) or cell.startswith("\t"):
        raise Wrong(N_("This begins like a formula of a spreadsheet. Please write plain text."))
    if not spelling.is_showable(text):
        raise Wrong(N_("This contains characters that cannot be shown. Please remove them."))
    return _READERS.get(column, _text)(column, text)


def _text(column: str, text: str) -> str:
    if len(text) > LONGEST[column]:
        raise Wrong(N_("This is longer than %(most)s characters."), most=LONGEST[column])
    return text


def terms(cell: str) -> list[str]:
    """Return the words of a cell of skills, parted by commas, semicolons or bars; at most 20."""
    return [term for part in _BETWEEN.split(cell) if (term := part.strip())][:_MOST_TERMS]


def _key(column: str, text: str) -> str:
    return _text(column, unicodedata.normalize("NFKC", text))


def _email(_column: str, text: str) -> str:
    address = spelling.mail_address(text)
    if address is None:
        raise Wrong(N_("This does not look like a mail address, for example name@example.jp."))
    return address


def _day(_column: str, text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if found := _DAY.fullmatch(folded) or _COMPACT_DAY.fullmatch(folded):
        year, month, day = (int(part) for part in found.groups())
    elif found := _ERA_DAY.fullmatch(folded):
        year = _ERA_STARTS[found[1].upper()] + (1 if found[2] == "元" else int(found[2]))
        month, day = int(found[3]), int(found[4])
    else:
        raise Wrong(N_("Please write the day as year, month and day, for example 2020-04-01."))
    try:
        value = date(year, month, day)
    except ValueError:
        raise Wrong(N_("This day does not exist in the calendar.")) from None
    if not _EARLIEST <= value <= _LATEST:
        raise Wrong(N_("This day is too far away."))
    return value.isoformat()


_READERS: Mapping[str, Callable[[str, str], str]] = {
    "external_key": _key,
    "email": _email,
    "joined_on": _day,
    "left_on": _day,
}
