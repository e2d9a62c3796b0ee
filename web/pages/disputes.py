"""Disputes: opened and answered by the sides of a contract, decided by the operator."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.contracts import queries as contracts
from marketplace.contracts import sides
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money
from marketplace.disputes import actions, queries
from web import contract_sides, guards
from web.downloads import attached
from web.fields import Prose, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


class DisputeForm(BaseModel):
    """How much is disputed, and why."""

    amount: Annotated[Money, Yen()] = Field(title=N_("Disputed part of the fee (before tax)"))
    reason: Annotated[str, Prose(actions.MOST_WORDS)] = Field(title=N_("What you disagree about"))


class AnswerForm(BaseModel):
    """How the other side sees it."""

    answer: Annotated[str, Prose(actions.MOST_WORDS)] = Field(title=N_("How you see it"))


class DecisionForm(BaseModel):
    """How much the alumnus gets, and why."""

    award: Annotated[Money, Yen(least=0)] = Field(title=N_("Award to the alumnus (before tax)"))
    resolution: Annotated[str, Prose(actions.MOST_WORDS)] = Field(title=N_("Reasons, for both sides"))


@get(contract_sides.both("/dispute"), include_in_schema=False)
async def dispute_page(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show the dispute of a contract, or the form that opens one."""
    return await _show(request, contract, Form(DisputeForm), Form(AnswerForm))


@post(contract_sides.both("/dispute"), include_in_schema=False)
async def open_dispute(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Open a dispute over a part of the fee."""
    side = contract_sides.of(request, contract)
    form = await Form.read(DisputeForm, request)
    try:
        await actions.open_dispute(contract, form.data.amount, form.data.reason, by=side.by)
    except Invalid as refusal:
        return await _show(request, contract, form.refuse(refusal), Form(AnswerForm), status=422)
    return see(
        side.at, request, Message(N_("The dispute is open. The other side and the operator have been told."))
    )


@post(contract_sides.both("/dispute/answer"), include_in_schema=False)
async def answer(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Answer a dispute that the other side has opened."""
    side = contract_sides.of(request, contract)
    found = await queries.of_contract(contract, by=side.by)
    if found is None:
        raise NotFound
    form = await Form.read(AnswerForm, request)
    try:
        await actions.answer(found["id"], form.data.answer, by=side.by)
    except Invalid as refusal:
        return await _show(request, contract, Form(DisputeForm), form.refuse(refusal), status=422)
    return see(
        side.at, request, Message(N_("Your answer is sent. The operator reads both sides and decides."))
    )


async def _show(
    request: AnyRequest,
    contract: UUID,
    form: Form[DisputeForm],
    answer_form: Form[AnswerForm],
    status: int = 200,
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    if side.name == "company":
        side.by.must_have(*sides.DECIDES)
    sheet = await contracts.sheet(contract, by=side.by)
    return page(
        "contracts/dispute.html",
        status=status,
        side=side,
        row=sheet.row,
        sheet=sheet,
        dispute=await queries.of_contract(contract, by=side.by),
        form=form,
        answer_form=answer_form,
    )


@get("/operator/disputes", include_in_schema=False)
async def disputes(request: AnyRequest) -> Response[bytes]:
    """List what waits for the operator's decision, the oldest first; or what was decided."""
    by = guards.operator(request)
    status = "resolved" if request.query_params.get("status") == "resolved" else "open"
    rows, last = await queries.listing(by=by, status=status, page=contract_sides.page_asked(request))
    return page(
        "operator/disputes.html", rows=rows, shown=status, now=contract_sides.page_asked(request), last=last
    )


@get("/operator/disputes/{dispute:uuid}", include_in_schema=False)
async def decision_page(request: AnyRequest, dispute: FromPath[UUID]) -> Response[bytes]:
    """Show both sides of a dispute, the terms and the deliveries, with the form that decides."""
    return await _show_decision(request, dispute, Form(DecisionForm))


@post("/operator/disputes/{dispute:uuid}/resolution", include_in_schema=False)
async def decide(request: AnyRequest, dispute: FromPath[UUID]) -> Any:
    """Decide a dispute."""
    by = guards.operator(request)
    form = await Form.read(DecisionForm, request)
    try:
        await actions.resolve(dispute, form.data.award, form.data.resolution, by=by)
    except Invalid as refusal:
        return await _show_decision(request, dispute, form.refuse(refusal), status=422)
    return see(f"/operator/disputes/{dispute}", request, Message(N_("Decided. Both sides have been told.")))


@get("/operator/disputes/{dispute:uuid}/files/{file:uuid}", include_in_schema=False)
async def disputed_file(
    request: AnyRequest, dispute: FromPath[UUID], file: FromPath[UUID]
) -> Response[bytes]:
    """Answer with a file of the disputed work: never shown in our pages, always saved."""
    by = guards.operator(request)
    found = await queries.one(dispute, by=by)
    wanted = await contracts.file(found["contract_id"], file, by=by)
    return attached(wanted["content"], wanted["media_type"], wanted["name"])


async def _show_decision(
    request: AnyRequest, dispute: UUID, form: Form[DecisionForm], status: int = 200
) -> Response[bytes]:
    by = guards.operator(request)
    found = await queries.one(dispute, by=by)
    sheet = await contracts.sheet(found["contract_id"], by=by)
    return page("operator/dispute.html", status=status, dispute=found, sheet=sheet, row=sheet.row, form=form)


HANDLERS = [dispute_page, open_dispute, answer, disputes, decision_page, decide, disputed_file]
