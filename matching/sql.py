"""The SQL executor's side of matching: one denormalised table `match_profile`, its candidates and its rows.

    company_id uuid, person_id uuid          primary key, both
    skill_codes int[] not null               skill id * 8 + level; index: gin (skill_codes gin__int_ops)
    offered bool not null                    consented, intends tasks, not blocked, not employed
    last_active_at timestamptz               orders candidates when there are too many
    profile jsonb not null                   everything else that a Profile holds

Needs the `intarray` extension. Every query names its company: the table is read without a row-level policy.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from matching import stored
from matching.entry import INTENT
from matching.model import Need, Profile, Wanted

CODE_BASE = 8
MAX_LEVEL = 5
CANDIDATES = 2_000  # bounds the work of one ranking; those who share most of the skills come first

_BY_SKILLS = """
select company_id, person_id, profile::text as profile
  from match_profile
 where company_id = $1 and offered and skill_codes && $2::int[] and person_id <> all($3::uuid[])
 order by icount(skill_codes & $2::int[]) desc, last_active_at desc nulls last, person_id
 limit $4
"""

_EVERYBODY = """
select company_id, person_id, profile::text as profile
  from match_profile
 where company_id = $1 and offered and person_id <> all($2::uuid[])
 order by last_active_at desc nulls last, person_id
 limit $3
"""

_STORE = """
insert into match_profile (company_id, person_id, skill_codes, offered, last_active_at, profile)
values ($1, $2, $3::int[], $4, $5, $6::text::jsonb)
on conflict (company_id, person_id) do update
   set skill_codes = excluded.skill_codes, offered = excluded.offered,
       last_active_at = excluded.last_active_at, profile = excluded.profile
"""


class Query(NamedTuple):
    """SQL text with $n holes, and what fills them."""

    text: str
    parameters: tuple[Any, ...]


def candidates(need: Need, limit: int = CANDIDATES) -> Query:
    """Return the query for people worth scoring: those who share a required skill at its level.

    A task without required skills asks by its wished ones, and one without any looks at everybody. The rows
    go through `profile_from_row`; `rank.rank` decides.
    """
    excluded = sorted(need.excluded | ({need.poster_id} if need.poster_id else set()))
    if codes := wanted_codes(need.musts or need.nices):
        return Query(_BY_SKILLS, (need.company_id, codes, excluded, limit))
    return Query(_EVERYBODY, (need.company_id, excluded, limit))


def store(profile: Profile) -> Query:
    """Return the statement that writes a person's row, new or not."""
    row = profile_to_row(profile)
    return Query(_STORE, tuple(row.values()))


def wanted_codes(wanted: Iterable[Wanted]) -> list[int]:
    """Return the codes that satisfy any of the wanted skills: each from its level up."""
    return [
        skill.skill * CODE_BASE + level for skill in wanted for level in range(skill.level, MAX_LEVEL + 1)
    ]


def skill_codes(profile: Profile) -> list[int]:
    """Return the person's skills as sorted codes."""
    return sorted(skill * CODE_BASE + held.level for skill, held in profile.skills.items())


def profile_to_row(profile: Profile) -> dict[str, Any]:
    """Return the row of `match_profile`, in column order; `profile` is JSON text."""
    return {
        "company_id": profile.company_id,
        "person_id": profile.person_id,
        "skill_codes": skill_codes(profile),
        "offered": (
            profile.consented and INTENT in profile.intents and not profile.blocked and not profile.employed
        ),
        "last_active_at": profile.last_active_at,
        "profile": json.dumps(stored.to_json(profile), ensure_ascii=False, sort_keys=True),
    }


def profile_from_row(row: Mapping[str, Any]) -> Profile:
    """Return the profile of a row that holds company_id, person_id and profile (JSON text)."""
    return stored.from_json(row["company_id"], row["person_id"], json.loads(row["profile"]))
