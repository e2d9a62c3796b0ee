"""What the house has told a person: the newest first, each leading to what it tells of."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.core.errors import N_, Message
from marketplace.notifications import actions, queries
from web import guards
from web.templating import page, see
from web.visit import AnyRequest


@get("/notices", include_in_schema=False)
async def notices(request: AnyRequest, before: FromQuery[UUID | None] = None) -> Response[bytes]:
    """Show a page of notices; `before` is the last one of the page above."""
    who = guards.person(request)
    found = await queries.notices(who.person, before=before, limit=queries.PAGE + 1)
    shown = found[: queries.PAGE]
    older = shown[-1].id if len(found) > queries.PAGE else None
    return page("notices.html", notices=shown, older=older, before=before, unread=who.unread)


@post("/notices/reading", include_in_schema=False)
async def read_all(request: AnyRequest) -> Redirect:
    """Mark everything as read."""
    await actions.mark_read(None, by=guards.person(request).as_alumnus())
    return see("/notices", request, Message(N_("All notices are marked as read.")))


@post("/notices/{notice:uuid}/opening", include_in_schema=False)
async def open_one(request: AnyRequest, notice: FromPath[UUID]) -> Redirect:
    """Mark a notice as read and lead to what it tells of."""
    return see(await actions.open_notice(notice, by=guards.person(request).as_alumnus()), request)


HANDLERS = [notices, read_all, open_one]
