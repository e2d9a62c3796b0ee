"""An alumnus's work: invitations, the board, applications, contracts; one task as it would be agreed."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni.prefectures import PREFECTURES
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message
from marketplace.core.money import Money
from marketplace.tasks import (
    applications,
    board,
    invitations,
    reopening,  # noqa: F401 - opens the seats again that alumni leave
    substitute_queries,
    waitlist,
)
from marketplace.tasks.waitlist import Standing
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n, match_words
from web.fields import Prose, Whole
from web.forms import Form
from web.task_words import TAX_CATEGORIES
from web.templating import page, see
from web.visit import AnyRequest

TABS = ("invitations", "board", "applications", "contracts")


class Application(BaseModel):
    """A wish for a seat, for the terms that were read."""

    message: Annotated[str, Prose(2000)] = Field("", title=N_("A word to the company"))
    version: Annotated[int, Whole(1, 10**6)] = Field(1, title="")


class Refusal(BaseModel):
    """Why not, if one likes to say."""

    reason: Annotated[str, Prose(500)] = Field("", title=N_("Reason (the company reads it)"))


@get("/work", include_in_schema=False)
async def listed(request: AnyRequest) -> Response[bytes]:
    """Show one of: my invitations, the board, my applications, my contracts."""
    by = guards.alumnus(request)
    query = request.query_params
    async with db.reading(**by.scope):
        counts = await board.counts(by=by)
        tab = query.get("tab", "")
        tab = (
            tab if tab in TABS else "invitations" if counts["invitations"] or not counts["board"] else "board"
        )
        shown = await _of_tab(tab, query, by)
    return page(
        "work/list.html",
        tab=tab,
        counts=counts,
        search=query.get("q", ""),
        words=match_words,
        money_of=money_of,
        **shown,
    )


async def _of_tab(tab: str, query: Mapping[str, str], by: Actor) -> dict[str, Any]:
    number = query.get("page", "1")
    match tab:
        case "invitations":
            return {
                "offers": await board.invited(by=by),
                "steps_in": await substitute_queries.open_for(by=by),
            }
        case "board":
            asked = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004
            newest = query.get("order") == "new"
            found = await board.open_board(by=by, search=query.get("q", ""), page=asked, newest=newest)
            return {"found": found, "newest": newest}
        case "applications":
            return {
                "applications": await board.applications(by=by),
                "waiting": await board.waiting(by=by),
            }
        case _:
            return {"contracts": await board.contracts(by=by)}


@get("/work/tasks/{task:uuid}", include_in_schema=False)
async def one(request: AnyRequest, task: FromPath[UUID]) -> Response[bytes]:
    """Show a task with its terms, what I would receive, why me, and the answer that is mine to give."""
    by = guards.alumnus(request)
    await invitations.opened(task, by=by)
    return await _show(task, by, Form(Application), Form(Refusal))


@post("/work/invitations/{invitation:uuid}/acceptance", include_in_schema=False)
async def accept(request: AnyRequest, invitation: FromPath[UUID]) -> Redirect:
    """Accept: the contract is concluded."""
    contract = await invitations.accept(invitation, by=guards.alumnus(request))
    return see(
        f"/contracts/{contract}",
        request,
        Message(N_("The contract is concluded. The terms are yours to keep.")),
    )


@post("/work/tasks/{task:uuid}/refusal", include_in_schema=False)
async def decline(request: AnyRequest, task: FromPath[UUID]) -> Any:
    """Decline an invitation."""
    by = guards.alumnus(request)
    form = await Form.read(Refusal, request)
    found = (await board.offer(task, by=by)).offer.invitation
    if found is None:
        return see(f"/work/tasks/{task}", request)
    try:
        await invitations.decline(found["id"], form.data.reason, by=by)
    except Invalid as refusal:
        return await _show(task, by, Form(Application), form.refuse(refusal), status=422)
    return see("/work", request, Message(N_("You have declined. Others are asked now.")))


@post("/work/tasks/{task:uuid}/application", include_in_schema=False)
async def apply(request: AnyRequest, task: FromPath[UUID]) -> Any:
    """Ask for a seat."""
    by = guards.alumnus(request)
    form = await Form.read(Application, request)
    try:
        await applications.apply(task, form.data.message, version=form.data.version, by=by)
    except Failure as refusal:
        if refusal.status not in {409, 422}:
            raise
        wrong = (
            refusal
            if isinstance(refusal, Invalid)
            else Invalid(refusal.message.text, **refusal.message.params)
        )
        return await _show(task, by, form.refuse(wrong), Form(Refusal), status=refusal.status)
    return see(
        f"/work/tasks/{task}",
        request,
        Message(N_("You have applied. The company answers before the offer ends.")),
    )


@post("/work/applications/{application:uuid}/withdrawal", include_in_schema=False)
async def withdraw(request: AnyRequest, application: FromPath[UUID]) -> Redirect:
    """Take my application back."""
    await applications.withdraw(application, by=guards.alumnus(request))
    return see("/work?tab=applications", request, Message(N_("Your application is withdrawn.")))


@post("/work/applications/{application:uuid}/confirmation", include_in_schema=False)
async def reconfirm(request: AnyRequest, application: FromPath[UUID]) -> Redirect:
    """Apply for the changed terms too."""
    form = await Form.read(Application, request)
    await applications.reconfirm(application, version=form.data.version, by=guards.alumnus(request))
    return see("/work?tab=applications", request, Message(N_("Your application stands for the new terms.")))


async def _show(
    task: UUID, by: Actor, form: Form[Application], refusal: Form[Refusal], status: int = 200
) -> Response[bytes]:
    found = await board.offer(task, by=by)
    lang = i18n.locale.get()
    return page(
        "work/task.html",
        status=status,
        seen=found,
        task=found.offer.task,
        form=form,
        refusal=refusal,
        words=match_words,
        price=money_of(found.offer.task),
        tax_categories=TAX_CATEGORIES,
        standing=await _standing(found.offer.task, by),
        language_names={code: names[lang] for code, names in LANGUAGE_NAMES.items()},
        prefecture_names={code: names[lang] for code, names in PREFECTURES.items()},
    )


async def _standing(task: dict[str, Any], by: Actor) -> Standing:
    assert by.person is not None
    async with db.reading(**by.scope):
        return await waitlist.standing(task, by.person)


def money_of(row: Any) -> Money:
    """Return the fee of one seat of a task or a contract."""
    return Money(row["price_amount"], row["currency"])


HANDLERS = [listed, one, accept, decline, apply, withdraw, reconfirm]
