"""The front page: what Enishi is, and the way in."""

from litestar import Response, get
from litestar.response import Redirect

from web.forms import Form
from web.pages.sign_in import Ask
from web.templating import page
from web.visit import AnyRequest, Visit


@get("/", opt={"public": True}, include_in_schema=False)
async def front(request: AnyRequest) -> Response[bytes] | Redirect:
    """Lead who is signed in to the first of their parts; tell everybody else what this is."""
    visit = Visit.of(request)
    if visit.hats:
        return Redirect(visit.hats[0][0], status_code=303)
    if visit.info is not None:
        return Redirect("/me", status_code=303)
    return page("front.html", form=Form(Ask))


HANDLERS = [front]
