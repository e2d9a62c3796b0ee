"""Fill many seats at once: the best assignment of people to tasks, what stays empty and why, and what would change."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matching.seating import Graph, Ints, seat

MOST_EDGES = 2_000_000
MOST_SEATS = 10_000  # some seconds; twice as many took ten times as long
Reason: TypeAlias = Literal["nobody", "too_few", "taken", "team"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A task with empty seats. A `team` takes all of its seats or none."""

    task_id: UUID
    seats: int = 1
    team: bool = False

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise ValueError("an opening has at least one seat")


class Placement(NamedTuple):
    """A person at a task with their score for it: possible (an edge going in) or chosen (coming out)."""

    task_id: UUID
    person_id: UUID
    score: int


class Vacancy(NamedTuple):
    """Seats of a task that stay empty, and why.

    "nobody": no one fits; "too_few": fewer people fit than there are seats; "taken": whoever fits is needed
    elsewhere; "team": the team could not be seated whole, so none of it is.
    """

    task_id: UUID
    seats: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who sits where, by task and person id, and what stays empty."""

    placements: tuple[Placement, ...]
    vacancies: tuple[Vacancy, ...]

    @property
    def total(self) -> int:
        return sum(placement.score for placement in self.placements)


class Move(NamedTuple):
    """A person who changes from one task to another."""

    person_id: UUID
    source: UUID
    target: UUID


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new assignment changes: a move stands in `moved` only; `seats` and `total` are the differences."""

    kept: tuple[Placement, ...]
    added: tuple[Placement, ...]
    removed: tuple[Placement, ...]
    moved: tuple[Move, ...]
    seats: int
    total: int


