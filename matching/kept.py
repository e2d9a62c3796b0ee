"""What a score was worked out from, as compact JSON and back, so that any past list can be explained.

Kept are the numbers of the question and of the entry, not the texts; the points follow from them by `score`.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from matching import score
from matching.entry import EPOCH, Entry
from matching.model import JST, Deadline, Need, Place, Wanted, Window
from matching.question import Asked, Question, question_of
from matching.weights import COMPONENTS, WEIGHTS_V2

_MASKS = ("week", "ask")


def question_to_json(question: Question) -> dict[str, Any]:
    """Return what was asked, how rare each skill was, the points of each component, and the day."""
    need = question.need
    return {
        "today": question.today,
        "time": _time_to_json(need.time),
        "price": need.price_yen,
        "musts": _asked_to_json(need.musts, question.musts),
        "nices": _asked_to_json(need.nices, question.nices),
        "languages": sorted(need.languages),
        "nice_languages": sorted(need.nice_languages),
        "prefecture": need.place.prefecture,
        "unit": str(need.unit_id) if need.unit_id else None,
        "site": need.site,
        "points": dict(question.weights.points),
        "version": question.weights.version,
    }


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return the numbers of a person, without the id and without agreed work, which no points come from."""
    kept = {
        name: value for name, value in asdict(entry).items() if name not in {"person_id", "taken"} and value
    }
    return {**kept, **{name: f"{kept[name]:x}" for name in _MASKS if name in kept}}


def explained(question: Mapping[str, Any], entry: Mapping[str, Any], text: int | None) -> dict[str, int]:
    """Return the points of each component from what was kept; they sum to the score."""
    asked = question_from_json(question)
    who = entry_from_json(entry)
    earned = (*score.points(asked, who), score.text_points(asked, text))
    return dict(zip(COMPONENTS, earned, strict=True))


def question_from_json(kept: Mapping[str, Any]) -> Question:
    """Return the question that was kept. Raises KeyError for one of another shape."""
    near = {row[0]: frozenset(row[4]) for row in kept["musts"]}
    need = Need(
        task_id=UUID(int=0),
        company_id=UUID(int=0),
        time=_time_from_json(kept["time"]),
        price_yen=kept["price"],
        musts=tuple(Wanted(row[0], row[1], row[2]) for row in kept["musts"]),
        nices=tuple(Wanted(row[0], row[1], row[2]) for row in kept["nices"]),
        languages=frozenset(kept["languages"]),
        nice_languages=frozenset(kept["nice_languages"]),
        place=Place(kept["prefecture"]),
        unit_id=UUID(kept["unit"]) if kept["unit"] else None,
        site=kept["site"],
    )
    rarities = {row[0]: row[3] for row in (*kept["musts"], *kept["nices"])}
    noon = datetime.combine(date.fromordinal(EPOCH + kept["today"]), datetime.min.time(), JST) + timedelta(
        hours=12
    )
    points = {name: kept["points"].get(name, 0) for name in COMPONENTS}
    weights = replace(WEIGHTS_V2, version=kept["version"], points=points)
    return question_of(need, rarities, noon, weights, lambda skill: near.get(skill, frozenset()))


def entry_from_json(kept: Mapping[str, Any]) -> Entry:
    """Return the entry that was kept; what was left out was nothing."""
    lists = {name: tuple(tuple(row) for row in kept.get(name, ())) for name in ("skills", "days")} | {
        name: tuple(kept.get(name, ())) for name in ("units", "sites")
    }
    masks = {name: int(kept.get(name, "0"), 16) for name in _MASKS}
    plain = {name: value for name, value in kept.items() if name not in lists and name not in masks}
    return Entry(person_id=UUID(int=0), **{"remote": False, **plain, **lists, **masks})


def _asked_to_json(wanted: tuple[Wanted, ...], asked: tuple[Asked, ...]) -> list[list[Any]]:
    return [
        [skill.skill, skill.level, skill.slug, made.rarity, sorted(made.near)]
        for skill, made in zip(wanted, asked, strict=True)
    ]


def _time_to_json(time: Window | Deadline) -> list[Any]:
    if isinstance(time, Window):
        return [time.starts_at.isoformat(), time.ends_at.isoformat()]
    return [time.due_on.isoformat(), time.minutes]


def _time_from_json(kept: list[Any]) -> Window | Deadline:
    if isinstance(kept[1], int):
        return Deadline(date.fromisoformat(kept[0]), kept[1])
    return Window(datetime.fromisoformat(kept[0]), datetime.fromisoformat(kept[1]))
