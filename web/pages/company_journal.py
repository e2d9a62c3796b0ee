"""A company's journal: a month's slips, what to look at before it is imported, files for accounting packages."""

from datetime import date
from typing import Annotated, Any, Literal

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Conflict
from marketplace.funds import journals
from marketplace.funds.company import ACTS
from payouts.exports import records
from payouts.exports.files import ENCODINGS
from payouts.exports.mapping import Package
from payouts.statements import months
from web import guards, journal_words
from web.downloads import attached
from web.fields import Month
from web.forms import Form
from web.pages.company_statements import asked_month
from web.paging import PageNumber, last_page
from web.templating import link, page, see
from web.visit import AnyRequest

Earlier = Annotated[int, QueryParameter(name="earlier", ge=1, le=10_000)]


class Wanted(BaseModel):
    """Which month's file, for which package, in which encoding: whole or only what is new."""

    month: Annotated[date, Month()] = Field(title=N_("Month"))
    package: Package = Field(title=N_("Accounting package"))
    encoding: Literal["utf8", "sjis"] = Field(title=N_("Encoding"))
    scope: Literal["all", "new"] = Field("all", title=N_("Which slips"))


@get("/c/{slug:str}/journal", include_in_schema=False)
async def month(
    request: AnyRequest,
    slug: FromPath[str],
    month: FromQuery[str] = "",
    package: FromQuery[str] = "",
    page_number: PageNumber = 1,
    earlier: Earlier = 1,
) -> Response[bytes]:
    """Show a month's slips in the names of a package, what it ties to, and earlier downloads."""
    by = guards.member(request, slug)
    chosen = journal_words.package_named(package)
    book = await journals.book(asked_month(month), chosen, page=page_number, exports_page=earlier, by=by)
    shown = book.journal.month
    return page(
        "company/journal.html",
        slug=slug,
        book=book,
        package=chosen,
        acts=bool(by.roles & set(ACTS)),
        words=journal_words,
        encodings=ENCODINGS[chosen],
        before=months.before(shown),
        after=months.after(shown) if book.ended else None,
        now=page_number,
        last=last_page(len(book.standing.slips), journals.PAGE),
        lacking_shown=journals.MOST_SHOWN,
        earlier=earlier,
        last_earlier=last_page(book.found_exports, records.PAGE),
    )


@post("/c/{slug:str}/journal/exports", include_in_schema=False, status_code=200)
async def export(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Write a month's file for a package; the same facts and names give the same bytes."""
    by = guards.member(request, slug, *ACTS)
    wanted = (await Form.read(Wanted, request)).data
    key, chosen = f"{wanted.month:%Y-%m}", wanted.package.value
    try:
        file = await journals.export(
            wanted.month, wanted.package, wanted.encoding, only_new=wanted.scope == "new", by=by
        )
    except Conflict as refusal:
        return see(link(f"/c/{slug}/journal", month=key, package=chosen), request, refusal.message)
    part = "-new" if wanted.scope == "new" else ""
    charset = "shift_jis" if wanted.encoding == "sjis" else "utf-8"
    name = f"enishi-journal-{chosen}-{key}{part}.csv"
    return attached(file.content, f"text/csv; charset={charset}", name)


HANDLERS = [month, export]
