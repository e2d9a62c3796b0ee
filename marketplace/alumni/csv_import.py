"""An alumni file as rows: pure, from bytes to values and problems; the database is asked later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from marketplace.alumni import columns, csv_file
from marketplace.core.errors import N_, Message

SAMPLE = (
    "社員番号,氏名,メール,部署,役職,入社日,退職日\r\n"
    "100123,山田 花子,hanako.yamada@example.jp,デザイン部,リーダー,2014-04-01,2022-03-31\r\n"
    "100456,髙橋 健,ken.takahashi@example.jp,開発部,エンジニア,2016/10/01,2024/06/30\r\n"
)
_MOST_UNKNOWN = 20
_LONGEST_SHOWN = 200


class Problem(NamedTuple):
    """What is wrong with (or worth knowing about) one column of a row, and what stood there."""

    field: str
    message: Message
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file: the line, the values by column (an absent or empty one is not there), the problems."""

    line: int
    data: dict[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that can be read: how it was written, which columns we do not know, its rows."""

    encoding: str
    unknown: tuple[str, ...]
    rows: list[Row]


def sample() -> bytes:
    """Return the file that people start from; the BOM lets Excel read it as UTF-8."""
    return SAMPLE.encode("utf-8-sig")


def parse(content: bytes) -> Parsed:
    """Read a whole file of at most 100,000 rows and 20 MB. Raises Invalid, on field `file`, for one that cannot be used.

    A wrong row is no failure: it carries its problems. A key or an address that stands twice in the file is a
    problem of its later row.
    """
    source = csv_file.decode(content)
    found = csv_file.records(source)
    header = next(found, csv_file.Record(1, []))
    places = columns.find(header.cells)
    if lacking := columns.missing(places):
        raise csv_file.refuse(
            N_("The first line lacks these columns: %(columns)s. Start from the sample file."),
            columns=", ".join(columns.NAMES[column][0] for column in lacking),
        )
    rows = list(islice(_rows(found, places, len(header.cells)), csv_file.MOST_ROWS + 1))
    if not rows:
        raise csv_file.refuse(N_("The file has a first line but nobody below it."))
    if len(rows) > csv_file.MOST_ROWS:
        raise csv_file.refuse(
            N_("The file has more than %(most)s rows. Please divide it."), most=f"{csv_file.MOST_ROWS:,}"
        )
    used = set(places.values())
    unknown = tuple(
        title.strip() for place, title in enumerate(header.cells) if place not in used and title.strip()
    )
    return Parsed(source.encoding, unknown[:_MOST_UNKNOWN], rows)


def _rows(found: Iterator[csv_file.Record], places: Mapping[str, int], width: int) -> Iterator[Row]:
    first_lines: dict[tuple[str, str], int] = {}
    for record in found:
        data, problems = _read(record.cells, places)
        if any(cell.strip() for cell in record.cells[width:]):
            problems.append(
                Problem("", Message(N_("This row has more cells than the first line has columns.")))
            )
        for column in ("external_key", "email"):
            if column in data:
                line = first_lines.setdefault((column, data[column]), record.line)
                if line != record.line:
                    message = Message(N_("The same value stands already in line %(line)s."), {"line": line})
                    problems.append(Problem(column, message))
        yield Row(record.line, data, tuple(problems))


def _read(cells: list[str], places: Mapping[str, int]) -> tuple[dict[str, str], list[Problem]]:
    data: dict[str, str] = {}
    problems: list[Problem] = []
    for column, place in places.items():
        cell = cells[place] if place < len(cells) else ""
        try:
            value = columns.read(column, cell)
        except columns.Wrong as wrong:
            problems.append(Problem(column, wrong.message, cell.strip()[:_LONGEST_SHOWN]))
        else:
            if value:
                data[column] = value
    _join_name(data, problems, places)
    if "joined_on" in data and "left_on" in data and data["joined_on"] > data["left_on"]:
        problems.append(Problem("left_on", Message(N_("This person left before joining."))))
    return data, problems


def _join_name(data: dict[str, str], problems: list[Problem], places: Mapping[str, int]) -> None:
    """Make a name of its parts where the file has no whole one."""
    parts = [data.pop(part, "") for part in ("family_name", "given_name")]
    if "name" in places:
        return
    name = " ".join(part for part in parts if part)
    if name:
        data["name"] = name
    elif not any(problem.field in {"family_name", "given_name"} for problem in problems):
        problems.append(Problem("name", Message(N_("This is empty."))))
