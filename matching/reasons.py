"""What speaks for a person, and what to check first: whole sentences, kept as JSON until shown."""

from collections.abc import Iterable
from typing import Any

from marketplace.core.errors import N_, Message
from matching.model import Reason
from matching.vocabulary import LANGUAGE_NAMES, Vocabulary


def localise(reason: Reason, lang: str, vocabulary: Vocabulary) -> Message:
    """Return the reason as a message whose holes read well in `lang` ("ja" or "en").

    The page translates the message's text as it does any other. Skill slugs become names (a slug that has
    left the vocabulary stays as it is), language codes become names, whole numbers get thousands parted.
    """
    return Message(
        reason["key"],
        {name: _word(name, value, lang, vocabulary) for name, value in reason["params"].items()},
    )


def _word(name: str, value: Any, lang: str, vocabulary: Vocabulary) -> str:
    if name == "languages":
        return _listed((LANGUAGE_NAMES.get(code, {}).get(lang, code) for code in value), lang)
    if isinstance(value, list):
        return _listed((vocabulary.name(slug, lang) for slug in value), lang)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _listed(words: Iterable[str], lang: str) -> str:
    return ("、" if lang == "ja" else ", ").join(words)


def _speaks_for(key: str, **params: Any) -> Reason:
    return {"key": key, "params": params, "kind": "for"}


def _raise(key: str, **params: Any) -> Reason:
    return {"key": key, "params": params, "kind": "raise"}


def _check(key: str, **params: Any) -> Reason:
    return {"key": key, "params": params, "kind": "check"}


def required_skills(met: list[str], asked: int) -> Reason:
    if asked == 1:
        return _speaks_for(N_("The required skill matches (%(skills)s)."), skills=met)
    if len(met) == asked:
        return _speaks_for(N_("All %(count)s required skills match (%(skills)s)."), count=asked, skills=met)
    return _speaks_for(
        N_("%(met)s of %(count)s required skills match (%(skills)s)."), met=len(met), count=asked, skills=met
    )


def skills_missing(slugs: list[str]) -> Reason:
    return _check(N_("Missing: %(skills)s."), skills=slugs)


def skills_below(slugs: list[str]) -> Reason:
    return _check(N_("Has experience, but below the level asked: %(skills)s."), skills=slugs)


def skills_near(slugs: list[str]) -> Reason:
    return _check(N_("Related experience, though not this skill itself: %(skills)s."), skills=slugs)


def skills_idle(slugs: list[str]) -> Reason:
    return _check(N_("Not used for some years: %(skills)s."), skills=slugs)


def nice_skills(slugs: list[str]) -> Reason:
    return _speaks_for(N_("Also brings %(skills)s."), skills=slugs)


def free_all_window() -> Reason:
    return _speaks_for(N_("Free for the whole time of the task."))


def free_part(percent: int) -> Reason:
    return _check(N_("Free for only %(percent)s%% of the time asked."), percent=percent)


def free_until_due(hours: int) -> Reason:
    if hours == 1:
        return _speaks_for(N_("Has about one free hour until the delivery date."))
    return _speaks_for(N_("Has about %(hours)s free hours until the delivery date."), hours=hours)


def week_confirmed(hours: int, days: int) -> Reason:
    if days < 2:  # noqa: PLR2004 - "1 days ago" reads badly
        return _speaks_for(N_("Free hours a week: %(hours)s, confirmed in the last two days."), hours=hours)
    return _speaks_for(
        N_("Free hours a week: %(hours)s, confirmed %(days)s days ago."), hours=hours, days=days
    )


def time_unstated() -> Reason:
    return _check(N_("Has not said yet when there is time."))


def time_stale(days: int) -> Reason:
    return _check(N_("Free time was last confirmed %(days)s days ago."), days=days)


def speaks(languages: list[str]) -> Reason:
    return _speaks_for(N_("Speaks %(languages)s."), languages=languages)


