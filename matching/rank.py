"""Rank one company's people for one task: gates first, then whole-number scores in a fixed order."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from matching import circumstances, features, reasons
from matching.availability import FULL
from matching.features import Finding, Question
from matching.gates import shut_gate
from matching.model import Match, Need, Profile, Ranking
from matching.weights import COMPONENTS, WEIGHTS_V1, Weights

FEATURES: Mapping[str, Callable[[Question, Profile], Finding]] = MappingProxyType(
    {
        "skills": features.skills,
        "nice_skills": features.nice_skills,
        "availability": features.availability,
        "language": features.language,
        "rate": features.rate,
        "reliability": features.reliability,
        "activity": circumstances.activity,
        "place": circumstances.place,
        "unit": circumstances.unit,
        "response": circumstances.response,
    }
)


def rank(
    need: Need,
    profiles: Iterable[Profile],
    idf: Mapping[int, int],
    now: datetime,
    *,
    weights: Weights = WEIGHTS_V1,
    limit: int = 50,
) -> Ranking:
    """Return the best `limit` matches: more required skills first, then score, then person id.

    `idf` gives a whole-number rarity by skill id (`weights.idf`); a skill it does not name counts as rare.
    People are scored one by one, so nobody's score or order depends on who else is there. Raises ValueError
    for a naive `now` or a profile of another company: the caller has mixed two tenants.
    """
    if now.tzinfo is None:
        raise ValueError("now is an aware time")
    question = Question.of(need, idf, now, weights)
    gated: Counter[str] = Counter()
    matches: list[Match] = []
    for person in profiles:
        if person.company_id != need.company_id:
            raise ValueError("a profile of another company came into the ranking")
        if gate := shut_gate(need, person):
            gated[gate.id] += 1
        else:
            matches.append(match(question, person))
    matches.sort(key=lambda found: (-found.met, -found.score, found.person_id))
    return Ranking(tuple(matches[:limit]), MappingProxyType(dict(gated)), weights.version)


def match(question: Question, person: Profile) -> Match:
    """Score one person who has passed the gates, and gather what each component says."""
    points = question.weights.points
    findings = [(name, FEATURES[name](question, person)) for name in COMPONENTS]
    components = tuple((name, points[name] * found.share // FULL) for name, found in findings)
    said = [reason for _, found in findings for reason in found.said]
    met, missing = features.split_by_met(question.need.musts, person.skills)
    return Match(
        person_id=person.person_id,
        score=sum(earned for _, earned in components),
        met=len(met),
        components=components,
        reasons=reasons.of_kind(said, "for"),
        checks=reasons.of_kind(said, "check"),
        missing=tuple(skill.slug for skill in missing),
    )
