"""The two sides of a contract: who may touch it, and who is told of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.contracts import notices  # noqa: F401 - declares the wording of what is told here
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.notifications.actions import notify

Row = Mapping[str, Any]

DECIDES = ("owner", "manager", "approver")
"""The roles that approve, ask for changes, cancel and dispute for a company."""


async def of_alumnus(contract: UUID, *, by: Actor) -> Row:
    """Return the alumnus's own contract; NotFound for anybody else's. Runs in his scope."""
    by.must_be("alumnus")
    return await _found("select * from contract where id = $1 and person_id = $2", contract, by.person)


async def of_member(contract: UUID, *, by: Actor) -> Row:
    """Return a contract of the member's company, of his unit if he has one. Runs in the company's scope."""
    by.must_be("member")
    sql = "select * from contract where id = $1 and company_id = $2 and ($3::uuid is null or unit_id = $3)"
    return await _found(sql, contract, by.company, by.unit)


async def of_decider(contract: UUID, *, by: Actor) -> Row:
    """Return what `of_member` does to one who decides for the company; NotAllowed for other roles."""
    row = await of_member(contract, by=by)
    by.must_have(*DECIDES)
    return row


async def of_operator(contract: UUID, *, by: Actor) -> Row:
    """Return any contract to the operator. Runs in his scope."""
    by.must_be("operator")
    return await _found("select * from contract where id = $1", contract)


async def _found(sql: str, *args: object) -> Row:
    row: Row | None = await db.fetchrow(sql, *args)
    if row is None:
        raise NotFound
    return row


async def tell_alumnus(contract: Row, kind: str, *, dedupe: str | None = None, **params: Any) -> None:
    """Give the alumnus a notice that leads to his page of the contract."""
    path = f"/contracts/{contract['id']}"
    await notify(
        kind, person=contract["person_id"], company=contract["company_id"], path=path, dedupe=dedupe, **params
    )


async def tell_company(contract: Row, kind: str, *, dedupe: str | None = None, **params: Any) -> None:
    """Give a notice to the member who answers for the contract, or to the owners when he has gone."""
    async with db.transaction(company=contract["company_id"]):
        rows = await db.fetch(_TOLD, contract["company_id"], contract["contact_id"], contract["person_id"])
    for row in rows:
        path = f"/c/{row['slug']}/contracts/{contract['id']}"
        key = f"{dedupe}:{row['person_id']}" if dedupe else None
        await notify(
            kind,
            person=row["person_id"],
            company=contract["company_id"],
            path=path,
            dedupe=key,
            alumnus=row["alumnus"],
            **params,
        )


_TOLD = """
select m.person_id, c.slug, a.name as alumnus
from member m join company c on c.id = m.company_id
  join membership a on a.company_id = c.id and a.person_id = $3
where m.company_id = $1 and m.status = 'active' and (m.id = $2 or ('owner' = any(m.roles)
  and not exists (select from member answers where answers.id = $2 and answers.status = 'active')))
"""
