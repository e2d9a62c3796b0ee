"""A company's own five legs: each contract from what is agreed to what arrived at the bank."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from marketplace.core.clock import day_of
from marketplace.core.errors import N_
from marketplace.funds import legs
from web import guards, i18n
from web.csv_answer import csv_answer
from web.paging import PageNumber, last_page
from web.states import STATES
from web.templating import page
from web.visit import AnyRequest


@get("/c/{slug:str}/reconciliation", include_in_schema=False)
async def reconciliation(
    request: AnyRequest, slug: FromPath[str], status: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """Show each contract's legs with ticks and amounts."""
    by = guards.member(request, slug, *legs.READS)
    rows, found = await legs.legs(status=_known(status), page=page_number, by=by)
    return page(
        "company/reconciliation.html",
        slug=slug,
        rows=rows,
        found=found,
        chosen=_known(status),
        states=STATES["contract"],
        now=page_number,
        last=last_page(found, legs.PAGE),
    )


@get("/c/{slug:str}/reconciliation.csv", include_in_schema=False)
async def reconciliation_file(
    request: AnyRequest, slug: FromPath[str], status: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the legs as a file."""
    by = guards.member(request, slug, *legs.READS)
    rows = await legs.every_leg(status=_known(status), by=by)
    titles = [i18n.tr(title) for title in _TITLES]
    return csv_answer("enishi-five-legs.csv", titles, [_line(row) for row in rows], encoding=encoding)


_TITLES = (
    N_("Concluded on"), N_("Contract"), N_("Title"), N_("Alumnus"), N_("State"), N_("Agreed"), N_("Approved"),
    N_("Reserved"), N_("To the alumnus"), N_("Sent"), N_("Arrived"), N_("Trace"), N_("Differences"),
)  # fmt: skip


def _line(row: legs.Row) -> list[str | int | None]:
    found: Any = row.legs
    return [
        day_of(found["concluded_at"]).isoformat(), str(found["id"]), found["title"], found["alumnus"],
        i18n.tr(STATES["contract"][found["status"]].label), found["agreed"], found["approved"], found["reserved"],
        found["net"], found["sent"], found["arrived"], found["traces"], " / ".join(i18n.tr(one) for one in row.differences),
    ]  # fmt: skip


def _known(status: str) -> str:
    return status if status in STATES["contract"] else ""


HANDLERS = [reconciliation, reconciliation_file]
