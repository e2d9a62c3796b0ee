"""Decisions about a task that need a page of their own: approve it or send it back, cancel it."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money, yen
from marketplace.tasks import brief as briefs
from marketplace.tasks import cancelling, checks, publishing, queries
from marketplace.tasks.moving import APPROVERS, MANAGERS
from web import guards
from web.fields import Prose, Whole
from web.forms import Form
from web.pages.company_task_form import SAID
from web.pages.company_tasks import shared
from web.templating import page, see
from web.visit import AnyRequest


class Note(BaseModel):
    """What has to change."""

    note: Annotated[str, Prose(2000)] = Field(title=N_("What has to change"))


class Cancellation(BaseModel):
    """Why, and the compensation that was shown."""

    reason: Annotated[str, Prose(500)] = Field("", title=N_("Reason"))
    shown: Annotated[int, Whole(0, 10**12)] = Field(0, title="")


@get("/c/{slug:str}/tasks/{task:uuid}/approval", include_in_schema=False)
async def approval(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show what is asked to be approved: the terms, the findings, the money."""
    return await _approval(slug, task, Form(Note), by=guards.member(request, slug))


@post("/c/{slug:str}/tasks/{task:uuid}/approval", include_in_schema=False)
async def approve(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Approve and publish."""
    done = await publishing.approve(task, by=guards.member(request, slug))
    said = Message(SAID[done.outcome], {"missing": done.missing or Money.zero()})
    return see(f"/c/{slug}/tasks/{task}", request, said)


@post("/c/{slug:str}/tasks/{task:uuid}/return", include_in_schema=False)
async def send_back(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Any:
    """Send it back with a note."""
    by = guards.member(request, slug, *APPROVERS)
    form = await Form.read(Note, request)
    try:
        await publishing.send_back(task, form.data.note, by=by)
    except Invalid as refusal:
        return await _approval(slug, task, form.refuse(refusal), by=by, status=422)
    return see(f"/c/{slug}/tasks/{task}", request, Message(N_("It is sent back with your note.")))


@get("/c/{slug:str}/tasks/{task:uuid}/cancellation", include_in_schema=False)
async def cancellation(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show what cancelling would do and cost."""
    return await _cancellation(slug, task, Form(Cancellation), by=guards.member(request, slug, *MANAGERS))


@post("/c/{slug:str}/tasks/{task:uuid}/cancellation", include_in_schema=False)
async def cancel(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Any:
    """Cancel for the compensation that was shown."""
    by = guards.member(request, slug, *MANAGERS)
    form = await Form.read(Cancellation, request)
    try:
        await cancelling.cancel(task, form.data.reason, shown=yen(form.data.shown), by=by)
    except Invalid as refusal:
        return await _cancellation(slug, task, form.refuse(refusal), by=by, status=422)
    return see(f"/c/{slug}/tasks/{task}", request, Message(N_("The task is cancelled.")))


async def _approval(
    slug: str, task: UUID, form: Form[Note], *, by: Actor, status: int = 200
) -> Response[bytes]:
    found = await queries.one(task, by=by, matches=0)
    if found.reserve.seat is None:  # nothing that anybody could have asked to publish
        raise NotFound
    brief = briefs.from_row(found.task)
    issued = day_of(found.task["now"])
    return page(
        "tasks/approval.html",
        status=status,
        slug=slug,
        form=form,
        findings=checks.findings(brief, rule=found.terms.pay_rule, issued_on=issued),
        pay_on=brief.pay_on(found.terms.pay_rule),
        limit=yen(found.task["approval_limit_amount"]),
        **shared(slug, found),
    )


async def _cancellation(
    slug: str, task: UUID, form: Form[Cancellation], *, by: Actor, status: int = 200
) -> Response[bytes]:
    found = await queries.one(task, by=by, matches=0)
    return page(
        "tasks/cancellation.html",
        status=status,
        slug=slug,
        form=form,
        compensation=await cancelling.price_of(task, by=by),
        **shared(slug, found),
    )


HANDLERS = [approval, approve, send_back, cancellation, cancel]
