"""A company's contracts: the list, and what it says to a delivery: yes, not yet, or not at all."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.contracts import acceptance, cancelling, delivery, queries, sides
from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from web import contract_sides, contract_words, guards
from web.fields import Day, Line, Prose, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


class ChangesForm(BaseModel):
    """Which term is not met, what is to change, until when."""

    term: Annotated[str, Line(acceptance.MOST_TERM)] = Field(title=N_("The term that is not met"))
    message: Annotated[str, Prose(delivery.MOST_MESSAGE)] = Field(title=N_("What has to change"))
    redeliver_on: Annotated[date, Day()] = Field(title=N_("Deliver again by"))
    fault: bool = Field(default=False, title=N_("The alumnus is at fault: the work misses the terms"))


class CancellationForm(BaseModel):
    """Why it is cancelled, and what the person was shown that it costs."""

    reason: Annotated[str, Prose(cancelling.MOST_REASON)] = Field(title=N_("Reason, for the alumnus"))
    shown: Annotated[Money, Yen(least=0)] = Field(title=N_("Amount shown"))


@get("/c/{slug:str}/contracts", include_in_schema=False)
async def contracts(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List a company's contracts by what is to be done."""
    by = guards.member(request, slug)
    asked = request.query_params.get("stage", "")
    stage = asked if asked in contract_words.STAGES else ""
    found = await queries.listing(by=by, stage=stage, page=contract_sides.page_asked(request))
    return page("contracts/list.html", slug=slug, found=found, stage=stage, stages=contract_words.STAGES)


@post("/c/{slug:str}/contracts/{contract:uuid}/approval", include_in_schema=False)
async def approve(request: AnyRequest, slug: FromPath[str], contract: FromPath[UUID]) -> Redirect:
    """Approve a delivery; a second click leads to the same page and says that it is done."""
    by = guards.member(request, slug)
    at = f"/c/{slug}/contracts/{contract}"
    try:
        await acceptance.approve(contract, by=by)
    except Conflict as refusal:
        return see(at, request, refusal.message)
    return see(at, request, Message(N_("Approved. The alumnus has been told.")))


@get("/c/{slug:str}/contracts/{contract:uuid}/change-request", include_in_schema=False)
async def changes_form(request: AnyRequest, slug: FromPath[str], contract: FromPath[UUID]) -> Response[bytes]:
    """Show the form that asks for another round."""
    del slug
    return await _show_changes(request, contract, Form(ChangesForm))


@post("/c/{slug:str}/contracts/{contract:uuid}/change-request", include_in_schema=False)
async def request_changes(request: AnyRequest, slug: FromPath[str], contract: FromPath[UUID]) -> Any:
    """Ask for another round."""
    by = guards.member(request, slug)
    form = await Form.read(ChangesForm, request)
    try:
        given = form.data
        await acceptance.request_changes(
            contract,
            given.term,
            given.message,
            redeliver_on=given.redeliver_on,
            fault_of_alumnus=given.fault,
            by=by,
        )
    except Invalid as refusal:
        return await _show_changes(request, contract, form.refuse(refusal), status=422)
    return see(
        f"/c/{slug}/contracts/{contract}",
        request,
        Message(N_("Changes are asked for. The alumnus has been told.")),
    )


async def _show_changes(
    request: AnyRequest, contract: UUID, form: Form[ChangesForm], status: int = 200
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    side.by.must_have(*sides.DECIDES)
    sheet = await queries.sheet(contract, by=side.by)
    return page(
        "contracts/changes.html",
        status=status,
        side=side,
        row=sheet.row,
        form=form,
        cited=contract_words.CITED,
        left=acceptance.MOST_ROUNDS - sheet.row["rounds"],
    )


@get("/c/{slug:str}/contracts/{contract:uuid}/cancellation", include_in_schema=False)
async def cancellation_form(
    request: AnyRequest, slug: FromPath[str], contract: FromPath[UUID]
) -> Response[bytes]:
    """Say what cancelling costs now, to the yen, and to whom it goes."""
    del slug
    return await _show_cancellation(request, contract, Form(CancellationForm))


@post("/c/{slug:str}/contracts/{contract:uuid}/cancellation", include_in_schema=False)
async def cancel(request: AnyRequest, slug: FromPath[str], contract: FromPath[UUID]) -> Any:
    """Cancel for the company, at the price that was shown."""
    by = guards.member(request, slug)
    form = await Form.read(CancellationForm, request)
    try:
        price = await cancelling.cancel(contract, form.data.reason, shown=form.data.shown, by=by)
    except Invalid as refusal:
        return await _show_cancellation(request, contract, form.refuse(refusal), status=422)
    except Conflict as refusal:
        return see(f"/c/{slug}/contracts/{contract}", request, refusal.message)
    said = Message(N_("Cancelled. The alumnus receives %(amount)s."), {"amount": price.to_person})
    return see(f"/c/{slug}/contracts/{contract}", request, said)


async def _show_cancellation(
    request: AnyRequest, contract: UUID, form: Form[CancellationForm], status: int = 200
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    side.by.must_have(*sides.DECIDES)
    sheet = await queries.sheet(contract, by=side.by)
    async with db.transaction(**side.by.scope):
        price = await cancelling.price_now(sheet.row)
    return page(
        "contracts/cancel.html", status=status, side=side, row=sheet.row, sheet=sheet, price=price, form=form
    )


HANDLERS = [
    contracts,
    approve,
    changes_form,
    request_changes,
    cancellation_form,
    cancel,
]
