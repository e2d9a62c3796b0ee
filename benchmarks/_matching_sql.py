"""The same question in the SQL of two other engines, over flat columns: every gate, every point, the same order.

One line for each person, `id` counting in the order of the real ids; skills int[] and, beside it, held int[] (level << 8 | use);
codes int[] (skill * 8 + level, PostgreSQL only); d0 .. d6 the free half hours of each weekday as bits of an integer;
ask, unlike_day, unlike_free, unlike_ask, taken_day, taken_mask as arrays, null where there are none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matching.availability import FULL
from matching.question import Asked, Question
from matching.score import text_points

K = 50
COLUMNS = {
    "id": "int", "barred": "int", "languages": "int", "prefecture": "int", "remote": "int", "confirmed": "int",
    "active": "int", "wish": "int", "wish_hourly": "bool", "floor": "int", "floor_hourly": "bool",
    "reliability": "int", "response": "int", "load": "int", "exposure": "int",
    **{f"d{day}": "bigint" for day in range(7)},
    "skills": "int[]", "held": "int[]", "units": "int[]", "sites": "int[]", "ask": "bigint[]", "unlike_day": "int[]",
    "unlike_free": "bigint[]", "unlike_ask": "bigint[]", "taken_day": "int[]", "taken_mask": "bigint[]",
}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How an engine says what the two do not say alike."""

    place: str  # of {1} in the array {0}, from 1; nothing or 0 when it is not in it
    meets: str  # whether two arrays share something
    listed: str  # an array of constants
    bits: str
    div: str
    fence: str  # what keeps a subquery from being folded into the outer one

    def pick(self, values: Iterable[int], at: str) -> str:
        """Return a constant by its place from 0."""
        return f"({self.array(values)})[{at} + 1]"

    def array(self, values: Iterable[int]) -> str:
        return self.listed.format(",".join(map(str, values)))

    def share(self, points: int, share: str) -> str:
        return f"({points} * ({share}) {self.div} {FULL})"


POSTGRES = Dialect("idx({}, {})", "{} && {}", "'{{{}}}'::int[]", "bit_count(({})::bit(64))", "/", "offset 0")
DUCKDB = Dialect("list_position({}, {})", "list_has_any({}, {})", "[{}]", "bit_count({})", "//", "")


def statement(question: Question, dialect: Dialect, least: int, excluded: Sequence[int]) -> str:
    """Return the query for the best 50 who meet at least so many required skills; `excluded` are ids of this table."""
    level = [f"(h{n} >> 8)" for n in range(len(question.musts))]
    met = " + ".join(
        f"({have} >= {asked.level})::int" for have, asked in zip(level, question.musts, strict=True)
    )
    candidates = f"codes @@ '{_codes(question.musts, least)}'::query_int and " if dialect is POSTGRES else ""
    wanted = (*question.musts, *question.nices)
    held = ", ".join(
        f"coalesce(held[{dialect.place.format('skills', asked.skill)}], 0) as h{n}"
        for n, asked in enumerate(wanted)
    )
    return f"""
select id, met, {_score(question, dialect)} as score from (
  select *, {met} as met from (
    select *, {_halves(question, dialect)} as halves, {held} from person
     where {candidates}barred = 0 and {_gates(question, dialect, excluded)} {dialect.fence}) as candidates
   where {met} >= {least} {_free(question)} {dialect.fence}) as people
 order by met desc, score desc, id limit {K}"""


def _codes(musts: Sequence[Asked], least: int) -> str:
    each = [
        "(" + "|".join(str(asked.skill * 8 + level) for level in range(asked.level, 6)) + ")"
        for asked in musts
    ]
    return "|".join("(" + "&".join(some) + ")" for some in combinations(each, least))


def _gates(question: Question, dialect: Dialect, excluded: Sequence[int]) -> str:
    price = question.need.price_yen
    gates = [
        f"languages & {question.languages} = {question.languages}",
        f"(case when floor_hourly then {price * 60} >= floor::bigint * {question.minutes} else {price} >= floor end)",
        *([f"id not in ({','.join(map(str, excluded))})"] if excluded else []),
        *(
            f"not coalesce(taken_mask[{dialect.place.format('taken_day', day)}] & {mask} <> 0, false)"
            for day, mask in question.way.items()
        ),
    ]
    return " and ".join(gates)


def _free(question: Question) -> str:
    return f"and halves >= {2 * question.slots}" if question.need.free_only else ""


def _halves(question: Question, dialect: Dialect) -> str:
    """Only windows of hours are asked in the benchmark."""
    return " + ".join(_of_day(dialect, *hours) for hours in question.hours)


