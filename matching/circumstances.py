"""The smaller components of a score: recent activity, place, former unit, and how fast a person answers."""

from matching import reasons
from matching.availability import FULL, freshness, whole_days
from matching.features import Finding, Question
from matching.model import Profile

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


def activity(question: Question, person: Profile) -> Finding:
    """Trust people who were here lately; never seen is no points, and nothing to say."""
    if person.last_active_at is None:
        return Finding(0)
    weights = question.weights
    days = whole_days(person.last_active_at, question.now)
    share = freshness(days, weights.active_fresh_days, weights.active_stale_days)
    return Finding(share, (reasons.inactive(days),) if share < FULL // 2 else ())


def place(question: Question, person: Profile) -> Finding:
    """Ask for the will to work online, or weigh how near the person lives."""
    wanted = question.need.place.prefecture
    if wanted is None:
        return Finding(FULL) if person.remote_ok else Finding(0, (reasons.not_online(),))
    if person.prefecture is None:
        return Finding(0, (reasons.place_unstated(),))
    if person.prefecture == wanted:
        return Finding(FULL, (reasons.same_prefecture(),))
    near = any(wanted in region and person.prefecture in region for region in REGIONS)
    return Finding(question.weights.near if near else 0, (reasons.elsewhere(),))


def unit(question: Question, person: Profile) -> Finding:
    """Favour people who used to work in the unit that offers the task."""
    wanted = question.need.unit_id
    if wanted is None:
        return Finding(FULL)
    return Finding(FULL, (reasons.former_unit(),)) if wanted in person.units else Finding(0)


def response(question: Question, person: Profile) -> Finding:
    """Weigh whether a person answers (with a prior for the rarely asked) and how fast, half and half."""
    weights, stats = question.weights, person.responses
    answered = min(stats.answered, stats.asked)
    prior = weights.reply_prior * weights.reply_strength
    answers = (answered * FULL + prior) // (stats.asked + weights.reply_strength)
    if not answered:
        said = (reasons.answers_seldom(0, stats.asked),) if stats.asked >= weights.reply_strength else ()
        return Finding(answers, said)
    mean = stats.minutes // answered
    speed = freshness(mean, weights.reply_fast_minutes, weights.reply_slow_minutes)
    if answered * 2 < stats.asked:
        return Finding((answers + speed) // 2, (reasons.answers_seldom(answered, stats.asked),))
    return Finding((answers + speed) // 2, (reasons.answers_fast(mean // 60 + 1),) if speed == FULL else ())
