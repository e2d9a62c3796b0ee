"""An auditor's access: what was read, and its end, which comes by itself and is told a week before and when it has come."""

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Name
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare

AHEAD = 7
"""Days before the last day on which it is told."""

LONGEST_QUERY = 500

declare(
    "auditor.ending",
    title=N_("The auditor's access of %(auditor)s at %(company_name)s ends on %(day)s"),
    body=N_("Until then everything can be read. The owner can set a later day, or an earlier one."),
    button=N_("See the members"),
)
declare(
    "auditor.ended",
    title=N_("The auditor's access of %(auditor)s at %(company_name)s has ended"),
    body=N_(
        "It ended by itself after its last day, %(day)s. The owner can open it again with another last day."
    ),
    button=N_("See the members"),
)

_DUE = """
select m.id, m.name, m.until_on, c.id as company_id, c.slug, c.name as company, c.name_en, told.person_id, told.id = m.id as own,
  case when m.until_on < business_today() then 'auditor.ended' else 'auditor.ending' end as kind
from member m join company c on c.id = m.company_id
  join member told on told.company_id = m.company_id and told.status = 'active'
    and (told.id = m.id or 'owner' = any(told.roles))
where m.status = 'active' and m.until_on is not null
  and (m.until_on between business_today() and business_today() + $1::int or m.until_on between business_today() - 30 and business_today() - 1)
"""


async def tell() -> int:
    """The sweep: tell owners and auditors of an end that is near or has come, each once; return how many were due."""
    async with db.transaction(operator=True):
        rows = await db.fetch(_DUE, AHEAD)
        for row in rows:
            await notify(
                row["kind"],
                person=row["person_id"],
                company=row["company_id"],
                # Where the auditor himself cannot go any more, no notice leads him.
                path="/" if row["own"] and row["kind"] == "auditor.ended" else f"/c/{row['slug']}/settings",
                dedupe=f"{row['kind']}:{row['id']}:{row['until_on']}:{row['person_id']}",
                auditor=row["name"],
                company_name=Name(row["company"], row["name_en"] or row["company"]),
                day=row["until_on"],
            )
    return len(rows)


async def note_reading(path: str, query: str, *, by: Actor) -> None:
    """Write into the audit log that an auditor opens a page, with what was asked for."""
    async with db.transaction(**by.scope):
        await record(
            "auditor.read",
            f"company:{by.company}",
            by=by,
            company=by.company,
            path=path,
            query=query[:LONGEST_QUERY],
        )
