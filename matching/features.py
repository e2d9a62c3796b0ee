"""The components of a score: each gives whole points within its weight, and says why in the same breath.

Where a task asks nothing of a component, everybody gets its full points, so that scores of tasks compare.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from matching import reasons
from matching.availability import (
    FULL,
    DaySpan,
    asked_minutes,
    free_minutes,
    freshness,
    spans,
    week_hours,
    whole_days,
)
from matching.model import JST, Availability, Held, Need, Profile, Reason, Wanted, Window
from matching.weights import RARE, Weights

STAR_SHARE = 2_500  # basis points a star above the first: one star is nothing, five are full
LOW_STARS = 30  # tenths


@dataclass(frozen=True, slots=True)
class Question:
    """A need made ready once for many people: asked time as day spans, rarities, now and the weights."""

    need: Need
    idf: Mapping[int, int]
    now: datetime
    weights: Weights
    asked: tuple[DaySpan, ...]

    @classmethod
    def of(cls, need: Need, idf: Mapping[int, int], now: datetime, weights: Weights) -> "Question":
        return cls(need, idf, now, weights, asked_spans(need, now))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one component found: a share in basis points of its weight, and the sentences that explain it."""

    share: int
    said: tuple[Reason, ...] = ()


def asked_spans(need: Need, now: datetime) -> tuple[DaySpan, ...]:
    """Return the window of the task, or the time from now to the end of the delivery date in Japan."""
    if isinstance(need.time, Window):
        return spans(need.time.starts_at, need.time.ends_at)
    return spans(now, datetime.combine(need.time.due_on + timedelta(days=1), time(), JST))


def skills(question: Question, person: Profile) -> Finding:
    """Cover the required skills, the rare ones weighing more; name what is met, missing, weak or unused."""
    wanted = question.need.musts
    if not wanted:
        return Finding(FULL)
    met, missing = split_by_met(wanted, person.skills)
    below = [skill.slug for skill in missing if skill.skill in person.skills]
    absent = [skill.slug for skill in missing if skill.skill not in person.skills]
    idle = [skill.slug for skill in met if _idle_loss(person.skills[skill.skill], question) > 0]
    said = [reasons.required_skills([skill.slug for skill in met], len(wanted))] if met else []
    said += [reasons.skills_missing(absent)] if absent else []
    said += [reasons.skills_below(below)] if below else []
    said += [reasons.skills_idle(idle)] if idle else []
    return Finding(_coverage(wanted, question, person), tuple(said))


def nice_skills(question: Question, person: Profile) -> Finding:
    """Cover the wished skills in the same way; what is missing here is no matter to check."""
    wanted = question.need.nices
    if not wanted:
        return Finding(FULL)
    met, _ = split_by_met(wanted, person.skills)
    said = (reasons.nice_skills([skill.slug for skill in met]),) if met else ()
    return Finding(_coverage(wanted, question, person), said)


def split_by_met(wanted: Iterable[Wanted], held: Mapping[int, Held]) -> tuple[list[Wanted], list[Wanted]]:
    """Part the wanted skills into those held at their level and the others."""
    met: list[Wanted] = []
    missing: list[Wanted] = []
    for skill in wanted:
        has = held.get(skill.skill)
        (met if has and has.level >= skill.level else missing).append(skill)
    return met, missing


def _coverage(wanted: tuple[Wanted, ...], question: Question, person: Profile) -> int:
    rarities = [max(1, min(RARE, question.idf.get(skill.skill, RARE))) for skill in wanted]
    earned = sum(
        rarity * _credit(skill, person.skills.get(skill.skill), question)
        for rarity, skill in zip(rarities, wanted, strict=True)
    )
    return earned // sum(rarities)


def _credit(wanted: Wanted, held: Held | None, question: Question) -> int:
    weights = question.weights
    if held is None or held.level < 1:
        return 0
    if held.level < wanted.level:
        return weights.below_level >> (wanted.level - held.level - 1)
    level = weights.extra_level * min(held.level - wanted.level, weights.extra_levels)
    years = weights.extra_year * min(max(held.years, 0), weights.extra_years)
    return weights.held + level + years - _idle_loss(held, question)


