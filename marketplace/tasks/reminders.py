"""A reminder before every deadline of a task; each is sent once."""

from marketplace.core import db
from marketplace.tasks import notices

_REPLIES = """
update invitation set reminded_at = business_now() where id in (
  select id from invitation where status = 'sent' and reminded_at is null and reply_by > business_now()
    and reply_by - (reply_by - sent_at) / 4 <= business_now()
  order by reply_by limit 200 for update skip locked)
returning task_id, person_id, reply_by
"""
_OFFERS = """
update task set reminded_at = business_now() where id in (
  select id from task where status in ('published', 'paused') and reminded_at is null
    and expires_at > business_now() and expires_at - interval '24 hours' <= business_now()
  order by expires_at limit 200 for update skip locked)
returning *
"""
_APPROVALS = """
select t.*, array(select m.id from member m where m.company_id = t.company_id and m.status = 'active'
                    and m.roles && array['owner', 'approver'] and m.id not in (t.posted_by, t.requested_by)) as approvers
from task t where t.status = 'draft' and t.publish_requested_at <= business_now() - interval '24 hours'
  and not exists (select from notification n where n.dedupe like 'approval_waits:' || t.id || ':%')
"""
_CHANGES = """
select t.*, array(select m.id from member m where m.company_id = t.company_id and m.status = 'active'
                    and m.roles && array['owner', 'approver'] and m.id not in (t.posted_by, c.asked_by)) as approvers, c.id as change
from task_change c join task t on t.id = c.task_id and t.version = c.version and t.status in ('published', 'paused')
where c.status = 'waiting' and c.asked_at <= business_now() - interval '24 hours'
  and not exists (select from notification n where n.dedupe like 'change_waits:' || c.id || ':%')
"""
_FUNDING = """
select t.* from task t join company c on c.id = t.company_id
where t.status = 'draft' and t.funding_wanted_at <= business_now() - interval '24 hours' and c.publishing_stopped_at is null
  and not exists (select from notification n where n.dedupe like 'funding_waits:' || t.id || ':' || t.version || ':%')
"""
_RECONFIRM = """
select t.*, a.person_id as applicant from application a join task t on t.id = a.task_id
where a.status = 'needs_reconfirm' and t.status in ('published', 'paused')
  and t.expires_at > business_now() and t.expires_at - interval '24 hours' <= business_now()
  and not exists (select from notification n
    where n.dedupe = 'reconfirm_soon:' || a.person_id || ':' || t.id || ':' || t.version)
"""


async def sweep() -> int:
    """Remind whoever has a deadline soon; return how many reminders went out."""
    async with db.transaction(operator=True):
        return (
            await _replies()
            + await _offers()
            + await _approvals()
            + await _changes()
            + await _funding()
            + await _reconfirmations()
        )


async def _replies() -> int:
    """With a quarter of the time to reply left."""
    due = await db.fetch(_REPLIES)
    for item in due:
        row = await db.fetchrow("select * from task where id = $1", item["task_id"])
        assert row is not None
        await notices.tell_person(item["person_id"], "task.reply_soon", row, reply_by=item["reply_by"])
    return len(due)


async def _offers() -> int:
    """A day before an offer ends with seats open."""
    due = await db.fetch(_OFFERS)
    for row in due:
        await notices.tell_members([row["posted_by"]], "task.ends_soon", row, ends_at=row["expires_at"])
    return len(due)


async def _approvals() -> int:
    """A day after an approval was asked for."""
    due = await db.fetch(_APPROVALS)
    for row in due:
        await notices.tell_members(
            row["approvers"], "task.approval_waits", row, dedupe=f"approval_waits:{row['id']}"
        )
    return len(due)


async def _changes() -> int:
    """A day after a change was asked for."""
    due = await db.fetch(_CHANGES)
    for row in due:
        await notices.tell_members(
            row["approvers"], "task.change_waits", row, dedupe=f"change_waits:{row['change']}"
        )
    return len(due)


async def _funding() -> int:
    """A day after a task began to wait for money, to its poster."""
    due = await db.fetch(_FUNDING)
    for row in due:
        await notices.tell_members(
            [row["posted_by"]],
            "task.funding_waits",
            row,
            dedupe=f"funding_waits:{row['id']}:{row['version']}",
        )
    return len(due)


async def _reconfirmations() -> int:
    """A day before the offer ends, to those who have not agreed to the changed terms."""
    due = await db.fetch(_RECONFIRM)
    for row in due:
        await notices.tell_person(
            row["applicant"], "task.reconfirm_soon", row, dedupe=f"reconfirm_soon:{row['applicant']}:{row['id']}:{row['version']}",
            ends_at=row["expires_at"],
        )  # fmt: skip
    return len(due)
