"""A person as whole numbers: all that any executor reads, made from a profile in one place.

Every executor (`score` here, SQL, the in-memory index) works on these numbers alone, so that all of them give
the same points to the same person. Days are counted from 1970-01-01 in Japan; masks hold half hours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zlib import crc32

from matching.availability import DAY_MASK, DAY_SLOTS, FULL, HORIZON_DAYS, WEEK_MASK, freshness
from matching.model import JST, Availability, Held, Profile, Window
from matching.vocabulary import LANGUAGE_NAMES
from matching.weights import WEIGHTS_V2, Weights, exposure_share

INTENT = "tasks"
PAYABLE = frozenset({"JP"})
CONSENT, NO_INTENT, BLOCKED, EMPLOYED, AT_CAP, ABROAD = (1 << bit for bit in range(6))
LANGUAGE_BITS = {code: 1 << bit for bit, code in enumerate(LANGUAGE_NAMES)}
MOST_SKILLS = 60  # of one person; the best known first
MOST_UNITS = 4
FIRST_YEAR = 1989  # a year of last use is kept as its distance from here, 1 to 63; 0 is unknown
STAR_SHARE = 2_500  # a star above the first: one star is nothing, five are full
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in one company's network.

    skills      (skill id, level 1 to 5, use) by skill id; `use` is the year of last use - 1989 (0: unknown) * 4
                + the grade of years (0 under one, 1 from 1, 2 from 3, 3 from 5)
    week, ask   336 bits: free, and "ask me"
    days        (day, free, ask) for days unlike the week: what holds then, agreed work taken off; by day
    taken       (day, mask) of agreed work with the way to it; by day
    confirmed   day on which the free time was confirmed, 0 for never stated; `active` likewise for the last visit
    wish, floor yen by task and by hour, 0 for none
    units       numbers of former units, sites of former sites; ascending
    and four shares in basis points that no task changes: reliability, response, load, exposure
    """

    person_id: UUID
    barred: int = 0
    skills: tuple[tuple[int, int, int], ...] = ()
    week: int = 0
    ask: int = 0
    days: tuple[tuple[int, int, int], ...] = ()
    taken: tuple[tuple[int, int], ...] = ()
    confirmed: int = 0
    active: int = 0
    languages: int = 0
    wish_task: int = 0
    wish_hour: int = 0
    floor_task: int = 0
    floor_hour: int = 0
    remote: bool = True
    prefecture: int = 0
    units: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    reliability: int = 0
    response: int = 0
    load: int = 0
    exposure: int = 0


def entry_of(profile: Profile, today: date, weights: Weights = WEIGHTS_V2) -> Entry:
    """Return the numbers of a profile on a day: exceptions and agreed work count from then, for HORIZON_DAYS."""
    first = day_number(today)
    horizon = range(first, first + HORIZON_DAYS + 1)
    taken = _taken(profile.busy, horizon)
    wish = profile.wish
    return Entry(
        person_id=profile.person_id,
        barred=_barred(profile),
        skills=_skills(profile.skills),
        week=profile.availability.week & WEEK_MASK,
        ask=profile.availability.ask & WEEK_MASK & ~profile.availability.week,
        days=_days(profile.availability, taken, horizon),
        taken=tuple(sorted(taken.items())),
        confirmed=_moment_day(profile.availability.confirmed_at),
        active=_moment_day(profile.last_active_at),
        languages=language_mask(profile.languages),
        wish_task=(wish.wished or 0) if wish.basis == "task" else 0,
        wish_hour=(wish.wished or 0) if wish.basis == "hour" else 0,
        floor_task=(wish.floor or 0) if wish.basis == "task" else 0,
        floor_hour=(wish.floor or 0) if wish.basis == "hour" else 0,
        remote=profile.remote_ok,
        prefecture=profile.prefecture or 0,
        units=tuple(sorted(map(unit_number, profile.units)))[:MOST_UNITS],
        sites=tuple(sorted(map(site_number, profile.sites)))[:MOST_UNITS],
        reliability=_reliability(profile, weights),
        response=_response(profile, weights),
        load=max(0, FULL - weights.running * profile.running - weights.waiting * profile.waiting),
        exposure=exposure_share(profile.shown),
    )


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return day.toordinal() - EPOCH


def weekday(day: int) -> int:
    """Return the weekday of a day number, Monday = 0 (1970-01-01 was a Thursday)."""
    return (day + 3) % 7


def unit_number(unit: UUID) -> int:
    """Return a unit's number: 31 bits of its id that are random in every version of UUID."""
    return int.from_bytes(unit.bytes[-4:], "big") & 0x7FFFFFFF


