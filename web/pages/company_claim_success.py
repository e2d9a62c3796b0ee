"""What a company records of an outcome: that a referral has succeeded, or that it has ended within its guarantee."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.referrals import guarantee, pipeline_queries, reasons, success
from marketplace.referrals.holding import RECRUITS
from marketplace.referrals.pipeline_queries import Sheet
from marketplace.referrals.verdicts import NotLawful
from web import claim_words, guards
from web.fields import Day, Line, Prose, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

MOST_BASE = 1_000_000_000


class SuccessForm(BaseModel):
    """When it happened, how that is shown, and what the fee is taken of."""

    happened_on: Annotated[date, Day()] = Field(title=N_("The day on which it happened"))
    evidence: Annotated[str, Prose(success.MOST_EVIDENCE)] = Field(title=N_("How that is shown"))
    base: Annotated[Money, Yen(least=0, most=MOST_BASE)] = Field(
        default_factory=Money.zero, title=N_("What the success fee is taken of")
    )
    seen: Annotated[str, Line(20)] = Field(default="", title=N_("Where it stands"))


class LeavingForm(BaseModel):
    """When and why it ended."""

    left_on: Annotated[date, Day()] = Field(title=N_("Last day"))
    reason: Annotated[str, Line(60)] = Field(title=N_("Reason, for the referrer"))
    note: Annotated[str, Prose(reasons.MOST_NOTE)] = Field(default="", title=N_("A note to the referrer"))
    seen: Annotated[str, Line(20)] = Field(default="", title=N_("Where it stands"))


@get("/c/{slug:str}/referrals/{claim:uuid}/success", include_in_schema=False)
async def success_form(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Response[bytes]:
    """Ask for the day, the proof and the amount, and say what it will cost."""
    return await _show_success(request, slug, claim, None)


@post("/c/{slug:str}/referrals/{claim:uuid}/success", include_in_schema=False)
async def succeed(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Any:
    """Record the success; a second click leads to the same page."""
    by = guards.member(request, slug, *RECRUITS)
    form = await Form.read(SuccessForm, request)
    at = f"/c/{slug}/referrals/{claim}"
    try:
        given = form.data
        await success.record(
            claim,
            happened_on=given.happened_on,
            evidence=given.evidence,
            base=given.base,
            by=by,
            seen=given.seen,
        )
    except NotLawful as refusal:
        return see(at, request, refusal.message)
    except Invalid as refusal:
        return await _show_success(request, slug, claim, form.refuse(refusal))
    except Conflict as refusal:
        return see(at, request, refusal.message)
    return see(
        at, request, Message(N_("Recorded. The invoice is being made, and the referrer has been told."))
    )


@get("/c/{slug:str}/referrals/{claim:uuid}/leaving", include_in_schema=False)
async def leaving_form(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Response[bytes]:
    """Ask when and why it ended, and say what returns by the refund table."""
    return await _show_leaving(request, slug, claim, None)


@post("/c/{slug:str}/referrals/{claim:uuid}/leaving", include_in_schema=False)
async def leave(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Any:
    """Record that it ended within the guarantee."""
    by = guards.member(request, slug, *RECRUITS)
    form = await Form.read(LeavingForm, request)
    at = f"/c/{slug}/referrals/{claim}"
    try:
        given = form.data
        returns = await guarantee.fail(claim, given.left_on, given.reason, given.note, by=by, seen=given.seen)
    except Invalid as refusal:
        return await _show_leaving(request, slug, claim, form.refuse(refusal))
    except Conflict as refusal:
        return see(at, request, refusal.message)
    said = Message(N_("Recorded. %(share)s of the success fee returns."), {"share": f"{returns / 100:g} %"})
    return see(at, request, said)


async def _show_success(
    request: AnyRequest, slug: str, claim: UUID, form: Form[SuccessForm] | None
) -> Response[bytes]:
    sheet = await _offered(request, slug, claim, "succeed")
    return page(
        "claims/success.html",
        status=422 if form else 200,
        slug=slug,
        sheet=sheet,
        form=form or Form(SuccessForm, {"seen": sheet.row["status"]}),
        claimed_on=day_of(sheet.row["claimed_at"]),
        words=claim_words,
    )


async def _show_leaving(
    request: AnyRequest, slug: str, claim: UUID, form: Form[LeavingForm] | None
) -> Response[bytes]:
    sheet = await _offered(request, slug, claim, "fail")
    assert sheet.success is not None
    fee = Money(sheet.success["fee_amount"], sheet.success["currency"])
    return page(
        "claims/leaving.html",
        status=422 if form else 200,
        slug=slug,
        sheet=sheet,
        form=form or Form(LeavingForm, {"seen": sheet.row["status"]}),
        refunds=[(row.within_days, row.bp, fee.share(row.bp)) for row in sheet.terms.refunds],
        within=guarantee.REPORT_WITHIN.days,
        words=claim_words,
        reasons=reasons,
    )


async def _offered(request: AnyRequest, slug: str, claim: UUID, move: str) -> Sheet:
    """Return a claim on which this move can be made now; Conflict otherwise."""
    sheet = await pipeline_queries.sheet(claim, by=guards.member(request, slug, *RECRUITS))
    if not any(name == move for name, _ in claim_words.buttons(sheet)):
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
    return sheet


HANDLERS = [success_form, succeed, leaving_form, leave]
