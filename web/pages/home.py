"""An alumnus's home: what waits for an answer, the time, the money, the work under way."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from marketplace.alumni import free_time
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money
from marketplace.people.sessions import SessionInfo
from marketplace.tasks import home
from web import guards, i18n, match_words
from web.states import life
from web.templating import page, see
from web.visit import AnyRequest, Visit


@get("/home", include_in_schema=False)
async def show(request: AnyRequest) -> Response[bytes]:
    """Show everything that concerns me today."""
    by = guards.alumnus(request)
    found = await home.home(by=by)
    return page(
        "work/home.html",
        home=found,
        called=called(Visit.of(request).info),
        coming=coming(found.work),
        words=match_words,
        life=life,
    )


@post("/home/availability", include_in_schema=False)
async def confirm(request: AnyRequest) -> Redirect:
    """Say that my week still holds, with one tap."""
    await free_time.confirm_week(by=guards.alumnus(request))
    return see("/home", request, Message(N_("Thank you: your week is confirmed.")))


def called(info: SessionInfo | None) -> str:
    """Return how a person is spoken to: in Japanese by the family name, where one writes the names apart."""
    name = info.name if info else ""
    family = name.partition(" ")[0]
    return family if i18n.locale.get() == "ja" and not family.isascii() else name


def coming(work: Iterable[Mapping[str, Any]]) -> tuple[date, Money] | None:
    """Return the next day on which approved work is paid, and what is paid on it; None while nothing is owed."""
    owed = [row for row in work if row["status"] == "approved" and row["pay_on"]]
    if not owed:
        return None
    day = min(row["pay_on"] for row in owed)
    due = [row for row in owed if row["pay_on"] == day]
    return day, Money.total(
        Money(row["price_amount"] + row["tax_amount"] - row["withheld_amount"], row["currency"])
        for row in due
    )


HANDLERS = [show, confirm]
