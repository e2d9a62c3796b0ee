"""What an alumnus reads of tasks: his invitations, the board, his applications, one task as it would be agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.tasks import fitting
from marketplace.tasks.amounts import CompanyTerms, Receives, company_terms, payee_of, receives
from marketplace.tasks.fitting import Fit

PAGE = 20
MOST_ON_BOARD = 1_000
NO_FIT = (True, 1, 0, 0)  # after everything that was judged

_PUBLIC = """t.id, t.company_id, t.unit_id, t.version, t.status, t.mode, t.title, t.what, t.quantity, t.specification, t.rights,
  t.how, t.musts, t.nices, t.languages, t.nice_languages, t.least_met, t.free_only, t.seats, t.window_starts_at, t.window_ends_at, t.deliver_on, t.starts_on, t.hours_estimate,
  t.online, t.place, t.prefecture, t.price_amount, t.currency, t.tax_bp, t.tax_category, t.inspection_days, t.pay_on,
  t.terms_version, t.expires_at, t.published_at, c.name as company, c.name_en as company_en"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A task as one person sees it: its public words, what it would bring him, and how he stands to it."""

    task: dict[str, Any]
    receives: Receives
    invitation: dict[str, Any] | None = None
    application: dict[str, Any] | None = None
    fit: Fit | None = None

    @property
    def reasons(self) -> list[dict[str, Any]]:
        source = self.invitation or self.application
        if source:
            return list(source["reasons"])
        return self.fit.reasons if self.fit else []


@dataclass(frozen=True, slots=True)
class OfferPage:
    """One offer with all of its terms, and the contract if there is one."""

    offer: Offer
    terms: CompanyTerms
    contract: dict[str, Any] | None
    overlap: dict[str, Any] | None
    now: Any


async def invited(*, by: Actor) -> list[Offer]:
    """Return the open invitations of a person, the soonest deadline first."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            f"""select {_PUBLIC}, i.id as invitation_id, i.wave, i.reply_by, i.reasons, i.status as invitation_status
                from invitation i join task t on t.id = i.task_id join company c on c.id = t.company_id
                where i.person_id = $1 and i.status = 'sent' and i.reply_by > business_now() and t.status = 'published'
                order by i.reply_by, i.id limit 100""",
            by.person,
        )
        assert by.person is not None
        payee, today, units = await payee_of(by.person), await clock.today(), await _units(rows)
        return [
            Offer(
                {**row, "unit": units[row["unit_id"]]},
                receives(dict(row), payee, on=today),
                invitation={
                    "id": row["invitation_id"],
                    "wave": row["wave"],
                    "reply_by": row["reply_by"],
                    "reasons": row["reasons"],
                    "status": row["invitation_status"],
                },
            )
            for row in rows
        ]


async def open_board(*, by: Actor, search: str = "", page: int = 1, newest: bool = False) -> dict[str, Any]:
    """Return one page of the board of a person's networks: `offers`, `found`, `pages`, `page`.

    What fits best comes first, or what is newest; each offer says how it fits.
    """
    by.must_be("alumnus")
    search = search.strip()[:100]
    pattern = "%" + search.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    where = """t.mode = 'apply' and t.status = 'published' and t.expires_at > business_now()
      and m.person_id = $1 and m.status = 'active' and m.intent_tasks and not m.blocked_by_company and not m.blocked_by_person
      and ($2 = '' or t.title ilike $3 or t.what ilike $3 or c.name ilike $3 or c.name_en ilike $3)"""
    tables = "task t join membership m on m.company_id = t.company_id join company c on c.id = t.company_id"
    async with db.reading(**by.scope):
        ids = [
            row["id"]
            for row in await db.fetch(
                f"select t.id from {tables} where {where} order by t.published_at desc, t.id desc limit {MOST_ON_BOARD}",
                by.person,
                search,
                pattern,
            )
        ]
        fits = await fitting.on_boards(by=by)
        if not newest:
            ids.sort(key=lambda task: fits[task].order if task in fits else NO_FIT)
        pages = max(1, -(-len(ids) // PAGE))
        page = min(max(1, page), pages)
        offers = await _offers(ids[(page - 1) * PAGE : page * PAGE], fits, by)
    return {"offers": offers, "found": len(ids), "pages": pages, "page": page}


async def best(*, by: Actor) -> list[Offer]:
    """Return the few tasks of the board that fit a person best, with the reasons."""
    async with db.reading(**by.scope):
        fits = await fitting.on_boards(by=by)
        return await _offers(await fitting.best(fits, by=by), fits, by)


async def _offers(tasks: list[UUID], fits: Mapping[UUID, Fit], by: Actor) -> list[Offer]:
    rows = await db.fetch(
        f"""select {_PUBLIC}, (select a.status from application a where a.task_id = t.id and a.person_id = $1
                               order by a.id desc limit 1) as applied
            from task t join company c on c.id = t.company_id where t.id = any($2::uuid[])
            order by array_position($2::uuid[], t.id)""",
        by.person,
        tasks,
    )
    assert by.person is not None
    payee, today, units = await payee_of(by.person), await clock.today(), await _units(rows)
    return [
        Offer(
            {**row, "unit": units[row["unit_id"]]},
            receives(dict(row), payee, on=today),
            fit=fits.get(row["id"]),
        )
        for row in rows
    ]


async def _units(tasks: Iterable[Mapping[str, Any]]) -> dict[UUID, str]:
    """Return the names of the units that offer these tasks: company by company, for a unit is in no person's scope."""
    wanted: dict[UUID, set[UUID]] = {}
    for task in tasks:
        wanted.setdefault(task["company_id"], set()).add(task["unit_id"])
    names: dict[UUID, str] = {}
    for company, units in wanted.items():
        async with db.transaction(company=company):
            rows = await db.fetch("select id, name from unit where id = any($1::uuid[])", list(units))
        names |= {row["id"]: row["name"] for row in rows}
    return names