def site_number(site: str) -> int:
    """Return a site's number, the same for every spelling of its case and surrounding space."""
    return crc32(site.strip().casefold().encode()) & 0x7FFFFFFF


def language_mask(codes: Iterable[str]) -> int:
    """Return the languages as bits; one that is not in the vocabulary is left out."""
    return sum(LANGUAGE_BITS.get(code, 0) for code in set(codes))


def _barred(profile: Profile) -> int:
    return (
        (0 if profile.consented else CONSENT)
        | (0 if INTENT in profile.intents else NO_INTENT)
        | (BLOCKED if profile.blocked else 0)
        | (EMPLOYED if profile.employed else 0)
        | (AT_CAP if profile.cap is not None and profile.running >= profile.cap else 0)
        | (0 if profile.country in PAYABLE else ABROAD)
    )


def _skills(held: Mapping[int, Held]) -> tuple[tuple[int, int, int], ...]:
    known = [(skill, has.level, _use(has)) for skill, has in held.items() if has.level > 0]
    best = sorted(known, key=lambda code: (-code[1], -code[2], code[0]))[:MOST_SKILLS]
    return tuple(sorted(best))


def _use(held: Held) -> int:
    years = max(held.years, 0)
    grade = (years >= 1) + (years >= 3) + (years >= 5)  # noqa: PLR2004 - the steps of Weights.years
    last = 0 if held.last_year is None else min(63, max(1, held.last_year - FIRST_YEAR))
    return last * 4 + grade


def _taken(busy: Iterable[Window], horizon: range) -> dict[int, int]:
    """A half hour that agreed work touches at all is taken."""
    taken: dict[int, int] = {}
    for window in busy:
        for day, mask in touched(window.starts_at, window.ends_at):
            if day in horizon:
                taken[day] = taken.get(day, 0) | mask
    return taken


def touched(starts_at: datetime, ends_at: datetime) -> list[tuple[int, int]]:
    """Return (day, mask) of the half hours in Japan that a stretch of time touches, up to the horizon."""
    start, end = starts_at.astimezone(JST), ends_at.astimezone(JST)
    first = day_number(start.date())
    days = min(day_number(end.date()) - first, HORIZON_DAYS)
    found = []
    for n in range(days + 1):
        midnight = datetime.combine(start.date() + timedelta(days=n), datetime.min.time(), JST)
        begins = max(0, int((start - midnight).total_seconds()) // 1800)
        over = min(DAY_SLOTS, -(-int((end - midnight).total_seconds()) // 1800))
        if over > begins:
            found.append((first + n, (1 << over) - (1 << begins)))
    return found


def _days(stated: Availability, taken: Mapping[int, int], horizon: range) -> tuple[tuple[int, int, int], ...]:
    exceptions = {day_number(day.on): day for day in stated.exceptions}
    unlike = []
    for day in sorted({*exceptions, *taken}):
        if day not in horizon:
            continue
        shift = weekday(day) * DAY_SLOTS
        free, ask = stated.week >> shift & DAY_MASK, stated.ask >> shift & DAY_MASK
        if exception := exceptions.get(day):
            ask = (ask | exception.ask) & ~exception.busy & ~exception.free
            free = free & ~exception.busy & ~exception.ask | exception.free
        free &= ~taken.get(day, 0)
        ask &= ~free & ~taken.get(day, 0)
        unlike.append((day, free, ask))
    return tuple(unlike)


def _moment_day(moment: datetime | None) -> int:
    return day_number(moment.astimezone(JST).date()) if moment else 0


def _reliability(profile: Profile, weights: Weights) -> int:
    """Average past work with a prior: a newcomer stands above a bad record and below a long good one."""
    record = profile.record
    late = min(record.late, record.completed)
    earned = (record.completed - late) * FULL + late * weights.record_late
    earned += max(0, record.stars - record.reviews) * STAR_SHARE
    seen = record.completed + record.cancelled + record.reviews
    return min(
        FULL, (earned + weights.record_prior * weights.record_strength) // (seen + weights.record_strength)
    )


def _response(profile: Profile, weights: Weights) -> int:
    """Weigh whether a person answers (with a prior for the rarely asked) and how fast, half and half."""
    stats = profile.responses
    answered = min(stats.answered, stats.asked)
    answers = (answered * FULL + weights.reply_prior * weights.reply_strength) // (
        stats.asked + weights.reply_strength
    )
    if not answered:
        return answers
    speed = freshness(stats.minutes // answered, weights.reply_fast_minutes, weights.reply_slow_minutes)
    return (answers + speed) // 2
