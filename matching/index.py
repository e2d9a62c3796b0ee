"""One company's people in memory: put, drop, and the best for a question, equal to `score` number by number.

For batch work and large networks; PostgreSQL stays the truth. One thread at a time uses an index.
"""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import NamedTuple, Protocol
from uuid import UUID

from matching.columns import Columns, people_of
from matching.entry import Entry
from matching.layout import LEVEL_AT, SKILL_AT
from matching.people import People
from matching.plain import Found, Plain
from matching.plan import Plan, plan_of
from matching.postings import Postings
from matching.question import Question
from matching.score import GATE_IDS

STALE, LEAST_BURDEN = 4, 1_000  # the index is renewed when this and one part in so many of it are a burden


class Placed(NamedTuple):
    """A person in a list: required skills met, then the score, decide the place; then the id."""

    person_id: UUID
    met: int
    score: int


class Counted(NamedTuple):
    """How many people each gate keeps out, by its id, and how many of the rest meet 0, 1, ... required skills."""

    gates: dict[str, int]
    met: tuple[int, ...]


class Answers(Protocol):
    """What an executor answers about the people whom it was made for, as they are now."""

    def changed(self, row: int) -> None: ...

    def top(self, plan: Plan, k: int) -> Found: ...

    def count(self, plan: Plan) -> tuple[list[int], tuple[int, ...]]: ...

    def nbytes(self) -> int: ...


Executor = Callable[[People, Postings], Answers]


def fastest() -> Executor:
    """Return the compiled executor where its compiler is installed, else the one in numpy."""
    try:
        from matching.fast import Fast
    except ImportError:
        return Plain
    return Fast


class Index:
    """The entries of one company, kept fresh by `put` and `drop`, asked through one of the executors."""

    def __init__(self, people: People, executor: Executor) -> None:
        self.people, self._executor = people, executor
        self._post()

    @classmethod
    def build(cls, entries: Iterable[Entry], executor: Executor | None = None) -> "Index":
        """Return an index of these entries. Raises ValueError for one that it cannot hold."""
        people = People.nobody()
        for entry in entries:
            people.write(entry)
        return cls(people.renewed(), executor or fastest())

    @classmethod
    def of_columns(cls, columns: Columns, executor: Executor | None = None) -> "Index":
        """Return an index of whole columns. Raises ValueError when their ids do not ascend."""
        return cls(people_of(columns), executor or fastest())

    def put(self, entry: Entry) -> None:
        """Take in a person, new or changed. Raises ValueError, and changes nothing, for what it cannot hold."""
        row, before, now = self.people.write(entry)
        if row >= self.postings.room:
            self.postings.widen(len(self.people.rows.barred))
        if before != now:
            self._learn(row, before, now)
        self._answers.changed(row)
        if before != now and self.burden() > self.most_burden:
            self.renew()

    def _learn(self, row: int, before: bytes, now: bytes) -> None:
        old, new = set(memoryview(before).cast("I")), set(memoryview(now).cast("I"))
        lost = {word >> SKILL_AT: word >> LEVEL_AT & 7 for word in old - new}
        for word in new - old:
            skill, level = word >> SKILL_AT, word >> LEVEL_AT & 7
            self.postings.learn(row, skill, level, lost.pop(skill, 0))
        for skill, had in lost.items():
            self.postings.learn(row, skill, 0, had)

    def burden(self) -> int:
        """Return how much has piled up since everything was laid out anew, in people."""
        return self.postings.links + self.people.burden()

    def renew(self) -> None:
        """Lay everything out anew, without gaps and waste; `put` does it when the burden is above `most_burden`."""
        self.people = self.people.renewed()
        self._post()

    def _post(self) -> None:
        self.postings = Postings(*self.people.held(), len(self.people.rows.barred))
        self._answers = self._executor(self.people, self.postings)
        self.most_burden = len(self.people.rows.barred) // STALE + LEAST_BURDEN

    def nbytes(self) -> int:
        """Return the bytes that the people, who has which skill, and the executor's own arrays take."""
        return self.people.nbytes() + self.postings.nbytes() + self._answers.nbytes()

    def drop(self, person_id: UUID) -> None:
        """Let nobody find a person any more; who is not there is left out silently."""
        self.people.drop(person_id)

    def top(self, question: Question, k: int) -> list[Placed]:
        """Return the best k: more required skills first, then score, then person id. Text counts as not compared."""
        found = self._answers.top(plan_of(question, self.people), k)
        lines = zip(self.people.ids(found.rows), found.met.tolist(), found.scores.tolist(), strict=True)
        return list(
            map(tuple.__new__, repeat(Placed), lines)
        )  # Placed(*line), without a function in Python for each

    def count(self, question: Question) -> Counted:
        """Return how many people each gate keeps out, the first that is shut counting, and how many meet how much."""
        gates, met = self._answers.count(plan_of(question, self.people))
        by_gate = {gate: number for gate, number in zip(GATE_IDS, gates, strict=True) if number}
        return Counted(by_gate, met)
