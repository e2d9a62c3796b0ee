"""Hard gates before any score, in words: whoever meets one is not offered this task, and the reason is on record."""

from dataclasses import dataclass

from marketplace.core.errors import N_, Message


@dataclass(frozen=True, slots=True)
class Gate:
    """A stable id (`score.GATE_IDS`), and the sentence that says why."""

    id: str
    message: Message


GATES = (
    Gate("consent", Message(N_("This person has not agreed to be matched."))),
    Gate("intent", Message(N_("This person does not wish to be asked about spot tasks."))),
    Gate("blocked", Message(N_("This person is blocked in this network."))),
    Gate("excluded", Message(N_("This person is excluded from this task."))),
    Gate("conflict", Message(N_("This person acts for the company that offers the task."))),
    Gate("busy", Message(N_("This person has other agreed work at that time."))),
    Gate("cap", Message(N_("This person has as much work as they take at once."))),
    Gate(
        "language",
        Message(N_("This person does not speak a language that the task requires.")),
    ),
    Gate("floor", Message(N_("The price is below what this person accepts at all."))),
    Gate("payable", Message(N_("We cannot pay people in this person's country yet."))),
    Gate("free", Message(N_("This person is not free for the whole time of the task."))),
    Gate(
        "skills",
        Message(N_("This person has too few of the required skills at the level asked.")),
    ),
)
