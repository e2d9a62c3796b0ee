"""An alumnus's home: what waits for an answer, the time, the money, the work under way."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from marketplace.alumni import profile
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money
from marketplace.tasks import home
from web import guards, match_words
from web.states import life
from web.templating import page, see
from web.visit import AnyRequest


@get("/home", include_in_schema=False)
async def show(request: AnyRequest) -> Response[bytes]:
    """Show everything that concerns me today."""
    found = await home.home(by=guards.alumnus(request))
    return page("work/home.html", home=found, words=match_words, life=life, money_of=money_of)


@post("/home/availability", include_in_schema=False)
async def confirm(request: AnyRequest) -> Redirect:
    """Say that my week still holds, with one tap."""
    await profile.confirm_week(by=guards.alumnus(request))
    return see("/home", request, Message(N_("Thank you: your week is confirmed.")))


def money_of(row: Any) -> Money:
    """Return the fee of one seat of a task or a contract."""
    return Money(row["price_amount"], row["currency"])


HANDLERS = [show, confirm]
