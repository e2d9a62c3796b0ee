"""The operator covers client money from its own: one notes it with a reason, another books it."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.funds import covering
from web import guards
from web.fields import Line, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


class Cover(BaseModel):
    """How much was brought in, and what for."""

    amount: Annotated[Money, Yen(1)] = Field(title=N_("Amount brought in"))
    reason: Annotated[str, Line(covering.LONGEST_REASON)] = Field(title=N_("Reason"))


@get("/operator/cover", include_in_schema=False)
async def cover(request: AnyRequest) -> Response[bytes]:
    """Show what is missing, and what was noted and waits to be booked."""
    return await _cover(Form(Cover), guards.operator(request))


@post("/operator/cover", include_in_schema=False)
async def note(request: AnyRequest) -> Any:
    """Note what was brought in."""
    by = guards.operator(request)
    form = await Form.read(Cover, request)
    try:
        await covering.note(form.data.amount, form.data.reason, by=by)
    except Invalid as refusal:
        return await _cover(form.refuse(refusal), by, status=422)
    except Conflict as conflict:
        return await _cover(form.refuse(Invalid(fields={"": conflict.message})), by, status=409)
    return see(
        "/operator/cover", request, Message(N_("It is noted. It is booked when another operator agrees."))
    )


@post("/operator/cover/{number:uuid}/booking", include_in_schema=False)
async def book(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Book what another has noted."""
    amount = await covering.book(number, by=guards.operator(request))
    return see("/operator", request, Message(N_("%(amount)s is booked as cover."), {"amount": amount}))


@post("/operator/cover/{number:uuid}/refusal", include_in_schema=False)
async def drop(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Drop a note that is wrong."""
    await covering.drop(number, by=guards.operator(request))
    return see("/operator/cover", request, Message(N_("The note is dropped. Nothing was posted.")))


async def _cover(form: Form[Cover], by: Actor, status: int = 200) -> Response[bytes]:
    return page(
        "operator/cover.html",
        status=status,
        form=form,
        missing=await covering.missing(by=by),
        waiting=await covering.waiting(by=by),
    )


HANDLERS = [cover, note, book, drop]
