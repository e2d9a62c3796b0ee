"""The operator's forecast: what leaves by week, what companies owe by age, what the fees bring by month."""

from litestar import Response, get
from litestar.params import FromQuery

from marketplace.funds import forecast
from web import forecast_words, guards, i18n
from web.csv_answer import csv_answer
from web.invoice_words import AGES
from web.templating import page
from web.visit import AnyRequest


@get("/operator/forecast", include_in_schema=False)
async def shown(request: AnyRequest) -> Response[bytes]:
    """Show the weeks to come, the ages and the months so far."""
    found = await forecast.operator(by=guards.operator(request))
    return page(
        "operator/forecast.html",
        found=found,
        kinds=forecast.THEIRS,
        words=forecast_words,
        total=forecast.total,
        last_day=forecast.last_day,
        ages=AGES,
    )


@get("/operator/forecast.csv", include_in_schema=False)
async def file(request: AnyRequest, encoding: FromQuery[str] = "") -> Response[bytes]:
    """Give the weeks as a file."""
    found = await forecast.export_all(by=guards.operator(request))
    titles, rows = forecast_words.weeks_as_rows([*found.weeks, found.later], forecast.THEIRS)
    return csv_answer("enishi-forecast.csv", [i18n.tr(text) for text in titles], rows, encoding=encoding)


HANDLERS = [shown, file]
