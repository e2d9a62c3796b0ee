"""A question in the index's own numbers: one line of integers and one of curves, read by both executors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matching.people import People
from matching.question import Question
from matching.score import text_points
from matching.weights import COMPONENTS, MOST_POINTS

Integers = npt.NDArray[np.int64]

(
    PRICE, MINUTES, TODAY, NEEDED, FREE_ONLY, LEAST, MUSTS, NICES, MUST_SUM, NICE_SUM, LANGUAGES, NICE_LANGUAGES,
    NICE_LANGUAGE_COUNT, ONLINE, UNIT, SITE, SAME_SITE, FIRST, LAST, TIME_UNKNOWN, RATE_UNSTATED, RATE_ZERO, TRUST,
    ALIVE, FRESH, PLACES, HOURS, AT_HOURS, WAYS, AT_WAYS, WEEKDAYS, AT_WEEKDAYS, NEARS, AT_NEARS, YEARS,
) = range(35)  # fmt: skip
"""Where each number of a plan stands; AT_ says where a list starts, the name beside it how long it is."""

POINTS = YEARS + 4  # of each component but text, in the order of COMPONENTS, then those of text for everybody
(
    SKILLS, ADJACENCY, RECENCY, NICE_SKILLS, AVAILABILITY, LANGUAGE, RATE, PLACE, UNIT_POINTS, RELIABILITY, ACTIVITY,
    RESPONSE, LOAD, EXPOSURE, TEXT,
) = range(POINTS, POINTS + len(COMPONENTS))  # fmt: skip
AT_WANTED = POINTS + len(COMPONENTS)
WANTED = 9  # skill, level, rarity, credit for levels 0 to 5
MOST_MUSTS, MOST_WANTED = 40, 120
MOST_PRICE = 1 << 31
NO_SKILL = -1  # nobody here has it
NO_NUMBER = 0xFFFF + 1  # a unit or site that nobody here comes from


@dataclass(frozen=True, slots=True)
class Plan:
    """`numbers` as the names of this module say, `curves` trust, alive, fresh and places one after another.

    Whoever is left out is named by id: to look for rows takes longer than to compare the few who get into a list.
    """

    numbers: Integers
    curves: Integers
    excluded: frozenset[UUID]
    poster: UUID | None


def plan_of(question: Question, people: People) -> Plan:
    """Return the plan of a question for these people; it holds until somebody new comes.

    Raises ValueError for more skills, yen or points than the index reckons with.
    """
    wanted, points = question.musts + question.nices, question.weights.points.values()
    _check(question, len(wanted), max(points))
    known, numbers = people.skill_numbers, [0] * AT_WANTED
    for asked in wanted:
        numbers += known.get(asked.skill, NO_SKILL), asked.level, asked.rarity, *asked.credit
    weights = question.weights
    curves = (question.trust, question.alive, question.fresh, question.places)
    numbers[PRICE : SAME_SITE + 1] = _asked(question, people)
    numbers[FIRST : PLACES + 1] = (
        question.first,
        question.last,
        weights.time_unknown,
        weights.rate_unstated,
        weights.rate_zero,
        *map(len, curves),
    )
    numbers[YEARS:AT_WANTED] = *weights.years, *points
    numbers[TEXT] = text_points(question, None)
    _append(numbers, HOURS, tuple(chain.from_iterable(question.hours)))
    _append(numbers, WAYS, tuple(chain.from_iterable(question.way.items())))
    _append(numbers, WEEKDAYS, question.days)
    _append(numbers, NEARS, _nears(question, people))
    return Plan(np.array(numbers, np.int64), _curves(curves), question.excluded, question.need.poster_id)


def _check(question: Question, wanted: int, points: int) -> None:
    """Raise ValueError for what the index does not reckon with; `points` are the most of a component."""
    if len(question.musts) > MOST_MUSTS or wanted > MOST_WANTED or question.need.price_yen >= MOST_PRICE:
        raise ValueError("the task asks for more skills, or offers more yen, than the index reckons with")
    if points > MOST_POINTS:
        raise ValueError("a component weighs more than the index reckons with")


def _asked(question: Question, people: People) -> tuple[int, ...]:
    """Return the numbers from PRICE to SAME_SITE."""
    need, musts, nices = question.need, question.musts, question.nices
    return (
        need.price_yen,
        question.minutes,
        question.today,
        2 * question.slots,
        need.free_only,
        min(need.least_met, len(musts)),
        len(musts),
        len(nices),
        sum([asked.rarity for asked in musts]),
        sum([asked.rarity for asked in nices]),
        question.languages,
        question.nice_languages,
        question.nice_languages.bit_count(),
        not question.places,
        people.unit_numbers.get(question.unit, NO_NUMBER) if question.unit else 0,
        people.site_numbers.get(question.site, NO_NUMBER) if question.site else 0,
        question.weights.same_site,
    )


def listed(plan: Plan, name: int, width: int) -> list[list[int]]:
    """Return a list of a plan by the name of its length, `width` numbers at a time."""
    count, at = plan.numbers[name : name + 2]
    lines: list[list[int]] = plan.numbers[at : at + count].reshape(-1, width).tolist()
    return lines


def _append(numbers: list[int], name: int, listed: Sequence[int]) -> None:
    """Put a list at the end; its length goes to its name, and where it starts beside that."""
    numbers[name], numbers[name + 1] = len(listed), len(numbers)
    numbers += listed


@lru_cache(maxsize=64)
def _curves(curves: tuple[tuple[int, ...], ...]) -> Integers:
    return np.array([share for curve in curves for share in curve], np.int64)


def _nears(question: Question, people: People) -> list[int]:
    """Return each skill that stands near a required one, with a bit for each that it is near to."""
    near: dict[int, int] = {}
    for bit, asked in enumerate(question.musts):
        for skill in asked.near:
            number = people.skill_numbers.get(skill, NO_SKILL)
            if number != NO_SKILL:
                near[number] = near.get(number, 0) | 1 << bit
    return [number for pair in near.items() for number in pair]
