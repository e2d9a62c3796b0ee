"""What the operator turns: emergency stops, and (never in production) the business clock."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace import clockwork
from marketplace.core import formats
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.settings import settings
from marketplace.operations import switches
from web import guards, i18n
from web.fields import Line, Whole
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

SWITCHES = {
    "payouts": (
        N_("Sending of payouts"),
        N_("What is owed stays payable; what is on its way goes on. Due dates do not move."),
        N_("Payouts are stopped."),
        N_("Payouts are sent again."),
    ),
    "reserves": (
        N_("New reserves"),
        N_("No task can be published. Contracts that are concluded go on."),
        N_("New reserves are stopped."),
        N_("Reserves are possible again."),
    ),
}
"""Per switch: its name, what goes on meanwhile, what is said after stopping and after starting."""


class Reason(BaseModel):
    """Why it is stopped, or started again."""

    reason: Annotated[str, Line(switches.LONGEST_REASON)] = Field(title=N_("Reason"))


class Step(BaseModel):
    """How far the clock moves."""

    hours: Annotated[int, Whole(1, 24 * 366)] = Field(title=N_("Hours"))


@get("/operator/switches/{name:str}", include_in_schema=False)
async def switch(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Ask why before stopping or starting again."""
    return await _switch_page(request, name, Form(Reason))


@post("/operator/switches/{name:str}/stop", include_in_schema=False)
async def stop(request: AnyRequest, name: FromPath[str]) -> Any:
    """Stop, with a reason."""
    by = guards.operator(request)
    form = await Form.read(Reason, request)
    try:
        await switches.stop(name, form.data.reason, by=by)
    except Invalid as refusal:
        return await _switch_page(request, name, form.refuse(refusal), status=422)
    return see("/operator", request, Message(SWITCHES[name][2]))


@post("/operator/switches/{name:str}/restart", include_in_schema=False)
async def restart(request: AnyRequest, name: FromPath[str]) -> Any:
    """Start again, with a reason, and by somebody else than who stopped it."""
    by = guards.operator(request)
    form = await Form.read(Reason, request)
    try:
        await switches.restart(name, form.data.reason, by=by)
    except Invalid as refusal:
        return await _switch_page(request, name, form.refuse(refusal), status=422)
    return see("/operator", request, Message(SWITCHES[name][3]))


@post("/operator/clock", include_in_schema=False)
async def move_clock(request: AnyRequest) -> Redirect:
    """Move the business clock forward; what has come due then happens in the background."""
    guards.operator(request)
    if settings().production:
        raise NotFound
    form = await Form.read(Step, request)
    now = await clockwork.move(timedelta(hours=form.data.hours))
    return see(
        "/operator",
        request,
        Message(
            N_("It is now %(now)s; what has come due is happening."),
            {"now": formats.moment(now, i18n.locale.get())},
        ),
    )


async def _switch_page(
    request: AnyRequest, name: str, form: Form[Reason], status: int = 200
) -> Response[bytes]:
    by = guards.operator(request)
    row = next((row for row in await switches.every_switch(by=by) if row["name"] == name), None)
    if row is None:
        raise NotFound
    return page("operator/switch.html", status=status, form=form, switch=row, said=SWITCHES[name])


HANDLERS = [switch, stop, restart, move_clock]