def pays_wish(wish: int) -> Reason:
    return _speaks_for(N_("The price meets the wish (from ¥%(wish)s)."), wish=wish)


def pays_hourly_wish(wish: int) -> Reason:
    return _speaks_for(N_("The price meets the wish (from ¥%(wish)s an hour)."), wish=wish)


def wishes_more(wish: int, price: int) -> Reason:
    return _check(N_("Wishes from ¥%(wish)s; this task pays ¥%(price)s."), wish=wish, price=price)


def wishes_more_hourly(wish: int, price: int) -> Reason:
    return _check(
        N_("Wishes from ¥%(wish)s an hour; this task comes to ¥%(price)s an hour."), wish=wish, price=price
    )


def completed_on_time(completed: int) -> Reason:
    return _speaks_for(N_("Tasks completed, all on time: %(completed)s."), completed=completed)


def completed_late(completed: int, late: int) -> Reason:
    return _check(
        N_("Tasks completed: %(completed)s, of which late: %(late)s."), completed=completed, late=late
    )


def cancelled(count: int) -> Reason:
    return _check(N_("Tasks this person cancelled: %(count)s."), count=count)


def rated(stars: str) -> Reason:
    return _speaks_for(N_("Rated %(stars)s of 5 in reviews."), stars=stars)


def rated_low(stars: str) -> Reason:
    return _check(N_("Rated only %(stars)s of 5 in reviews."), stars=stars)


def no_record() -> Reason:
    return _check(N_("This would be the first task; there is no record yet."))


def inactive(days: int) -> Reason:
    return _check(N_("Last active %(days)s days ago."), days=days)


def same_prefecture() -> Reason:
    return _speaks_for(N_("Lives in the prefecture where the work is."))


def elsewhere() -> Reason:
    return _check(N_("Lives in another prefecture than the place of work."))


def place_unstated() -> Reason:
    return _check(N_("Has not said where they live."))


def not_online() -> Reason:
    return _check(N_("Prefers not to work online."))


def former_unit() -> Reason:
    return _speaks_for(N_("Used to work in the unit that offers this task."))


def former_site() -> Reason:
    return _speaks_for(N_("Used to work at the site of this unit."))


def loaded(running: int, waiting: int) -> Reason:
    return _check(
        N_("Has work and questions open already: %(running)s running, %(waiting)s invitations."),
        running=running,
        waiting=waiting,
    )


def moved_by_text(points: int) -> Reason:
    return _speaks_for(N_("The text of the profile fits the task (+%(points)s points)."), points=points)


def raise_skills(slugs: list[str], points: int) -> Reason:
    return _raise(
        N_("Holding %(skills)s, or making that optional: up to +%(points)s."), skills=slugs, points=points
    )


def raise_time(points: int) -> Reason:
    return _raise(N_("Saying when there is time: up to +%(points)s."), points=points)


def raise_confirmed(points: int) -> Reason:
    return _raise(N_("Confirming the free time anew: up to +%(points)s."), points=points)


def raise_price(points: int) -> Reason:
    return _raise(N_("A price that meets the wish: +%(points)s."), points=points)


def raise_wish(points: int) -> Reason:
    return _raise(N_("Saying which price is wished: up to +%(points)s."), points=points)


def raise_place(points: int) -> Reason:
    return _raise(N_("Saying where they live: up to +%(points)s."), points=points)


def answers_fast(hours: int) -> Reason:
    if hours < 2:  # noqa: PLR2004 - "1 hours" reads badly
        return _speaks_for(N_("Usually answers within an hour."))
    return _speaks_for(N_("Usually answers within %(hours)s hours."), hours=hours)


def answers_seldom(answered: int, asked: int) -> Reason:
    return _check(N_("Answered %(answered)s of %(asked)s invitations."), answered=answered, asked=asked)


def of_kind(reasons: Iterable[Reason], kind: str) -> tuple[Reason, ...]:
    """Return the reasons of one kind, in their order."""
    return tuple(reason for reason in reasons if reason["kind"] == kind)
