"""Referrals as the operator answers for them: rewards by the month in which they vest, promises, refunds that may come."""

from litestar import Response, get

from marketplace.referrals import numbers
from web import guards
from web.templating import page
from web.visit import AnyRequest


@get("/operator/referrals", include_in_schema=False)
async def shown(request: AnyRequest) -> Response[bytes]:
    """Show what is unvested, promised and could have to be refunded."""
    return page("claims/operator.html", seen=await numbers.exposure(by=guards.operator(request)))


HANDLERS = [shown]
