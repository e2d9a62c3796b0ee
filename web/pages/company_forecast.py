"""A company's forecast: what it has to find by week, what its months have cost, a task beside an agency."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from marketplace.funds import forecast
from web import forecast_words, guards, i18n
from web.csv_answer import csv_answer
from web.templating import page
from web.visit import AnyRequest


@get("/c/{slug:str}/forecast", include_in_schema=False)
async def shown(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the weeks to come and the months so far."""
    plan = await forecast.company(by=guards.member(request, slug))
    return page(
        "company/forecast.html",
        slug=slug,
        plan=plan,
        kinds=forecast.OURS,
        words=forecast_words,
        total=forecast.total,
        last_day=forecast.last_day,
    )


@get("/c/{slug:str}/forecast.csv", include_in_schema=False)
async def file(request: AnyRequest, slug: FromPath[str], encoding: FromQuery[str] = "") -> Response[bytes]:
    """Give the weeks as a file."""
    plan = await forecast.export(by=guards.member(request, slug))
    titles, rows = forecast_words.weeks_as_rows([*plan.weeks, plan.later], forecast.OURS)
    return csv_answer("enishi-forecast.csv", [i18n.tr(text) for text in titles], rows, encoding=encoding)


HANDLERS = [shown, file]
