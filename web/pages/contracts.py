"""A contract for its two sides, and what its alumnus does with it: read, deliver, withdraw."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.contracts import acceptance, cancelling, delivery, documents, explain, files, queries
from marketplace.contracts.queries import Sheet
from marketplace.core.errors import N_, Invalid, Message
from marketplace.disputes import queries as disputes
from marketplace.reviews import queries as reviews
from web import contract_sides, contract_words, guards
from web.contract_sides import Side
from web.fields import Prose
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

DELIVERY_BYTES = files.TOGETHER_BYTES + 1_000_000
ACCEPT = ",".join(f".{kind}" for kind in files.KINDS)


class DeliveryForm(BaseModel):
    """What is handed in."""

    message: Annotated[str, Prose(delivery.MOST_MESSAGE)] = Field(title=N_("Message to the company"))
    files: list[Any] = Field(default_factory=list, title=N_("Files"))


class WithdrawalForm(BaseModel):
    """Why one leaves."""

    reason: Annotated[str, Prose(cancelling.MOST_REASON)] = Field(title=N_("Reason, for the company"))


@get(contract_sides.both(), include_in_schema=False)
async def contract_page(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show a contract to one of its sides; the alumnus's visit is noted as proof that the terms reached him."""
    side = contract_sides.of(request, contract)
    sheet = await queries.sheet(contract, by=side.by)
    await documents.note(contract, "opened", by=side.by)
    return await _show(side, sheet)


async def _show(side: Side, sheet: Sheet) -> Response[bytes]:
    return page(
        "contracts/contract.html",
        side=side,
        sheet=sheet,
        row=sheet.row,
        why=explain.why_not_paid(sheet),
        events=contract_words.told(sheet.events),
        notes=contract_words.notes(sheet.row),
        cancelled_by=contract_words.CANCELLED_BY,
        dispute=await disputes.of_contract(sheet.row["id"], by=side.by),
        reviews=await reviews.of_contract(sheet.row, by=side.by),
        most_rounds=acceptance.MOST_ROUNDS,
    )


@get("/contracts/{contract:uuid}/delivery", include_in_schema=False)
async def delivery_form(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show the form that hands in, with the day of payment that it leads to."""
    return await _show_delivery(request, contract, Form(DeliveryForm))


@post("/contracts/{contract:uuid}/delivery", request_max_body_size=DELIVERY_BYTES, include_in_schema=False)
async def deliver(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Hand in the work."""
    by = guards.alumnus(request)
    form = await Form.read(DeliveryForm, request)
    try:
        sent = [(one.name, one.content) for one in form.data.files if not isinstance(one, str)]
        await delivery.deliver(contract, form.data.message, sent, by=by)
    except Invalid as refusal:
        return await _show_delivery(request, contract, form.refuse(refusal), status=422)
    return see(f"/contracts/{contract}", request, Message(N_("Delivered. The company has been told.")))


async def _show_delivery(
    request: AnyRequest, contract: UUID, form: Form[DeliveryForm], status: int = 200
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    dates = await delivery.preview(contract, by=side.by)
    sheet = await queries.sheet(contract, by=side.by)
    return page(
        "contracts/deliver.html",
        status=status,
        side=side,
        row=sheet.row,
        request=sheet.request,
        dates=dates,
        form=form,
        accept=ACCEPT,
        most_files=files.MOST_FILES,
        most_bytes=files.MOST_BYTES // 1024**2,
    )


@get("/contracts/{contract:uuid}/withdrawal", include_in_schema=False)
async def withdrawal_form(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Ask before leaving a contract."""
    return await _show_withdrawal(request, contract, Form(WithdrawalForm))


@post("/contracts/{contract:uuid}/withdrawal", include_in_schema=False)
async def withdraw(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Leave a contract as its alumnus."""
    by = guards.alumnus(request)
    form = await Form.read(WithdrawalForm, request)
    try:
        await cancelling.withdraw(contract, form.data.reason, by=by)
    except Invalid as refusal:
        return await _show_withdrawal(request, contract, form.refuse(refusal), status=422)
    return see(
        f"/contracts/{contract}", request, Message(N_("You have withdrawn. The company has been told."))
    )


async def _show_withdrawal(
    request: AnyRequest, contract: UUID, form: Form[WithdrawalForm], status: int = 200
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    sheet = await queries.sheet(contract, by=side.by)
    return page("contracts/withdraw.html", status=status, side=side, row=sheet.row, sheet=sheet, form=form)


HANDLERS = [contract_page, delivery_form, deliver, withdrawal_form, withdraw]
