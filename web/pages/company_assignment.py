"""Give many seats at once: choose tasks, watch the proposal being computed, take rows out, confirm, see what was sent."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.tasks import (
    assignment,
    assignment_queries,
)
from marketplace.tasks.moving import MANAGERS
from web import guards, i18n, match_words
from web.assignment_words import TITLES, WHYS, cells, standing
from web.csv_answer import csv_answer
from web.fields import Whole
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

Number = Annotated[int, Whole(1, 10**6)]


class Wish(BaseModel):
    """For which tasks: the ticked ones, or all."""

    tasks: list[UUID] = Field(default_factory=list, title=N_("Tasks"))
    do: Literal["chosen", "all"] = Field("chosen", title=N_("Which tasks"))


class Choice(BaseModel):
    """Which lines the page has shown, which of them are ticked, and what comes next."""

    shown: list[Number] = Field(default_factory=list, title="")
    taken: list[Number] = Field(default_factory=list, title="")
    page: Number = Field(1, title="")
    do: Literal["keep", "send"] = Field("keep", title="")


class Confirmation(BaseModel):
    """How many invitations the page has said."""

    shown: Annotated[int, Whole(0, 10**6)] = Field(0, title="")


@get("/c/{slug:str}/tasks/assignment", include_in_schema=False)
async def choose_tasks(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the tasks with open seats, to be ticked, and the earlier proposals."""
    return await _choose(slug, Form(Wish), by=_manager(request, slug))


@post("/c/{slug:str}/tasks/assignment", include_in_schema=False)
async def propose(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Ask for a proposal."""
    by = _manager(request, slug)
    form = await Form.read(Wish, request)
    try:
        wish = form.data
        found = await assignment.propose(None if wish.do == "all" else wish.tasks, by=by)
    except Invalid as refusal:
        return await _choose(slug, form.refuse(refusal), by=by, status=422)
    return see(f"/c/{slug}/tasks/assignment/{found}", request)


@get("/c/{slug:str}/tasks/assignment/{number:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Show the progress, the proposal with its difference to now, or what was sent."""
    by = _manager(request, slug)
    asked = request.query_params.get("page", "")
    found = await assignment_queries.one(
        number, by=by, page=int(asked) if re.fullmatch("[1-9][0-9]{0,5}", asked) else 1
    )
    return page("assignment/one.html", slug=slug, seen=found, words=match_words, standing=standing, whys=WHYS)


@post("/c/{slug:str}/tasks/assignment/{number:uuid}/choice", include_in_schema=False)
async def choose(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Keep which lines are ticked, and stay or go on to the confirmation."""
    by = _manager(request, slug)
    choice = (await Form.read(Choice, request)).data
    await assignment.choose(number, choice.shown, choice.taken, by=by)
    at = f"/c/{slug}/tasks/assignment/{number}"
    if choice.do == "send":
        return see(f"{at}/sending", request)
    return see(f"{at}?page={choice.page}", request, Message(N_("Your choice is kept.")))


@get("/c/{slug:str}/tasks/assignment/{number:uuid}/sending", include_in_schema=False)
async def confirm(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Say how many people would be asked for how many tasks."""
    found = await assignment_queries.one(number, by=_manager(request, slug))
    return page("assignment/sending.html", slug=slug, seen=found)


@post("/c/{slug:str}/tasks/assignment/{number:uuid}/sending", include_in_schema=False)
async def send(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Let the invitations that were confirmed go out."""
    by = _manager(request, slug)
    await assignment.send(number, shown=(await Form.read(Confirmation, request)).data.shown, by=by)
    return see(f"/c/{slug}/tasks/assignment/{number}", request, Message(N_("The invitations go out now.")))


@post("/c/{slug:str}/tasks/assignment/{number:uuid}/cancellation", include_in_schema=False)
async def stop(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Stop the computing or the sending, or give a proposal up."""
    await assignment.stop(number, by=_manager(request, slug))
    return see(f"/c/{slug}/tasks/assignment/{number}", request, Message(N_("It is stopped.")))


@post("/c/{slug:str}/tasks/assignment/{number:uuid}/renewal", include_in_schema=False)
async def renew(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Ask for a new proposal for what is still open of an old one."""
    found = await assignment.renew(number, by=_manager(request, slug))
    return see(f"/c/{slug}/tasks/assignment/{found}", request)


@get("/c/{slug:str}/tasks/assignment/{number:uuid}/proposal.csv", include_in_schema=False)
async def as_file(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Hand the whole proposal out as a table."""
    by = _manager(request, slug)
    found = await assignment_queries.one(number, by=by)
    rows = await assignment_queries.everything(number, by=by)
    return csv_answer(
        "proposal.csv", [i18n.tr(Message(title)) for title in TITLES], cells(rows, found.row["status"])
    )


def _manager(request: AnyRequest, slug: str) -> Actor:
    return guards.member(request, slug, *MANAGERS)


async def _choose(slug: str, form: Form[Wish], *, by: Actor, status: int = 200) -> Response[bytes]:
    return page(
        "assignment/choose.html",
        status=status,
        slug=slug,
        form=form,
        open=await assignment_queries.open_tasks(by=by),
        earlier=await assignment_queries.listed(by=by),
        most=assignment.MOST_SEATS,
    )


HANDLERS = [choose_tasks, propose, one, choose, confirm, send, stop, renew, as_file]
