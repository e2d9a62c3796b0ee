"""The gates and the points of a question as SQL expressions over the columns of `match_entry`."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matching.availability import DAY_MASK, DAY_SLOTS, FULL
from matching.question import Asked, Question
from matching.rows import CODE_BASE, HELD_BASE, MAX_LEVEL

GRADES = 4
YEARS = 64


class Holes:
    """The parameters of a statement: each value gets the next $n, with its type."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def __call__(self, value: Any, kind: str) -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


def gates(question: Question, holes: Holes) -> dict[str, str]:
    """Return for each gate that a question can shut the condition under which it is open."""
    need = question.need
    opened = {}
    keep_out = sorted(question.excluded)
    if keep_out:
        opened["excluded"] = f"person_id <> all({holes(keep_out, 'uuid[]')})"
    if need.poster_id is not None:
        opened["conflict"] = f"person_id <> {holes(need.poster_id, 'uuid')}"
    if question.way:
        opened["busy"] = _open_time(question, holes)
    if question.languages:
        asked = holes(question.languages, "int")
        opened["language"] = f"languages & {asked} = {asked}"
    price, minutes = holes(need.price_yen, "bigint"), holes(question.minutes, "bigint")
    opened["floor"] = f"(floor_task <= {price} and floor_hour * {minutes} <= {price} * 60)"
    if need.free_only:
        opened["free"] = free_whole(question, holes)
    return opened


def free_whole(question: Question, holes: Holes) -> str:
    """Return the condition of being free all the time that is asked."""
    return f"{free_halves(question, holes)} >= {holes(2 * question.slots, 'int')}"


def _open_time(question: Question, holes: Holes) -> str:
    days, masks = list(question.way), list(question.way.values())
    way = holes(days, "int[]")
    return (
        f"not (taken_days && {way} and exists (select from unnest(taken_days, taken_masks) as work (day, mask)"
        f" where mask & ({holes(masks, 'bigint[]')})[idx({way}, day)] <> 0))"
    )


def uses(question: Question, holes: Holes) -> str:
    """Return a column for each wanted skill: level * 256 + use, 0 where it is not held.

    The last number of `skills` that is not above the skill's own is of that skill, or of a smaller one: below zero then.
    """
    columns = []
    for name, asked in _wanted(question):
        own = asked.skill * HELD_BASE
        at = f"width_bucket({holes(own + HELD_BASE - 1, 'int')}, skills)"
        columns.append(f", greatest(0, skills[{at}] - {holes(own, 'int')}) as {name}")
    return "".join(columns)


def _wanted(question: Question) -> list[tuple[str, Asked]]:
    musts = [(f"must{number}", asked) for number, asked in enumerate(question.musts, start=1)]
    return musts + [(f"nice{number}", asked) for number, asked in enumerate(question.nices, start=1)]


def points(question: Question, holes: Holes) -> str:
    """Return the sum of all components over the columns of `uses`; the text counts as not compared: the same for all."""
    parts = [
        f"{holes(given, 'bigint')} * {SHARES[name](question, holes)} / {FULL}"
        for name, given in question.weights.points.items()
        if given and name != "text"
    ]
    return " + ".join([*parts, holes(question.weights.points["text"], "bigint")])


def _skills(question: Question, holes: Holes) -> str:
    return _coverage("must", question.musts, question, holes)


def _nice_skills(question: Question, holes: Holes) -> str:
    return _coverage("nice", question.nices, question, holes)


def _coverage(kind: str, wanted: Sequence[Asked], question: Question, holes: Holes) -> str:
    if not wanted:
        return str(FULL)
    gains = [
        f"({holes(_gains(asked, question), 'int[]')})[({kind}{n} >> 8) * {GRADES} + ({kind}{n} & 3) + 1]"
        for n, asked in enumerate(wanted, start=1)
    ]
    return f"(({' + '.join(gains)}) / {holes(_weight(wanted), 'int')})"


def _gains(asked: Asked, question: Question) -> list[int]:
    return [
        asked.rarity * (asked.credit[level] + (years if level >= asked.level else 0))
        for level in range(MAX_LEVEL + 1)
        for years in question.weights.years
    ]


def _weight(wanted: Sequence[Asked]) -> int:
    return sum(asked.rarity for asked in wanted)


def _adjacency(question: Question, holes: Holes) -> str:
    if not question.musts:
        return str(FULL)
    parts = []
    for n, asked in enumerate(question.musts, start=1):
        near = f" or skill_least && {holes(_any_level(asked.near), 'int[]')}" if asked.near else ""
        parts.append(f"case when must{n} > 0{near} then {holes(asked.rarity, 'int')} else 0 end")
    return f"({FULL} * ({' + '.join(parts)}) / {holes(_weight(question.musts), 'int')})"


def _any_level(skills: frozenset[int]) -> list[int]:
    return sorted(skill * CODE_BASE + 1 for skill in skills)


def _recency(question: Question, holes: Holes) -> str:
    if not question.musts:
        return str(FULL)
    fresh = holes(list(question.fresh), "int[]")
    parts = [
        f"case when must{n} > 0 then {holes(asked.rarity, 'int')} * ({fresh})[((must{n} >> 2) & {YEARS - 1}) + 1] else 0 end"
        for n, asked in enumerate(question.musts, start=1)
    ]
    return f"(({' + '.join(parts)}) / {holes(_weight(question.musts), 'int')})"


def _availability(question: Question, holes: Holes) -> str:
    unknown = holes(question.weights.time_unknown, "bigint")
    trust = _by_age(question.trust, "confirmed", question, holes)
    fit = _fit(question, holes) if question.slots else "0"
    # The trust is looked up twice: cheaper than another layer of rows.
    return (
        f"case when confirmed = 0 then {unknown}"
        f" else ({fit} * {trust} + {unknown} * ({FULL} - {trust})) / {FULL} end"
    )


