"""A company's invoices for success fees: list, one with its papers, pay now or from the balance."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.core.errors import N_, Conflict, Message
from marketplace.core.settings import settings
from marketplace.funds import invoices
from marketplace.funds.company import ACTS, READS
from payouts.funding import Shortfall
from web import guards, i18n, invoice_words
from web.csv_answer import csv_answer
from web.downloads import attached
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest


@get("/c/{slug:str}/money/invoices", include_in_schema=False)
async def listed(request: AnyRequest, slug: FromPath[str], page_number: PageNumber = 1) -> Response[bytes]:
    """List the company's invoices, the newest first."""
    book = await invoices.listed(page=page_number, by=guards.member(request, slug))
    return page(
        "company/invoices.html",
        slug=slug,
        book=book,
        words=invoice_words,
        now=page_number,
        last=last_page(book.found, invoices.PAGE),
    )


@get("/c/{slug:str}/money/invoices/{invoice:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], invoice: FromPath[UUID]) -> Response[bytes]:
    """Show one invoice with what it asks for, its papers and how to pay it."""
    by = guards.member(request, slug)
    bill = await invoices.bill(invoice, by=by)
    return page(
        "company/invoice.html",
        slug=slug,
        row=bill.one.row,
        notes=bill.one.credit_notes,
        free=bill.free,
        acts=bool(by.roles & set(ACTS)),
        words=invoice_words,
        stops_on=invoice_words.stops_on(bill.one.row, settings().invoice_grace_days),
    )


@get("/c/{slug:str}/money/invoices/{invoice:uuid}/papers/{name:str}", include_in_schema=False)
async def paper(
    request: AnyRequest, slug: FromPath[str], invoice: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """Give the paper of an invoice or of its credit note in a language."""
    by = guards.member(request, slug, *READS)
    locale, note = invoice_words.paper(name)
    document, called = await invoices.paper(invoice, locale, note=note, by=by)
    return attached(document.content, "application/pdf", called)


@post("/c/{slug:str}/money/invoices/{invoice:uuid}/payment", include_in_schema=False)
async def pay(request: AnyRequest, slug: FromPath[str], invoice: FromPath[UUID]) -> Redirect:
    """Pay from the balance."""
    at = f"/c/{slug}/money/invoices/{invoice}"
    try:
        paid = await invoices.pay_from_balance(invoice, by=guards.member(request, slug, *ACTS))
    except (Shortfall, Conflict) as refusal:
        return see(at, request, refusal.message)
    return see(at, request, Message(N_("Paid: %(amount)s from your balance."), {"amount": paid}))


@get("/c/{slug:str}/money/invoices.csv", include_in_schema=False)
async def file(request: AnyRequest, slug: FromPath[str], encoding: FromQuery[str] = "") -> Response[bytes]:
    """Give all invoices as a file."""
    rows = await invoices.all_of_them(by=guards.member(request, slug))
    titles = [
        N_("Number"), N_("Issued"), N_("Due date"), N_("What for"), N_("Success fee"), N_("Consumption tax"), N_("Bounty"),
        N_("Total"), N_("Still to pay"), N_("State"),
    ]  # fmt: skip
    cells = [
        [
            invoice_words.number_of(row), row["issued_on"].isoformat(), row["due_on"].isoformat(), row["title"],
            row["fee_amount"], row["tax_amount"], row["bounty_amount"], row["total_amount"],
            row["left_amount"] if row["status"] == "open" else 0, i18n.tr(invoice_words.state_of(row)),
        ]
        for row in rows
    ]  # fmt: skip
    return csv_answer("enishi-invoices.csv", [i18n.tr(text) for text in titles], cells, encoding=encoding)


HANDLERS = [listed, one, paper, pay, file]
