"""Say who stands behind the ledger's opaque references, for pages of the operator."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from marketplace.core import db


@dataclass(frozen=True, slots=True)
class Owner:
    """A company or a person by name; `slug` only for a company."""

    name: str
    name_en: str
    slug: str = ""


async def named(references: Iterable[str]) -> dict[str, Owner]:
    """Return the owners of `company:<uuid>` and `person:<uuid>` references that exist. Needs the operator's scope."""
    wanted: dict[str, list[UUID]] = {"company": [], "person": []}
    for reference in set(references):
        kind, _, number = reference.partition(":")
        if kind in wanted and (found := _uuid(number)):
            wanted[kind].append(found)
    owners: dict[str, Owner] = {}
    if wanted["company"]:
        sql = "select id, name, name_en, slug from company where id = any($1::uuid[])"
        for row in await db.fetch(sql, wanted["company"]):
            owners[f"company:{row['id']}"] = Owner(row["name"], row["name_en"] or row["name"], row["slug"])
    if wanted["person"]:
        for row in await db.fetch("select id, name from person where id = any($1::uuid[])", wanted["person"]):
            owners[f"person:{row['id']}"] = Owner(row["name"], row["name"])
    return owners


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
