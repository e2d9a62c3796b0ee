"""Where Stripe tells its news: verify the raw bytes, store by event id, answer. What it means is read later."""

from typing import Literal

from litestar import Response, post
from litestar.exceptions import ClientException
from litestar.params import FromPath

from payouts import events
from payouts.gateway import webhooks
from web.visit import AnyRequest

Source = Literal["platform", "connect", "thin"]


@post(
    "/hooks/stripe/{source:str}",
    status_code=200,
    opt={"public": True, "csrf": False},
    include_in_schema=False,
)
async def receive(request: AnyRequest, source: FromPath[Source]) -> Response[None]:
    """Keep one event; forged or too old → 400, so that nothing of it is believed."""
    body = await request.body()
    try:
        envelope = webhooks.read(source, body, request.headers.get("stripe-signature", ""))
    except webhooks.Forged:
        raise ClientException("The signature does not hold.") from None
    await events.store(source, envelope)
    return Response(None)


HANDLERS = [receive]
