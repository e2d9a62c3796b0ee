"""A company's bounties: the list and its file, one bounty, and what may be done with it."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money, yen
from marketplace.referrals import bounties, bounty_queries
from marketplace.referrals.bounty_moving import POSTERS
from marketplace.referrals.bounty_queries import TABS
from marketplace.referrals.policy_facts import Answer
from marketplace.referrals.verdicts import NotLawful
from web import bounty_words, guards, i18n
from web.csv_answer import csv_answer
from web.errors import wants_json
from web.fields import Line
from web.forms import Form
from web.pages import bounty_form
from web.pages.company_bounty_form import ASKED, PUBLISHED
from web.paging import PageNumber
from web.states import state
from web.templating import page, see
from web.visit import AnyRequest


class Ending(BaseModel):
    """Why a bounty is closed."""

    reason: Annotated[str, Line(bounties.LONGEST_REASON)] = Field(title=N_("Reason"))


@get("/c/{slug:str}/bounties", include_in_schema=False)
async def listed(request: AnyRequest, slug: FromPath[str], page_number: PageNumber = 1) -> Response[bytes]:
    """List the company's bounties, by state, searched."""
    by = guards.member(request, slug)
    tab, search = request.query_params.get("tab", ""), request.query_params.get("q", "")
    return page(
        "bounties/list.html",
        slug=slug,
        found=await bounty_queries.listed(by=by, tab=tab, search=search, page=page_number),
        tab=tab if tab in TABS else "",
        search=search,
        posts=bool(by.roles & set(POSTERS)),
        words=bounty_words,
        yen=yen,
    )


@get("/c/{slug:str}/bounties/export.csv", include_in_schema=False)
async def export(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Hand the list out as a file."""
    by = guards.member(request, slug)
    query = request.query_params
    rows = await bounty_queries.exported(by=by, tab=query.get("tab", ""), search=query.get("q", ""))
    titles = (N_("Title"), N_("Kind of bounty"), N_("State"), N_("Unit"), N_("Reward"), N_("Takes referrals until"), N_("Referrals"), N_("Policy"))  # fmt: skip
    return csv_answer("bounties.csv", [i18n.tr(title) for title in titles], (_cells(row) for row in rows))


def _cells(row: Mapping[str, Any]) -> tuple[str | int | None, ...]:
    return (
        row["title"],
        i18n.tr(bounty_words.KINDS[row["kind"]][0]),
        i18n.tr(state("bounty", row["status"]).label),
        row["unit"],
        row["reward_amount"],
        row["closes_on"].isoformat() if row["closes_on"] else "",
        row["claims"],
        i18n.tr(state("verdict", row["verdict"]).label) if row["verdict"] else "",
    )


@get("/c/{slug:str}/bounties/{bounty:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Response[bytes]:
    """Show a bounty: its state, what the policy says, its terms and its story."""
    return await _show(request, slug, bounty, Form(Ending))


@post("/c/{slug:str}/bounties/{bounty:uuid}/publication", include_in_schema=False)
async def publish(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Any:
    """Publish a saved draft."""
    by = guards.member(request, slug, *POSTERS)
    return await _ask(request, slug, bounty, bounties.publish(bounty, by=by), PUBLISHED)


@post("/c/{slug:str}/bounties/{bounty:uuid}/pause", include_in_schema=False)
async def pause(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Redirect:
    """Take no new referrals for now."""
    await bounties.pause(bounty, by=guards.member(request, slug, *POSTERS))
    said = Message(N_("The bounty is paused: it takes no new referrals."))
    return see(f"/c/{slug}/bounties/{bounty}", request, said)


@post("/c/{slug:str}/bounties/{bounty:uuid}/resumption", include_in_schema=False)
async def resume(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Any:
    """Take referrals again."""
    by = guards.member(request, slug, *POSTERS)
    return await _ask(
        request, slug, bounty, bounties.resume(bounty, by=by), N_("The bounty takes referrals again.")
    )


@post("/c/{slug:str}/bounties/{bounty:uuid}/closure", include_in_schema=False)
async def close(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Any:
    """End a bounty."""
    by = guards.member(request, slug, *POSTERS)
    form = await Form.read(Ending, request)
    try:
        await bounties.close(bounty, form.data.reason, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _show(request, slug, bounty, form.refuse(refusal), status=422)
    return see(f"/c/{slug}/bounties/{bounty}", request, Message(N_("The bounty is closed.")))


async def _ask(request: AnyRequest, slug: str, bounty: UUID, act: Any, said: str) -> Any:
    """Do what the policy may refuse; a denial is shown with its reason, a review is waited for."""
    try:
        await act
    except Invalid as refusal:
        if wants_json(request):
            raise
        if isinstance(refusal, NotLawful) and refusal.verdict.answer is Answer.REVIEW:
            return see(f"/c/{slug}/bounties/{bounty}", request, Message(ASKED))
        return await _show(request, slug, bounty, Form(Ending), status=422, refusal=refusal)
    return see(f"/c/{slug}/bounties/{bounty}", request, Message(said))


async def _show(
    request: AnyRequest,
    slug: str,
    bounty: UUID,
    form: Form[Ending],
    *,
    status: int = 200,
    refusal: Invalid | None = None,
) -> Response[bytes]:
    seen = await bounty_queries.one(bounty, by=guards.member(request, slug))
    return page(
        "bounties/bounty.html",
        status=status,
        slug=slug,
        seen=seen,
        form=form,
        refusal=refusal,
        asked=seen.asked,
        terms=seen.terms,
        stake=bounty_form.at_stake(seen.terms),
        events=[_event(event, index) for index, event in enumerate(seen.events)],
        words=bounty_words,
        percent=bounty_form.percent,
        labels={name: field.title for name, field in bounty_form.BountyForm.model_fields.items()},
        yen=yen,
    )


def _event(event: Mapping[str, Any], index: int) -> dict[str, Any]:
    data = {"name": "Enishi", **event["data"]}
    if "reward" in data:
        data["reward"] = Money(data["reward"])
    verb = bounty_words.VERBS.get(event["verb"])
    return {
        "text": Message(verb, data) if verb else event["verb"],
        "at": event["happened_at"],
        "status": "done" if index else "now",
        "note": "",
    }


HANDLERS = [listed, export, one, publish, pause, resume, close]
