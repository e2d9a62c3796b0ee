"""A company's payment statements: a month with its runs, one statement with its paper, a dispute's answer, files."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.funds import platform_invoices, statement_corrections, statements
from marketplace.funds.company import ACTS, READS
from payouts.statements import months
from web import guards, i18n, statement_words
from web.csv_answer import csv_answer
from web.downloads import attached
from web.fields import Month, Prose, Whole
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import link, page, see
from web.visit import AnyRequest

EARLIEST = 2000


class Work(BaseModel):
    """What to do with which month's statements."""

    month: Annotated[date, Month()] = Field(title=N_("Month"))
    kind: Literal["make", "send"] = Field(title=N_("What to do"))


class Restating(BaseModel):
    """What was wrong with a statement."""

    reason: Annotated[str, Prose(1000)] = Field(title=N_("What was wrong"))


class Year(BaseModel):
    """In which month the business year begins."""

    first_month: Annotated[int, Whole(1, 12)] = Field(title=N_("First month of the business year"))


class Answer(BaseModel):
    """What was found about a dispute."""

    answer: Annotated[str, Prose(1000)] = Field(title=N_("Your answer"))


def asked_month(text: str) -> date | None:
    """Read `2026-11`; anything else is None."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if found.year >= EARLIEST else None


@get("/c/{slug:str}/statements", include_in_schema=False)
async def month(
    request: AnyRequest,
    slug: FromPath[str],
    month: FromQuery[str] = "",
    show: FromQuery[str] = "",
    page_number: PageNumber = 1,
) -> Response[bytes]:
    """Show a month's statements, what is to do with them, and that they are all that was approved."""
    by = guards.member(request, slug)
    show = show if show in statement_words.FILTERS else ""
    book = await statements.month(asked_month(month), status=show, page=page_number, by=by)
    return page(
        "company/statements.html",
        slug=slug,
        book=book,
        show=show,
        acts=bool(by.roles & set(ACTS)),
        words=statement_words,
        before=months.before(book.month),
        after=months.after(book.month) if book.ended else None,
        now=page_number,
        last=last_page(book.found, statements.PAGE),
    )


@post("/c/{slug:str}/statements/work", include_in_schema=False)
async def start(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Begin to make or to send a month's statements, or go on."""
    by = guards.member(request, slug, *ACTS)
    wanted = (await Form.read(Work, request)).data
    said = Message(N_("Under way. You may close this page."))
    try:
        await statements.start(wanted.month, wanted.kind, by=by)
    except Conflict as refusal:
        said = refusal.message
    return see(link(f"/c/{slug}/statements", month=f"{wanted.month:%Y-%m}"), request, said)


@post("/c/{slug:str}/statements/stop", include_in_schema=False)
async def stop(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Stop what is under way after its batch."""
    by = guards.member(request, slug, *ACTS)
    wanted = (await Form.read(Work, request)).data
    said = Message(N_("Stopped. What was done stays; you can go on at any time."))
    try:
        await statements.stop(wanted.month, wanted.kind, by=by)
    except Conflict as refusal:
        said = refusal.message
    return see(link(f"/c/{slug}/statements", month=f"{wanted.month:%Y-%m}"), request, said)


@get("/c/{slug:str}/statements.csv", include_in_schema=False)
async def file(
    request: AnyRequest, slug: FromPath[str], month: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give all statements of a month as a file, a row for each line."""
    by = guards.member(request, slug, *READS)
    shown = asked_month(month) or (await statements.month(None, by=by)).month
    rows, lines = await statements.whole(shown, by=by)
    titles = [i18n.tr(text) for text in statement_words.TITLES]
    return csv_answer(
        f"enishi-statements-{shown:%Y-%m}.csv",
        titles,
        statement_words.file_rows(rows, lines),
        encoding=encoding,
    )


@get("/c/{slug:str}/statements/{statement:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], statement: FromPath[UUID]) -> Response[bytes]:
    """Show one statement."""
    return await _one(slug, statement, guards.member(request, slug))


async def _one(
    slug: str,
    statement: UUID,
    by: Actor,
    form: Form[Answer] | None = None,
    restating: Form[Restating] | None = None,
) -> Response[bytes]:
    found = await statements.one(statement, by=by)
    return page(
        "company/statement.html",
        status=422 if form or restating else 200,
        slug=slug,
        row=found.row,
        lines=found.lines,
        chain=found.chain,
        acts=bool(by.roles & set(ACTS)),
        words=statement_words,
        form=form or Form(Answer),
        restating=restating or Form(Restating),
    )


@get("/c/{slug:str}/statements/{statement:uuid}/papers/{name:str}", include_in_schema=False)
async def paper(
    request: AnyRequest, slug: FromPath[str], statement: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """Give the paper of a statement in a language."""
    by = guards.member(request, slug, *READS)
    locale, stamped = statement_words.paper_of(name)
    document, called = await statements.paper(statement, locale, stamped=stamped, by=by)
    return attached(document.content, "application/pdf", called)


@post("/c/{slug:str}/statements/{statement:uuid}/answer", include_in_schema=False)
async def answer(request: AnyRequest, slug: FromPath[str], statement: FromPath[UUID]) -> Any:
    """Answer a dispute."""
    by = guards.member(request, slug, *ACTS)
    form = await Form.read(Answer, request)
    at = f"/c/{slug}/statements/{statement}"
    try:
        await statements.settle(statement, form.data.answer, by=by)
    except Invalid as refusal:
        return await _one(slug, statement, by, form.refuse(refusal))
    except Conflict as refusal:
        return see(at, request, refusal.message)
    return see(at, request, Message(N_("Your answer is on its way.")))


@post("/c/{slug:str}/statements/{statement:uuid}/voiding", include_in_schema=False)
async def restate(request: AnyRequest, slug: FromPath[str], statement: FromPath[UUID]) -> Any:
    """Make a statement void and state its things anew."""
    by = guards.member(request, slug, *ACTS)
    form = await Form.read(Restating, request)
    at = f"/c/{slug}/statements"
    try:
        made = await statement_corrections.restate(statement, form.data.reason, by=by)
    except Invalid as refusal:
        return await _one(slug, statement, by, restating=form.refuse(refusal))
    except Conflict as refusal:
        return see(f"{at}/{statement}", request, refusal.message)
    return see(f"{at}/{made}", request, Message(N_("This is the new statement; the old one is void.")))


@post("/c/{slug:str}/statements/year", include_in_schema=False)
async def year(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Say in which month the business year begins."""
    by = guards.member(request, slug, *ACTS)
    wanted = (await Form.read(Year, request)).data
    await statement_corrections.note_first_month(wanted.first_month, by=by)
    return see(
        f"/c/{slug}/statements", request, Message(N_("Saved. Statements made from now on count by it."))
    )


@get("/c/{slug:str}/platform-invoices", include_in_schema=False)
async def platform(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List the operator's monthly invoices for platform fees."""
    rows = await platform_invoices.listed(by=guards.member(request, slug))
    return page("company/platform_invoices.html", slug=slug, rows=rows, words=statement_words)


@get("/c/{slug:str}/platform-invoices/{invoice:uuid}/papers/{name:str}", include_in_schema=False)
async def platform_paper(
    request: AnyRequest, slug: FromPath[str], invoice: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """Give the paper of an invoice for platform fees in a language."""
    by = guards.member(request, slug, *READS)
    document, called = await platform_invoices.paper(invoice, statement_words.locale_of(name), by=by)
    return attached(document.content, "application/pdf", called)


HANDLERS = [month, start, stop, file, one, paper, answer, restate, year, platform, platform_paper]
