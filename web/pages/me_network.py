"""One network of mine: what it may ask me for, a pause, the way out."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.alumni import actions, queries
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import yen
from web import guards
from web.forms import Form
from web.pages.company_alumni import words
from web.pages.welcome import Consent
from web.templating import page, see
from web.visit import AnyRequest


@get("/me/networks/{membership:uuid}", include_in_schema=False)
async def network(request: AnyRequest, membership: FromPath[UUID]) -> Response[bytes] | Redirect:
    """Show what this company may ask for and what it sees."""
    found = await queries.my_network(membership, by=guards.alumnus(request))
    if found["status"] != "active":
        return Redirect(f"/welcome/{membership}", status_code=303)
    chosen = [intent for intent in actions.INTENTS if found[f"intent_{intent}"]]
    return _show(found, Form(Consent, {"intents": chosen}))


@post("/me/networks/{membership:uuid}/intents", include_in_schema=False)
async def choose(request: AnyRequest, membership: FromPath[UUID]) -> Any:
    """Say anew what for."""
    by = guards.alumnus(request)
    found = await queries.my_network(membership, by=by)
    form = await Form.read(Consent, request)
    try:
        await actions.choose_intents(membership, form.data.intents, by=by)
    except Invalid as refusal:
        return _show(found, form.refuse(refusal), status=422)
    return see(f"/me/networks/{membership}", request, Message(N_("Your choice is saved and holds at once.")))


@post("/me/networks/{membership:uuid}/pause", include_in_schema=False)
async def pause(request: AnyRequest, membership: FromPath[UUID]) -> Redirect:
    """Take no offers of this company for now."""
    await actions.set_blocked_by_person(membership, blocked=True, by=guards.alumnus(request))
    return see(
        f"/me/networks/{membership}",
        request,
        Message(N_("This company offers you nothing until you say so.")),
    )


@post("/me/networks/{membership:uuid}/return", include_in_schema=False)
async def resume(request: AnyRequest, membership: FromPath[UUID]) -> Redirect:
    """Take offers of this company again."""
    await actions.set_blocked_by_person(membership, blocked=False, by=guards.alumnus(request))
    return see(f"/me/networks/{membership}", request, Message(N_("This company may offer you work again.")))


@post("/me/networks/{membership:uuid}/leaving", include_in_schema=False)
async def leave(request: AnyRequest, membership: FromPath[UUID]) -> Redirect:
    """Leave the network."""
    await actions.leave(membership, by=guards.alumnus(request))
    return see("/me", request, Message(N_("You have left the network; your card there is gone.")))


def _show(found: dict[str, Any], form: Form[Consent], status: int = 200) -> Response[bytes]:
    return page("me/network.html", network=found, form=form, yen=yen, status=status, **words())


HANDLERS = [network, choose, pause, resume, leave]
