"""Documents found again, for a company and for the operator: the search, its file, one document with its story and papers."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid
from marketplace.core.money import Money
from marketplace.documents import book, exports, papers
from marketplace.documents.criteria import Criteria
from marketplace.documents.search import MOST_COUNTED
from marketplace.funds.company import READS
from web import document_sides, document_words, i18n, statement_words
from web.csv_answer import csv_answer
from web.document_sides import Side
from web.downloads import attached
from web.fields import Day, Line, Yen
from web.forms import Form
from web.templating import page
from web.visit import AnyRequest

MOST_ASKED = 10**12

Amount = Annotated[Money, Yen(least=0, most=MOST_ASKED)]


class Search(BaseModel):
    """What to look for; nothing at all is every document."""

    first: Annotated[date, Day()] | None = Field(None, title=N_("From"))
    last: Annotated[date, Day()] | None = Field(None, title=N_("To"))
    least: Amount | None = Field(None, title=N_("Amount from"))
    most: Amount | None = Field(None, title=N_("Amount to"))
    counterparty: Annotated[str, Line(100)] = Field("", title=N_("Counterparty"))
    number: Annotated[str, Line(40)] = Field("", title=N_("Number"))
    kind: Literal[
        "", "contract", "statement", "invoice", "credit_note", "platform_invoice", "payment_record"
    ] = Field("", title=N_("Kind"))
    order: Literal["newest", "oldest", "largest", "smallest", "counterparty"] = Field(
        "newest", title=N_("Order")
    )


def asked(form: Form[Search]) -> Criteria:
    """Return what a form asks for. Raises Invalid naming each wrong field."""
    given = form.data
    wanted = Criteria(
        first=given.first,
        last=given.last,
        least=given.least.amount if given.least else None,
        most=given.most.amount if given.most else None,
        counterparty=given.counterparty,
        number=given.number,
        kind=given.kind,
        order=given.order,
    )
    wanted.check()
    return wanted


def query_of(form: Form[Search]) -> dict[str, str]:
    """Return what was typed, for addresses that ask the same."""
    return {name: form.text(name) for name in Search.model_fields if form.typed.get(name) and form.text(name)}


def read_search(request: AnyRequest) -> Form[Search]:
    """Read a search from the address."""
    names = request.query_params
    return Form.of(Search, {name: names.getall(name, []) for name in Search.model_fields})


@get(document_sides.both(), include_in_schema=False)
async def search(request: AnyRequest, after: FromQuery[UUID | None] = None) -> Response[bytes]:
    """Show a page of what is found, or which field of the search is wrong."""
    side = document_sides.of(request, *READS)
    form = read_search(request)
    try:
        return await _show(side, form, await book.page(asked(form), after=after, by=side.by), after)
    except Invalid as refusal:
        return await _show(side, form.refuse(refusal), None, None, status=422)


async def _show(
    side: Side, form: Form[Search], found: book.Page | None, after: UUID | None, status: int = 200
) -> Response[bytes]:
    return page(
        "documents/search.html",
        status=status,
        side=side,
        form=form,
        query=query_of(form),
        found=found,
        after=after,
        kinds=document_words.kinds_of(side.slug),
        orders=[(name, i18n.tr(text)) for name, text in document_words.ORDER_WORDS.items()],
        packages=await exports.recent(by=side.by),
        words=document_words,
        locales=papers.LOCALES,
        most=MOST_COUNTED,
        most_packed=exports.MOST,
    )


@get(["/operator/documents.csv", "/c/{slug:str}/documents.csv"], include_in_schema=False)
async def file(request: AnyRequest, encoding: FromQuery[str] = "") -> Response[bytes]:
    """Give what is found as a file; a wrong field shows the search with what is wrong."""
    side = document_sides.of(request, *READS)
    form = read_search(request)
    try:
        found = await book.export(asked(form), by=side.by)
    except Invalid as refusal:
        return await _show(side, form.refuse(refusal), None, None, status=422)
    rows = document_words.file_rows(found.found.rows, found.standing, found.sha256)
    return csv_answer(
        "enishi-documents.csv", [i18n.tr(text) for text in document_words.TITLES], rows, encoding=encoding
    )


@get(document_sides.both("/{document:uuid}"), include_in_schema=False)
async def one(request: AnyRequest, document: FromPath[UUID]) -> Response[bytes]:
    """Show one document: its papers with their fingerprints, what corrected it, what happened to it."""
    side = document_sides.of(request, *READS)
    story: Any = await book.story(document, by=side.by)
    return page(
        "documents/document.html",
        side=side,
        story=story,
        row=story.row,
        events=document_words.told(story.events),
        words=document_words,
        locales=papers.LOCALES[story.row["kind"]],
    )


@get(document_sides.both("/{document:uuid}/papers/{name:str}"), include_in_schema=False)
async def paper(request: AnyRequest, document: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """Give the stored paper of a document in a language."""
    side = document_sides.of(request, *READS)
    found, called = await papers.paper(document, statement_words.locale_of(name), by=side.by)
    return attached(found.content, "application/pdf", called)


HANDLERS = [search, file, one, paper]
