"""The weekly mail: the tasks that came onto the boards of a person's networks and fit in all they require."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import N_
from marketplace.core.outbox import Job
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from marketplace.tasks import fitting
from marketplace.tasks.fitting import Fit

POSTED = time(8)
MOST_NAMED = 5
BATCH = 500

declare(
    "task.digest",
    title=N_("New tasks that fit you: %(count)s"),
    body=N_(
        "In the last week these came onto the boards of your networks, and you bring all that they require:\n\n%(titles)s\n\n"
        "What you would receive stands with each of them. You can turn this mail off in your account."
    ),
    button=N_("Look at the tasks"),
)


def posted_at(now: datetime) -> datetime:
    """Return the last Monday at eight o'clock in Japan that has come."""
    here = now.astimezone(clock.JST)
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), POSTED, clock.JST)
    return monday if monday <= here else monday - timedelta(days=7)


async def sweep() -> int:
    """Ask for the digests that are due; return how many. Whoever is new waits for the next Monday."""
    async with db.transaction(operator=True):
        monday = posted_at(await clock.now())
        await db.execute(
            "update alumnus_profile set digest_at = business_now() where digest and digest_at is null"
        )
        rows = await db.fetch(
            """update alumnus_profile p set digest_at = business_now()
               from (select person_id, digest_at from alumnus_profile where digest and digest_at < $1
                     order by digest_at, person_id limit $2 for update skip locked) due
               where p.person_id = due.person_id returning p.person_id, due.digest_at as since""",
            monday,
            BATCH,
        )
        for row in rows:
            await outbox.enqueue(
                "tasks.digest",
                dedupe=f"tasks.digest:{row['person_id']}:{monday:%G-%V}",
                person=str(row["person_id"]),
                since=row["since"].isoformat(),
                week=f"{monday:%G-%V}",
            )
    return len(rows)


@outbox.handles("tasks.digest")
async def send(job: Job, person: str, since: str, week: str) -> None:
    """Tell one person of the new tasks that fit; whoever has none is left in peace."""
    by = Actor("alumnus", person=UUID(person))
    async with db.transaction(**by.scope):
        fits = [fit for fit in (await fitting.on_boards(by=by)).values() if _whole(fit)]
        titles = await _new(fits, datetime.fromisoformat(since), by)
        if titles:
            await notify(
                "task.digest",
                person=UUID(person),
                path="/work?tab=board",
                dedupe=f"digest:{person}:{week}",
                count=len(titles),
                titles="\n".join(f"・{title}" for title in titles[:MOST_NAMED]),
            )
        await job.finish()


def _whole(fit: Fit) -> bool:
    return fit.match is not None and fit.match.met == fit.musts


async def _new(fits: list[Fit], since: datetime, by: Actor) -> list[str]:
    rows: list[Any] = await db.fetch(
        """select t.id, t.title from task t where t.id = any($1::uuid[]) and t.published_at > $2
             and not exists (select from application a where a.task_id = t.id and a.person_id = $3)""",
        [fit.task for fit in fits],
        since,
        by.person,
    )
    titles = {row["id"]: row["title"] for row in rows}
    return [titles[fit.task] for fit in sorted(fits, key=lambda fit: fit.order) if fit.task in titles]
