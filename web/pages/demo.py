"""The demonstration's own pages: be anybody of the cast, read the mail that was caught. Elsewhere they do not exist."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel

from marketplace.core.errors import N_, NotFound
from marketplace.core.settings import settings
from marketplace.demo import cast
from marketplace.notifications import caught
from web.errors import wants_json
from web.fields import Line
from web.forms import Form
from web.paging import PageNumber, last_page
from web.sessions import sign_in
from web.templating import page, see
from web.visit import AnyRequest, Visit
from web.words import ROLES

MOST_MAILS = 50
ACTS = {
    "owner": N_("Sees the whole company: money, members, limits."),
    "manager": N_("Posts a task, chooses people, accepts the work."),
    "approver": N_("Approves what is above a manager's limit."),
    "finance": N_("Adds money and follows each payout to its postings."),
    "recruiter": N_("Invites alumni and follows introductions."),
    "coordinator": N_("Imports former employees and invites them."),
    "auditor": N_("Reads everything and changes nothing."),
}
"""What each role can do next."""


class Part(BaseModel):
    """In which part to begin: a company's short name, `operator`, or nothing for an alumnus."""

    part: Annotated[str, Line(40)] = ""


def _only_in_the_demo(request: AnyRequest) -> None:
    if not Visit.of(request).site.demo:
        raise NotFound


@get("/demo", opt={"public": True}, include_in_schema=False)
async def people(request: AnyRequest, q: FromQuery[str] = "", page_number: PageNumber = 1) -> Response[bytes]:
    """Show whom one can be."""
    _only_in_the_demo(request)
    found = await cast.cast(q[:80], page_number)
    return page(
        "demo/people.html",
        cast=found,
        q=q,
        now=page_number,
        last=last_page(found.alumni_in_all, cast.PAGE),
        roles=ROLES,
        acts=ACTS,
    )


@post("/demo/people/{person:uuid}/session", opt={"public": True}, include_in_schema=False)
async def be(request: AnyRequest, person: FromPath[UUID]) -> Redirect:
    """Sign in as one of the cast."""
    _only_in_the_demo(request)
    part = (await Form.read(Part, request)).data.part
    await cast.must_exist(person)
    home = {"operator": "/operator", "": "/home"}.get(part, f"/c/{part}/tasks")
    response = see(home, request)
    response.set_cookie(await sign_in(request, person))
    return response


@get("/demo/inbox", opt={"public": True}, include_in_schema=False)
async def inbox(
    request: AnyRequest, to: FromQuery[str] = "", before: FromQuery[int | None] = None
) -> Response[Any]:
    """List caught mail, newest first: a page for people, `{"mails": […]}` for programs."""
    _only_in_the_demo(request)
    address = to.strip() or None
    folder = settings().data / "mail"
    found = await asyncio.to_thread(caught.inbox, folder, address, MOST_MAILS + 1, before)
    mails = found[:MOST_MAILS]
    if wants_json(request):
        return Response({"mails": [await asyncio.to_thread(_as_json, mail) for mail in mails]})
    older = mails[-1].id if len(found) > MOST_MAILS else None
    return page("demo/inbox.html", mails=mails, to=to, older=older, before=before)


def _as_json(mail: caught.Mail) -> dict[str, Any]:
    letter = caught.message(settings().data / "mail", mail.id)
    return {
        "id": mail.id,
        "to": mail.to,
        "subject": mail.subject,
        "at": mail.received_at.timestamp(),
        "links": list(letter.links),
    }


@get("/demo/inbox/{number:int}", opt={"public": True}, include_in_schema=False)
async def letter(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Show one caught mail with its links."""
    _only_in_the_demo(request)
    found = await asyncio.to_thread(caught.message, settings().data / "mail", number)
    return page("demo/letter.html", letter=found)


HANDLERS = [people, be, inbox, letter]
