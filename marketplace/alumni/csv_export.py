"""Write CSV files that Excel opens in Japan: UTF-8 with BOM, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from marketplace.alumni.columns import LABELS
from marketplace.core.cells import harmless
from marketplace.core.errors import N_, Message

_MEMBERSHIP = ("external_key", "name", "email", "former_unit", "former_title", "joined_on", "left_on")
_REFUSED = (*_MEMBERSHIP[:2], "family_name", "given_name", *_MEMBERSHIP[2:])
INTENT_LABELS = {
    "tasks": N_("Spot tasks"),
    "referrals": N_("Referrals"),
    "news": N_("News"),
    "reachable": N_("Just reachable"),
}

Say = Callable[[Message | str], str]


def network(people: Iterable[dict[str, Any]], say: Say) -> bytes:
    """Return a network as a file whose first columns can be imported again; `say` translates the titles."""
    titles = [say(LABELS[column]) for column in _MEMBERSHIP]
    titles += [say(N_("Status")), say(N_("Open to"))]
    rows = (
        [
            *(person[column] for column in _MEMBERSHIP),
            person["status"],
            " / ".join(say(label) for intent, label in INTENT_LABELS.items() if person[f"intent_{intent}"]),
        ]
        for person in people
    )
    return _file(titles, rows)


def refused(rows: Iterable[dict[str, Any]], say: Say) -> bytes:
    """Return the refused rows of an import with their lines and what is wrong, to be corrected and sent again."""
    kept = list(rows)
    columns = [column for column in _REFUSED if any(column in row["data"] for row in kept)]
    titles = [*(say(LABELS[column]) for column in columns), say(N_("Line")), say(N_("What is wrong"))]
    body = (
        [*(row["data"].get(column, "") for column in columns), row["line"], " / ".join(problems(row, say))]
        for row in kept
    )
    return _file(titles, body)


def problems(row: dict[str, Any], say: Say) -> list[str]:
    """Return the problems of a staged row as sentences, each with the column that it is about."""
    found = []
    for problem in row["problems"]:
        sentence = say(Message(problem["text"], problem["params"]))
        label = LABELS.get(problem["field"])
        found.append(f"{say(label)}: {sentence}" if label else sentence)
    return found


def _file(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
