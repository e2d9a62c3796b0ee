"""What a mail's link opens without signing in: one page with its buttons; only pressing changes anything."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.alumni import answers, reconfirming, zones
from marketplace.core.errors import N_, Conflict, Failure, Invalid, Message, NotFound
from web import guards
from web.admission import admit, origin
from web.fields import Line
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

SAYS = (("free", N_("I am free")), ("busy", N_("I am not free")), ("ask", N_("Maybe: ask me")))


class Answer(BaseModel):
    """What I say, and whether it is written into my days."""

    answer: Annotated[str, Line(8)] = Field(title=N_("Answer"))
    noted: bool = Field(default=False, title=N_("Write it into my days, too"))


@get("/still-holds/{token:str}", opt={"public": True}, include_in_schema=False)
async def ask_again(token: FromPath[str]) -> Response[bytes]:
    """Ask whether the times still hold; looking confirms nothing."""
    try:
        return page("taps/still_holds.html", token=token, seen=await reconfirming.look(token))
    except (NotFound, Conflict) as refusal:
        return _refused(refusal)


@post("/still-holds/{token:str}", opt={"public": True}, include_in_schema=False)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Any:
    """Say that they do."""
    await admit((reconfirming.TAPS_FROM_PLACE, origin(request)))
    try:
        await reconfirming.confirm(token)
    except (NotFound, Conflict) as refusal:
        return _refused(refusal)
    return see(f"/still-holds/{quote(token)}", request)


@get("/asked/{token:str}", opt={"public": True}, include_in_schema=False)
async def asked(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show what a company asks; `?answer=` puts that answer first."""
    try:
        seen = await answers.look(token)
    except NotFound as refusal:
        return _refused(refusal)
    return _question(seen, f"/asked/{quote(token)}", request.query_params.get("answer", ""))


@post("/asked/{token:str}", opt={"public": True}, include_in_schema=False)
async def answer(request: AnyRequest, token: FromPath[str]) -> Any:
    """Answer by the link."""
    await admit((reconfirming.TAPS_FROM_PLACE, origin(request)))
    form = await Form.read(Answer, request)
    try:
        await answers.give_by_link(token, form.text("answer"), noted=bool(form.text("noted")))
    except (NotFound, Conflict, Invalid) as refusal:
        return _refused(refusal)
    return see(f"/asked/{quote(token)}", request)


@get("/me/asks/{number:uuid}", include_in_schema=False)
async def my_question(request: AnyRequest, number: FromPath[UUID]) -> Response[bytes]:
    """Show what a company asks me."""
    return _question(await answers.one(number, by=guards.alumnus(request)), f"/me/asks/{number}", "")


@post("/me/asks/{number:uuid}", include_in_schema=False)
async def my_answer(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Answer it."""
    by = guards.alumnus(request)
    form = await Form.read(Answer, request)
    try:
        await answers.give(number, form.text("answer"), noted=bool(form.text("noted")), by=by)
    except (Conflict, Invalid) as refusal:
        return _refused(refusal)
    return see(f"/me/asks/{number}", request, Message(N_("Your answer is with the company.")))


def _question(seen: dict[str, Any], at: str, chosen: str) -> Response[bytes]:
    """Put the chosen answer first, or the one that was given."""
    first = chosen if chosen in dict(SAYS) else ""
    says = sorted(SAYS, key=lambda each: each[0] != first)
    stretch = zones.stretch(seen["on_date"], seen["starts_at"], seen["ends_at"], zones.HOME)
    there = zones.days_of(*stretch, seen["time_zone"]) if seen["time_zone"] != zones.HOME else []
    return page(
        "taps/asked.html",
        hours=zones.hours,
        seen=seen,
        at=at,
        first=first,
        says=says,
        said=dict(SAYS),
        there=there,
    )


def _refused(refusal: Failure) -> Response[bytes]:
    return page("taps/no_link.html", refusal=refusal.message, status=refusal.status)


HANDLERS = [ask_again, confirm, asked, answer, my_question, my_answer]
