"""A company's income tax withheld: the register of a month, what to remit by when, the yearly payment records."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.funds import withholding
from marketplace.funds.company import ACTS, READS
from payouts.statements import months
from payouts.statements.words import category
from web import guards, i18n, statement_words
from web.csv_answer import Cell, csv_answer
from web.downloads import attached
from web.fields import Day, Month
from web.forms import Form
from web.pages.company_statements import asked_month
from web.task_words import TAX_CATEGORIES
from web.templating import link, page, see
from web.visit import AnyRequest


class Remitted(BaseModel):
    """On which day which month's tax was remitted."""

    month: Annotated[date, Month()] = Field(title=N_("Month"))
    on: Annotated[date, Day()] = Field(title=N_("Remitted on"))


@get("/c/{slug:str}/withholding", include_in_schema=False)
async def register(request: AnyRequest, slug: FromPath[str], month: FromQuery[str] = "") -> Response[bytes]:
    """Show what was withheld in a month, its proof, and what is to be remitted by when."""
    return await _register(request, slug, month)


async def _register(
    request: AnyRequest, slug: str, month: str, form: Form[Remitted] | None = None, status: int = 200
) -> Response[bytes]:
    by = guards.member(request, slug)
    book = await withholding.book(asked_month(month), by=by)
    shown = book.register.month
    return page(
        "company/withholding.html",
        status=status,
        slug=slug,
        book=book,
        register=book.register,
        form=form or Form(Remitted, {"month": shown, "on": book.today.isoformat()}),
        acts=bool(by.roles & set(ACTS)),
        words=statement_words,
        categories=TAX_CATEGORIES,
        before=months.before(shown),
        after=months.after(shown) if book.ended else None,
        noted=next((each for each in book.remittances if each.month == shown), None),
    )


@get("/c/{slug:str}/withholding.csv", include_in_schema=False)
async def register_file(
    request: AnyRequest, slug: FromPath[str], month: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give a month's register as a file."""
    book = await withholding.export(asked_month(month), by=guards.member(request, slug, *READS))
    rows: list[list[Cell]] = [
        [
            row["day"].isoformat(), book.names[row["owner"]], row["title"], category(row["tax_category"], i18n.locale.get()),
            i18n.tr(statement_words.FACTS[row["fact"]]), row["base_amount"], row["tax_amount"], row["withheld_amount"],
            row["net_amount"],
        ]
        for row in book.register.rows
    ]  # fmt: skip
    titles = [i18n.tr(text) for text in statement_words.REGISTER]
    return csv_answer(f"enishi-withholding-{book.register.month:%Y-%m}.csv", titles, rows, encoding=encoding)


@post("/c/{slug:str}/withholding/remittances", include_in_schema=False)
async def remit(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Note on which day a month's tax was remitted."""
    by = guards.member(request, slug, *ACTS)
    form = await Form.read(Remitted, request)
    try:
        wanted = form.data
        amount = await withholding.note_remitted(wanted.month, wanted.on, by=by)
    except Invalid as refusal:
        return await _register(request, slug, form.text("month"), form.refuse(refusal), status=422)
    except Conflict as refusal:
        return _back(request, slug, form.text("month"), refusal.message)
    said = Message(N_("Noted: %(amount)s was remitted."), {"amount": amount})
    return _back(request, slug, form.text("month"), said)


def _back(request: AnyRequest, slug: str, month: str, said: Message) -> Redirect:
    return see(link(f"/c/{slug}/withholding", month=month), request, said)


@get("/c/{slug:str}/withholding/records", include_in_schema=False)
async def year(request: AnyRequest, slug: FromPath[str], year: FromQuery[int] = 0) -> Response[bytes]:
    """Show a calendar year's payment records, which add up to its registers."""
    found = await withholding.year(year, by=guards.member(request, slug))
    years = range(found.this_year, found.this_year - 3, -1)
    return page(
        "company/payment_records.html",
        slug=slug,
        found=found,
        years=years,
        category=category,
        words=statement_words,
    )


@get("/c/{slug:str}/withholding/records.csv", include_in_schema=False)
async def year_file(
    request: AnyRequest, slug: FromPath[str], year: FromQuery[int] = 0, encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give a year's payment records as a file, a row for each kind of work."""
    found = await withholding.export_year(year, by=guards.member(request, slug, *READS))
    titles = [
        N_("Year"), N_("Alumnus"), N_("Kind of work"), N_("Payments"), N_("Paid, without tax"), N_("Consumption tax"), N_("Withheld"),
        N_("To the tax office"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            found.year, found.names[record.owner], category(part.category, i18n.locale.get()), part.payments, part.base.amount,
            part.tax.amount, part.withheld.amount, i18n.tr(N_("Yes") if record.must_submit() else N_("No")),
        ]
        for record in found.records
        for part in record.parts
    ]  # fmt: skip
    return csv_answer(
        f"enishi-payment-records-{found.year}.csv",
        [i18n.tr(text) for text in titles],
        rows,
        encoding=encoding,
    )


@get("/c/{slug:str}/withholding/records/{person:uuid}/{name:str}", include_in_schema=False)
async def record_paper(
    request: AnyRequest,
    slug: FromPath[str],
    person: FromPath[UUID],
    name: FromPath[str],
    year: FromQuery[int] = 0,
) -> Response[bytes]:
    """Give an alumnus's payment record of a year as a paper."""
    by = guards.member(request, slug, *READS)
    content, called = await withholding.record_paper(person, year, statement_words.locale_of(name), by=by)
    return attached(content, "application/pdf", called)


HANDLERS = [register, register_file, remit, year, year_file, record_paper]
