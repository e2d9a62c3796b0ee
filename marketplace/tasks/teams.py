"""Teams: tasks that need all of their seats. Contracts stand one by one; when the start nears, the manager decides."""

from marketplace.core import db
from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare
from marketplace.tasks import notices

declare(
    "task.team_short",
    title=N_("The team of “%(title)s” is not whole"),
    body=N_(
        "%(taken)s of %(seats)s seats are taken, and the offer ends on %(ends_at)s. You can go on with those who are there, "
        "or cancel the task; its page says what that costs."
    ),
    button=N_("Look and decide"),
)

# Two days before the offer ends, or with half of its time left where it was shorter.
_SHORT = """
update task set team_warned_at = business_now() where id in (
  select t.id from task t where t.all_or_none and t.status in ('published', 'paused') and t.team_warned_at is null
    and t.expires_at > business_now()
    and t.expires_at - least(interval '48 hours', (t.expires_at - t.published_at) / 2) <= business_now()
    and exists (select from seat s where s.task_id = t.id and s.status = 'taken')
    and exists (select from seat s where s.task_id = t.id and s.status = 'open')
  order by t.expires_at limit 200 for update skip locked)
returning *, (select count(*) from seat s where s.task_id = task.id and s.status = 'taken') as taken,
  (select count(*) from seat s where s.task_id = task.id and s.status <> 'closed') as wanted
"""


async def warn() -> int:
    """Tell managers, once, that a team lacks people when the start is near; return how many were told (a sweep)."""
    async with db.transaction(operator=True):
        short = await db.fetch(_SHORT)
        for row in short:
            await notices.tell_members(
                [row["posted_by"]],
                "task.team_short",
                row,
                taken=row["taken"],
                seats=row["wanted"],
                ends_at=row["expires_at"],
            )
    return len(short)
