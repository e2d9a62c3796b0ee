"""Background work as the operator sees it: queues, dead jobs, provider events, movements without an answer."""

import json
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.core.errors import N_, Message
from marketplace.operations import unfinished
from web import guards
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest

OP_STATES = {
    "pending": (N_("To be sent"), ""),
    "sending": (N_("Sending"), "info"),
    "succeeded": (N_("Done"), "ok"),
    "failed": (N_("Refused by the provider"), "danger"),
    "unknown": (N_("Answer unknown"), "warn"),
    "needs_human": (N_("A person has to look"), "danger"),
}
"""Of a movement at the provider: its state in a word, and the tone."""


def said(args: dict[str, Any]) -> str:
    """Write what a job was given."""
    return json.dumps(args, ensure_ascii=False)


PARTS = ("jobs", "dead", "events", "operations")


@get("/operator/work", include_in_schema=False)
async def work(
    request: AnyRequest, part: FromQuery[str] = "jobs", page_number: PageNumber = 1
) -> Response[bytes]:
    """Show the queues, and one of four lists."""
    by = guards.operator(request)
    part = part if part in PARTS else "jobs"
    if part == "events":
        rows, found = await unfinished.events(page=page_number, by=by)
    elif part == "operations":
        rows, found = await unfinished.money_operations(page=page_number, by=by)
    else:
        rows, found = await unfinished.jobs(only_dead=part == "dead", page=page_number, by=by)
    return page(
        "operator/work.html",
        part=part,
        rows=rows,
        found=found,
        now=page_number,
        last=last_page(found, unfinished.PAGE),
        loads=await unfinished.loads(by=by),
        said=said,
        op_states=OP_STATES,
    )


@post("/operator/work/jobs/{job:uuid}/retry", include_in_schema=False)
async def retry(request: AnyRequest, job: FromPath[UUID]) -> Redirect:
    """Try a job again now."""
    await unfinished.revive(job, by=guards.operator(request))
    return see("/operator/work", request, Message(N_("The job is tried again now.")))


HANDLERS = [work, retry]
