"""A need as whole numbers: made once, then asked of any number of entries by any executor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from matching.availability import DAY_MASK, DAY_SLOTS, FULL, HORIZON_DAYS, freshness
from matching.entry import FIRST_YEAR, day_number, language_mask, site_number, touched, unit_number, weekday
from matching.model import JST, Need, Wanted, Window
from matching.weights import RARE, Weights

REGIONS = (
    range(1, 2),
    range(2, 8),
    range(8, 15),
    range(15, 24),
    range(24, 31),
    range(31, 36),
    range(36, 40),
    range(40, 48),
)
"""Hokkaido, Tohoku, Kanto, Chubu, Kinki, Chugoku, Shikoku, Kyushu with Okinawa, by JIS X 0401 codes."""

WAY = timedelta(hours=1)  # to and from work that is done at a place
LONGEST_HOURS = 6  # days after the first; a longer stretch is asked as days
OFFICE_SLOTS = 16  # what a whole day of a long stretch asks: eight hours

Near = Callable[[int], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One wanted skill: what it weighs, what related skills stand near it, and the credit for having it.

    credit[level] for the level held (0 to 5); from the level asked upwards years[use & 3] come on top. Shares
    in basis points.
    """

    skill: int
    level: int
    rarity: int
    near: frozenset[int]
    credit: tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """All that a need asks of an entry.

    hours   (day, weekday, mask) of the half hours asked, on different weekdays; empty when whole days are asked
    days    how often each weekday lies in the days asked (Monday first), with `first` and `last` of them
    slots   half hours that are needed
    way     day -> mask that agreed work must not meet: the window with the way to it; empty where none is asked
    trust   share by whole days since the confirmation (index capped at the last); `alive` likewise for activity
    places  share by prefecture (0: unknown), or () for work online
    fresh   share by `use >> 2`, the year of last use
    """

    need: Need
    weights: Weights
    today: int
    musts: tuple[Asked, ...]
    nices: tuple[Asked, ...]
    hours: tuple[tuple[int, int, int], ...]
    days: tuple[int, ...]
    first: int
    last: int
    slots: int
    minutes: int
    way: Mapping[int, int]
    excluded: frozenset[UUID]
    languages: int
    nice_languages: int
    places: tuple[int, ...]
    unit: int
    site: int
    trust: tuple[int, ...]
    alive: tuple[int, ...]
    fresh: tuple[int, ...]


def question_of(
    need: Need, idf: Mapping[int, int], now: datetime, weights: Weights, near: Near = lambda _: frozenset()
) -> Question:
    """Make a need ready. `near` gives the skills related to one; a skill that `idf` does not name counts as rare.

    Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now is an aware time")
    today = day_number(now.astimezone(JST).date())
    hours, first, last, slots = _time(need, today)
    return Question(
        need=need,
        weights=weights,
        today=today,
        musts=tuple(_asked(wanted, idf, weights, near(wanted.skill)) for wanted in need.musts),
        nices=tuple(_asked(wanted, idf, weights, frozenset()) for wanted in need.nices),
        hours=hours,
        days=() if hours else _weekdays(first, last),
        first=first,
        last=last,
        slots=slots,
        minutes=need.time.minutes,
        way=_way(need),
        excluded=need.excluded,
        languages=language_mask(need.languages),
        nice_languages=language_mask(need.nice_languages),
        places=_places(need, weights),
        unit=unit_number(need.unit_id) if need.unit_id else 0,
        site=site_number(need.site) if need.site.strip() else 0,
        trust=_fading(weights.time_fresh_days, weights.time_stale_days),
        alive=_fading(weights.active_fresh_days, weights.active_stale_days),
        fresh=_fresh(now.astimezone(JST).year, weights),
    )


def _asked(wanted: Wanted, idf: Mapping[int, int], weights: Weights, near: frozenset[int]) -> Asked:
    none, one, two, three, four, five = (_credit(wanted.level, level, weights) for level in range(6))
    rarity = max(1, min(RARE, idf.get(wanted.skill, RARE)))
    credit = none, one, two, three, four, five
    return Asked(wanted.skill, wanted.level, rarity, near - {wanted.skill}, credit)


def _credit(asked: int, held: int, weights: Weights) -> int:
    if held == 0:
        return 0
    if held < asked:
        return weights.below_level >> (asked - held - 1)
    return weights.held + weights.extra_level * min(held - asked, weights.extra_levels)


def _time(need: Need, today: int) -> tuple[tuple[tuple[int, int, int], ...], int, int, int]:
    """Return the half hours asked, the days asked, and how many half hours are needed."""
    if isinstance(need.time, Window):
        spans = touched(need.time.starts_at, need.time.ends_at)
        first, last = spans[0][0], spans[-1][0]
        if last - first <= LONGEST_HOURS:
            hours = tuple((day, weekday(day), mask) for day, mask in spans)
            return hours, first, last, sum(mask.bit_count() for _, mask in spans)
        return (), first, last, OFFICE_SLOTS * (last - first + 1)
    last = min(day_number(need.time.due_on), today + HORIZON_DAYS)
    return (), today, last, -(-need.time.minutes // 30)


def _weekdays(first: int, last: int) -> tuple[int, ...]:
    whole, rest = divmod(max(0, last - first + 1), 7)
    return tuple(whole + ((day - weekday(first)) % 7 < rest) for day in range(7))


def _way(need: Need) -> dict[int, int]:
    if not isinstance(need.time, Window):
        return {}
    way = timedelta() if need.place.online else WAY
    return dict(touched(need.time.starts_at - way, need.time.ends_at + way))


def _places(need: Need, weights: Weights) -> tuple[int, ...]:
    wanted = need.place.prefecture
    if wanted is None:
        return ()
    region = next((region for region in REGIONS if wanted in region), range(0))
    return tuple(FULL if there == wanted else weights.near if there in region else 0 for there in range(48))


def _fading(fresh_days: int, stale_days: int) -> tuple[int, ...]:
    return tuple(freshness(days, fresh_days, stale_days) for days in range(stale_days + 1))


def _fresh(year: int, weights: Weights) -> tuple[int, ...]:
    """Return the share by year of last use: full for `idle_years`, then less for each further year."""
    shares = [weights.idle_unknown]
    for last in range(1, 64):
        idle = year - (FIRST_YEAR + last) - weights.idle_years
        shares.append(max(weights.idle_least, FULL - weights.idle_year * max(0, idle)))
    return tuple(shares)


def hour_week(question: Question) -> int:
    """Return the half hours asked as one 336-bit week: each weekday is asked at most once."""
    return sum((mask & DAY_MASK) << (day * DAY_SLOTS) for _, day, mask in question.hours)
