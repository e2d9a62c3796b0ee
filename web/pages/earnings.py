"""An alumnus's earnings: three ledger numbers, a bank book by month, what is on its way and why it waits."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from marketplace.core import db, formats
from marketplace.core.actor import Actor
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Message
from marketplace.funds import earnings
from payouts import books
from web import guards, i18n, ledger_words
from web.csv_answer import csv_answer
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest

WaysPage = Annotated[int, QueryParameter(name="waiting", ge=1, le=10_000)]
"""The page of the list of what is on its way; `page` is the statement's."""


def read_month(text: str, now: date) -> date:
    """Read `2026-11`; anything else, or a month to come, is the current month."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return now
    return min(found, now) if found.year >= 2000 else now  # noqa: PLR2004 - no ledger is older


@get("/earnings", include_in_schema=False)
async def overview(
    request: AnyRequest, month: FromQuery[str] = "", page_number: PageNumber = 1, ways_page: WaysPage = 1
) -> Response[bytes]:
    """Show where each yen is."""
    by = guards.alumnus(request)
    async with db.reading(**by.scope):
        now = await earnings.this_month()
        shown = await earnings.statement(read_month(month, now), page=page_number, by=by)
        standing, ways = await earnings.standing(by=by), await earnings.on_the_way(ways_page, by=by)
        arrivals = await earnings.arrivals(now, by=by)
    return page(
        "earnings.html",
        standing=standing,
        answer=_answer(ways),
        ways=ways,
        last_ways=last_page(ways.found, earnings.PAGE),
        payee=ways.payee,
        statement=shown,
        describe=describe,
        before=earnings.month_before(shown.month),
        after=earnings.next_month(shown.month) if shown.month < now else None,
        now=page_number,
        last=last_page(shown.book.found, books.PAGE),
        arrivals=[(short_month(each), amount) for each, amount in arrivals.items()],
    )


def _answer(ways: earnings.OnTheWay) -> Message | None:
    """Say what comes next and when, which is what most people open the page for."""
    if ways.next_on is None:
        return None
    return Message(
        N_("%(amount)s in your bank by %(day)s"), {"amount": ways.next_amount, "day": ways.next_on}
    )


@get("/earnings/statement.csv", include_in_schema=False)
async def as_csv(
    request: AnyRequest, month: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the whole month as a file."""
    by = guards.alumnus(request)
    shown = await earnings.statement(read_month(month, await earnings.this_month()), whole=True, by=by)
    titles = [
        i18n.tr(text)
        for text in (N_("Day"), N_("Description"), N_("More"), N_("Less"), N_("Payable balance"))
    ]
    rows: list[list[str | int | None]] = [
        [shown.month.isoformat(), i18n.tr(N_("Carried over")), None, None, shown.book.opening.amount]
    ]
    for line in shown.book.lines:
        change = line.change.amount
        about = " ".join(text for text in describe(shown, line) if text)
        rows.append(
            [
                day_of(line.happened_at).isoformat(),
                about,
                change if change > 0 else None,
                -change if change < 0 else None,
                line.balance.amount,
            ]
        )
    return csv_answer(f"enishi-earnings-{shown.month:%Y-%m}.csv", titles, rows, encoding=encoding)


def short_month(day: date) -> str:
    """Write `11月` or `Nov`, for a chart."""
    return f"{day.month}月" if i18n.locale.get() == "ja" else formats.MONTHS_EN[day.month - 1]


def describe(shown: earnings.Statement, line: books.BookLine) -> tuple[str, str]:
    """Say what a line of the book was for: the fact with its task, and below how the amount comes about."""
    items = shown.items.get(line.reference, [])
    part = line.key.rpartition(":")[2]
    if line.kind == "approve":
        items = [item for item in items if item["part"] == part] or items
    fact = ledger_words.fact(line.kind)
    if not items:
        return fact, ""
    titles = " · ".join(dict.fromkeys(item["title"] for item in items))
    return f"{titles} {fact}", _below(shown, line, items[0])


def _below(shown: earnings.Statement, line: books.BookLine, item: Any) -> str:
    if line.kind == "approve":
        parts = {
            "price": f"{item['base_amount']:,}",
            "tax": f"{item['tax_amount']:,}",
            "withheld": f"{item['withheld_amount']:,}",
        }
        if item["withheld_amount"]:
            return i18n.tr(Message(N_("Fee %(price)s + tax %(tax)s − withheld %(withheld)s"), parts))
        return i18n.tr(Message(N_("Fee %(price)s + tax %(tax)s"), parts))
    payout = shown.payouts.get(line.reference)
    if line.kind == "submit" and payout and payout["arrives_on"]:
        arrives = formats.day(payout["arrives_on"], i18n.locale.get())
        return i18n.tr(Message(N_("in your bank on %(day)s"), {"day": arrives}))
    return ""


@post("/earnings/early", include_in_schema=False)
async def all_early(request: AnyRequest) -> Redirect:
    """Ask for everything that is owed before its due date."""
    return await _early(request, None, guards.alumnus(request))


@post("/earnings/items/{item:uuid}/early", include_in_schema=False)
async def one_early(request: AnyRequest, item: FromPath[UUID]) -> Redirect:
    """Ask for one thing before its due date."""
    return await _early(request, item, guards.alumnus(request))


async def _early(request: AnyRequest, item: UUID | None, by: Actor) -> Redirect:
    await earnings.ask_early(item, by=by)
    return see(
        "/earnings", request, Message(N_("Asked for early. It starts with the next run, within minutes."))
    )


HANDLERS = [overview, as_csv, all_early, one_early]
