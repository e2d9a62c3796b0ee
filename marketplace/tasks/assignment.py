"""Give many open seats to people at once: ask for a proposal, take rows out of it, send it. Nothing is sent before."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.notifications.kinds import declare
from marketplace.tasks.lifecycle import ASSIGNMENT
from marketplace.tasks.moving import MANAGERS

MOST_SEATS = 1_000

_ELIGIBLE = """
select t.id, t.version, t.all_or_none, count(*) as open_seats
from task t join seat s on s.task_id = t.id and s.status = 'open'
where t.company_id = $1 and t.status = 'published' and t.mode = 'offer' and t.expires_at > business_now()
  and ($2::uuid is null or t.unit_id = $2) and ($3::uuid[] is null or t.id = any($3))
group by t.id order by t.id
"""

declare(
    "assignment.proposed",
    title=N_("The proposal for %(seats)s seats is ready"),
    body=N_("%(filled)s of them can be filled. Nothing has been sent yet: look at it and decide."),
    button=N_("Look at the proposal"),
)
declare(
    "assignment.sent",
    title=N_("Invitations sent: %(sent)s"),
    body=N_("Not sent, because something has changed meanwhile: %(not_sent)s. The page says why for each."),
    button=N_("Look at the result"),
)


def unit_of(by: Actor) -> UUID | None:
    """Return the unit to which a manager's proposals are limited, or None for all units."""
    return None if "owner" in by.roles else by.unit


async def propose(tasks: Collection[UUID] | None, *, by: Actor) -> UUID:
    """Ask for a proposal for the open seats of these tasks, or of all; return it while a job computes it.

    Only published tasks that make offers, of the manager's own unit, are looked at. Raises Invalid on `tasks` when none
    is left or there are more than 1,000 seats, Conflict while another proposal of the company is being computed.
    """
    by.must_have(*MANAGERS)
    async with db.transaction(**by.scope):
        rows = await db.fetch(_ELIGIBLE, by.company, unit_of(by), None if tasks is None else list(tasks))
        _must_be_some(rows)
        found = await db.fetchval(
            """insert into assignment (company_id, unit_id, by_member) values ($1, $2, $3)
               on conflict (company_id) where status = 'computing' do nothing returning id""",
            by.company,
            unit_of(by),
            by.member,
        )
        if found is None:
            raise Conflict(N_("Another proposal is being computed. Please wait for it, or stop it."))
        await _store_tasks(by.company, found, rows)
        await activity.record(
            "assignment_wanted", f"assignment:{found}", by=by, company=by.company, tasks=len(rows)
        )
        await outbox.enqueue(
            "tasks.assignment",
            dedupe=f"tasks.assignment:{found}",
            assignment=str(found),
            company=str(by.company),
        )
    return UUID(str(found))


