"""The operator's receivables: what companies owe for success fees by age, and one invoice with its end."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.funds import invoices
from marketplace.operations import owners
from marketplace.operations.owners import Owner
from web import guards, i18n, invoice_words, ledger_words
from web.csv_answer import csv_answer
from web.downloads import attached
from web.fields import Line, Yen
from web.forms import Form
from web.pages.operator_work import OP_STATES
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest


class Reason(BaseModel):
    """Why an invoice ends without being paid."""

    reason: Annotated[str, Line(500)] = Field(title=N_("Reason"))


class GivenBack(BaseModel):
    """How much of the fee goes back, and why; the occasion makes it once."""

    fee: Annotated[Money, Yen(1)] = Field(title=N_("Fee to give back, before tax"))
    why: Annotated[str, Line(500)] = Field(title=N_("Why it goes back"))
    occasion: Annotated[str, Line(40)] = Field(title="")


@get("/operator/receivables", include_in_schema=False)
async def listed(
    request: AnyRequest, company: FromQuery[str] = "", age: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """Show what is owed by age for each company, and the open invoices behind it."""
    by = guards.operator(request)
    age = age if age in invoice_words.AGES else ""
    found = await invoices.receivables(owner=company, age=age, page=page_number, by=by)
    totals = [Money.total(part) for part in zip(*(aged.parts for aged in found.companies), strict=True)]
    return page(
        "operator/receivables.html",
        companies=found.companies,
        totals=totals,
        total=Money.total(aged.total for aged in found.companies),
        rows=found.rows,
        company=company,
        age=age,
        words=invoice_words,
        whose=ledger_words.whose,
        names=await _names(by, [aged.owner for aged in found.companies]),
        now=page_number,
        last=last_page(found.found, invoices.PAGE),
    )


async def _names(by: Actor, references: list[str]) -> Mapping[str, Owner]:
    async with db.transaction(**by.scope):
        return await owners.named(references)


@get("/operator/receivables.csv", include_in_schema=False)
async def file(
    request: AnyRequest, company: FromQuery[str] = "", age: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the open invoices as a file."""
    by = guards.operator(request)
    found = await invoices.receivables(owner=company, age=age, whole=True, by=by)
    names = await _names(by, [row["owner"] for row in found.rows])
    titles = [N_("Number"), N_("Company"), N_("Issued"), N_("Due date"), N_("Days late"), N_("Still to pay")]
    rows: list[list[str | int | None]] = [
        [
            invoice_words.number_of(row),
            names[row["owner"]].name if row["owner"] in names else row["owner"],
            row["issued_on"].isoformat(),
            row["due_on"].isoformat(),
            row["late"],
            row["left_amount"],
        ]
        for row in found.rows
    ]
    return csv_answer("enishi-receivables.csv", [i18n.tr(text) for text in titles], rows, encoding=encoding)


@get("/operator/receivables/{invoice:uuid}", include_in_schema=False)
async def one(request: AnyRequest, invoice: FromPath[UUID]) -> Response[bytes]:
    """Show one invoice: parts, postings, the provider's steps, and how it may end."""
    return await _one(invoice, Form(Reason), guards.operator(request))


async def _one(
    invoice: UUID, form: Form[Reason], by: Actor, status: int = 200, back: Form[GivenBack] | None = None
) -> Response[bytes]:
    found = await invoices.receivable(invoice, by=by)
    row: Any = found.one.row
    return page(
        "operator/receivable.html",
        status=status,
        row=row,
        notes=found.one.credit_notes,
        back=back or Form(GivenBack),
        occasion=secrets.token_hex(8),
        postings_about=found.postings,
        steps=found.steps,
        form=form,
        words=invoice_words,
        ledger=ledger_words,
        op_states=OP_STATES,
        names=await _names(by, [row["owner"], row["payee"]]),
    )


@get("/operator/receivables/{invoice:uuid}/papers/{name:str}", include_in_schema=False)
async def paper(request: AnyRequest, invoice: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """Give the paper of an invoice or of its credit note in a language."""
    by = guards.operator(request)
    locale, note = invoice_words.paper(name)
    document, called = await invoices.paper(invoice, locale, note=note, by=by)
    return attached(document.content, "application/pdf", called)


@post("/operator/receivables/{invoice:uuid}/cancellation", include_in_schema=False)
async def void(request: AnyRequest, invoice: FromPath[UUID]) -> Any:
    """Take an invoice back as a mistake."""
    said = N_("The invoice is void. Its number stays.")
    return await _end(request, invoice, invoices.void, said)


@post("/operator/receivables/{invoice:uuid}/write-off", include_in_schema=False)
async def give_up(request: AnyRequest, invoice: FromPath[UUID]) -> Any:
    """Write an invoice off as lost."""
    said = N_("The invoice is written off. A payment that comes after all undoes that.")
    return await _end(request, invoice, invoices.give_up, said)


async def _end(
    request: AnyRequest, invoice: UUID, act: Callable[..., Awaitable[None]], said: str
) -> Redirect | Response[bytes]:
    by = guards.operator(request)
    form = await Form.read(Reason, request)
    try:
        await act(invoice, form.data.reason, by=by)
    except Invalid as refusal:
        return await _one(invoice, form.refuse(refusal), by, status=422)
    except Conflict as conflict:
        return await _one(invoice, form.refuse(Invalid(fields={"": conflict.message})), by, status=409)
    return see(f"/operator/receivables/{invoice}", request, Message(said))


@post("/operator/receivables/{invoice:uuid}/credit-notes", include_in_schema=False)
async def credit(request: AnyRequest, invoice: FromPath[UUID]) -> Redirect | Response[bytes]:
    """Give back a part of the fee by a credit note of its own."""
    by = guards.operator(request)
    form = await Form.read(GivenBack, request)
    try:
        given = form.data
        await invoices.give_back(invoice, given.fee, given.why, occasion=given.occasion, by=by)
    except Invalid as refusal:
        return await _one(invoice, Form(Reason), by, status=422, back=form.refuse(refusal))
    except Conflict as conflict:
        shown = form.refuse(Invalid(fields={"": conflict.message}))
        return await _one(invoice, Form(Reason), by, status=409, back=shown)
    return see(f"/operator/receivables/{invoice}", request, Message(N_("The credit note is issued.")))


HANDLERS = [listed, file, one, paper, void, give_up, credit]
