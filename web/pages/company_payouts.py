"""What a company pays to alumni, each with its contract, document, postings and the provider's ids."""

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.funds import company as funds
from marketplace.funds import company_items
from web import guards, i18n, ledger_words
from web.csv_answer import csv_answer
from web.paging import PageNumber, last_page
from web.states import state
from web.templating import page
from web.visit import AnyRequest

SHOWN = ("all", "open", "trouble", "paid")


@get("/c/{slug:str}/money/payouts", include_in_schema=False)
async def payouts(
    request: AnyRequest, slug: FromPath[str], show: FromQuery[str] = "all", page_number: PageNumber = 1
) -> Response[bytes]:
    """List what the company pays."""
    show = show if show in SHOWN else "all"
    rows, found = await company_items.items(show, page=page_number, by=guards.member(request, slug))
    last = last_page(found, funds.PAGE)
    return page(
        "company/payouts.html", slug=slug, rows=rows, found=found, show=show, now=page_number, last=last
    )


@get("/c/{slug:str}/money/payouts.csv", include_in_schema=False)
async def payouts_file(
    request: AnyRequest, slug: FromPath[str], show: FromQuery[str] = "all", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the list as a file."""
    rows, _found = await company_items.items(
        show if show in SHOWN else "all", whole=True, by=guards.member(request, slug)
    )
    titles = [
        N_("Due date"), N_("Task"), N_("Alumnus"), N_("Fee (before tax)"), N_("Tax"), N_("Withheld"),
        N_("Paid to the alumnus"), N_("State"), N_("Paid on"), N_("Contract"), N_("Payout"),
    ]  # fmt: skip
    table = (
        [
            row["due_on"].isoformat(), row["title"], row["alumnus"], row["base_amount"], row["tax_amount"],
            row["withheld_amount"], row["net_amount"],
            i18n.tr(state("payout", row["status"]).label) if row["status"] else i18n.tr(N_("Payable")),
            day_of(row["paid_at"]).isoformat() if row["paid_at"] else None,
            str(row["contract_id"] or ""), str(row["payout_id"] or ""),
        ]
        for row in rows
    )  # fmt: skip
    return csv_answer("enishi-payouts.csv", [i18n.tr(text) for text in titles], table, encoding=encoding)


@get("/c/{slug:str}/money/payouts/{item:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], item: FromPath[UUID]) -> Response[bytes]:
    """Show one payment with everything that proves it."""
    found = await company_items.item(item, by=guards.member(request, slug))
    return page(
        "company/payout.html", slug=slug, item=found, one=found.row, payout=found.payout, words=ledger_words
    )


HANDLERS = [payouts, payouts_file, one]
