"""Where a company's applicant tracking system tells its stages: verify the raw bytes, store by id, answer. A job applies it."""

from datetime import timedelta
from typing import Any

from litestar import Response, post
from litestar.exceptions import ClientException
from litestar.params import FromPath

from marketplace.core.limits import Limit
from marketplace.referrals import ats
from web.admission import admit, origin
from web.visit import AnyRequest

MESSAGES = Limit("ats", 600, timedelta(minutes=1))


@post("/hooks/ats/{slug:str}", status_code=200, opt={"public": True, "csrf": False}, include_in_schema=False)
async def receive(request: AnyRequest, slug: FromPath[str]) -> Response[dict[str, Any]]:
    """Keep one message; forged, too old or from nowhere → 400, all alike, so that nothing of it is believed."""
    await admit((MESSAGES, f"{slug}:{origin(request)}"))
    body = await request.body()
    try:
        await ats.receive(slug, body, request.headers.get("enishi-signature", ""))
    except ats.Forged:
        raise ClientException("The signature does not hold.") from None
    except ats.Unreadable as problem:
        return Response({"error": str(problem)}, status_code=422)
    return Response({"received": True})


HANDLERS = [receive]
