"""Substitutes: an alumnus proposes one for his contract, the other answers, the company decides."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni.prefectures import PREFECTURES
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message, NotFound
from marketplace.core.money import Money
from marketplace.tasks import board, substitute_queries, substitutes, substituting
from marketplace.tasks.moving import MANAGERS
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n, match_words
from web.fields import Line, Prose, Whole
from web.forms import Form
from web.pages.work import money_of
from web.task_words import TAX_CATEGORIES
from web.templating import page, see
from web.visit import AnyRequest


class Proposal(BaseModel):
    """Whom, why, and whether he may read who asks."""

    mail: Annotated[str, Line(254)] = Field(title=N_("Mail address of the person"))
    reason: Annotated[str, Prose(substitutes.LONGEST_REASON)] = Field(title=N_("Reason, for the company"))
    named: bool = Field(default=False, title=N_("The person may read my name"))


class Agreement(BaseModel):
    """The version of the terms that were read."""

    version: Annotated[int, Whole(1, 10**6)] = Field(1, title="")


class No(BaseModel):
    """Why the company stays with the first."""

    reason: Annotated[str, Prose(substitutes.LONGEST_REASON)] = Field(title=N_("Reason, for the alumnus"))


@get("/contracts/{contract:uuid}/substitute", include_in_schema=False)
async def proposing(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show the form, or how the open proposal stands."""
    return await _proposing(contract, Form(Proposal), by=guards.alumnus(request))


@post("/contracts/{contract:uuid}/substitute", include_in_schema=False)
async def propose(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Propose somebody; the answer is the same whoever it is."""
    by = guards.alumnus(request)
    form = await Form.read(Proposal, request)
    try:
        given = form.data
        await substitutes.propose(contract, given.mail, given.reason, named=given.named, by=by)
    except Failure as refusal:
        if refusal.status not in {409, 422}:
            raise
        return await _proposing(contract, form.refuse(_as_invalid(refusal)), by=by, status=refusal.status)
    said = N_("Your proposal is noted. If the person can be asked and agrees, the company decides.")
    return see(f"/contracts/{contract}/substitute", request, Message(said))


def _as_invalid(refusal: Failure) -> Invalid:
    if isinstance(refusal, Invalid):
        return refusal
    return Invalid(refusal.message.text, **refusal.message.params)


@post("/contracts/{contract:uuid}/substitutes/{number:uuid}/taking-back", include_in_schema=False)
async def take_back(request: AnyRequest, contract: FromPath[UUID], number: FromPath[UUID]) -> Redirect:
    """Take a proposal back."""
    await substitutes.take_back(number, by=guards.alumnus(request))
    return see(f"/contracts/{contract}", request, Message(N_("Your proposal is taken back.")))


@get("/work/substitutions/{number:uuid}", include_in_schema=False)
async def asked(request: AnyRequest, number: FromPath[UUID]) -> Response[bytes]:
    """Show what one is asked to step in for: the terms, what one would receive, and the answer."""
    by = guards.alumnus(request)
    found = await substitute_queries.asked(number, by=by)
    seen = await board.offer(found["task_id"], by=by)
    lang = i18n.locale.get()
    return page(
        "work/substitution.html",
        found=found,
        seen=seen,
        task=seen.offer.task,
        price=money_of(seen.offer.task),
        words=match_words,
        tax_categories=TAX_CATEGORIES,
        language_names={code: names[lang] for code, names in LANGUAGE_NAMES.items()},
        prefecture_names={code: names[lang] for code, names in PREFECTURES.items()},
    )


@post("/work/substitutions/{number:uuid}/agreement", include_in_schema=False)
async def agree(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Agree to step in."""
    by = guards.alumnus(request)
    await substitutes.agree(number, version=(await Form.read(Agreement, request)).data.version, by=by)
    said = N_("You have agreed. The contract is concluded when the company says yes.")
    return see(f"/work/substitutions/{number}", request, Message(said))


@post("/work/substitutions/{number:uuid}/refusal", include_in_schema=False)
async def decline(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Say no, or no after all."""
    await substitutes.decline(number, by=guards.alumnus(request))
    return see("/work", request, Message(N_("You have declined.")))


@get("/c/{slug:str}/tasks/{task:uuid}/substitutes/{number:uuid}", include_in_schema=False)
async def deciding(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], number: FromPath[UUID]
) -> Response[bytes]:
    """Show both people and ask for a decision."""
    return await _deciding(slug, task, number, Form(No), by=guards.member(request, slug, *MANAGERS))


@post("/c/{slug:str}/tasks/{task:uuid}/substitutes/{number:uuid}/acceptance", include_in_schema=False)
async def accept(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], number: FromPath[UUID]
) -> Redirect:
    """Let the substitute have the seat."""
    del task
    contract = await substituting.accept(number, by=guards.member(request, slug, *MANAGERS))
    said = N_("The substitute has the seat. The contract is concluded.")
    return see(f"/c/{slug}/contracts/{contract}", request, Message(said))


@post("/c/{slug:str}/tasks/{task:uuid}/substitutes/{number:uuid}/refusal", include_in_schema=False)
async def refuse(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], number: FromPath[UUID]
) -> Any:
    """Stay with the first alumnus."""
    by = guards.member(request, slug, *MANAGERS)
    form = await Form.read(No, request)
    try:
        await substituting.refuse(number, form.data.reason, by=by)
    except Invalid as refusal:
        return await _deciding(slug, task, number, form.refuse(refusal), by=by, status=422)
    return see(f"/c/{slug}/tasks/{task}", request, Message(N_("The contract stays as it is. Both are told.")))


async def _proposing(
    contract: UUID, form: Form[Proposal], *, by: Actor, status: int = 200
) -> Response[bytes]:
    found = await substitute_queries.proposing(contract, by=by)
    return page(
        "contracts/substitute.html", status=status, found=found, form=form, most=substitutes.MOST_A_DAY
    )


async def _deciding(
    slug: str, task: UUID, number: UUID, form: Form[No], *, by: Actor, status: int = 200
) -> Response[bytes]:
    found = await substitute_queries.decision(number, by=by)
    if found["task_id"] != task:
        raise NotFound
    return page(
        "tasks/substitute.html",
        status=status,
        slug=slug,
        at=f"/c/{slug}/tasks/{task}",
        found=found,
        form=form,
        price=Money(found["price_amount"], found["currency"]),
        words=match_words,
    )


HANDLERS = [proposing, propose, take_back, asked, agree, decline, deciding, accept, refuse]
