"""Whom a company knows already: an owner names the employees by a file, and sees how many are known."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.referrals import known_file
from web import guards
from web.forms import Form
from web.pages.company_import import MOST_BYTES, CsvFile
from web.templating import page, see
from web.uploads import Upload
from web.visit import AnyRequest


class Employees(BaseModel):
    """The file that was chosen."""

    file: Annotated[Upload, CsvFile()] = Field(title=N_("CSV file of employees' mail addresses"))


@get("/c/{slug:str}/settings/known", include_in_schema=False)
async def counted(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show how many contacts are known, and ask for a file."""
    return await _show(slug, guards.member(request, slug, "owner"), Form(Employees))


@post("/c/{slug:str}/settings/known", include_in_schema=False, request_max_body_size=MOST_BYTES)
async def add(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Add the employees of a file."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(Employees, request)
    try:
        done = await known_file.add_employees(form.data.file.content, by=by)
    except Invalid as refusal:
        return await _show(slug, by, form.refuse(refusal), status=422)
    said = Message(
        N_("%(added)s addresses are new, %(before)s were known, %(unread)s lines hold no address."),
        {"added": f"{done.added:,}", "before": f"{done.before:,}", "unread": f"{len(done.unread):,}"},
    )
    return see(f"/c/{slug}/settings/known", request, said)


async def _show(slug: str, by: Actor, form: Form[Employees], status: int = 200) -> Response[bytes]:
    counts = await known_file.counted(by=by)
    return page("company/known.html", slug=slug, form=form, counts=counts, status=status)


HANDLERS = [counted, add]
