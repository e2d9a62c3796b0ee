"""Breaks: the list with its filters and file, and each one to take, note, prove, settle and agree to."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.settings import settings
from marketplace.funds import reconciliation
from payouts.reconcile import breaks as acts
from payouts.reconcile import queries
from payouts.reconcile.kinds import NAMES, ONLY_EXPLAINED
from web import break_words, guards, i18n
from web.csv_answer import csv_answer
from web.downloads import attached
from web.fields import Prose
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.uploads import File, Upload
from web.visit import AnyRequest

UPLOAD_BYTES = 11_000_000
HOME = "/operator/reconciliation/breaks"


class Noted(BaseModel):
    """What is worth knowing."""

    text: Annotated[str, Prose(acts.LONGEST_NOTE)] = Field(title=N_("Note"))


class Shown(BaseModel):
    """A file that proves something."""

    file: Annotated[Upload, File(("pdf", "png", "jpeg", "csv"))] = Field(title=N_("Evidence"))


class Settled(BaseModel):
    """How a break is put right."""

    resolution: Literal["entry", "explanation"] = Field(title=N_("How to settle it"))
    into: Literal["", "expense:stripe_fee", "expense:goodwill", "expense:bad_debt"] = Field(
        "", title=N_("Where it goes on to from suspense")
    )
    reason: Annotated[str, Prose(acts.LONGEST_REASON)] = Field(title=N_("Reason"))


class Refused(BaseModel):
    """Why a proposal is sent back."""

    text: Annotated[str, Prose(acts.LONGEST_NOTE)] = Field(title=N_("Why it is sent back"))


@get(HOME, include_in_schema=False)
async def breaks(
    request: AnyRequest,
    show: FromQuery[str] = "open",
    kind: FromQuery[str] = "",
    owner: FromQuery[str] = "",
    age: FromQuery[str] = "",
    page_number: PageNumber = 1,
) -> Response[bytes]:
    """List breaks, those that wait for a second person and the oldest first."""
    by = guards.operator(request)
    rows, found, holders = await reconciliation.breaks(
        ended=show == "ended", kind=kind, owner=owner, age=age, page=page_number, by=by
    )
    return page(
        "operator/breaks.html",
        rows=rows,
        found=found,
        holders=holders,
        show=show,
        kind=kind,
        owner=owner,
        age=age,
        kinds=NAMES,
        now=page_number,
        last=last_page(found, queries.PAGE),
        words=break_words,
    )


@get("/operator/reconciliation/breaks.csv", include_in_schema=False)
async def breaks_file(
    request: AnyRequest,
    show: FromQuery[str] = "open",
    kind: FromQuery[str] = "",
    owner: FromQuery[str] = "",
    age: FromQuery[str] = "",
    encoding: FromQuery[str] = "",
) -> Response[bytes]:
    """Give the listed breaks as a file."""
    by = guards.operator(request)
    rows = await reconciliation.every_break(ended=show == "ended", kind=kind, owner=owner, age=age, by=by)
    titles = [i18n.tr(title) for title in _TITLES]
    return csv_answer("enishi-breaks.csv", titles, [_line(row) for row in rows], encoding=encoding)


_TITLES = (
    N_("Day"), N_("Kind"), N_("State"), N_("Age in days"), N_("Ledger account"), N_("In our books"), N_("There"),
    N_("Difference"), N_("Currency"), N_("Posting"), N_("Object"), N_("Held by"), N_("Settled by"), N_("Reason"),
)  # fmt: skip


def _line(row: Any) -> list[str | int | None]:
    return [
        day_of(row["happened_at"]).isoformat(), break_words.kind(row["kind"]), row["status"], row["age"], row["account"],
        row["expected_amount"], row["found_amount"], row["difference_amount"], row["currency"], row["transfer_key"],
        row["object_id"], row["owner_name"], row["decided_name"], row["reason"],
    ]  # fmt: skip


@get("/operator/reconciliation/breaks/{number:uuid}", include_in_schema=False)
async def one(request: AnyRequest, number: FromPath[UUID]) -> Response[bytes]:
    """Show a break with what is known, said and shown of it."""
    return await _one(guards.operator(request), number, {})


@post("/operator/reconciliation/breaks/{number:uuid}/taking", include_in_schema=False)
async def take(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Make a break one's own."""
    await reconciliation.take(number, by=guards.operator(request))
    return see(f"{HOME}/{number}", request, Message(N_("You look after this break now.")))


