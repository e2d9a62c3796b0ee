"""A company's referrals: the board and the list, one claim, and the recruiter's moves with their reasons."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.referrals import pipeline, pipeline_queries, reasons
from marketplace.referrals.holding import RECRUITS
from marketplace.referrals.lifecycle import CLAIM, Claim
from marketplace.referrals.pipeline import Plan
from marketplace.referrals.pipeline_queries import GROUPS, Asked, Sheet
from web import claim_words, guards, i18n
from web.csv_answer import Cell, csv_answer
from web.fields import Day, Line, Prose
from web.forms import Form
from web.paging import PageNumber
from web.states import STATES
from web.templating import page, see
from web.visit import AnyRequest


class StepForm(BaseModel):
    """Why, and what comes next."""

    reason: Annotated[str, Line(60)] = Field(title=N_("Reason, for the referrer"))
    note: Annotated[str, Prose(reasons.MOST_NOTE)] = Field(default="", title=N_("A note to the referrer"))
    next_step: Annotated[str, Line(40)] = Field(default="", title=N_("What comes next"))
    next_owner: Annotated[str, Line(40)] = Field(default="", title=N_("Who acts next"))
    next_on: Annotated[date | None, Day()] = Field(default=None, title=N_("By which day"))
    seen: Annotated[str, Line(20)] = Field(default="", title=N_("Where it stands"))

    @property
    def plan(self) -> Plan:
        """Return what comes next; what is left open is the usual."""
        return Plan(self.next_step, self.next_owner, self.next_on)


class PlanForm(BaseModel):
    """What comes next, by whom, by which day."""

    next_step: Annotated[str, Line(40)] = Field(title=N_("What comes next"))
    next_owner: Annotated[str, Line(40)] = Field(title=N_("Who acts next"))
    next_on: Annotated[date, Day()] = Field(title=N_("By which day"))


class CareForm(BaseModel):
    """Who looks after it, and the candidate's number in the company's own system."""

    member: UUID | None = Field(default=None, title=N_("Who looks after it"))
    external_id: Annotated[str, Line(100)] = Field(default="", title=N_("Number in your own system"))


@get("/c/{slug:str}/referrals", include_in_schema=False)
async def listed(request: AnyRequest, slug: FromPath[str], page_number: PageNumber = 1) -> Response[bytes]:
    """Show the open referrals as a board by stage, or a part of all as a list."""
    by, asked = guards.member(request, slug), _asked(request)
    as_list = request.query_params.get("view") == "list" or asked.group != "open"
    found = await pipeline_queries.listed(asked, by=by, page=page_number)
    return page(
        "claims/list.html",
        slug=slug,
        asked=asked,
        found=found,
        board=None if as_list else await pipeline_queries.board(asked, by=by),
        words=claim_words,
        per_stage=pipeline_queries.PER_STAGE,
        reasons=reasons,
    )


@get("/c/{slug:str}/referrals/referrals.csv", include_in_schema=False)
async def export(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Save a part of the list as a file for a spreadsheet."""
    rows = await pipeline_queries.every(_asked(request), by=guards.member(request, slug))
    titles = [i18n.tr(text) for text in _TITLES]
    return csv_answer(f"{slug}-referrals.csv", titles, [_cells(row) for row in rows])


@get("/c/{slug:str}/referrals/{claim:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Response[bytes]:
    """Show a claim: the candidate as consented, where it stands, the one act, who looks after it, its story."""
    return await _show(request, slug, claim, None)


@get("/c/{slug:str}/referrals/{claim:uuid}/steps/{name:str}", include_in_schema=False)
async def step_form(
    request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID], name: FromPath[str]
) -> Response[bytes]:
    """Ask for the reason of a move and for what comes next."""
    sheet = await _held(request, slug, claim)
    return _show_step(slug, sheet, name, Form(StepForm, {"seen": sheet.row["status"], **_usual(sheet, name)}))


@post("/c/{slug:str}/referrals/{claim:uuid}/steps/{name:str}", include_in_schema=False)
async def step(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID], name: FromPath[str]) -> Any:
    """Move a claim; a second click leads to the same page and says that it is done."""
    by = guards.member(request, slug, *RECRUITS)
    form = await Form.read(StepForm, request)
    at = f"/c/{slug}/referrals/{claim}"
    try:
        given = form.data
        if name in pipeline.ENDINGS:
            await pipeline.end(claim, name, by=by, reason=given.reason, note=given.note, seen=given.seen)
        else:
            await pipeline.step(
                claim, name, by=by, reason=given.reason, note=given.note, seen=given.seen, plan=given.plan
            )
    except Invalid as refusal:
        return _show_step(slug, await _held(request, slug, claim), name, form.refuse(refusal), status=422)
    except Conflict as refusal:
        return see(at, request, refusal.message)
    return see(at, request, Message(N_("Done. The referrer has been told, with the reason.")))


