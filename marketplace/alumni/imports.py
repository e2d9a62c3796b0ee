"""Import alumni from a CSV file: shown first, confirmed, then applied by a job in batches that are each all or nothing."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import csv_import, verdicts
from marketplace.alumni.verdicts import Verdict
from marketplace.companies.rules import ALUMNI_ROLES
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, NotFound

FORGOTTEN_AFTER = timedelta(days=7)
_STAGED_AT_ONCE = 5_000

KNOWN = """select id, person_id, status, external_key, email, name, former_unit, former_title,
  joined_on::text as joined_on, left_on::text as left_on from membership where company_id = $1"""


async def stage(file_name: str, content: bytes, *, by: Actor) -> UUID:
    """Read a file and keep it as a preview with a verdict for each row; nothing in the network changes yet.

    Raises Invalid, on field `file`, for a file that cannot be used.
    """
    by.must_have(*ALUMNI_ROLES)
    parsed = await asyncio.to_thread(csv_import.parse, content)
    async with db.transaction(**by.scope):
        known = [verdicts.Known(*row) for row in await db.fetch(KNOWN, by.company)]
        judged = await asyncio.to_thread(verdicts.judge, parsed.rows, known)
        counts = Counter(verdict.kind for verdict in judged)
        found: UUID = await db.fetchval(
            """insert into alumni_import (company_id, file_name, encoding, unknown_columns, row_count, counts, by_member)
               values ($1, $2, $3, $4, $5, $6, $7) returning id""",
            by.company, file_name[:200], parsed.encoding, list(parsed.unknown), len(judged), dict(counts), by.member,
        )  # fmt: skip
        rest = iter(judged)
        while part := list(islice(rest, _STAGED_AT_ONCE)):
            await _keep(by.company, found, part)
    return found


async def _keep(company: UUID | None, import_id: UUID, part: Sequence[Verdict]) -> None:
    await db.execute(
        """insert into alumni_import_row (company_id, import_id, line, data, problems, verdict)
           select $1, $2, line, data::jsonb, problems::jsonb, verdict
           from unnest($3::integer[], $4::text[], $5::text[], $6::text[]) as given (line, data, problems, verdict)""",
        company,
        import_id,
        [verdict.row.line for verdict in part],
        [_text({**verdict.row.data, **_as_written(verdict)}) for verdict in part],
        [_text(problems_as_json(verdict)) for verdict in part],
        [verdict.kind for verdict in part],
    )


def _as_written(verdict: Verdict) -> dict[str, str]:
    """Return the wrong cells of a refused row, so that a person sees what stood there."""
    return {problem.field: problem.cell for problem in verdict.problems if problem.cell}


def problems_as_json(verdict: Verdict) -> list[dict[str, Any]]:
    """Return what is wrong with a row, ready to be kept and translated when it is shown."""
    return [
        {"field": problem.field, "text": problem.message.text, "params": dict(problem.message.params)}
        for problem in verdict.problems
    ]


def _text(value: object) -> str:
    from marketplace.core.codecs import dumps

    return dumps(value)


async def with_changes(rows: Sequence[Mapping[str, Any]], *, by: Actor) -> list[dict[str, Any]]:
    """Return staged rows that update somebody with `changes`: column, what stands now, what would stand.

    They are judged against the network as it is at this moment, so that a row whose change was made meanwhile has none.
    """
    by.must_have(*ALUMNI_ROLES)
    async with db.transaction(**by.scope):
        known = await known_of(by.company, [row["data"] for row in rows])
    judged = verdicts.judge([csv_import.Row(row["line"], row["data"], ()) for row in rows], known)
    return [{**row, "changes": verdicts.changes(verdict)} for row, verdict in zip(rows, judged, strict=True)]


async def known_of(company: UUID | None, data: Sequence[Mapping[str, str]]) -> list[verdicts.Known]:
    """Return the memberships that rows of a file may mean, by key or by address; in the company's scope."""
    found = await db.fetch(
        KNOWN + " and (external_key = any($2::text[]) or email = any($3::text[]))",
        company,
        [each["external_key"] for each in data],
        [each["email"] for each in data],
    )
    return [verdicts.Known(*row) for row in found]


async def confirm(import_id: UUID, *, by: Actor) -> None:
    """Let the preview come true; a job applies it. Raises Conflict when it is no preview any more or holds nothing."""
    by.must_have(*ALUMNI_ROLES)
    async with db.transaction(**by.scope):
        row = await db.fetchrow(
            "select status, row_count, counts from alumni_import where id = $1 and company_id = $2",
            import_id,
            by.company,
        )
        if row is None:
            raise NotFound
        if row["row_count"] == row["counts"].get("refuse", 0):
            raise Conflict(N_("Every row of this file is refused, so there is nothing to import."))
        if not await db.execute(
            "update alumni_import set status = 'running' where id = $1 and status = 'preview'", import_id
        ):
            raise Conflict(N_("This import was already confirmed or discarded."))
        await activity.record(
            "import_confirmed", f"import:{import_id}", by=by, company=by.company, rows=row["row_count"]
        )
        await outbox.enqueue(
            "alumni.import",
            dedupe=f"alumni.import:{import_id}:0",
            import_id=str(import_id),
            company=str(by.company),
        )


async def discard(import_id: UUID, *, by: Actor) -> None:
    """Throw a preview away, its rows included. Raises Conflict when it is no preview any more."""
    by.must_have(*ALUMNI_ROLES)
    async with db.transaction(**by.scope):
        if not await db.fetchval(
            "select true from alumni_import where id = $1 and company_id = $2", import_id, by.company
        ):
            raise NotFound
        if not await _discard([import_id]):
            raise Conflict(N_("This import was already confirmed or discarded."))


async def forget_previews() -> int:
    """Discard the previews that nobody has confirmed for a week, and forget refused rows after as long (a sweep)."""
    async with db.transaction(operator=True):
        await db.execute(
            """delete from alumni_import_row where import_id in
                 (select id from alumni_import where status = 'done' and finished_at < business_now() - $1::interval)""",
            FORGOTTEN_AFTER,
        )
        stale = await db.fetch(
            "select id from alumni_import where status = 'preview' and created_at < business_now() - $1::interval",
            FORGOTTEN_AFTER,
        )
        return await _discard([row["id"] for row in stale])


async def _discard(imports: Iterable[UUID]) -> int:
    rows = await db.fetch(
        """update alumni_import set status = 'discarded', finished_at = business_now()
           where id = any($1::uuid[]) and status = 'preview' returning id""",
        list(imports),
    )
    await db.execute(
        "delete from alumni_import_row where import_id = any($1::uuid[])", [row["id"] for row in rows]
    )
    return len(rows)