@post("/operator/reconciliation/breaks/{number:uuid}/notes", include_in_schema=False)
async def say(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Add a note."""
    by = guards.operator(request)
    form = await Form.read(Noted, request)
    try:
        await reconciliation.say(number, form.data.text, by=by)
    except Invalid as refusal:
        return await _one(by, number, {"noted": form.refuse(refusal)}, status=422)
    return see(f"{HOME}/{number}", request, Message(N_("The note is kept.")))


@post(
    "/operator/reconciliation/breaks/{number:uuid}/evidence",
    include_in_schema=False,
    request_max_body_size=UPLOAD_BYTES,
)
async def add_evidence(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Keep a file as evidence."""
    by = guards.operator(request)
    form = await Form.read(Shown, request)
    try:
        file = form.data.file
        await reconciliation.add_evidence(
            number, name=file.name, media_type=file.media_type, content=file.content, by=by
        )
    except Invalid as refusal:
        return await _one(by, number, {"shown": form.refuse(refusal)}, status=422)
    return see(f"{HOME}/{number}", request, Message(N_("The file is kept as evidence.")))


@get("/operator/reconciliation/breaks/{number:uuid}/evidence/{file:uuid}", include_in_schema=False)
async def evidence(request: AnyRequest, number: FromPath[UUID], file: FromPath[UUID]) -> Response[bytes]:
    """Answer with a file: always saved, never shown in our pages."""
    found = await reconciliation.evidence(number, file, by=guards.operator(request))
    return attached(found["content"], found["media_type"], found["name"])


@post("/operator/reconciliation/breaks/{number:uuid}/resolution", include_in_schema=False)
async def resolve(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Settle a break, or propose how to."""
    by = guards.operator(request)
    form = await Form.read(Settled, request)
    try:
        given = form.data
        done = await reconciliation.resolve(
            number, resolution=given.resolution, into=given.into, reason=given.reason, by=by
        )
    except Invalid as refusal:
        return await _one(by, number, {"settled": form.refuse(refusal)}, status=422)
    said = N_("The break is settled.") if done else N_("It is proposed. Somebody else has to agree.")
    return see(f"{HOME}/{number}", request, Message(said))


@post("/operator/reconciliation/breaks/{number:uuid}/approval", include_in_schema=False)
async def approve(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Agree to what somebody else has proposed."""
    await reconciliation.approve(number, by=guards.operator(request))
    return see(f"{HOME}/{number}", request, Message(N_("The break is settled.")))


@post("/operator/reconciliation/breaks/{number:uuid}/refusal", include_in_schema=False)
async def refuse(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Send a proposal back."""
    by = guards.operator(request)
    form = await Form.read(Refused, request)
    try:
        await reconciliation.refuse(number, form.data.text, by=by)
    except Invalid as refusal:
        return await _one(by, number, {"refused": form.refuse(refusal)}, status=422)
    return see(
        f"{HOME}/{number}", request, Message(N_("The proposal is sent back; the break is open again."))
    )


async def _one(by: Actor, number: UUID, forms: dict[str, Form[Any]], status: int = 200) -> Response[bytes]:
    found = await reconciliation.one_break(number, by=by)
    empty: dict[str, Form[Any]] = {
        "noted": Form(Noted),
        "shown": Form(Shown),
        "settled": Form(Settled),
        "refused": Form(Refused),
    }
    return page(
        "operator/break.html",
        found=found,
        row=found.row,
        forms=empty | forms,
        me=by.ref,
        second=acts.needs_second(found.row),
        limit=settings().break_limit,
        postable=bool(found.row["corrections"]) and found.row["kind"] not in ONLY_EXPLAINED,
        words=break_words,
        status=status,
    )


HANDLERS = [
    breaks, breaks_file, one, take, say, add_evidence, evidence, resolve, approve, refuse,
]  # fmt: skip
