"""How well the text of a profile fits the text of a task: kept for the candidates of each version, as whole numbers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.alumni.skills import vocabulary
from marketplace.core import db
from matching.text import TextStatistics, text_points

COMPARED = 200
"""How many of the best by structure are compared; a text moves people, it brings nobody in."""
BATCH = 5_000


async def shares(
    row: Mapping[str, Any], statistics: TextStatistics, people: Sequence[UUID]
) -> dict[UUID, int]:
    """Return the share of each candidate of a task's version; what was compared once stays. In the company's scope."""
    known = await db.fetch(
        "select person_id, share from task_text where task_id = $1 and task_version = $2 and person_id = any($3::uuid[])",
        row["id"],
        row["version"],
        list(people),
    )
    found: dict[UUID, int] = {each["person_id"]: each["share"] for each in known}
    if missing := [person for person in people if person not in found]:
        found |= text_points(_task_text(row), await _profile_texts(row["company_id"], missing), statistics)
    return found


async def keep(row: Mapping[str, Any], found: Mapping[UUID, int]) -> None:
    """Keep the shares of a task's version; those that are kept already stay."""
    await db.executemany(
        """insert into task_text (company_id, task_id, task_version, person_id, share) values ($1, $2, $3, $4, $5)
           on conflict do nothing""",
        [(row["company_id"], row["id"], row["version"], person, share) for person, share in found.items()],
    )


async def statistics_of(company: UUID) -> TextStatistics:
    """Count the words of all profiles of a network, as far as its company may read them."""
    cards = await db.fetch(
        "select card, former_unit, former_title from membership where company_id = $1 and status = 'active' and card <> '{}'",
        company,
    )
    return TextStatistics.of(map(_profile_text, cards))


async def _profile_texts(company: UUID, people: Sequence[UUID]) -> dict[UUID, str]:
    cards = await db.fetch(
        """select person_id, card, former_unit, former_title from membership
           where company_id = $1 and person_id = any($2::uuid[])""",
        company,
        list(people),
    )
    return {row["person_id"]: _profile_text(row) for row in cards}


def _profile_text(row: Mapping[str, Any]) -> str:
    said = [row["card"].get("headline", ""), row["former_unit"], row["former_title"]]
    return "\n".join([*said, *_names(skill["slug"] for skill in row["card"].get("skills", ()))])


def _task_text(row: Mapping[str, Any]) -> str:
    said = [row["title"], row["what"], row["specification"]]
    return "\n".join([*said, *_names(wanted["slug"] for wanted in (*row["musts"], *row["nices"]))])


def _names(slugs: Any) -> list[str]:
    """A skill is known by both of its names, so that a text in either language meets it."""
    words = vocabulary().vocabulary
    return [words.name(slug, lang) for slug in slugs for lang in ("ja", "en")]