def _of_day(dialect: Dialect, day: int, weekday: int, mask: int) -> str:
    def both(free: str, ask: str) -> str:
        free, ask = dialect.bits.format(f"{free} & {mask}"), dialect.bits.format(f"{ask} & {mask}")
        return f"2 * {free} + coalesce({ask}, 0)"

    at = dialect.place.format("unlike_day", day)
    unlike = both(f"unlike_free[{at}]", f"unlike_ask[{at}]")
    return f"(case when {at} > 0 then {unlike} else {both(f'd{weekday}', f'ask[{weekday + 1}]')} end)"


def _score(question: Question, dialect: Dialect) -> str:
    weights, musts = question.weights, len(question.musts)
    points = weights.points
    shares = {
        "skills": _coverage(question, dialect, question.musts, 0),
        "adjacency": _adjacency(question, dialect),
        "recency": _recency(question, dialect),
        "nice_skills": _coverage(question, dialect, question.nices, musts),
        "availability": _availability(question, dialect),
        "language": _language(question, dialect),
        "rate": _rate(question, dialect),
        "place": dialect.pick(question.places, "prefecture") if question.places else f"{FULL} * remote",
        "unit": str(FULL),  # no unit is asked in the benchmark
        "reliability": "reliability",
        "activity": f"case when active = 0 then 0 else {_aged(dialect, question.alive, question.today, 'active')} end",
        "response": "response",
        "load": "load",
        "exposure": "exposure",
    }
    earned = [dialect.share(points[name], share) for name, share in shares.items()]
    return " + ".join([*earned, str(text_points(question, None))])


def _aged(dialect: Dialect, curve: tuple[int, ...], today: int, day: str) -> str:
    return dialect.pick(curve, f"least(greatest({today} - {day}, 0), {len(curve) - 1})")


def _coverage(question: Question, dialect: Dialect, wanted: Sequence[Asked], first: int) -> str:
    if not wanted:
        return str(FULL)
    years = question.weights.years
    each = []
    for n, asked in enumerate(wanted, first):
        earned = [
            asked.rarity * (asked.credit[level] + (years[grade] if level >= asked.level else 0))
            for level in range(6)
            for grade in range(4)
        ]
        each.append(dialect.pick(earned, f"(h{n} >> 8) * 4 + (h{n} & 3)"))
    return f"({' + '.join(each)}) {dialect.div} {sum(asked.rarity for asked in wanted)}"


def _adjacency(question: Question, dialect: Dialect) -> str:
    if not question.musts:
        return str(FULL)
    each = []
    for n, asked in enumerate(question.musts):
        near = (
            f" or {dialect.meets.format('skills', dialect.array(sorted(asked.near)))}" if asked.near else ""
        )
        each.append(f"case when h{n} > 0{near} then {asked.rarity} else 0 end")
    return f"{FULL} * ({' + '.join(each)}) {dialect.div} {sum(asked.rarity for asked in question.musts)}"


def _recency(question: Question, dialect: Dialect) -> str:
    if not question.musts:
        return str(FULL)
    each = [
        f"case when h{n} > 0 then {dialect.pick([asked.rarity * share for share in question.fresh], f'((h{n} & 255) >> 2)')} else 0 end"
        for n, asked in enumerate(question.musts)
    ]
    return f"({' + '.join(each)}) {dialect.div} {sum(asked.rarity for asked in question.musts)}"


def _availability(question: Question, dialect: Dialect) -> str:
    unknown = question.weights.time_unknown
    fit = f"least({FULL}, {FULL} * halves {dialect.div} {2 * question.slots})"
    trust = _aged(dialect, question.trust, question.today, "confirmed")
    known = f"({fit} * {trust} + {unknown} * ({FULL} - {trust})) {dialect.div} {FULL}"
    return f"case when confirmed = 0 then {unknown} else {known} end"


def _language(question: Question, dialect: Dialect) -> str:
    wished = question.nice_languages
    if not wished:
        return str(FULL)
    shared = dialect.bits.format(f"(languages & {wished})")
    return f"{FULL} * {shared} {dialect.div} {wished.bit_count()}"


def _rate(question: Question, dialect: Dialect) -> str:
    weights, price = question.weights, question.need.price_yen
    offered = f"(case when wish_hourly then {price * 60} else {price} end)::bigint"
    wished = f"(case when wish_hourly then wish::bigint * {question.minutes} else wish end)"
    over = f"({FULL} * {offered} {dialect.div} {wished} - {weights.rate_zero})"
    partial = f"greatest(0, {FULL} * {over} {dialect.div} {FULL - weights.rate_zero})"
    return f"case when wish = 0 then {weights.rate_unstated} when {offered} >= {wished} then {FULL} else {partial} end"
