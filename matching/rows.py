"""A person's two rows: `match_profile` holds the profile as JSON for the reasons, `match_entry` the numbers of the entry.

    skills                    skill * 2048 + level * 256 + use, by skill id
    skill_least               skill * 8 + 1 up to skill * 8 + level: one code asks for a skill from a level upwards
    week, ask                 336 bits
    days, day_free, day_ask   the days unlike the week; day_sums holds the running sum of what they add to or take
                              from the week's half hours (free ones twice), beginning with 0
    taken_days, taken_masks   agreed work
    entry_on                  the day on which the numbers were worked out

and the other fields of an Entry by their names.
"""

import json
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Any

from matching import stored
from matching.availability import DAY_MASK, DAY_SLOTS
from matching.entry import INTENT, Entry, entry_of, weekday
from matching.model import Profile

CODE_BASE = 8
MAX_LEVEL = 5
HELD_BASE, LEVEL_BASE = 2048, 256

_PLAIN = (
    "barred", "confirmed", "active", "languages", "wish_task", "wish_hour", "floor_task", "floor_hour", "remote", "prefecture",
    "reliability", "response", "load", "exposure",
)  # fmt: skip
_LISTS = ("units", "sites")
_BITS = "::text::bit(336)"
NAMES = (
    "company_id", "person_id", "entry_on", "skills", "skill_least", "week", "ask", "days", "day_free", "day_ask", "day_sums",
    "taken_days", "taken_masks", *_LISTS, *_PLAIN,
)  # fmt: skip
"""The columns of `match_entry` in the order of `entry_row`."""

_VALUES = ", ".join(
    f"${number}{_BITS if name in {'week', 'ask'} else ''}" for number, name in enumerate(NAMES, start=1)
)
KEEP_ENTRY = f"insert into match_entry ({', '.join(NAMES)}) values ({_VALUES})"
KEEP_PROFILE = (
    "insert into match_profile (company_id, person_id, offered, profile) values ($1, $2, $3, $4::text::jsonb)"
)

RENEW_PROFILE = """update match_profile set offered = $3, profile = $4::text::jsonb, updated_at = now()
where company_id = $1 and person_id = $2"""
_KEY = NAMES[:2]
_SET = (
    f"{name} = ${number}{_BITS if name in {'week', 'ask'} else ''}"
    for number, name in enumerate(NAMES, start=1)
    if name not in _KEY
)
RENEW_ENTRY = (
    f"update match_entry set updated_at = now(), {', '.join(_SET)} where company_id = $1 and person_id = $2"
)

READ_PROFILE = "select company_id, person_id, profile::text as profile from match_profile"
READ_ENTRY = (
    "select company_id, person_id, skills, week::text as week, ask::text as ask, days, day_free, day_ask, taken_days, taken_masks, "
    + ", ".join((*_LISTS, *_PLAIN))
    + " from match_entry"
)


def profile_row(profile: Profile) -> tuple[Any, ...]:
    """Return what fills KEEP_PROFILE."""
    kept = json.dumps(stored.to_json(profile), ensure_ascii=False, sort_keys=True)
    offered = profile.consented and INTENT in profile.intents and not profile.blocked and not profile.employed
    return profile.company_id, profile.person_id, offered, kept


def entry_row(profile: Profile, today: date) -> tuple[Any, ...]:
    """Return what fills KEEP_ENTRY: the numbers of a profile as of a day."""
    entry = entry_of(profile, today)
    return (profile.company_id, profile.person_id, today, *_columns(entry).values())


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "skills": [skill * HELD_BASE + level * LEVEL_BASE + use for skill, level, use in entry.skills],
        "skill_least": [
            skill * CODE_BASE + least for skill, level, _ in entry.skills for least in range(1, level + 1)
        ],
        "week": f"{entry.week:0336b}",
        "ask": f"{entry.ask:0336b}",
        "days": [day for day, _, _ in entry.days],
        "day_free": [free for _, free, _ in entry.days],
        "day_ask": [ask for _, _, ask in entry.days],
        "day_sums": list(accumulate((_added(entry, *day) for day in entry.days), initial=0)),
        "taken_days": [day for day, _ in entry.taken],
        "taken_masks": [mask for _, mask in entry.taken],
        **{name: list(getattr(entry, name)) for name in _LISTS},
        **{name: getattr(entry, name) for name in _PLAIN},
    }


def _added(entry: Entry, day: int, free: int, ask: int) -> int:
    """Return what a day has more than its weekday, in half hours, free ones twice."""
    shift = weekday(day) * DAY_SLOTS
    usual = 2 * (entry.week >> shift & DAY_MASK).bit_count() + (entry.ask >> shift & DAY_MASK).bit_count()
    return 2 * free.bit_count() + ask.bit_count() - usual


def entry_from_row(row: Mapping[str, Any]) -> Entry:
    """Return the entry of a row of READ_ENTRY."""
    return Entry(
        person_id=row["person_id"],
        skills=tuple(
            (held // HELD_BASE, held % HELD_BASE // LEVEL_BASE, held % LEVEL_BASE) for held in row["skills"]
        ),
        week=int(row["week"], 2),
        ask=int(row["ask"], 2),
        days=tuple(zip(row["days"], row["day_free"], row["day_ask"], strict=True)),
        taken=tuple(zip(row["taken_days"], row["taken_masks"], strict=True)),
        units=tuple(row["units"]),
        sites=tuple(row["sites"]),
        **{name: row[name] for name in _PLAIN},
    )


def profile_from_row(row: Mapping[str, Any]) -> Profile:
    """Return the profile of a row of READ_PROFILE."""
    return stored.from_json(row["company_id"], row["person_id"], json.loads(row["profile"]))
