"""The referrer's page of one claim, where “where is my referral?” always has an answer; and what his claims may bring."""

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from marketplace.core.money import Money
from marketplace.referrals import claim_queries, flag_queries, numbers, pipeline_queries, reasons
from web import claim_words, flag_words, guards, i18n
from web.forms import Form
from web.templating import page
from web.visit import AnyRequest


@get("/referrals/{claim:uuid}", include_in_schema=False)
async def one(request: AnyRequest, claim: FromPath[UUID]) -> Response[bytes]:
    """Show where a claim stands, who acts next by when, why each step was taken, and the parts of the reward."""
    by = guards.alumnus(request)
    sheet = await pipeline_queries.sheet(claim, by=by)
    return page(
        "claims/referral.html",
        sheet=sheet,
        held=await claim_queries.held(claim, by=by),
        company=sheet.row["company_en"] if i18n.locale.get() == "en" else sheet.row["company"],
        words=claim_words,
        reasons=reasons,
        flags=await flag_queries.of_claim(claim, by=by),
        flag_words=flag_words,
        appeal=Form(flag_words.AppealForm),
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


HANDLERS = [one, expected]
