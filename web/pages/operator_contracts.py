"""A company's contracts as the operator sees them, and the way to end one by hand."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import BaseModel, Field

from marketplace.companies import queries as companies
from marketplace.contracts import cancelling, queries
from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from web import contract_words, guards
from web.fields import Prose, Yen
from web.forms import Form
from web.paging import PageNumber
from web.templating import page, see
from web.visit import AnyRequest

STAGES = ("open", "payment", "ended")


class CancellationForm(BaseModel):
    """Why it is cancelled, for both sides, and what the operator was shown that the alumnus gets."""

    reason: Annotated[str, Prose(cancelling.MOST_REASON)] = Field(title=N_("Reason, for both sides"))
    shown: Annotated[Money, Yen(least=0)] = Field(title=N_("Amount shown"))


@get("/operator/companies/{slug:str}/contracts", include_in_schema=False)
async def contracts(
    request: AnyRequest, slug: FromPath[str], stage: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """List a company's contracts."""
    by = guards.operator(request)
    company = await companies.by_slug(slug, by=by)
    stage = stage if stage in STAGES else ""
    found = await queries.listing(by=by, stage=stage, page=page_number, company=company["id"])
    stages = {name: contract_words.STAGES[name] for name in STAGES}
    return page("operator/contracts.html", company=company, found=found, stage=stage, stages=stages)


@get("/operator/contracts/{contract:uuid}", include_in_schema=False)
async def one(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show a contract with what was agreed, what happened, and what cancelling costs now."""
    return await _show(request, contract, Form(CancellationForm))


@post("/operator/contracts/{contract:uuid}/cancellation", include_in_schema=False)
async def cancel(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Cancel by hand, at the price that was shown."""
    by = guards.operator(request)
    at = f"/operator/contracts/{contract}"
    form = await Form.read(CancellationForm, request)
    try:
        price = await cancelling.cancel_by_hand(contract, form.data.reason, shown=form.data.shown, by=by)
    except Invalid as refusal:
        return await _show(request, contract, form.refuse(refusal), status=422)
    except Conflict as refusal:
        return see(at, request, refusal.message)
    told = N_("Cancelled. The alumnus receives %(amount)s; both sides have been told.")
    return see(at, request, Message(told, {"amount": price.to_person}))


async def _show(
    request: AnyRequest, contract: UUID, form: Form[CancellationForm], status: int = 200
) -> Response[bytes]:
    by = guards.operator(request)
    sheet = await queries.sheet(contract, by=by)
    price = None
    if sheet.row["status"] in CONTRACT.sources("cancel"):
        async with db.transaction(**by.scope):
            price = await cancelling.price_now(sheet.row)
    return page(
        "operator/contract.html",
        status=status,
        sheet=sheet,
        row=sheet.row,
        price=price,
        form=form,
        events=contract_words.told(sheet.events),
        cancelled_by=contract_words.CANCELLED_BY,
    )


HANDLERS = [contracts, one, cancel]
