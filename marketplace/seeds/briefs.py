"""Read the 31 spot tasks of the demo world; their days count from the day on which they are written."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.alumni.skills import vocabulary
from marketplace.core.clock import JST
from marketplace.core.money import yen
from marketplace.tasks.brief import Brief
from matching.model import Wanted


@dataclass(frozen=True, slots=True)
class Spec:
    """A task to plant: whose it is, what becomes of it, and its words."""

    company: str
    unit: str
    fate: str
    words: Mapping[str, Any]

    def brief(self, today: date) -> Brief:
        """Return the brief as it is written on a day."""
        words = dict(self.words)
        due = today + timedelta(days=words.pop("due"))
        hours, starts = words.pop("hours", None), words.pop("starts", None)
        for name in ("musts", "nices"):
            words[name] = tuple(_wanted(text) for text in words.get(name, ()))
        return Brief(
            **{
                **words,
                "price": yen(words["price"]),
                "languages": tuple(words.get("languages", ())),
                "nice_languages": tuple(words.get("nice_languages", ())),
                "online": "place" not in words,
                "starts_on": today + timedelta(days=starts) if starts is not None else None,
                "hours_estimate": 8,
                **(_window(due, *hours) if hours else {"deliver_on": due}),
            }
        )


def _wanted(text: str) -> Wanted:
    slug, level = text.split(":")
    return Wanted(vocabulary().vocabulary.skills[slug].id, int(level), slug)


def _window(day: date, starts: int, ends: int) -> dict[str, datetime]:
    return {
        "window_starts_at": datetime.combine(day, time(starts), JST).astimezone(UTC),
        "window_ends_at": datetime.combine(day, time(ends), JST).astimezone(UTC),
    }


@cache
def specs() -> tuple[Spec, ...]:
    """Return every task of the file, in its order."""
    with (Path(__file__).parent / "data" / "tasks.toml").open("rb") as file:
        tasks = tomllib.load(file)["task"]
    return tuple(Spec(task.pop("company"), task.pop("unit"), task.pop("fate"), task) for task in tasks)