def _fit(question: Question, holes: Holes) -> str:
    return f"least({FULL}, {FULL} * {free_halves(question, holes)} / {holes(2 * question.slots, 'bigint')})"


def free_halves(question: Question, holes: Holes) -> str:
    """Return the free half hours of what is asked, twice; those to "ask me" about once."""
    shown = _of_week(question, holes)
    if question.last < question.first:
        return shown
    first, last = holes(question.first, "int"), holes(question.last, "int")
    if question.hours:
        there = f"days[1] <= {last} and days[array_upper(days, 1)] >= {first}"
        return f"({shown} + case when {there} then {_of_days(question, holes, first, last)} else 0 end)"
    upto, before = f"width_bucket({last}, days)", f"width_bucket({first} - 1, days)"
    return f"({shown} + day_sums[{upto} + 1] - day_sums[{before} + 1])"


def _of_week(question: Question, holes: Holes) -> str:
    """Each weekday comes `whole` times, and those of `rest` once more."""
    whole = min(question.days) if question.days else 0
    rest = sum(_on(weekday, mask) for weekday, mask in _rest(question, whole))
    found = []
    if whole:
        found.append(f"{holes(whole, 'int')} * (2 * bit_count(week) + bit_count(ask))")
    if rest:
        mask = f"{holes(f'{rest:0336b}', 'text')}::bit(336)"
        found.append(f"2 * bit_count(week & {mask}) + bit_count(ask & {mask})")
    return f"({' + '.join(found) or '0'})"


def _rest(question: Question, whole: int) -> list[tuple[int, int]]:
    if question.hours:
        return [(weekday, mask & DAY_MASK) for _, weekday, mask in question.hours]
    return [(weekday, DAY_MASK) for weekday, times in enumerate(question.days) if times > whole]


def _on(weekday: int, mask: int) -> int:
    return mask << (weekday * DAY_SLOTS)


def _of_days(question: Question, holes: Holes, first: str, last: str) -> str:
    """Return what the days unlike the week change in the hours asked, which lie on days that follow each other."""
    masks = holes([mask for _, _, mask in question.hours], "bigint[]")
    usual = holes([f"{_on(weekday, mask):0336b}" for _, weekday, mask in question.hours], "text[]")
    mask, week = f"({masks})[day - {first} + 1]", f"(({usual})[day - {first} + 1]::bit(336))"
    return (
        f"(select coalesce(sum(2 * bit_count((free & {mask})::bit(64)) + bit_count((perhaps & {mask})::bit(64))"
        f" - 2 * bit_count(week & {week}) - bit_count(ask & {week})), 0)::bigint"
        f" from unnest(days, day_free, day_ask) as unlike (day, free, perhaps) where day between {first} and {last})"
    )


def _language(question: Question, holes: Holes) -> str:
    if not question.nice_languages:
        return str(FULL)
    wished = holes(question.nice_languages, "int")
    return f"({FULL} * bit_count((languages & {wished})::bit(32)) / {question.nice_languages.bit_count()})"


def _rate(question: Question, holes: Holes) -> str:
    weights = question.weights
    price, minutes = holes(question.need.price_yen, "bigint"), holes(question.minutes, "bigint")
    zero, unstated = holes(weights.rate_zero, "bigint"), holes(weights.rate_unstated, "bigint")
    offered, wished = f"{price} * 60", f"(wish_hour * {minutes})"
    return f"""case when wish_hour > 0 then {_part(offered, wished, zero)}
                    when wish_task > 0 then {_part(price, "wish_task", zero)} else {unstated} end"""


def _part(offered: str, wished: str, zero: str) -> str:
    part = f"greatest(0, {FULL} * ({FULL} * {offered} / {wished} - {zero}) / ({FULL} - {zero}))"
    return f"case when {offered} >= {wished} then {FULL} else {part} end"


def _place(question: Question, holes: Holes) -> str:
    if not question.places:
        return f"case when remote then {FULL} else 0 end"
    return f"({holes(list(question.places), 'int[]')})[prefecture + 1]"


def _unit(question: Question, holes: Holes) -> str:
    if not question.unit:
        return str(FULL)
    same = f"when {holes(question.unit, 'int')} = any(units) then {FULL}"
    if question.site:
        shared = holes(question.weights.same_site, "int")
        same += f" when {holes(question.site, 'int')} = any(sites) then {shared}"
    return f"case {same} else 0 end"


def _activity(question: Question, holes: Holes) -> str:
    return f"case when active = 0 then 0 else {_by_age(question.alive, 'active', question, holes)} end"


def _by_age(shares: Sequence[int], column: str, question: Question, holes: Holes) -> str:
    age = f"least(greatest({holes(question.today, 'int')} - {column}, 0), {len(shares) - 1})"
    return f"({holes(list(shares), 'int[]')})[{age} + 1]"


def _stored(column: str) -> Callable[[Question, Holes], str]:
    return lambda _question, _holes: column


SHARES: Mapping[str, Callable[[Question, Holes], str]] = MappingProxyType(
    {
        "skills": _skills,
        "adjacency": _adjacency,
        "recency": _recency,
        "nice_skills": _nice_skills,
        "availability": _availability,
        "language": _language,
        "rate": _rate,
        "place": _place,
        "unit": _unit,
        "reliability": _stored("reliability"),
        "activity": _activity,
        "response": _stored("response"),
        "load": _stored("load"),
        "exposure": _stored("exposure"),
    }
)