def _idle_loss(held: Held, question: Question) -> int:
    if held.last_year is None:
        return 0
    weights = question.weights
    idle = question.now.astimezone(JST).year - held.last_year - weights.idle_years
    return min(weights.idle_most, weights.idle_year * max(0, idle))


def availability(question: Question, person: Profile) -> Finding:
    """Weigh free time in what is asked; an old statement fades to what is assumed where none is stated."""
    weights, stated = question.weights, person.availability
    if stated.confirmed_at is None:
        return Finding(weights.time_unknown, (reasons.time_unstated(),))
    days = whole_days(stated.confirmed_at, question.now)
    trust = freshness(days, weights.time_fresh_days, weights.time_stale_days)
    needed = _needed_minutes(question)
    free = free_minutes(stated, question.asked, person.busy)
    fit = min(FULL, FULL * free // needed) if needed else 0
    share = (fit * trust + weights.time_unknown * (FULL - trust)) // FULL
    return Finding(share, _time_said(question, stated, free, fit, days))


def _needed_minutes(question: Question) -> int:
    need = question.need
    return asked_minutes(question.asked) if isinstance(need.time, Window) else need.time.minutes


def _time_said(
    question: Question, stated: Availability, free: int, fit: int, days: int
) -> tuple[Reason, ...]:
    said: list[Reason] = []
    if fit < FULL:
        said.append(reasons.free_part(fit * 100 // FULL))
    elif isinstance(question.need.time, Window):
        said.append(reasons.free_all_window())
    else:
        said.append(reasons.free_until_due(free // 60))
    if days > question.weights.time_fresh_days:
        said.append(reasons.time_stale(days))
    elif stated.week:
        said.append(reasons.week_confirmed(week_hours(stated.week), days))
    return tuple(said)


def language(question: Question, person: Profile) -> Finding:
    """Weigh the wished languages; required ones are a gate."""
    wished = question.need.nice_languages
    spoken = sorted((wished | question.need.languages) & person.languages)
    said = (reasons.speaks(spoken),) if spoken else ()
    share = FULL * len(wished & person.languages) // len(wished) if wished else FULL
    return Finding(share, said)


def rate(question: Question, person: Profile) -> Finding:
    """Compare the price with the wish: full at the wish, nothing at half of it."""
    weights, need, wish = question.weights, question.need, person.wish
    if not wish.wished:
        return Finding(weights.rate_unstated)
    minutes = need.time.minutes
    hourly = wish.basis == "hour"
    offered, wished = (
        (need.price_yen * 60, wish.wished * minutes) if hourly else (need.price_yen, wish.wished)
    )
    if offered >= wished:
        meets = reasons.pays_hourly_wish if hourly else reasons.pays_wish
        return Finding(FULL, (meets(wish.wished),))
    reached = FULL * offered // wished
    share = max(0, FULL * (reached - weights.rate_zero) // (FULL - weights.rate_zero))
    if hourly:
        return Finding(share, (reasons.wishes_more_hourly(wish.wished, offered // minutes),))
    return Finding(share, (reasons.wishes_more(wish.wished, offered),))


def reliability(question: Question, person: Profile) -> Finding:
    """Average past work with a prior: a newcomer stands above a bad record and below a long good one."""
    weights, record = question.weights, person.record
    late = min(record.late, record.completed)
    earned = (record.completed - late) * FULL + late * weights.record_late
    earned += max(0, record.stars - record.reviews) * STAR_SHARE
    seen = record.completed + record.cancelled + record.reviews
    prior = weights.record_prior * weights.record_strength
    share = min(FULL, (earned + prior) // (seen + weights.record_strength))
    return Finding(share, _record_said(person))


def _record_said(person: Profile) -> tuple[Reason, ...]:
    record = person.record
    said: list[Reason] = []
    if record.late:
        said.append(reasons.completed_late(record.completed, record.late))
    elif record.completed:
        said.append(reasons.completed_on_time(record.completed))
    if record.cancelled:
        said.append(reasons.cancelled(record.cancelled))
    if record.reviews:
        tenths = (record.stars * 20 + record.reviews) // (2 * record.reviews)  # rounded half up
        rated = reasons.rated_low if tenths < LOW_STARS else reasons.rated
        said.append(rated(f"{tenths // 10}.{tenths % 10}"))
    return tuple(said) or (reasons.no_record(),)
