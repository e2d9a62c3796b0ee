"""An alumnus's payment statements: the list, one with its lines and paper, confirm it or say what is wrong."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.funds import statements
from web import guards, statement_words
from web.downloads import attached
from web.fields import Line, Prose
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest

PLACE = "/earnings/statements"


class Wrong(BaseModel):
    """What is wrong, and on which line."""

    line: Annotated[str, Line(4)] = Field("", title=N_("Which line"))
    reason: Annotated[str, Prose(1000)] = Field(title=N_("What is wrong with it"))


@get(PLACE, include_in_schema=False)
async def listed(request: AnyRequest, page_number: PageNumber = 1) -> Response[bytes]:
    """List one's own statements, the newest first."""
    rows, found = await statements.mine(page=page_number, by=guards.alumnus(request))
    return page(
        "statements/list.html",
        rows=rows, words=statement_words, now=page_number, last=last_page(found, statements.PAGE),
    )  # fmt: skip


@get(f"{PLACE}/{{statement:uuid}}", include_in_schema=False)
async def one(request: AnyRequest, statement: FromPath[UUID]) -> Response[bytes]:
    """Show one of one's own statements."""
    return await _one(statement, guards.alumnus(request))


async def _one(
    statement: UUID, by: Actor, form: Form[Wrong] | None = None, status: int = 200
) -> Response[bytes]:
    found = await statements.my_one(statement, by=by)
    return page(
        "statements/statement.html",
        status=status,
        row=found.row,
        lines=found.lines,
        chain=[each for each in found.chain if each["sent_at"]],
        words=statement_words,
        form=form or Form(Wrong),
    )


@get(f"{PLACE}/{{statement:uuid}}/papers/{{name:str}}", include_in_schema=False)
async def paper(request: AnyRequest, statement: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """Give the paper of one's own statement in a language."""
    by = guards.alumnus(request)
    locale, stamped = statement_words.paper_of(name)
    document, called = await statements.my_paper(statement, locale, stamped=stamped, by=by)
    return attached(document.content, "application/pdf", called)


@post(f"{PLACE}/{{statement:uuid}}/confirmation", include_in_schema=False)
async def confirm(request: AnyRequest, statement: FromPath[UUID]) -> Redirect:
    """Confirm a statement."""
    said = Message(N_("Thank you: the statement is confirmed."))
    try:
        await statements.confirm(statement, by=guards.alumnus(request))
    except Conflict as refusal:
        said = refusal.message
    return see(f"{PLACE}/{statement}", request, said)


@post(f"{PLACE}/{{statement:uuid}}/dispute", include_in_schema=False)
async def dispute(request: AnyRequest, statement: FromPath[UUID]) -> Any:
    """Say what is wrong with a statement or one of its lines."""
    by = guards.alumnus(request)
    form = await Form.read(Wrong, request)
    try:
        data = form.data
        line = int(data.line) if data.line.isdecimal() else None
        await statements.dispute(statement, data.reason, line, by=by)
    except Invalid as refusal:
        return await _one(statement, by, form.refuse(refusal), status=422)
    except Conflict as refusal:
        return see(f"{PLACE}/{statement}", request, refusal.message)
    return see(
        f"{PLACE}/{statement}",
        request,
        Message(N_("The company is told. Your payments come on their dates all the same.")),
    )


HANDLERS = [listed, one, paper, confirm, dispute]
