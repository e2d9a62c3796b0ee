"""The operator's invoices for platform fees: a month of all companies, tied to the ledger's revenue and tax."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core import db
from marketplace.core.errors import N_, Conflict, Message
from marketplace.funds import platform_invoices
from marketplace.operations import owners
from payouts.statements import months
from web import guards, i18n, ledger_words, statement_words
from web.csv_answer import csv_answer
from web.downloads import attached
from web.fields import Month
from web.forms import Form
from web.pages.company_statements import asked_month
from web.templating import link, page, see
from web.visit import AnyRequest

PLACE = "/operator/platform-invoices"


class Wanted(BaseModel):
    """Which month's invoices to make."""

    month: Annotated[date, Month()] = Field(title=N_("Month"))


@get(PLACE, include_in_schema=False)
async def listed(request: AnyRequest, month: FromQuery[str] = "") -> Response[bytes]:
    """Show a month's invoices and that they are the month's revenue and tax."""
    by = guards.operator(request)
    found = await platform_invoices.overview(asked_month(month), by=by)
    async with db.transaction(**by.scope):
        names = await owners.named([row["owner"] for row in found.rows])
    shown = found.tie.month
    return page(
        "operator/platform_invoices.html",
        found=found,
        tie=found.tie,
        names=names,
        whose=ledger_words.whose,
        words=statement_words,
        before=months.before(shown),
        after=months.after(shown) if found.ended else None,
    )


@get(f"{PLACE}.csv", include_in_schema=False)
async def file(
    request: AnyRequest, month: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give a month's invoices as a file."""
    found = await platform_invoices.overview(asked_month(month), by=guards.operator(request))
    titles = [
        N_("Number"), N_("Month"), N_("Company"), N_("Platform fees"), N_("Tax of the contracts"), N_("Consumption tax"), N_("Issued"),
    ]  # fmt: skip
    rows = [
        [
            statement_words.platform_numbered(row["number"]), f"{row['month']:%Y-%m}", row["buyer"]["name"], row["fee_amount"],
            row["contract_tax_amount"], row["tax_amount"], row["issued_on"].isoformat(),
        ]
        for row in found.rows
    ]  # fmt: skip
    return csv_answer(
        f"enishi-platform-invoices-{found.tie.month:%Y-%m}.csv",
        [i18n.tr(text) for text in titles],
        rows,
        encoding=encoding,
    )


@post(PLACE, include_in_schema=False)
async def make(request: AnyRequest) -> Redirect:
    """Make a month's missing invoices."""
    by = guards.operator(request)
    month = (await Form.read(Wanted, request)).data.month
    try:
        said = Message(N_("Invoices made: %(num)s."), {"num": await platform_invoices.make(month, by=by)})
    except Conflict as refusal:
        said = refusal.message
    return see(link(PLACE, month=f"{month:%Y-%m}"), request, said)


@get(f"{PLACE}/{{invoice:uuid}}/papers/{{name:str}}", include_in_schema=False)
async def paper(request: AnyRequest, invoice: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """Give the paper of an invoice in a language."""
    by = guards.operator(request)
    document, called = await platform_invoices.paper(invoice, statement_words.locale_of(name), by=by)
    return attached(document.content, "application/pdf", called)


HANDLERS = [listed, file, make, paper]
