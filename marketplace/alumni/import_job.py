"""Apply a confirmed import: one batch is one job and one transaction, so a stop anywhere loses nothing and repeats nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import (
    columns,
    notices,  # noqa: F401 - declares the wording of what is told here
    projection,
    verdicts,
    words,
)
from marketplace.alumni.csv_import import Row
from marketplace.alumni.imports import known_of, problems_as_json
from marketplace.alumni.verdicts import Verdict
from marketplace.core import db, outbox
from marketplace.core.actor import SYSTEM
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify

BATCH = 500


@outbox.handles("alumni.import")
async def apply(job: Job, import_id: str, company: str) -> None:
    """Apply the next batch of an import and ask for the one after it."""
    async with db.transaction(company=company):
        # One import of a company runs at a time: what is judged below stays true until this transaction ends.
        await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"import:{company}")
        rows = await _next_rows(import_id)
        if rows:
            await _apply(UUID(company), import_id, rows)
            await outbox.enqueue("alumni.import", import_id=import_id, company=company)
        else:
            await _finish(UUID(company), import_id)
        await job.finish()


async def _next_rows(import_id: str) -> list[Row]:
    rows = await db.fetch(
        """select r.line, r.data from alumni_import_row r join alumni_import i on i.id = r.import_id
           where r.import_id = $1 and i.status = 'running' and r.done_at is null and r.verdict <> 'refuse'
           order by r.line limit $2""",
        UUID(import_id),
        BATCH,
    )
    return [Row(row["line"], row["data"], ()) for row in rows]


async def _apply(company: UUID, import_id: str, rows: Sequence[Row]) -> None:
    """Judge the rows again, for the network may have changed since the preview, and write what they say."""
    judged = verdicts.judge(rows, await known_of(company, [row.data for row in rows]))
    await _update(company, [verdict for verdict in judged if verdict.kind == "update"])
    await _create(company, [verdict for verdict in judged if verdict.kind == "create"])
    await _note_skills(company, judged)
    await _mark(import_id, judged)


async def _create(company: UUID, judged: Sequence[Verdict]) -> None:
    people = await _people(judged)
    await db.execute(
        """insert into membership
             (company_id, person_id, external_key, email, name, former_unit, former_title, joined_on, left_on)
           select $1, person, external_key, email, name, coalesce(former_unit, ''), coalesce(former_title, ''),
             joined_on, left_on
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[])
             as given (person, external_key, email, name, former_unit, former_title, joined_on, left_on)""",
        company,
        [people[str(verdict.values["email"])] for verdict in judged],
        *_columns(judged),
    )


async def _update(company: UUID, judged: Sequence[Verdict]) -> None:
    people = await _people(judged)
    targets = [verdict.target for verdict in judged if verdict.target is not None]
    await db.execute(
        """update membership m set person_id = given.person, external_key = given.external_key, email = given.email,
             name = given.name, former_unit = given.former_unit, former_title = given.former_title,
             joined_on = given.joined_on, left_on = given.left_on,
             invited_at = case when m.email = given.email then m.invited_at end
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[],
                       $10::date[])
             as given (id, person, external_key, email, name, former_unit, former_title, joined_on, left_on)
           where m.id = given.id and m.company_id = $1""",
        company,
        [target.id for target in targets],
        [people[str(verdict.values["email"])] for verdict in judged],
        *_columns(judged),
    )
    for target in targets:
        if target.status == "active":
            await projection.soon(target.person_id)


async def _note_skills(company: UUID, judged: Sequence[Verdict]) -> None:
    """Offer people what the file says that they can do; only they themselves put a skill on their list."""
    written = [verdict for verdict in judged if verdict.kind != "refuse" and verdict.row.data.get("skills")]
    if not written:
        return
    people = await _people(written)
    await words.note_imported(
        company,
        {
            people[str(verdict.values["email"])]: columns.terms(verdict.row.data["skills"])
            for verdict in written
        },
    )


async def _people(judged: Sequence[Verdict]) -> dict[str, UUID]:
    """Return the person of each address, adding who is missing; sorted, so that two imports never wait in a ring."""
    names = {str(verdict.values["email"]): verdict.values["name"] for verdict in judged}
    addresses = sorted(names)
    async with db.transaction(operator=True):
        await db.execute(
            """insert into person (email, name) select email, name from unnest($1::text[], $2::text[]) as given (email, name)
               on conflict (email) do nothing""",
            addresses,
            [names[address] for address in addresses],
        )
        rows = await db.fetch("select email, id from person where email = any($1::text[])", addresses)
    return {row["email"]: row["id"] for row in rows}


def _columns(judged: Sequence[Verdict]) -> list[list[Any]]:
    texts: list[list[Any]] = [
        [verdict.values[field] for verdict in judged]
        for field in ("external_key", "email", "name", "former_unit", "former_title")
    ]
    days = [[verdicts.day(verdict.values[field]) for verdict in judged] for field in ("joined_on", "left_on")]
    return [*texts, *days]


async def _mark(import_id: str, judged: Sequence[Verdict]) -> None:
    for verdict in judged:
        if verdict.kind == "refuse":
            await db.execute(
                "update alumni_import_row set problems = $3 where import_id = $1 and line = $2",
                UUID(import_id),
                verdict.row.line,
                problems_as_json(verdict),
            )
    await db.execute(
        """update alumni_import_row r set done_at = business_now(), verdict = given.verdict
           from unnest($2::integer[], $3::text[]) as given (line, verdict) where r.import_id = $1 and r.line = given.line""",
        UUID(import_id),
        [verdict.row.line for verdict in judged],
        [verdict.kind for verdict in judged],
    )
    await db.execute(
        "update alumni_import set done_count = done_count + $2 where id = $1", UUID(import_id), len(judged)
    )


async def _finish(company: UUID, import_id: str) -> None:
    """Close the import with what it really did; only refused rows are kept, for the file that lists them."""
    rows = await db.fetch(
        "select verdict, count(*) as rows from alumni_import_row where import_id = $1 group by verdict",
        UUID(import_id),
    )
    counts = Counter({row["verdict"]: row["rows"] for row in rows})
    if not await db.execute(
        """update alumni_import set status = 'done', finished_at = business_now(), counts = $2
           where id = $1 and status = 'running'""",
        UUID(import_id),
        dict(counts),
    ):
        return
    await db.execute(
        "delete from alumni_import_row where import_id = $1 and verdict <> 'refuse'", UUID(import_id)
    )
    await activity.record(
        "import_finished", f"import:{import_id}", by=SYSTEM, company=company, counts=dict(counts)
    )
    await _tell(company, import_id, counts)


async def _tell(company: UUID, import_id: str, counts: Counter[str]) -> None:
    """Tell the member who confirmed it, who has long left the page: a large file takes minutes."""
    row = await db.fetchrow(
        """select m.person_id, c.slug, i.file_name from alumni_import i join company c on c.id = i.company_id
             join member m on m.id = i.by_member and m.status = 'active'
           where i.id = $1 and i.company_id = $2""",
        UUID(import_id),
        company,
    )
    if row is None:
        return
    await notify(
        "alumni.imported",
        person=row["person_id"],
        company=company,
        path=f"/c/{row['slug']}/alumni/import/{import_id}",
        dedupe=f"import:{import_id}",
        file=row["file_name"],
        created=counts["create"],
        updated=counts["update"],
        same=counts["same"],
        refused=counts["refuse"],
    )
