"""Sign in by a mailed link: ask, look into the inbox, press one button. Sign out, here or everywhere."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Conflict, Failure, Invalid, Message, NotFound
from marketplace.core.settings import settings
from marketplace.people import sessions, sign_in
from web import guards
from web.admission import admit, origin
from web.fields import Email, Line
from web.forms import Form
from web.sessions import carry
from web.sessions import sign_out as forget
from web.templating import page, see
from web.visit import AnyRequest


class Ask(BaseModel):
    """Who wants a link, and where to afterwards."""

    email: Annotated[str, Email()] = Field(title=N_("Your mail address"))
    next: Annotated[str, Line(500)] = Field("/", title="")


def local(path: str) -> str:
    """Return a path of this site, or the front page for anything that could lead away from it."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


@get("/sign-in", opt={"public": True}, include_in_schema=False)
async def ask_page(request: AnyRequest) -> Response[bytes]:
    """Ask for the mail address."""
    return page(
        "sign_in/ask.html",
        form=Form(Ask, {"next": local(request.query_params.get("next", "/"))}),
        refused=None,
    )


@post("/sign-in", opt={"public": True}, include_in_schema=False)
async def ask(request: AnyRequest) -> Any:
    """Mail a link; known and unknown addresses look the same."""
    form = await Form.read(Ask, request)
    try:
        wanted = form.data
    except Invalid as refusal:
        return page("sign_in/ask.html", form=form.refuse(refusal), refused=None, status=422)
    await admit(
        (sign_in.ASKS_FROM_PLACE, origin(request)), (sign_in.ASKS_OF_ADDRESS, wanted.email.strip().lower())
    )
    await sign_in.ask(wanted.email, local(wanted.next))
    return see("/sign-in/sent", request)


@get("/sign-in/sent", opt={"public": True}, include_in_schema=False)
async def sent(request: AnyRequest) -> Response[bytes]:
    """Say where to look."""
    del request
    return page("sign_in/sent.html", demo=settings().demo, minutes=int(sign_in.LIVES.total_seconds() // 60))


@get("/sign-in/{token:str}", opt={"public": True}, include_in_schema=False)
async def landing(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show the one button; opening the page uses nothing up, for mail scanners open it too."""
    del request
    try:
        await sign_in.look(token)
    except (Conflict, NotFound) as refusal:
        return _refused(refusal)
    return page("sign_in/landing.html", token=token)


@post("/sign-in/{token:str}", opt={"public": True}, include_in_schema=False)
async def use(request: AnyRequest, token: FromPath[str]) -> Response[bytes] | Redirect:
    """Trade the link for a session and lead on."""
    await admit((sign_in.USES_FROM_PLACE, origin(request)))
    try:
        used = await sign_in.use(token)
    except (Conflict, NotFound) as refusal:
        return _refused(refusal)
    response = see(local(used.next_path), request)
    response.set_cookie(await carry(request, used.token))
    return response


def _refused(refusal: Failure) -> Response[bytes]:
    return page("sign_in/ask.html", form=Form(Ask), refused=refusal.message, status=refusal.status)


@post("/sign-out", include_in_schema=False)
async def sign_out(request: AnyRequest) -> Redirect:
    """End this session."""
    response = see("/", request, Message(N_("You have signed out.")))
    response.set_cookie(await forget(request))
    return response


@post("/sign-out/everywhere", include_in_schema=False)
async def sign_out_everywhere(request: AnyRequest) -> Redirect:
    """End every session of this person, on every device."""
    await sessions.end_all(guards.person(request).person)
    response = see("/", request, Message(N_("You have signed out on every device.")))
    response.set_cookie(await forget(request))
    return response


HANDLERS = [ask_page, ask, sent, landing, use, sign_out, sign_out_everywhere]
