"""Hard gates before any score: whoever meets one is not offered this task, and the reason is on record."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.core.errors import N_, Message
from matching.model import Need, Profile, Window

INTENT = "tasks"


@dataclass(frozen=True, slots=True)
class Gate:
    """A stable id, the sentence that says why, and whether it is shut for this person and need."""

    id: str
    message: Message
    shuts: Callable[[Need, Profile], bool]


def shut_gate(need: Need, person: Profile) -> Gate | None:
    """Return the first gate that keeps the person from this task, or None when all are open."""
    return next((gate for gate in GATES if gate.shuts(need, person)), None)


def _no_consent(_need: Need, person: Profile) -> bool:
    return not person.consented


def _no_intent(_need: Need, person: Profile) -> bool:
    return INTENT not in person.intents


def _blocked(_need: Need, person: Profile) -> bool:
    return person.blocked


def _excluded(need: Need, person: Profile) -> bool:
    return person.person_id in need.excluded


def _conflict(need: Need, person: Profile) -> bool:
    return person.employed or person.person_id == need.poster_id


def _busy(need: Need, person: Profile) -> bool:
    return isinstance(need.time, Window) and any(need.time.meets(work) for work in person.busy)


def _at_cap(_need: Need, person: Profile) -> bool:
    return person.cap is not None and person.running >= person.cap


def _lacks_language(need: Need, person: Profile) -> bool:
    return not need.languages <= person.languages


def _under_floor(need: Need, person: Profile) -> bool:
    floor = person.wish.floor
    if floor is None:
        return False
    if person.wish.basis == "task":
        return need.price_yen < floor
    return need.price_yen * 60 < floor * need.time.minutes  # multiplied out: no rounding at the edge


def _not_payable(need: Need, person: Profile) -> bool:
    return person.country not in need.payable_countries


def _no_required_skill(need: Need, person: Profile) -> bool:
    return bool(need.musts) and not any(
        (held := person.skills.get(wanted.skill)) and held.level >= wanted.level for wanted in need.musts
    )


GATES = (
    Gate("consent", Message(N_("This person has not agreed to be matched.")), _no_consent),
    Gate("intent", Message(N_("This person does not wish to be asked about spot tasks.")), _no_intent),
    Gate("blocked", Message(N_("This person is blocked in this network.")), _blocked),
    Gate("excluded", Message(N_("This person is excluded from this task.")), _excluded),
    Gate("conflict", Message(N_("This person acts for the company that offers the task.")), _conflict),
    Gate("busy", Message(N_("This person has other agreed work at that time.")), _busy),
    Gate("cap", Message(N_("This person has as much work as they take at once.")), _at_cap),
    Gate(
        "language",
        Message(N_("This person does not speak a language that the task requires.")),
        _lacks_language,
    ),
    Gate("floor", Message(N_("The price is below what this person accepts at all.")), _under_floor),
    Gate("payable", Message(N_("We cannot pay people in this person's country yet.")), _not_payable),
    Gate(
        "skills",
        Message(N_("This person has none of the required skills at the level asked.")),
        _no_required_skill,
    ),
)
