"""Closing months: a company's at its finance, the ledger's at the operator. The same pages; the address says whose."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ASGIApp
from pydantic import BaseModel, Field

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.funds import closing
from marketplace.funds.company import ACTS, READS
from marketplace.operations import owners
from web import closing_words, guards, ledger_words
from web.fields import Prose
from web.forms import Form
from web.pages.company_statements import asked_month
from web.paging import PageNumber, last_page
from web.streaming import sent
from web.templating import page, see
from web.visit import AnyRequest

COMPANY, OPERATOR = "/c/{slug:str}/closing", "/operator/closing"


def _both(rest: str = "") -> list[str]:
    return [COMPANY + rest, OPERATOR + rest]


class Closing(BaseModel):
    """Why what is warned of is closed over."""

    reason: Annotated[str, Prose(closing.LONGEST_REASON)] = Field(
        "", title=N_("Reason for closing over the warnings")
    )


class Opening(BaseModel):
    """Why a month is opened again."""

    reason: Annotated[str, Prose(closing.LONGEST_REASON)] = Field(title=N_("Why it is opened again"))


class Refusal(BaseModel):
    """Why it stays closed."""

    answer: Annotated[str, Prose(closing.LONGEST_REASON)] = Field("", title=N_("Why it stays closed"))


def _who(request: AnyRequest, slug: str, *roles: str) -> tuple[Actor, str]:
    """Return who acts, and the root of his pages."""
    if slug:
        return guards.member(request, slug, *roles), f"/c/{quote(slug)}"
    return guards.operator(request), "/operator"


def _month(text: str) -> date:
    found = asked_month(text)
    if found is None or f"{found:%Y-%m}" != text:
        raise NotFound
    return found


@get(_both(), include_in_schema=False)
async def months(
    request: AnyRequest, slug: FromPath[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """List the months, the newest first, with where each stands."""
    by, root = _who(request, slug, *READS)
    rows, found = await closing.listed(page=page_number, by=by)
    return page(
        "closing/months.html",
        slug=slug,
        root=root,
        rows=rows,
        now=page_number,
        last=last_page(found, closing.PAGE),
        words=closing_words,
    )


@get(_both("/{month:str}"), include_in_schema=False)
async def one(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Response[bytes]:
    """Show a month: its checklist as it is now, what can be done, what was done, its packages."""
    by, root = _who(request, slug, *READS)
    return await _one(by, root, slug, _month(month), {})


async def _one(
    by: Actor, root: str, slug: str, month: date, forms: dict[str, Any], status: int = 200
) -> Response[bytes]:
    book = await closing.book(month, by=by)
    async with db.transaction(operator=True):
        named = await owners.named([row["owner"] for row in book.companies])
    return page(
        "closing/month.html",
        status=status,
        slug=slug,
        root=root,
        book=book,
        month_key=f"{month:%Y-%m}",
        acts=by.kind == "operator" or bool(by.roles & set(ACTS)),
        me=by.ref,
        named=named,
        whose=ledger_words.whose,
        words=closing_words,
        forms={"close": Form(Closing), "open": Form(Opening), "refuse": Form(Refusal)} | forms,
    )


@post(_both("/{month:str}/soft-close"), include_in_schema=False)
async def soft_close(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Redirect:
    """Begin to make what is missing and to close softly."""
    by, root = _who(request, slug, *ACTS)
    await closing.start(_month(month), "soft_closed", by=by)
    return _back(root, month, request, N_("Under way. You may close this page."))


@post(_both("/{month:str}/close"), include_in_schema=False)
async def close(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Any:
    """Begin to close for good."""
    by, root = _who(request, slug, *ACTS)
    form = await Form.read(Closing, request)
    try:
        await closing.start(_month(month), "closed", reason=form.data.reason, by=by)
    except Invalid as refusal:
        return await _one(by, root, slug, _month(month), {"close": form.refuse(refusal)}, status=422)
    return _back(root, month, request, N_("Under way. You may close this page."))


@post(_both("/{month:str}/stop"), include_in_schema=False)
async def stop(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Redirect:
    """Stop a close behind its batch."""
    by, root = _who(request, slug, *ACTS)
    await closing.stop(_month(month), by=by)
    return _back(root, month, request, N_("Stopped. What was done stays; you can go on at any time."))


@post(_both("/{month:str}/resumption"), include_in_schema=False)
async def resume(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Redirect:
    """Go on with a close that was stopped."""
    by, root = _who(request, slug, *ACTS)
    await closing.resume(_month(month), by=by)
    return _back(root, month, request, N_("It goes on where it was."))


@post(_both("/{month:str}/opening"), include_in_schema=False)
async def open_again(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Any:
    """Open a month again: at once while it is softly closed, by a second person when it is closed."""
    by, root = _who(request, slug, *ACTS)
    form = await Form.read(Opening, request)
    shown = _month(month)
    try:
        reason = form.data.reason
    except Invalid as refusal:
        return await _one(by, root, slug, shown, {"open": form.refuse(refusal)}, status=422)
    if await closing.open_again(shown, reason=reason, by=by):
        return _back(root, month, request, N_("The month is open again."))
    return _back(root, month, request, N_("Asked for. A second person has to grant it, and is told."))


@post(_both("/{month:str}/opening/grant"), include_in_schema=False)
async def grant(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Redirect:
    """Grant what somebody else has asked for."""
    by, root = _who(request, slug, *ACTS)
    await closing.grant(_month(month), by=by)
    return _back(root, month, request, N_("The month is open again."))


@post(_both("/{month:str}/opening/refusal"), include_in_schema=False)
async def refuse(request: AnyRequest, month: FromPath[str], slug: FromPath[str] = "") -> Any:
    """Refuse what somebody else has asked for, or take back what one has asked for."""
    by, root = _who(request, slug, *ACTS)
    form = await Form.read(Refusal, request)
    try:
        await closing.refuse(_month(month), answer=form.data.answer, by=by)
    except Invalid as refusal:
        return await _one(by, root, slug, _month(month), {"refuse": form.refuse(refusal)}, status=422)
    return _back(root, month, request, N_("The month stays closed."))


@get(_both("/{month:str}/packages/{version:int}"), include_in_schema=False)
async def package(
    request: AnyRequest, month: FromPath[str], version: FromPath[int], slug: FromPath[str] = ""
) -> ASGIApp:
    """Give the package of a closing, a part at a time."""
    by, _root = _who(request, slug, *READS)
    if not 0 < version < 2**31:
        raise NotFound
    found = await closing.package(_month(month), version, by=by)
    return sent(found.parts, "application/zip", found.name)


def _back(root: str, month: str, request: AnyRequest, said: str) -> Redirect:
    return see(f"{root}/closing/{month}", request, Message(said))


HANDLERS = [months, one, soft_close, close, stop, resume, open_again, grant, refuse, package]