def _must_be_some(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        wrong = Message(N_("Please choose at least one task with open seats."))
        raise Invalid(fields={"tasks": wrong})
    seats = sum(row["open_seats"] for row in rows)
    if seats > MOST_SEATS:
        wrong = Message(
            N_("These tasks have %(seats)s open seats; one proposal is for at most %(most)s."),
            {"seats": seats, "most": MOST_SEATS},
        )
        raise Invalid(fields={"tasks": wrong})


async def _store_tasks(company: UUID | None, assignment: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    await db.executemany(
        """insert into assignment_task (company_id, assignment_id, task_id, task_version, open_seats, all_or_none)
           values ($1, $2, $3, $4, $5, $6)""",
        [
            (company, assignment, row["id"], row["version"], row["open_seats"], row["all_or_none"])
            for row in rows
        ],
    )


async def renew(assignment: UUID, *, by: Actor) -> UUID:
    """Ask for a new proposal for the tasks of an old one that still have open seats."""
    async with db.transaction(**by.scope):
        await hold(assignment, by=by)
        rows = await db.fetch("select task_id from assignment_task where assignment_id = $1", assignment)
    return await propose([row["task_id"] for row in rows], by=by)


async def choose(assignment: UUID, shown: Collection[int], taken: Collection[int], *, by: Actor) -> None:
    """Keep which of the shown rows are to be sent; a team is taken whole by its first row, or left out whole."""
    async with db.transaction(**by.scope):
        row = await hold(assignment, by=by)
        if row["status"] != "proposed":
            raise Conflict(N_("This proposal has been sent or stopped already."))
        await db.execute(
            """update assignment_row set chosen = number = any($3::integer[])
               where assignment_id = $1 and number = any($2::integer[]) and change = 'new'""",
            assignment,
            list(shown),
            list(taken),
        )
        await db.execute(_WHOLE, assignment)


_WHOLE = """
update assignment_row r set chosen = f.chosen
from (select distinct on (n.task_id) n.task_id, n.chosen from assignment_row n
        join assignment_task t on t.assignment_id = n.assignment_id and t.task_id = n.task_id and t.all_or_none
      where n.assignment_id = $1 and n.change = 'new' order by n.task_id, n.number) as f
where r.assignment_id = $1 and r.task_id = f.task_id and r.change = 'new' and r.chosen <> f.chosen
"""


async def send(assignment: UUID, *, shown: int, by: Actor) -> None:
    """Let the chosen invitations go out by a job, which checks each again; `shown` is the number that was confirmed.

    Raises Conflict when the choice has changed since, nothing is chosen, or it was sent already.
    """
    async with db.transaction(**by.scope):
        await hold(assignment, by=by)
        chosen = await db.fetchval(
            "select count(*) from assignment_row where assignment_id = $1 and change = 'new' and chosen",
            assignment,
        )
        if not chosen:
            raise Conflict(N_("Nobody is chosen, so there is nothing to send."))
        if chosen != shown:
            raise Conflict(N_("The choice has changed meanwhile. Please look at it again."))
        await move(assignment, "send", sent_by=by.member)
        await activity.record(
            "assignment_sent", f"assignment:{assignment}", by=by, company=by.company, people=chosen
        )
        await outbox.enqueue(
            "tasks.assignment_send",
            dedupe=f"tasks.assignment_send:{assignment}",
            assignment=str(assignment),
            company=str(by.company),
        )


async def stop(assignment: UUID, *, by: Actor) -> None:
    """Give a proposal up; while it is being sent, what went out stays and the rest is not sent."""
    async with db.transaction(**by.scope):
        row = await hold(assignment, by=by)
        await move(assignment, "stop" if row["status"] == "sending" else "cancel")
        if row["status"] == "sending":
            await db.execute(
                """update assignment_row set result = 'stopped'
                   where assignment_id = $1 and change = 'new' and chosen and result = ''""",
                assignment,
            )
        await activity.record("assignment_stopped", f"assignment:{assignment}", by=by, company=by.company)


async def hold(assignment: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a proposal that this manager may act on, held until the transaction ends. Raises NotFound."""
    by.must_have(*MANAGERS)
    row = await db.fetchrow(
        """select * from assignment where id = $1 and company_id = $2 and ($3::uuid is null or unit_id = $3)
           for no key update""",
        assignment,
        by.company,
        unit_of(by),
    )
    if row is None:
        raise NotFound
    return dict(row)


async def move(assignment: UUID, name: str, **columns: Any) -> None:
    """Make a named move of a proposal's lifecycle; Conflict where it does not start here. Every move but one ends it."""
    sources = ASSIGNMENT.sources(name)
    target = ASSIGNMENT.target(name, next(iter(sources)))
    at = {"propose": "computed_at", "send": "sent_at"}.get(name, "finished_at")
    changes = "".join(f", {column} = ${number}" for number, column in enumerate(columns, start=4))
    if not await db.execute(
        f"""update assignment set status = $2, {at} = business_now(){changes}
            where id = $1 and status = any($3::text[])""",
        assignment,
        target,
        sorted(sources),
        *columns.values(),
    ):
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
