"""Holds on referral rewards: the operator reads the facts and the appeal, and decides."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid, Message
from marketplace.referrals import flag_queries, flags
from web import flag_words, guards
from web.fields import Prose
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest


class DecisionForm(BaseModel):
    """Whether the reward goes on, and why."""

    outcome: Literal["clear", "uphold"] = Field(title=N_("Decision"))
    decision: Annotated[str, Prose(flags.MOST_WORDS)] = Field(title=N_("Reasons, for the referrer"))


@get("/operator/flags", include_in_schema=False)
async def listing(
    request: AnyRequest, shown: FromQuery[str] = "waiting", page_number: PageNumber = 1
) -> Response[bytes]:
    """List the holds that wait for a decision, appeals first; or what was decided."""
    by = guards.operator(request)
    waiting = shown != "settled"
    rows, found = await flag_queries.listing(by=by, waiting=waiting, page=page_number)
    return page(
        "operator/flags.html",
        rows=rows,
        waiting=waiting,
        now=page_number,
        found=found,
        last=last_page(found, flag_queries.PAGE),
        title_of=flag_words.title_of,
    )


@get("/operator/flags/{flag:uuid}", include_in_schema=False)
async def one(request: AnyRequest, flag: FromPath[UUID]) -> Response[bytes]:
    """Show a hold with its facts and the referrer's answer, and the form that decides."""
    return await _show(request, flag, Form(DecisionForm))


@post("/operator/flags/{flag:uuid}/decision", include_in_schema=False)
async def decide(request: AnyRequest, flag: FromPath[UUID]) -> Any:
    """Decide a hold."""
    by = guards.operator(request)
    form = await Form.read(DecisionForm, request)
    try:
        await flags.decide(flag, clear=form.data.outcome == "clear", decision=form.data.decision, by=by)
    except Invalid as refusal:
        return await _show(request, flag, form.refuse(refusal), status=422)
    return see(f"/operator/flags/{flag}", request, Message(N_("Decided. The referrer has been told.")))


async def _show(
    request: AnyRequest, flag: UUID, form: Form[DecisionForm], status: int = 200
) -> Response[bytes]:
    by = guards.operator(request)
    found = await flag_queries.one(flag, by=by)
    return page(
        "operator/flag.html",
        status=status,
        flag=found,
        title=flag_words.title_of(found),
        words=flag_words.words_of(found),
        form=form,
    )


HANDLERS = [listing, one, decide]
