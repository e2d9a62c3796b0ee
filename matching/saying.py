"""What is said of a match: what speaks for it, what to check first, and what would raise it."""

from collections.abc import Callable, Mapping

from matching import reasons, score
from matching.availability import FULL, week_hours
from matching.entry import Entry
from matching.model import Held, Profile, Reason, Wanted, Window
from matching.question import Question

LOW_STARS = 30  # tenths
FEW_POINTS = 50  # what would add less is not worth a sentence


def split_by_met(wanted: tuple[Wanted, ...], held: Mapping[int, Held]) -> tuple[list[Wanted], list[Wanted]]:
    """Part the wanted skills into those held at their level and the others."""
    met: list[Wanted] = []
    missing: list[Wanted] = []
    for skill in wanted:
        has = held.get(skill.skill)
        (met if has and has.level >= skill.level else missing).append(skill)
    return met, missing


def said(question: Question, profile: Profile, entry: Entry) -> list[Reason]:
    """Return the sentences of every component, in the order of the components."""
    return [reason for tell in _TELLERS for reason in tell(question, profile, entry)]


def raises(question: Question, profile: Profile, entry: Entry, points: Mapping[str, int]) -> list[Reason]:
    """Return what would raise the match and by how many points, the most first."""
    weights = question.weights.points
    lost = {name: weights[name] - earned for name, earned in points.items()}
    _, missing = split_by_met(question.need.musts, profile.skills)
    ways: list[tuple[int, Reason]] = []
    if missing:
        ways.append((lost["skills"], reasons.raise_skills([skill.slug for skill in missing], lost["skills"])))
    if profile.availability.confirmed_at is None:
        ways.append((lost["availability"], reasons.raise_time(lost["availability"])))
    elif _age(question, entry) > question.weights.time_fresh_days:
        ways.append((lost["availability"], reasons.raise_confirmed(lost["availability"])))
    if profile.wish.wished and lost["rate"]:
        ways.append((lost["rate"], reasons.raise_price(lost["rate"])))
    elif not profile.wish.wished:
        ways.append((lost["rate"], reasons.raise_wish(lost["rate"])))
    if profile.prefecture is None and not question.need.place.online:
        ways.append((lost["place"], reasons.raise_place(lost["place"])))
    ways.sort(key=lambda way: -way[0])
    return [reason for gain, reason in ways if gain >= FEW_POINTS]


def _age(question: Question, entry: Entry) -> int:
    return max(0, question.today - entry.confirmed)


def _skills(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    wanted = question.need.musts
    if not wanted:
        return []
    met, missing = split_by_met(wanted, profile.skills)
    below = [skill.slug for skill in missing if skill.skill in profile.skills]
    absent = [skill.slug for skill in missing if skill.skill not in profile.skills]
    found = [reasons.required_skills([skill.slug for skill in met], len(wanted))] if met else []
    found += [reasons.skills_missing(absent)] if absent else []
    found += [reasons.skills_below(below)] if below else []
    return found


def _adjacency(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    held = set(profile.skills)
    slugs = {wanted.skill: wanted.slug for wanted in question.need.musts}
    near = [slugs[asked.skill] for asked in question.musts if asked.skill not in held and asked.near & held]
    return [reasons.skills_near(near)] if near else []


def _recency(question: Question, profile: Profile, entry: Entry) -> list[Reason]:
    uses = {skill: use for skill, _, use in entry.skills}
    met, _ = split_by_met(question.need.musts, profile.skills)
    idle = [
        skill.slug
        for skill in met
        if uses.get(skill.skill, 0) >> 2 and question.fresh[uses[skill.skill] >> 2] < FULL
    ]
    return [reasons.skills_idle(idle)] if idle else []


def _nice_skills(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    met, _ = split_by_met(question.need.nices, profile.skills)
    return [reasons.nice_skills([skill.slug for skill in met])] if met else []


def _time(question: Question, profile: Profile, entry: Entry) -> list[Reason]:
    if profile.availability.confirmed_at is None:
        return [reasons.time_unstated()]
    fit = score.fit(question, entry)
    hours = score.free_halves(question, entry) // 4
    found: list[Reason] = []
    if fit < FULL:
        found.append(reasons.free_part(fit * 100 // FULL))
    elif isinstance(question.need.time, Window):
        found.append(reasons.free_all_window())
    else:
        found.append(reasons.free_until_due(hours))
    age = _age(question, entry)
    if age > question.weights.time_fresh_days:
        found.append(reasons.time_stale(age))
    elif profile.availability.week:
        found.append(reasons.week_confirmed(week_hours(profile.availability.week), age))
    return found


def _language(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    spoken = sorted((question.need.nice_languages | question.need.languages) & profile.languages)
    return [reasons.speaks(spoken)] if spoken else []


def _rate(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    need, wish = question.need, profile.wish
    if not wish.wished:
        return []
    if wish.basis == "hour":
        if need.price_yen * 60 >= wish.wished * question.minutes:
            return [reasons.pays_hourly_wish(wish.wished)]
        return [reasons.wishes_more_hourly(wish.wished, need.price_yen * 60 // question.minutes)]
    if need.price_yen >= wish.wished:
        return [reasons.pays_wish(wish.wished)]
    return [reasons.wishes_more(wish.wished, need.price_yen)]


def _place(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    wanted = question.need.place.prefecture
    if wanted is None:
        return [] if profile.remote_ok else [reasons.not_online()]
    if profile.prefecture is None:
        return [reasons.place_unstated()]
    return [reasons.same_prefecture() if profile.prefecture == wanted else reasons.elsewhere()]


def _unit(question: Question, _profile: Profile, entry: Entry) -> list[Reason]:
    if question.unit and question.unit in entry.units:
        return [reasons.former_unit()]
    return [reasons.former_site()] if question.unit and question.site and question.site in entry.sites else []


def _record(_question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    record = profile.record
    found: list[Reason] = []
    if record.late:
        found.append(reasons.completed_late(record.completed, record.late))
    elif record.completed:
        found.append(reasons.completed_on_time(record.completed))
    if record.cancelled:
        found.append(reasons.cancelled(record.cancelled))
    if record.reviews:
        tenths = (record.stars * 20 + record.reviews) // (2 * record.reviews)  # rounded half up
        rated = reasons.rated_low if tenths < LOW_STARS else reasons.rated
        found.append(rated(f"{tenths // 10}.{tenths % 10}"))
    return found or [reasons.no_record()]


def _activity(question: Question, profile: Profile, entry: Entry) -> list[Reason]:
    if profile.last_active_at is None or score.activity(question, entry) >= FULL // 2:
        return []
    return [reasons.inactive(max(0, question.today - entry.active))]


def _response(question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    stats, weights = profile.responses, question.weights
    answered = min(stats.answered, stats.asked)
    if not answered:
        return [reasons.answers_seldom(0, stats.asked)] if stats.asked >= weights.reply_strength else []
    if answered * 2 < stats.asked:
        return [reasons.answers_seldom(answered, stats.asked)]
    mean = stats.minutes // answered
    return [reasons.answers_fast(mean // 60 + 1)] if mean <= weights.reply_fast_minutes else []


def _load(_question: Question, profile: Profile, _entry: Entry) -> list[Reason]:
    return [reasons.loaded(profile.running, profile.waiting)] if profile.running + profile.waiting > 1 else []


Tell = Callable[[Question, Profile, Entry], list[Reason]]

_TELLERS: tuple[Tell, ...] = (
    _skills,
    _adjacency,
    _recency,
    _nice_skills,
    _time,
    _language,
    _rate,
    _place,
    _unit,
    _record,
    _activity,
    _response,
    _load,
)