async def waiting(*, by: Actor) -> list[dict[str, Any]]:
    """Return the tasks on whose waitlists a person is, the newest first."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            """select w.task_id, w.joined_at, t.title, t.price_amount, t.currency, c.name as company, c.name_en as company_en
               from waitlist w join task t on t.id = w.task_id join company c on c.id = w.company_id
               where w.person_id = $1 and w.status = 'waiting' order by w.id desc limit 100""",
            by.person,
        )
        return [dict(row) for row in rows]


async def applications(*, by: Actor) -> list[dict[str, Any]]:
    """Return a person's applications, those that wait for him first."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            """select a.*, t.title, t.price_amount, t.currency, t.expires_at, t.version, c.name as company, c.name_en as company_en
               from application a join task t on t.id = a.task_id join company c on c.id = a.company_id
               where a.person_id = $1 order by a.status <> 'needs_reconfirm', a.status <> 'sent', a.id desc limit 100""",
            by.person,
        )
        return [dict(row) for row in rows]


async def contracts(*, by: Actor, open_only: bool = False) -> list[dict[str, Any]]:
    """Return a person's contracts, newest first; `open_only` leaves out what is paid or has ended."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            """select k.*, c.name as company, c.name_en as company_en from contract k join company c on c.id = k.company_id
               where k.person_id = $1 and (not $2 or k.status not in ('paid', 'cancelled', 'resolved'))
               order by k.id desc limit 200""",
            by.person,
            open_only,
        )
        return [dict(row) for row in rows]


async def counts(*, by: Actor) -> dict[str, int]:
    """Return how much of each a person has: invitations, board, applications, contracts."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        row = await db.fetchrow(
            """select
                 (select count(*) from invitation i join task t on t.id = i.task_id
                  where i.person_id = $1 and i.status = 'sent' and i.reply_by > business_now() and t.status = 'published') as invitations,
                 (select count(*) from task t join membership m on m.company_id = t.company_id and m.person_id = $1
                  where t.mode = 'apply' and t.status = 'published' and t.expires_at > business_now() and m.status = 'active'
                    and m.intent_tasks and not m.blocked_by_company and not m.blocked_by_person) as board,
                 (select count(*) from application where person_id = $1 and status in ('sent', 'needs_reconfirm')) as applications,
                 (select count(*) from contract where person_id = $1 and status not in ('paid', 'cancelled', 'resolved')) as contracts""",
            by.person,
        )
    assert row is not None
    return dict(row)


async def offer(task: UUID, *, by: Actor) -> OfferPage:
    """Return a task as it would be agreed with this person. Raises NotFound where he was not asked and it is on no board."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.reading(**by.scope):
        row = await db.fetchrow(
            f"select {_PUBLIC} from task t join company c on c.id = t.company_id where t.id = $1 and t.status <> 'draft'",
            task,
        )
        if row is None:
            raise NotFound
        found = dict(row)
        invitation = await _last("invitation", task, by.person)
        application = await _last("application", task, by.person)
        contract = await db.fetchrow(
            "select * from contract where task_id = $1 and person_id = $2 order by id desc limit 1",
            task,
            by.person,
        )
        async with db.transaction(company=found["company_id"]):
            terms = await company_terms(found["company_id"], found["terms_version"])
            found["unit"] = await db.fetchval("select name from unit where id = $1", found["unit_id"])
            found["open_seats"] = await db.fetchval(
                "select count(*) from seat where task_id = $1 and status = 'open'", task
            )
        return OfferPage(
            Offer(
                found,
                receives(found, await payee_of(by.person), on=await clock.today()),
                invitation,
                application,
            ),
            terms,
            dict(contract) if contract else None,
            await _overlap(found, by.person),
            await clock.now(),
        )


async def _last(table: str, task: UUID, person: UUID) -> dict[str, Any] | None:
    row = await db.fetchrow(
        f"select * from {table} where task_id = $1 and person_id = $2 order by id desc limit 1", task, person
    )
    return dict(row) if row else None


async def _overlap(task: dict[str, Any], person: UUID) -> dict[str, Any] | None:
    """Return the agreed work that would be in the way, so that the page says so before the button does."""
    if task["window_starts_at"] is None:
        return None
    row = await db.fetchrow(
        """select id, title, starts_at, ends_at from contract where person_id = $1 and task_id <> $4
             and status in ('concluded', 'running', 'delivered', 'changes_requested', 'disputed')
             and ends_at is not null and starts_at < $3 and ends_at > $2 order by starts_at limit 1""",
        person,
        task["window_starts_at"],
        task["window_ends_at"],
        task["id"],
    )
    return dict(row) if row else None
