"""The specification: gates and points of one entry for one question, in plain whole numbers.

The other executors (SQL, the in-memory index) are proved against this one, number by number.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from matching.availability import DAY_MASK, DAY_SLOTS, FULL
from matching.entry import ABROAD, AT_CAP, BLOCKED, CONSENT, EMPLOYED, NO_INTENT, Entry
from matching.question import Asked, Question
from matching.weights import COMPONENTS

GATE_IDS = (
    "consent", "intent", "blocked", "excluded", "conflict", "busy", "cap", "language", "floor", "payable", "free", "skills",
)  # fmt: skip
OWN_GATES = {"consent": CONSENT, "intent": NO_INTENT, "blocked": BLOCKED, "cap": AT_CAP, "payable": ABROAD}


def shut(question: Question, entry: Entry) -> str | None:
    """Return the id of the first gate that keeps the person from this task, or None when all are open."""
    return next((gate for gate in GATE_IDS if _shuts(gate, question, entry)), None)


def _shuts(gate: str, question: Question, entry: Entry) -> bool:
    if gate in OWN_GATES:
        return bool(entry.barred & OWN_GATES[gate])
    return _GATES[gate](question, entry)


def _excluded(question: Question, entry: Entry) -> bool:
    return entry.person_id in question.excluded


def _conflict(question: Question, entry: Entry) -> bool:
    return bool(entry.barred & EMPLOYED) or entry.person_id == question.need.poster_id


def _busy(question: Question, entry: Entry) -> bool:
    return any(mask & question.way.get(day, 0) for day, mask in entry.taken)


def _lacks_language(question: Question, entry: Entry) -> bool:
    return question.languages & ~entry.languages != 0


def _under_floor(question: Question, entry: Entry) -> bool:
    price = question.need.price_yen
    return price < entry.floor_task or price * 60 < entry.floor_hour * question.minutes


def _not_free(question: Question, entry: Entry) -> bool:
    return question.need.free_only and free_halves(question, entry) < 2 * question.slots


def _too_few_skills(question: Question, entry: Entry) -> bool:
    return bool(question.musts) and met(question, entry) < min(question.need.least_met, len(question.musts))


_GATES: Mapping[str, Callable[[Question, Entry], bool]] = MappingProxyType(
    {
        "excluded": _excluded,
        "conflict": _conflict,
        "busy": _busy,
        "language": _lacks_language,
        "floor": _under_floor,
        "free": _not_free,
        "skills": _too_few_skills,
    }
)


def met(question: Question, entry: Entry) -> int:
    """Return how many of the required skills are held at their level."""
    levels = {skill: level for skill, level, _ in entry.skills}
    return sum(levels.get(asked.skill, 0) >= asked.level for asked in question.musts)


def points(question: Question, entry: Entry) -> tuple[int, ...]:
    """Return the points of each component but `text`, in the order of COMPONENTS; they sum to the score."""
    weights = question.weights.points
    return tuple(
        weights[name] * SHARES[name](question, entry) // FULL for name in COMPONENTS if name != "text"
    )


def text_points(question: Question, share: int | None) -> int:
    """Return the points of `text` for a stored share; a task whose text was not compared gives all to everybody."""
    return question.weights.points["text"] * (FULL if share is None else share) // FULL


def skills(question: Question, entry: Entry) -> int:
    """Cover the required skills, the rare ones weighing more, with credit by level and years."""
    return _coverage(question.musts, question, entry)


def nice_skills(question: Question, entry: Entry) -> int:
    """Cover the wished skills in the same way."""
    return _coverage(question.nices, question, entry)


def _coverage(wanted: tuple[Asked, ...], question: Question, entry: Entry) -> int:
    if not wanted:
        return FULL
    held = {skill: (level, use) for skill, level, use in entry.skills}
    earned = 0
    for asked in wanted:
        level, use = held.get(asked.skill, (0, 0))
        years = question.weights.years[use & 3] if level >= asked.level else 0
        earned += asked.rarity * (asked.credit[level] + years)
    return earned // sum(asked.rarity for asked in wanted)


def adjacency(question: Question, entry: Entry) -> int:
    """Count the required skills that are held at any level, or have a related one held."""
    if not question.musts:
        return FULL
    held = {skill for skill, _, _ in entry.skills}
    near = sum(asked.rarity for asked in question.musts if asked.skill in held or asked.near & held)
    return FULL * near // sum(asked.rarity for asked in question.musts)


def recency(question: Question, entry: Entry) -> int:
    """Weigh how lately the required skills were used; one that is not held earns nothing."""
    if not question.musts:
        return FULL
    uses = {skill: use for skill, _, use in entry.skills}
    earned = sum(
        asked.rarity * question.fresh[uses[asked.skill] >> 2]
        for asked in question.musts
        if asked.skill in uses
    )
    return earned // sum(asked.rarity for asked in question.musts)


def availability(question: Question, entry: Entry) -> int:
    """Weigh free time in what is asked; an old statement fades to what is assumed where none is stated."""
    unknown = question.weights.time_unknown
    if entry.confirmed == 0:
        return unknown
    trust = _by_age(question.trust, question.today - entry.confirmed)
    return (fit(question, entry) * trust + unknown * (FULL - trust)) // FULL


def fit(question: Question, entry: Entry) -> int:
    """Return how much of the needed time is free, in basis points."""
    return min(FULL, FULL * free_halves(question, entry) // (2 * question.slots)) if question.slots else 0


def free_halves(question: Question, entry: Entry) -> int:
    """Return the half hours of what is asked that are free, twice; those to "ask me" about count once.

    Days unlike the week count as they are. Where days are asked rather than hours, all of each day counts.
    """
    if question.hours:
        unlike = {day: (free, ask) for day, free, ask in entry.days}
        total = 0
        for day, at, mask in question.hours:
            free, ask = unlike.get(day) or _of_week(entry, at)
            total += 2 * (free & mask).bit_count() + (ask & mask).bit_count()
        return total
    week = [2 * free.bit_count() + ask.bit_count() for free, ask in (_of_week(entry, at) for at in range(7))]
    total = sum(times * halves for times, halves in zip(question.days, week, strict=True))
    for day, free, ask in entry.days:
        if question.first <= day <= question.last:
            total += 2 * free.bit_count() + ask.bit_count() - week[(day + 3) % 7]
    return total


def _of_week(entry: Entry, at: int) -> tuple[int, int]:
    shift = at * DAY_SLOTS
    return entry.week >> shift & DAY_MASK, entry.ask >> shift & DAY_MASK


def language(question: Question, entry: Entry) -> int:
    """Weigh the wished languages; required ones are a gate."""
    wished = question.nice_languages
    return FULL * (wished & entry.languages).bit_count() // wished.bit_count() if wished else FULL


def rate(question: Question, entry: Entry) -> int:
    """Compare the price with the wish: full at the wish, nothing at half of it."""
    weights, price = question.weights, question.need.price_yen
    if entry.wish_hour:
        offered, wished = price * 60, entry.wish_hour * question.minutes
    elif entry.wish_task:
        offered, wished = price, entry.wish_task
    else:
        return weights.rate_unstated
    if offered >= wished:
        return FULL
    return max(0, FULL * (FULL * offered // wished - weights.rate_zero) // (FULL - weights.rate_zero))


def place(question: Question, entry: Entry) -> int:
    """Ask for the will to work online, or weigh how near the person lives."""
    if not question.places:
        return FULL if entry.remote else 0
    return question.places[entry.prefecture]


def unit(question: Question, entry: Entry) -> int:
    """Favour people who used to work in the unit that offers the task, then those of its site."""
    if not question.unit or question.unit in entry.units:
        return FULL
    return question.weights.same_site if question.site and question.site in entry.sites else 0


def activity(question: Question, entry: Entry) -> int:
    """Trust people who were here lately; never seen is no points."""
    return _by_age(question.alive, question.today - entry.active) if entry.active else 0


def _by_age(shares: tuple[int, ...], days: int) -> int:
    return shares[min(max(days, 0), len(shares) - 1)]


SHARES: Mapping[str, Callable[[Question, Entry], int]] = MappingProxyType(
    {
        "skills": skills,
        "adjacency": adjacency,
        "recency": recency,
        "nice_skills": nice_skills,
        "availability": availability,
        "language": language,
        "rate": rate,
        "place": place,
        "unit": unit,
        "reliability": lambda _, entry: entry.reliability,
        "activity": activity,
        "response": lambda _, entry: entry.response,
        "load": lambda _, entry: entry.load,
        "exposure": lambda _, entry: entry.exposure,
    }
)
