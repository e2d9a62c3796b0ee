"""The waitlist of a filled task, for the alumnus who lost the race: join it, leave it."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.core.errors import N_, Message
from marketplace.tasks import waitlist
from web import guards
from web.templating import see
from web.visit import AnyRequest


@post("/work/tasks/{task:uuid}/waitlist", include_in_schema=False)
async def join(request: AnyRequest, task: FromPath[UUID]) -> Redirect:
    """Put oneself on the waitlist."""
    await waitlist.join(task, by=guards.alumnus(request))
    said = N_("You are on the waitlist. If a seat opens, you are asked before others.")
    return see(f"/work/tasks/{task}", request, Message(said))


@post("/work/tasks/{task:uuid}/waitlist/leaving", include_in_schema=False)
async def leave(request: AnyRequest, task: FromPath[UUID]) -> Redirect:
    """Leave the waitlist."""
    await waitlist.leave(task, by=guards.alumnus(request))
    return see(f"/work/tasks/{task}", request, Message(N_("You have left the waitlist.")))


HANDLERS = [join, leave]
