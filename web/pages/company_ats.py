"""Connecting a company's applicant tracking system: the secret, shown once; how to sign; messages that fit nothing."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.core.errors import N_, Conflict, Message
from marketplace.referrals import ats, ats_apply, ats_queries
from web import claim_words, guards
from web.forms import form_data
from web.paging import PageNumber
from web.templating import page, see
from web.visit import AnyRequest, Visit

OWNER = "owner"
SAID = {
    "applied": N_("Applied. The referrer has been told."),
    "nothing_to_do": N_("Nothing to do: the referral stands there already."),
    "superseded": N_("A later message has been applied already; this one changes nothing."),
}


@get("/c/{slug:str}/settings/ats", include_in_schema=False)
async def shown(request: AnyRequest, slug: FromPath[str], page_number: PageNumber = 1) -> Response[bytes]:
    """Show the state of the connection and the messages that could not be applied."""
    return await _show(request, slug, page_number)


@post("/c/{slug:str}/settings/ats/secret", status_code=200, include_in_schema=False)
async def make(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Make a secret and show it this one time."""
    secret = await ats.make(by=guards.member(request, slug, OWNER))
    answer = await _show(request, slug, 1, secret=secret)
    answer.headers["cache-control"] = "no-store"
    return answer


@post("/c/{slug:str}/settings/ats/removal", include_in_schema=False)
async def remove(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Close the door."""
    await ats.remove(by=guards.member(request, slug, OWNER))
    return see(f"/c/{slug}/settings/ats", request, Message(N_("Removed. No message is accepted any more.")))


@post("/c/{slug:str}/settings/ats/retries", include_in_schema=False)
async def retry(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Try a message again."""
    by = guards.member(request, slug, OWNER)
    event = str((await form_data(request)).get("event", [""])[-1])
    if not event:
        raise Conflict(N_("Please choose one of the offered answers."))
    outcome = await ats_apply.again(event, by=by)
    said = SAID.get(outcome) or claim_words.OUTCOMES.get(outcome, outcome)
    return see(f"/c/{slug}/settings/ats", request, Message(said))


async def _show(request: AnyRequest, slug: str, number: int, *, secret: str = "") -> Response[Any]:
    by = guards.member(request, slug, OWNER)
    return page(
        "claims/ats.html",
        slug=slug,
        door=await ats.endpoint(by=by),
        found=await ats_queries.unapplied(by=by, page=number),
        secret=secret,
        url=f"{Visit.of(request).site.base_url}/hooks/ats/{slug}",
        stages=[*ats_apply.STAGES],
        words=claim_words,
    )


HANDLERS = [shown, make, remove, retry]
