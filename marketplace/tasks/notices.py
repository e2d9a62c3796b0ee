"""Who is told of a task; the words are in `notice_words`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import Name
from marketplace.core.money import Money
from marketplace.notifications.actions import notify, notify_all
from marketplace.tasks import notice_words  # noqa: F401 - declares what is said

Row = Mapping[str, Any]


async def tell_person(
    person: UUID, kind: str, task: Row, *, path: str = "", dedupe: str | None = None, **params: Any
) -> None:
    """Give an alumnus a notice that leads to his page of the task; in the company's scope."""
    said = await _said(task)
    await notify(
        kind,
        person=person,
        company=task["company_id"],
        path=path or f"/work/tasks/{task['id']}",
        dedupe=dedupe,
        **said,
        **params,
    )


async def tell_people(people: Sequence[UUID], kind: str, task: Row, **params: Any) -> None:
    """Give many alumni the same notice at once."""
    said = await _said(task)
    await notify_all(
        kind, people, company=task["company_id"], path=f"/work/tasks/{task['id']}", **said, **params
    )


async def _said(task: Row) -> dict[str, Any]:
    company = await db.fetchrow("select name, name_en from company where id = $1", task["company_id"])
    assert company is not None
    return {
        "title": task["title"],
        "company_name": Name(company["name"], company["name_en"]),
        "price": Money(task["price_amount"], task["currency"]),
    }


async def tell_members(
    members: Iterable[UUID], kind: str, task: Row, *, dedupe: str | None = None, **params: Any
) -> None:
    """Give members a notice that leads to their page of the task; in the company's scope."""
    rows = await db.fetch(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where m.id = any($1::uuid[]) and m.status = 'active'""",
        list(members),
    )
    for row in rows:
        await notify(
            kind,
            person=row["person_id"],
            company=task["company_id"],
            path=f"/c/{row['slug']}/tasks/{task['id']}",
            dedupe=f"{dedupe}:{row['person_id']}" if dedupe else None,
            title=task["title"],
            **params,
        )


async def tell_finance(task: Row, kind: str, **params: Any) -> None:
    """Give the poster and those who look after the company's money a notice."""
    rows = await db.fetch(
        """select id from member where company_id = $1 and status = 'active'
             and (id = $2 or roles && array['finance', 'owner'])""",
        task["company_id"],
        task["posted_by"],
    )
    await tell_members([row["id"] for row in rows], kind, task, **params)


async def tell_company(company: UUID, kind: str, **params: Any) -> None:
    """Give the owners and finance of a company a notice that leads to its tasks."""
    rows = await db.fetch(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where c.id = $1 and m.status = 'active' and m.roles && array['finance', 'owner']""",
        company,
    )
    for row in rows:
        await notify(kind, person=row["person_id"], company=company, path=f"/c/{row['slug']}/tasks", **params)


async def name_of(company: UUID, person: UUID) -> str:
    """Return the name by which a network knows a person; in the company's scope."""
    name: str = await db.fetchval(
        "select name from membership where company_id = $1 and person_id = $2", company, person
    )
    return name
