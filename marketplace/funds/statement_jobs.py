"""Make and send a month's statements in the background, a batch a job, and tell of what becomes of one."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import N_, Name
from marketplace.core.money import yen
from marketplace.core.outbox import Job
from marketplace.funds import (
    invoice_notices,  # noqa: F401 - knows the companies as issuers
    statements,
)
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import Attachment, declare
from payouts.crash import crash_point
from payouts.statements import answering, making, papers, queries, runs
from payouts.statements.sheet import numbered


async def attach(params: Any) -> Attachment | None:
    """Bring the statement's paper with its mail, in Japanese: the language of the law that asks for it."""
    document = await papers.read("statement", UUID(params["statement"]), "ja")
    return Attachment(f"{params['number']}.pdf", "application/pdf", document.content)


declare(
    "statement.sent",
    title=N_("Your payment statement from %(company_name)s: %(amount)s"),
    body=N_(
        "Please look at it by %(day)s: confirm it, or say what is wrong. If we hear nothing, it counts as confirmed. "
        "The payments come on their dates in any case."
    ),
    button=N_("See the statement"),
    attach=attach,
)
declare(
    "statement.restated",
    title=N_("%(company_name)s has corrected your payment statement: it is now %(number)s"),
    body=N_(
        "%(old)s is void. Reason: “%(reason)s” Please look at the new one by %(day)s. What you are paid stays what was agreed."
    ),
    button=N_("See the statement"),
    attach=attach,
)
declare(
    "statement.disputed",
    title=N_("%(name)s disagrees with payment statement %(number)s"),
    body=N_("“%(reason)s” Please look into it and answer. Payments go on as they are."),
    button=N_("See the statement"),
)
declare(
    "statement.settled",
    title=N_("%(company_name)s has answered about statement %(number)s"),
    body=N_("“%(answer)s” You can confirm the statement now, or say again what is wrong."),
    button=N_("See the statement"),
)


@outbox.handles("statements.work")
async def work(job: Job, *, run: str, kind: str) -> None:
    """Do the next batch of a run and ask for the one after it; a stop anywhere loses nothing and repeats nothing."""
    more = (
        await send_batch(UUID(run))
        if kind == "send"
        else await making.make_batch(UUID(run), know=statements.know)
    )
    async with db.transaction(operator=True):
        if more:
            await outbox.enqueue("statements.work", run=run, kind=kind)
        await job.finish()


async def send_batch(run: UUID) -> bool:
    """Send the next statements of a run, with their notices, in one transaction; False when it is over or stopped."""
    async with db.transaction(operator=True):
        now = await runs.hold(run)
        if now.status != "running":
            return False
        rows = await answering.mark_sent([row["id"] for row in await answering.next_to_send(now)])
        if not rows:
            await runs.finish(now)
            return False
        for row in rows:
            await _tell_sent(row)
        await runs.advance(now, cursor="", done=len(rows))
        await outbox.enqueue("statements.print")
        crash_point("sending.committing")
    crash_point("sending.committed")
    return True


@outbox.handles("statements.print")
async def print_papers(job: Job) -> None:
    """Print what was sent and has no paper yet, some at a time, and ask for the rest; the sweep is behind it."""
    if await papers.make_missing():
        async with db.transaction(operator=True):
            await outbox.enqueue("statements.print")
            await job.finish()


async def ring_again() -> int:
    """The sweep behind lost jobs: ask for the next batch of every run; return how many. A batch too many is nothing."""
    async with db.transaction(operator=True):
        under_way = await runs.under_way()
        for run in under_way:
            dedupe = f"statements.again:{run.id}:{run.done}:{run.cursor}"
            await outbox.enqueue("statements.work", dedupe=dedupe, run=str(run.id), kind=run.kind)
    return len(under_way)


@outbox.handles("statements.tell")
async def tell(job: Job, *, statement: str, news: str) -> None:
    """Tell the other side that a statement is disputed, that its dispute was answered, or that it was stated anew."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select * from statement where id = $1", UUID(statement))
        assert row is not None
        await _NEWS[news](row)
        await job.finish()


async def _tell_sent(row: Any) -> None:
    await _tell_payee(
        row, "statement.sent", amount=yen(row["net_amount"]), day=row["answer_by"], statement=str(row["id"])
    )


async def _tell_settled(row: Any) -> None:
    await _tell_payee(row, "statement.settled", again=str(row["settled_at"]), answer=row["answer"])


async def _tell_restated(row: Any) -> None:
    chain = await queries.chain(row["id"])
    old = [each for each in chain if each["voided_by"] == row["made_by"]]
    numbers = ", ".join(numbered(each["number"]) for each in old)
    told = {"old": numbers, "reason": old[0]["reason"], "day": row["answer_by"], "statement": str(row["id"])}
    await _tell_payee(row, "statement.restated", **told)


async def _tell_payee(row: Any, kind: str, *, again: str = "", **params: Any) -> None:
    person = UUID(row["owner"].partition(":")[2])
    if not await db.fetchval("select true from person where id = $1", person):
        return
    await notify(
        kind,
        person=person,
        path=f"/earnings/statements/{row['id']}",
        dedupe=f"{kind}:{row['id']}:{again}",
        company_name=Name(row["issuer"]["name"], row["issuer"].get("name_en") or row["issuer"]["name"]),
        number=numbered(row["number"]),
        **params,
    )


async def _tell_disputed(row: Any) -> None:
    company = UUID(row["payer"].partition(":")[2])
    members = await db.fetch(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where m.company_id = $1 and m.status = 'active' and m.roles && array['owner', 'finance']""",
        company,
    )
    for member in members:
        await notify(
            "statement.disputed",
            person=member["person_id"],
            company=company,
            path=f"/c/{member['slug']}/statements/{row['id']}",
            dedupe=f"statement.disputed:{row['id']}:{row['answered_at']}:{member['person_id']}",
            name=row["payee"]["name"],
            number=numbered(row["number"]),
            reason=row["dispute_reason"],
        )


_NEWS: dict[str, Callable[[Any], Awaitable[None]]] = {
    "disputed": _tell_disputed,
    "settled": _tell_settled,
    "restated": _tell_restated,
}