@post("/c/{slug:str}/referrals/{claim:uuid}/undoing", include_in_schema=False)
async def undo(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Redirect:
    """Take the last step between stages back."""
    by = guards.member(request, slug, *RECRUITS)
    at = f"/c/{slug}/referrals/{claim}"
    form = await Form.read(StepForm, request)
    try:
        await pipeline.undo(claim, by=by, seen=form.text("seen"))
    except Conflict as refusal:
        return see(at, request, refusal.message)
    return see(at, request, Message(N_("The step is taken back. The referrer has been told.")))


@get("/c/{slug:str}/referrals/{claim:uuid}/plan", include_in_schema=False)
async def plan_form(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Response[bytes]:
    """Ask for what comes next."""
    sheet = await _held(request, slug, claim)
    now = {name: sheet.row[name] or None for name in ("next_step", "next_owner", "next_on")}
    return page("claims/plan.html", slug=slug, sheet=sheet, form=Form(PlanForm, now), reasons=reasons)


@post("/c/{slug:str}/referrals/{claim:uuid}/plan", include_in_schema=False)
async def plan(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Any:
    """Say anew what comes next; the referrer sees it at once."""
    by = guards.member(request, slug, *RECRUITS)
    form = await Form.read(PlanForm, request)
    try:
        given = form.data
        await pipeline.plan_next(claim, Plan(given.next_step, given.next_owner, given.next_on), by=by)
    except Invalid as refusal:
        sheet = await _held(request, slug, claim)
        return page(
            "claims/plan.html", status=422, slug=slug, sheet=sheet, form=form.refuse(refusal), reasons=reasons
        )
    return see(f"/c/{slug}/referrals/{claim}", request, Message(N_("Saved. The referrer sees it.")))


@post("/c/{slug:str}/referrals/{claim:uuid}/care", include_in_schema=False)
async def care(request: AnyRequest, slug: FromPath[str], claim: FromPath[UUID]) -> Any:
    """Say who looks after a claim, and under which number it stands in the company's own system."""
    by = guards.member(request, slug, *RECRUITS)
    form = await Form.read(CareForm, request)
    try:
        await pipeline.assign(claim, form.data.member, by=by)
        await pipeline.link(claim, form.data.external_id, by=by)
    except Invalid as refusal:
        return await _show(request, slug, claim, form.refuse(refusal))
    return see(f"/c/{slug}/referrals/{claim}", request, Message(N_("Saved.")))


async def _show(request: AnyRequest, slug: str, claim: UUID, form: Form[CareForm] | None) -> Response[bytes]:
    by = guards.member(request, slug)
    sheet = await pipeline_queries.sheet(claim, by=by)
    now = {"member": sheet.row["assigned_to"], "external_id": sheet.row["external_id"]}
    return page(
        "claims/claim.html",
        status=422 if form else 200,
        slug=slug,
        sheet=sheet,
        form=form or Form(CareForm, now),
        moves=bool(by.roles & set(RECRUITS)),
        words=claim_words,
        reasons=reasons,
    )


async def _held(request: AnyRequest, slug: str, claim: UUID) -> Sheet:
    return await pipeline_queries.sheet(claim, by=guards.member(request, slug, *RECRUITS))


def _show_step(
    slug: str, sheet: Sheet, name: str, form: Form[StepForm], status: int = 200
) -> Response[bytes]:
    if name not in (*pipeline.STEPS, *pipeline.ENDINGS):
        raise NotFound
    if not any(known == name for known, _ in claim_words.buttons(sheet)):
        raise Conflict(N_("This has changed in the meantime, so that step is no longer possible."))
    return page(
        "claims/step.html",
        status=status,
        slug=slug,
        sheet=sheet,
        name=name,
        headline=Message(claim_words.MOVES[name][1], {"name": sheet.row["candidate_name"]}),
        form=form,
        goes_on=name in pipeline.STEPS,
        words=claim_words,
        reasons=reasons,
    )


def _usual(sheet: Sheet, name: str) -> dict[str, Any]:
    """Return what usually comes after a step, to begin the form with."""
    if name not in pipeline.STEPS:
        return {}
    usual = reasons.NEXT[CLAIM.target(name, Claim(sheet.row["status"]))]
    day = sheet.row["today"] + timedelta(days=usual.days)
    return {"next_step": usual.step, "next_owner": usual.owner, "next_on": day}


def _asked(request: AnyRequest) -> Asked:
    query = request.query_params
    group = query.get("group", "open")
    try:
        bounty = UUID(query["bounty"]) if query.get("bounty") else None
    except ValueError:
        bounty = None
    return Asked(group if group in {*GROUPS, "overdue", "mine", ""} else "open", bounty)


_TITLES = (
    N_("Referral"), N_("Bounty"), N_("Kind"), N_("Candidate"), N_("Referrer"), N_("State"), N_("Reason"),
    N_("Next day"), N_("Who looks after it"), N_("Number in your own system"), N_("Consented on"),
)  # fmt: skip


def _cells(row: dict[str, Any]) -> list[Cell]:
    known = reasons.REASONS.get(row["reason"])
    return [
        row["number"],
        row["title"],
        i18n.tr(claim_words.KINDS[row["kind"]]),
        row["candidate_name"],
        row["referrer"] or "",
        i18n.tr(STATES["claim"][row["status"]].label),
        i18n.tr(known.text) if known else "",
        row["next_on"].isoformat() if row["next_on"] else "",
        row["carer"] or "",
        row["external_id"] or "",
        day_of(row["consented_at"]).isoformat(),
    ]


HANDLERS = [listed, export, one, step_form, step, undo, plan_form, plan, care]
