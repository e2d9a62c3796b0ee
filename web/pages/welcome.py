"""The first page of an invited alumnus: what the network is, what is shared, one consent, intents each off."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import actions, queries
from marketplace.core.errors import N_, Invalid, Message
from web import guards
from web.fields import Line
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import INTENTS


class Consent(BaseModel):
    """What one agrees to be asked for, and to which text."""

    version: Annotated[str, Line(20)] = Field("", title="")
    intents: list[Annotated[str, Line(20)]] = Field(
        default_factory=list, title=N_("What may we ask you for?")
    )


@get("/welcome/{membership:uuid}", include_in_schema=False)
async def welcome(request: AnyRequest, membership: FromPath[UUID]) -> Response[bytes] | Redirect:
    """Show the invitation; somebody who has joined goes to the network's own page."""
    network = await queries.my_network(membership, by=guards.alumnus(request))
    if network["status"] == "active":
        return Redirect(f"/me/networks/{membership}", status_code=303)
    return _show(network, Form(Consent))


@post("/welcome/{membership:uuid}/consent", include_in_schema=False)
async def consent(request: AnyRequest, membership: FromPath[UUID]) -> Any:
    """Join the network."""
    by = guards.alumnus(request)
    network = await queries.my_network(membership, by=by)
    form = await Form.read(Consent, request)
    try:
        await actions.consent(membership, form.data.version, form.data.intents, by=by)
    except Invalid as refusal:
        return _show(network, form.refuse(refusal), status=422)
    said = Message(N_("Welcome to the network of %(company)s."), {"company": network["company"]})
    return see("/me", request, said)


@post("/welcome/{membership:uuid}/refusal", include_in_schema=False)
async def refuse(request: AnyRequest, membership: FromPath[UUID]) -> Redirect:
    """Do not join, and be asked no more."""
    await actions.leave(membership, by=guards.alumnus(request))
    return see(
        "/me", request, Message(N_("You will not be invited again. You can still join later from this page."))
    )


def _show(network: dict[str, Any], form: Form[Consent], status: int = 200) -> Response[bytes]:
    return page(
        "me/welcome.html",
        network=network,
        form=form,
        intents=INTENTS,
        version=actions.CONSENT_VERSION,
        status=status,
    )


HANDLERS = [welcome, consent, refuse]
