"""A company's referrals as numbers: the funnel of each bounty, and what a success costs beside an agency's fee."""

from litestar import Response, get
from litestar.params import FromPath

from marketplace.core.money import Money
from marketplace.core.settings import settings
from marketplace.referrals import numbers
from web import claim_words, guards
from web.templating import page
from web.visit import AnyRequest


@get("/c/{slug:str}/referrals/numbers", include_in_schema=False)
async def shown(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the funnels and the costs."""
    found = await numbers.funnels(by=guards.member(request, slug))
    placed = [one for one in found if one.agency is not None]
    return page(
        "claims/numbers.html",
        slug=slug,
        funnels=found,
        steps=numbers.STEPS,
        reached={step: sum(one.reached[step] for one in found) for step in numbers.STEPS},
        cost=Money.total(one.cost for one in found),
        successes=sum(one.successes for one in found),
        agency=Money.total(one.agency for one in placed if one.agency is not None),
        rate=settings().agency_fee_bp,
        words=claim_words,
    )


HANDLERS = [shown]
