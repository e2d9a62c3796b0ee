"""Between the rows of a proposal and the solver: openings and edges in, rows with their difference to today out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from matching.assign import Opening, Placement, assign

LIFT = 100_000
"""More than any score: one required skill more counts before the score, as in every ranking."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Who is given to each task, the best first, and in a word why seats of it stay empty."""

    given: Mapping[UUID, list[UUID]]
    why: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a proposal; `rank`, `score` and `met` are missing for who is only invited beside it."""

    task: UUID
    person: UUID
    change: Literal["new", "asked", "beside"]
    rank: int | None = None
    score: int | None = None
    met: int | None = None


def solve(tasks: Sequence[Mapping[str, Any]]) -> Solution:
    """Give the seats of stored tasks to the people who were ranked for them, each person one seat at most."""
    openings = [Opening(task["task_id"], task["open_seats"], task["all_or_none"]) for task in tasks]
    found = assign(openings, (edge for task in tasks for edge in _edges(task)))
    given: dict[UUID, list[UUID]] = {task["task_id"]: [] for task in tasks}
    for placement in sorted(found.placements, key=lambda each: (each.task_id, -each.score, each.person_id)):
        given[placement.task_id].append(placement.person_id)
    vacant = {vacancy.task_id: vacancy.reason for vacancy in found.vacancies}
    return Solution(given, {task: vacant.get(task, "") for task in given})


def _edges(task: Mapping[str, Any]) -> Iterator[Placement]:
    for person, met, score in zip(task["people"], task["mets"], task["scores"], strict=True):
        yield Placement(task["task_id"], person, met * LIFT + score)


def rows_of(
    tasks: Sequence[Mapping[str, Any]],
    given: Mapping[UUID, Sequence[UUID]],
    asked: Mapping[UUID, Sequence[UUID]],
) -> list[Row]:
    """Return the lines of a proposal, task by task: who would be invited, who is already, who is invited beside it."""
    rows = []
    for task in tasks:
        now = set(asked.get(task["task_id"], ()))
        places = {person: at for at, person in enumerate(task["people"])}
        for person in given[task["task_id"]]:
            at = places[person]
            change: Literal["new", "asked"] = "asked" if person in now else "new"
            rows.append(Row(task["task_id"], person, change, at + 1, task["scores"][at], task["mets"][at]))
        chosen = set(given[task["task_id"]])
        rows += [
            Row(task["task_id"], person, "beside")
            for person in asked.get(task["task_id"], ())
            if person not in chosen
        ]
    return rows
