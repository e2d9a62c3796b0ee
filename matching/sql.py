"""The SQL executor: gates and points of a question over the rows of `match_entry`, equal to `score` bit for bit.

Columns as `rows` writes them; needs the `intarray` extension. Every query names its company, because the table is
read without a row-level policy. Values travel as parameters; the text depends only on what kind of things are asked.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

from matching.entry import ABROAD, AT_CAP, BLOCKED, CONSENT, EMPLOYED, NO_INTENT
from matching.question import Asked, Question
from matching.rows import CODE_BASE
from matching.score import GATE_IDS
from matching.sql_points import Holes, gates, points, uses

MOST_COMBINED = (
    4  # up to so many codes GIN decides "some of them" without fetching a row (ginlogic.c, MAX_MAYBE_ENTRIES)
)
_BARRED = {"consent": CONSENT, "intent": NO_INTENT, "blocked": BLOCKED, "conflict": EMPLOYED, "cap": AT_CAP, "payable": ABROAD}  # fmt: skip


class Query(NamedTuple):
    """SQL text with $n holes, and what fills them."""

    text: str
    parameters: tuple[Any, ...]


def stages(question: Question) -> list[int]:
    """Return how many of the required skills are met at each stage, all of them first."""
    asked = len(question.musts)
    return list(range(asked, min(question.need.least_met, asked) - 1, -1))


def ranked(question: Question, met: int, limit: int) -> Query:
    """Return the query for the best people who meet exactly `met` required skills and every gate.

    Its rows are `person_id` and `score` (its text as not compared), in the order of the ranking.
    """
    holes = Holes()
    where = [_network(question, holes), "barred = 0", *candidates(question, met, holes)]
    where += gates(question, holes).values()
    text = f"""
select person_id, {points(question, holes)} as score
  from (select *{uses(question, holes)} from match_entry where {" and ".join(where)} offset 0) as held
 order by score desc, person_id
 limit {holes(limit, "int")}"""
    return Query(text, tuple(holes.values))


def candidates(question: Question, met: int, holes: Holes) -> list[str]:
    """Return the conditions for meeting exactly `met` required skills, the first of which the index answers.

    Whoever meets `met` of n has at least one of any n - met + 1 of them: of many skills the rarest are asked for.
    """
    codes = _codes(question.musts)
    if not codes:
        return []
    every = holes(codes, "int[]")
    if met == len(codes):
        return [f"skill_least @> {every}"]
    exactly = f"icount(skill_least & {every}) = {holes(met, 'int')}"
    if met > 1 and len(codes) <= MOST_COMBINED:
        some = "|".join(f"({'&'.join(map(str, part))})" for part in combinations(codes, met))
        return [f"skill_least @@ {holes(some, 'text')}::query_int", exactly]
    rarest = sorted(question.musts, key=lambda asked: (-asked.rarity, asked.skill))
    some_of = _codes(rarest[: len(codes) - met + 1])
    return [f"skill_least && {holes(some_of, 'int[]')}", exactly]


def counted(question: Question) -> Query:
    """Return the query for how many people of the whole network each gate keeps out, by the first one that is shut.

    Its rows are `gate` (None for who passes all), `met` (required skills) and `people`.
    """
    holes = Holes()
    opened = gates(question, holes)
    met = _met(question, holes)
    opened["skills"] = f"{met} >= {holes(_least(question), 'int')}"
    shut = "".join(f" when {_shut(gate, opened)} then '{gate}'" for gate in GATE_IDS if _shuts(gate, opened))
    text = (
        f"select case{shut} end as gate, {met} as met, count(*) as people"
        f" from match_entry where {_network(question, holes)} group by 1, 2"
    )
    return Query(text, tuple(holes.values))


def _shuts(gate: str, opened: dict[str, str]) -> bool:
    return gate in opened or gate in _BARRED


def _shut(gate: str, opened: dict[str, str]) -> str:
    ways = [f"barred & {_BARRED[gate]} <> 0"] if gate in _BARRED else []
    ways += [f"not ({opened[gate]})"] if gate in opened else []
    return f"({' or '.join(ways)})"


def fitting(questions: Sequence[Question]) -> Query:
    """Return the query for how many people fit each of some questions about one network, in one pass over it.

    Its one row holds for question n (from 0) `fit_n`, who passes every gate, and `full_n`, who also meets all
    required skills.
    """
    holes = Holes()
    network = _network(questions[0], holes)
    columns = []
    for number, question in enumerate(questions):
        opened = " and ".join(gates(question, holes).values())
        every = holes(_codes(question.musts), "int[]")
        columns += [
            f"count(*) filter (where {opened} and {_met(question, holes)} >= {holes(_least(question), 'int')}) as fit_{number}",
            f"count(*) filter (where {opened} and skill_least @> {every}) as full_{number}",
        ]
    where = [network, "barred = 0"]
    if all(question.musts for question in questions):
        some = sorted({code for question in questions for code in _codes(question.musts)})
        where.append(f"skill_least && {holes(some, 'int[]')}")
    return Query(
        f"select {', '.join(columns)} from match_entry where {' and '.join(where)}", tuple(holes.values)
    )


def _network(question: Question, holes: Holes) -> str:
    return f"company_id = {holes(question.need.company_id, 'uuid')}"


def _met(question: Question, holes: Holes) -> str:
    return f"icount(skill_least & {holes(_codes(question.musts), 'int[]')})"


def _least(question: Question) -> int:
    return min(question.need.least_met, len(question.musts))


def _codes(musts: Sequence[Asked]) -> list[int]:
    return [asked.skill * CODE_BASE + asked.level for asked in musts]
