"""Rank one company's people for one task: gates first, then whole-number scores in a fixed order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from matching import reasons, saying, score
from matching.entry import entry_of
from matching.model import JST, Match, Need, Profile, Ranking
from matching.question import Near, Question, question_of
from matching.weights import COMPONENTS, WEIGHTS_V2, Weights

NO_TEXT: Mapping[UUID, int] = MappingProxyType({})


def rank(
    need: Need,
    profiles: Iterable[Profile],
    idf: Mapping[int, int],
    now: datetime,
    *,
    weights: Weights = WEIGHTS_V2,
    limit: int = 50,
    near: Near = lambda _: frozenset(),
    text: Mapping[UUID, int] | None = None,
) -> Ranking:
    """Return the best `limit` matches: more required skills first, then score, then person id.

    `idf` gives a whole-number rarity by skill id (`weights.idf`); a skill it does not name counts as rare.
    `text` gives a stored share by person, 0 to 10,000; None where the task's text was not compared. People are
    scored one by one, so nobody's score or order depends on who else is there. Raises ValueError for a naive
    `now` or a profile of another company: the caller has mixed two tenants.
    """
    question = question_of(need, idf, now, weights, near)
    gated: Counter[str] = Counter()
    matches: list[Match] = []
    for person in profiles:
        if person.company_id != need.company_id:
            raise ValueError("a profile of another company came into the ranking")
        shut, match = judge(question, person, _today(now), text)
        if match is None:
            gated[shut or ""] += 1
        else:
            matches.append(match)
    matches.sort(key=lambda found: (-found.met, -found.score, found.person_id))
    return Ranking(tuple(matches[:limit]), MappingProxyType(dict(gated)), weights.version)


def judge(
    question: Question, person: Profile, today: date, text: Mapping[UUID, int] | None = None
) -> tuple[str | None, Match | None]:
    """Return the gate that is shut for a person, or the match with what each component says."""
    entry = entry_of(person, today)
    if gate := score.shut(question, entry):
        return gate, None
    share = None if text is None else text.get(person.person_id, 0)
    earned = (*score.points(question, entry), score.text_points(question, share))
    components = tuple(zip(COMPONENTS, earned, strict=True))
    said = saying.said(question, person, entry)
    if share:
        said.append(reasons.moved_by_text(earned[-1]))
    met, missing = saying.split_by_met(question.need.musts, person.skills)
    return None, Match(
        person_id=person.person_id,
        score=sum(earned),
        met=len(met),
        components=components,
        reasons=reasons.of_kind(said, "for"),
        checks=reasons.of_kind(said, "check"),
        raises=tuple(saying.raises(question, person, entry, dict(components))),
        missing=tuple(skill.slug for skill in missing),
    )


def shut_gate(need: Need, person: Profile, now: datetime) -> str | None:
    """Return the id of the first gate that keeps a person from a task, or None when all are open."""
    question = question_of(need, {}, now, WEIGHTS_V2)
    return score.shut(question, entry_of(person, _today(now)))


def _today(now: datetime) -> date:
    return now.astimezone(JST).date()
