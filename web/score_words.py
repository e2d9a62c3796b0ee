"""A score in words: each component with its points, and the numbers that it was worked out from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from marketplace.alumni.skills import vocabulary
from marketplace.core.errors import N_, Message
from matching import kept
from matching.entry import EPOCH, FIRST_YEAR
from matching.weights import COMPONENTS, WEIGHTS_V2
from web import i18n

NAMES: Mapping[str, tuple[str, str]] = {
    "skills": (N_("Required skills"), N_("Held at the level asked; rare skills weigh more, and more level and years add.")),
    "adjacency": (N_("Related skills"), N_("The skill at any level, or a related one.")),
    "recency": (N_("Used lately"), N_("How lately the required skills were used.")),
    "nice_skills": (N_("Nice-to-have skills"), N_("As for the required ones.")),
    "availability": (N_("Free time"), N_("How much of the time asked is free; an old statement counts less.")),
    "language": (N_("Wished languages"), N_("Languages that are wished, not required.")),
    "rate": (N_("Fee and wish"), N_("Full where the fee meets the person's wish.")),
    "place": (N_("Place"), N_("The prefecture of the work, or the will to work online.")),
    "unit": (N_("Former unit"), N_("Used to work in this unit, or at its site.")),
    "reliability": (N_("Reliability"), N_("Work finished on time, cancelled, reviewed; newcomers start well.")),
    "activity": (N_("Active lately"), N_("Was here in the last days or weeks.")),
    "response": (N_("Answers"), N_("Whether and how fast invitations are answered.")),
    "load": (N_("Work at hand"), N_("Less for running work and open invitations.")),
    "exposure": (N_("Seldom shown"), N_("Spreads the invitations: less for whoever stood in many lists lately.")),
    "text": (N_("Text of the profile"), N_("How well the words of the profile fit those of the task.")),
}  # fmt: skip

PRESETS: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "usual": (N_("As usual"), {}),
    "skills": (N_("Skills first"), {"skills": 5000, "nice_skills": 1200, "recency": 600, "rate": 400}),
    "time": (N_("Time first"), {"availability": 4000, "activity": 600, "response": 800}),
    "proven": (N_("Proven people first"), {"reliability": 3000, "unit": 900, "response": 500}),
    "spread": (N_("Spread the invitations"), {"exposure": 2500, "load": 600}),
}


class Part(NamedTuple):
    """One component of a score: its name, what it is, what was earned of how much, and the share for the bar."""

    name: str
    about: str
    earned: int
    most: int

    @property
    def percent(self) -> int:
        return 100 * self.earned // self.most if self.most else 0


def parts(components: Iterable[Sequence[Any]], points: Mapping[str, int] | None) -> list[Part]:
    """Return the components of a score, in their order; those that are switched off are left out."""
    most = points or WEIGHTS_V2.points
    return [
        Part(*NAMES[name], earned, most.get(name, earned))
        for name, earned in components
        if most.get(name) or earned
    ]


def worked_out(inputs: Mapping[str, Any]) -> list[Part]:
    """Return the components worked out again from what an invitation kept; empty where it kept nothing."""
    if not inputs.get("question") or "entry" not in inputs:
        return []
    earned = kept.explained(inputs["question"], inputs["entry"], inputs.get("text"))
    return parts(earned.items(), inputs["question"]["points"])


def numbers(inputs: Mapping[str, Any]) -> list[tuple[str, Message | str]]:
    """Return the kept numbers that a reader can follow, as label and value."""
    if not inputs.get("question") or "entry" not in inputs:
        return []
    entry, question = inputs["entry"], inputs["question"]
    held = {skill: (level, use) for skill, level, use in entry.get("skills", ())}
    rows: list[tuple[str, Message | str]] = [
        (_skill(slug), _held(level, rarity, *held.get(skill, (0, 0))))
        for skill, level, slug, rarity, _ in (*question["musts"], *question["nices"])
    ]
    rows += [(N_("Free time confirmed on"), _day(entry.get("confirmed", 0)))]
    rows += [(N_("Last here on"), _day(entry.get("active", 0)))]
    rows += [
        (NAMES[name][0], f"{entry.get(name, 0) / 100:g}%")
        for name in ("reliability", "response", "load", "exposure")
    ]
    return rows


def _skill(slug: str) -> str:
    return vocabulary().vocabulary.name(slug, i18n.locale.get())


def _held(asked: int, rarity: int, level: int, use: int) -> Message:
    about = {"asked": asked, "level": level, "rarity": rarity, "year": FIRST_YEAR + (use >> 2)}
    if not level:
        return Message(N_("asked from level %(asked)s, not held; rarity %(rarity)s"), about)
    if use >> 2:
        return Message(
            N_("asked from level %(asked)s, held at %(level)s, last used in %(year)s; rarity %(rarity)s"),
            about,
        )
    return Message(N_("asked from level %(asked)s, held at %(level)s; rarity %(rarity)s"), about)


def _day(number: int) -> Message | str:
    return Message("%(day)s", {"day": date.fromordinal(EPOCH + number)}) if number else "–"


def presets() -> list[tuple[str, str]]:
    """Return the presets by name, in the reader's language."""
    return [(name, i18n.tr(label)) for name, (label, _) in PRESETS.items()]


assert tuple(NAMES) == COMPONENTS
