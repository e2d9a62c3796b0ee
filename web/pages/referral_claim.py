"""The referrer's page of one claim, where “where is my referral?” always has an answer; and what his claims may bring."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money
from marketplace.referrals import claim_queries, flag_queries, flags, numbers, pipeline_queries, reasons
from web import claim_words, flag_words, guards, i18n
from web.errors import wants_json
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


@get("/referrals/{claim:uuid}", include_in_schema=False)
async def one(request: AnyRequest, claim: FromPath[UUID]) -> Response[bytes]:
    """Show where a claim stands, who acts next by when, why each step was taken, and the parts of the reward."""
    return await _show(request, claim, Form(flag_words.AppealForm))


@post("/referrals/flags/{flag:uuid}/appeal", include_in_schema=False)
async def appeal(request: AnyRequest, flag: FromPath[UUID]) -> Any:
    """Answer a hold on the reward of one's claim."""
    by = guards.alumnus(request)
    claim = await flag_queries.claim_of(flag, by=by)
    form = await Form.read(flag_words.AppealForm, request)
    try:
        await flags.appeal(flag, form.data.appeal, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _show(request, claim, form.refuse(refusal), answered=flag)
    return see(
        f"/referrals/{claim}", request, Message(N_("Your answer is sent. A person of the operator decides."))
    )


async def _show(
    request: AnyRequest, claim: UUID, form: Form[flag_words.AppealForm], *, answered: UUID | None = None
) -> Response[bytes]:
    """Show a claim; `answered` is the hold whose answer, `form`, was refused."""
    by = guards.alumnus(request)
    sheet = await pipeline_queries.sheet(claim, by=by)
    return page(
        "claims/referral.html",
        status=422 if answered else 200,
        sheet=sheet,
        held=await claim_queries.held(claim, by=by),
        company=sheet.row["company_en"] if i18n.locale.get() == "en" else sheet.row["company"],
        words=claim_words,
        reasons=reasons,
        flags=await flag_queries.of_claim(claim, by=by),
        flag_words=flag_words,
        appeal=form,
        answered=answered,
    )


@get("/referrals/expected", include_in_schema=False)
async def expected(request: AnyRequest) -> Response[bytes]:
    """Show every claim that can bring money: its stage, its day and its yen."""
    found = await numbers.expected(by=guards.alumnus(request))
    return page(
        "claims/expected.html",
        found=found,
        certain=Money.total(each.amount for each in found if each.is_certain),
        possible=Money.total(each.amount for each in found if not each.is_certain),
    )


HANDLERS = [one, appeal, expected]