def assign(
    openings: Iterable[Opening], edges: Iterable[Placement], capacity: Mapping[UUID, int] | None = None
) -> Assignment:
    """Fill as many seats as can be filled, with the highest total score among those ways.

    A person takes one task, or as many as `capacity` says (times are not compared: leave it at 1 where tasks may
    overlap), and one seat of a task. Between equally good ways the lot decides, which is drawn from the ids: the
    order of the input never matters, and nobody is favoured for an early id. A team that cannot be seated whole is
    left out, and the rest is seated again; that is a rule of thumb (the exact choice of teams is NP-hard), while
    everything else is exact. Raises ValueError for an edge that is named twice or of an unknown task, a capacity
    below 1, and more edges or seats than the bounds.
    """
    problem = _Problem.of(openings, edges, capacity or {})
    excluded = problem.hopeless_teams()
    chosen = problem.seated(excluded)
    while len(partial := problem.partial_teams(chosen)):
        # the emptier half at once: few rounds, and what a dropped team frees may complete another
        excluded |= set(partial[: (len(partial) + 1) // 2])
        chosen = problem.seated(excluded)
    return problem.assignment(chosen, excluded)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The input in one order, by ids, so that equal input in any order is one problem."""

    openings: Sequence[Opening]
    people: Sequence[UUID]
    graph: Graph

    @classmethod
    def of(
        cls, openings: Iterable[Opening], edges: Iterable[Placement], capacity: Mapping[UUID, int]
    ) -> "_Problem":
        tasks, given = sorted(openings, key=lambda opening: opening.task_id.int), list(edges)
        _check(tasks, given, capacity)
        people = sorted({edge.person_id for edge in given}, key=lambda person: person.int)
        task_at = {opening.task_id: at for at, opening in enumerate(tasks)}
        person_at = {person: at for at, person in enumerate(people)}
        task = _ints([task_at[edge.task_id] for edge in given])
        person = _ints([person_at[edge.person_id] for edge in given])
        order = np.lexsort((person, task))
        task, person = task[order], person[order]
        graph = Graph(
            task=task,
            person=person,
            score=_ints([edge.score for edge in given])[order],
            lot=_lots([opening.task_id for opening in tasks], people, task, person),
            seats=_ints([opening.seats for opening in tasks]),
            capacity=_ints([capacity.get(one, 1) for one in people]),
        )
        return cls(tasks, people, graph)

    def hopeless_teams(self) -> set[int]:
        """Return the teams for which too few people fit."""
        fitting = self._count(self.graph.task)
        return {
            at for at, opening in enumerate(self.openings) if opening.team and fitting[at] < opening.seats
        }

    def seated(self, excluded: set[int]) -> Ints:
        """Return the best edges without the excluded tasks."""
        graph = self.graph
        kept = np.flatnonzero(~np.isin(graph.task, _ints(sorted(excluded))))
        part = Graph(
            graph.task[kept],
            graph.person[kept],
            graph.score[kept],
            graph.lot[kept],
            graph.seats,
            graph.capacity,
        )
        return kept[seat(part)]

    def partial_teams(self, chosen: Ints) -> list[int]:
        """Return the teams that sit in part, the emptiest first."""
        placed = self._count(self.graph.task[chosen])
        partial = [
            at for at, opening in enumerate(self.openings) if opening.team and 0 < placed[at] < opening.seats
        ]
        return sorted(partial, key=lambda at: (placed[at] / self.openings[at].seats, at))

    def assignment(self, chosen: Ints, excluded: set[int]) -> Assignment:
        """Return the chosen edges as placements, and every other seat with its reason."""
        graph = self.graph
        placed, fitting = self._count(graph.task[chosen]), self._count(graph.task)
        return Assignment(
            tuple(
                Placement(self.openings[task].task_id, self.people[person], score)
                for task, person, score in zip(
                    graph.task[chosen].tolist(),
                    graph.person[chosen].tolist(),
                    graph.score[chosen].tolist(),
                    strict=True,
                )
            ),
            tuple(
                Vacancy(
                    opening.task_id,
                    opening.seats - taken,
                    _reason(taken, fit, opening, left_out=at in excluded),
                )
                for at, (opening, taken, fit) in enumerate(
                    zip(self.openings, placed.tolist(), fitting.tolist(), strict=True)
                )
                if taken < opening.seats
            ),
        )

    def _count(self, tasks: Ints) -> Ints:
        return np.bincount(tasks, minlength=len(self.openings))


def _check(openings: Sequence[Opening], edges: Sequence[Placement], capacity: Mapping[UUID, int]) -> None:
    if len(edges) > MOST_EDGES:
        raise ValueError(f"{len(edges)} edges are more than {MOST_EDGES}")
    if sum(opening.seats for opening in openings) > MOST_SEATS:
        raise ValueError(f"more than {MOST_SEATS} seats at once")
    if min(capacity.values(), default=1) < 1:
        raise ValueError("a capacity is at least 1")
    tasks = {opening.task_id for opening in openings}
    if len(tasks) < len(openings) or any(edge.task_id not in tasks for edge in edges):
        raise ValueError("each task is opened once, and each edge is of an open task")
    if len({(edge.task_id, edge.person_id) for edge in edges}) < len(edges):
        raise ValueError("an edge is named twice")


def _reason(placed: int, fitting: int, opening: Opening, *, left_out: bool) -> Reason:
    if not fitting:
        return "nobody"
    if fitting < opening.seats and (placed == fitting or opening.team):
        return "too_few"
    return "team" if left_out else "taken"


def _ints(numbers: Sequence[int]) -> Ints:
    return np.asarray(numbers, dtype=np.int64)


def _lots(tasks: Sequence[UUID], people: Sequence[UUID], task: Ints, person: Ints) -> npt.NDArray[np.uint64]:
    """Draw 64 bits for each edge from its two ids, whose last 64 bits are random in every UUID that we make."""
    last = (1 << 64) - 1
    of_tasks = _mixed(np.asarray([one.int & last for one in tasks], dtype=np.uint64))
    return _mixed(of_tasks[task] ^ np.asarray([one.int & last for one in people], dtype=np.uint64)[person])


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return 64 bits mixed as SplitMix64 does it (Steele, Lea and Flood, OOPSLA 2014)."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def diff(before: Iterable[Placement], after: Iterable[Placement]) -> Changes:
    """Return what changes between two assignments, in the order of ids; scores are those of each side.

    Who leaves one task and takes another has moved; who leaves or takes several is shown as removed and added.
    """
    old = {(one.task_id, one.person_id): one for one in _in_order(before)}
    new = {(one.task_id, one.person_id): one for one in _in_order(after)}
    added = [new[key] for key in new if key not in old]
    removed = [old[key] for key in old if key not in new]
    coming, going = (Counter(one.person_id for one in side) for side in (added, removed))
    moving = {person for person in coming if coming[person] == going[person] == 1}
    source = {one.person_id: one.task_id for one in removed}
    return Changes(
        kept=tuple(new[key] for key in new if key in old),
        added=tuple(one for one in added if one.person_id not in moving),
        removed=tuple(one for one in removed if one.person_id not in moving),
        moved=tuple(
            Move(one.person_id, source[one.person_id], one.task_id)
            for one in added
            if one.person_id in moving
        ),
        seats=len(new) - len(old),
        total=sum(one.score for one in new.values()) - sum(one.score for one in old.values()),
    )


def _in_order(placements: Iterable[Placement]) -> list[Placement]:
    return sorted(placements, key=lambda one: (one.task_id.int, one.person_id.int))
