"""Licences for paid referrals: the operator's, with the sign-off of a second person; a company's permissions."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money, yen
from marketplace.referrals import licences
from marketplace.referrals.licences import Filing
from web import bounty_words, guards, i18n
from web.downloads import attached
from web.errors import wants_json
from web.fields import Day, Line, Yen
from web.forms import Form
from web.pages.bounty_form import Percent, percent
from web.templating import page, see
from web.uploads import File, Upload
from web.visit import AnyRequest

UPLOAD_BYTES = 11_000_000
DOCUMENT = File(("pdf", "png", "jpeg"))
FILED = N_("It is filed. It counts once a second person has signed it off.")


class PermissionForm(BaseModel):
    """A company's permission for entrusted recruiting."""

    number: Annotated[str, Line(60, folded=True)] = Field(title=N_("Number"))
    valid_from: Annotated[date, Day()] = Field(title=N_("Valid from"))
    valid_to: Annotated[date, Day()] = Field(title=N_("Valid until"))
    approved: Annotated[Money, Yen()] = Field(title=N_("Approved reward"))
    document: Annotated[Upload, DOCUMENT] = Field(title=N_("Document"))


class LicenceForm(BaseModel):
    """The operator's licence for paid placement."""

    number: Annotated[str, Line(60, folded=True)] = Field(title=N_("Number"))
    valid_from: Annotated[date, Day()] = Field(title=N_("Valid from"))
    valid_to: Annotated[date, Day()] = Field(title=N_("Valid until"))
    scheme: Literal["notified", "upper_limit", "upper_limit_exempt"] = Field(title=N_("Scheme of the fees"))
    fee_cap: Annotated[int, Percent()] = Field(
        title=N_("Most that the table of fees permits, in percent of a year's pay")
    )
    fee_table_notified_on: Annotated[date, Day()] = Field(title=N_("Table of fees notified on"))
    document: Annotated[Upload, DOCUMENT] = Field(title=N_("Document with the table of fees"))


class Ending(BaseModel):
    """Why a licence is withdrawn."""

    reason: Annotated[str, Line(licences.LONGEST_REASON)] = Field(title=N_("Reason"))


@get("/operator/licences", include_in_schema=False)
async def operators(request: AnyRequest) -> Response[bytes]:
    """List every licence, what waits for a signature first."""
    return await _operators(guards.operator(request), Form(LicenceForm))


@post("/operator/licences", include_in_schema=False, request_max_body_size=UPLOAD_BYTES)
async def file_licence(request: AnyRequest) -> Any:
    """File the operator's licence."""
    by = guards.operator(request)
    form = await Form.read(LicenceForm, request)
    try:
        given = form.data
        await licences.file(
            _filing(given, scheme=given.scheme, fee_cap_bp=given.fee_cap, fee_table_notified_on=given.fee_table_notified_on),
            by=by,
        )  # fmt: skip
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _operators(by, form.refuse(refusal), status=422)
    return see("/operator/licences", request, Message(FILED))


@post("/operator/licences/{licence:uuid}/signature", include_in_schema=False)
async def sign_off(request: AnyRequest, licence: FromPath[UUID]) -> Redirect:
    """Sign a licence off that somebody else has filed."""
    await licences.sign_off(licence, by=guards.operator(request))
    return see("/operator/licences", request, Message(N_("It is signed off: bounties may rely on it.")))


@post("/operator/licences/{licence:uuid}/withdrawal", include_in_schema=False)
async def withdraw(request: AnyRequest, licence: FromPath[UUID]) -> Any:
    """Withdraw a licence."""
    by = guards.operator(request)
    form = await Form.read(Ending, request)
    try:
        await licences.withdraw(licence, form.data.reason, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        refused = {"refused": form.refuse(refusal), "refused_id": licence}
        return await _operators(by, Form(LicenceForm), status=422, **refused)
    return see(
        "/operator/licences", request, Message(N_("It is withdrawn: what relied on it is checked anew."))
    )


@get("/operator/licences/{licence:uuid}/document", include_in_schema=False)
async def operators_document(request: AnyRequest, licence: FromPath[UUID]) -> Response[bytes]:
    """Hand out what was filed."""
    return await _document(licence, guards.operator(request))


@get("/c/{slug:str}/settings/permissions", include_in_schema=False)
async def permissions(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List the company's permissions."""
    return await _permissions(guards.member(request, slug), slug, Form(PermissionForm))


@post("/c/{slug:str}/settings/permissions", include_in_schema=False, request_max_body_size=UPLOAD_BYTES)
async def file_permission(request: AnyRequest, slug: FromPath[str]) -> Any:
    """File a permission of the company."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(PermissionForm, request)
    try:
        await licences.file(_filing(form.data, approved=form.data.approved), by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _permissions(by, slug, form.refuse(refusal), status=422)
    return see(f"/c/{slug}/settings/permissions", request, Message(FILED))


@post("/c/{slug:str}/settings/permissions/{licence:uuid}/withdrawal", include_in_schema=False)
async def withdraw_permission(request: AnyRequest, slug: FromPath[str], licence: FromPath[UUID]) -> Any:
    """Withdraw a permission of the company."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(Ending, request)
    try:
        await licences.withdraw(licence, form.data.reason, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        refused = {"refused": form.refuse(refusal), "refused_id": licence}
        return await _permissions(by, slug, Form(PermissionForm), status=422, **refused)
    return see(
        f"/c/{slug}/settings/permissions",
        request,
        Message(N_("It is withdrawn: what relied on it is checked anew.")),
    )


@get("/c/{slug:str}/settings/permissions/{licence:uuid}/document", include_in_schema=False)
async def companys_document(
    request: AnyRequest, slug: FromPath[str], licence: FromPath[UUID]
) -> Response[bytes]:
    """Hand out what the company has filed."""
    return await _document(licence, guards.member(request, slug))


def _filing(given: Any, **more: Any) -> Filing:
    return Filing(
        number=given.number,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        document_name=given.document.name,
        document=given.document.content,
        **more,
    )


async def _document(licence: UUID, by: Actor) -> Response[bytes]:
    name, content = await licences.document(licence, by=by)
    return attached(content, "application/octet-stream", name)


async def _operators(
    by: Actor, form: Form[LicenceForm], *, status: int = 200, **refused: Any
) -> Response[bytes]:
    return page(
        "operator/licences.html",
        status=status,
        rows=await licences.listed(by=by),
        form=form,
        schemes=[(name, i18n.tr(text)) for name, text in bounty_words.SCHEMES.items()],
        me=str(by.person),
        **_shared(refused),
    )


async def _permissions(
    by: Actor, slug: str, form: Form[PermissionForm], *, status: int = 200, **refused: Any
) -> Response[bytes]:
    return page(
        "company/permissions.html",
        status=status,
        slug=slug,
        rows=await licences.listed(by=by),
        form=form,
        owner="owner" in by.roles,
        **_shared(refused),
    )


def _shared(refused: dict[str, Any]) -> dict[str, Any]:
    """Return what both lists show; `refused` is a withdrawal without its reason: the form and the licence's id."""
    return {
        "words": bounty_words,
        "yen": yen,
        "percent": percent,
        "refused": None,
        "refused_id": None,
        **refused,
    }


HANDLERS = [
    operators, file_licence, sign_off, withdraw, operators_document, permissions, file_permission, withdraw_permission,
    companys_document,
]  # fmt: skip
