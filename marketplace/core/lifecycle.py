"""State machines as data: one table moves the rows, draws the buttons, the docs and the tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from marketplace.core.errors import N_, Conflict

State = TypeVar("State", bound=StrEnum)


class Actor(StrEnum):
    """Who moves a state: `clock` is a sweep over what is due, `provider` what another system reports."""

    MEMBER = "member"
    ALUMNUS = "alumnus"
    OPERATOR = "operator"
    CLOCK = "clock"
    PROVIDER = "provider"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Transition(Generic[State]):
    """A named move from any of its sources to one target; `deadline` names the moment the clock makes it."""

    name: str
    actors: frozenset[Actor]
    sources: frozenset[State]
    target: State
    deadline: str | None = None

    def __post_init__(self) -> None:
        if not self.actors or not self.sources:
            raise ValueError(f"{self.name} needs an actor and a source")
        if self.deadline is not None and Actor.CLOCK not in self.actors:
            raise ValueError(f"{self.name} has a deadline that no clock keeps")


def move(
    name: str, sources: set[State], target: State, *actors: Actor, deadline: str | None = None
) -> Transition[State]:
    """Write a transition as one line of a table."""
    return Transition(name, frozenset(actors), frozenset(sources), target, deadline)


class Lifecycle(Generic[State]):
    """The transitions of one kind of thing, from its initial state."""

    def __init__(self, initial: State, transitions: Iterable[Transition[State]]) -> None:
        self.initial = initial
        self.transitions = tuple(transitions)
        self._moves: dict[tuple[str, State], Transition[State]] = {}
        for transition in self.transitions:
            for source in transition.sources:
                if (transition.name, source) in self._moves:
                    raise ValueError(f"{transition.name} leaves {source} twice")
                self._moves[transition.name, source] = transition

    @property
    def states(self) -> frozenset[State]:
        """Every state that the table names."""
        named = {transition.target for transition in self.transitions}
        return frozenset({self.initial} | named | {source for _, source in self._moves})

    @property
    def final(self) -> frozenset[State]:
        """The states that nothing leaves."""
        return self.states - {source for _, source in self._moves}

    def target(self, name: str, state: State) -> State:
        """Return where a move leads; raise Conflict if it does not start here, LookupError if unknown."""
        self.sources(name)
        transition = self._moves.get((name, state))
        if transition is None:
            raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
        return transition.target

    def sources(self, name: str) -> frozenset[State]:
        """Return the states from which a move starts; raise LookupError if it is unknown."""
        found = frozenset(source for known, source in self._moves if known == name)
        if not found:
            raise LookupError(f"no transition is called {name}")
        return found

    def allowed(self, state: State, actor: Actor) -> tuple[Transition[State], ...]:
        """Return what an actor can do from a state, in the order of the table: the buttons to draw."""
        return tuple(
            transition
            for transition in self.transitions
            if state in transition.sources and actor in transition.actors
        )
