"""The operator's companies: open one, see it, change what it is charged, help an owner in."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import word_queue
from marketplace.companies import actions, members, queries, rules
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.funds import company as funds
from marketplace.referrals import company_seats
from marketplace.tasks import stopping
from web import guards, i18n
from web.bounty_words import COUNTRIES
from web.fields import Email, Line, Whole, wrong
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import ROLES

BASIS_PER_PERCENT = 100


@dataclass(frozen=True)
class Slug(Line):
    """A short name that fits into an address."""

    def read(self, raw: Any) -> str:
        """Return the short name in small letters."""
        problems = rules.Problems()
        slug = rules.check_slug(super().read(raw), problems)
        for problem in problems.values():
            raise wrong(problem.text)
        return slug


class NewCompany(BaseModel):
    """What opens a company."""

    name: Annotated[str, Line(100)] = Field(title=N_("Company name"))
    name_en: Annotated[str, Line(100)] = Field("", title=N_("Name in English"))
    slug: Annotated[str, Slug(40, folded=True)] = Field(title=N_("Short name in addresses"))
    owner_name: Annotated[str, Line(100)] = Field(title=N_("Name of the owner"))
    owner_email: Annotated[str, Email()] = Field(title=N_("Mail address of the owner"))
    platform_fee_percent: Annotated[int, Whole(0, 50)] = Field(15, title=N_("Platform fee"))


class Fee(BaseModel):
    """What a company is charged."""

    platform_fee_percent: Annotated[int, Whole(0, 50)] = Field(title=N_("Platform fee"))


class NewOwner(BaseModel):
    """Another owner, for a company whose owner is out of reach."""

    name: Annotated[str, Line(100)] = Field(title=N_("Name"))
    email: Annotated[str, Email()] = Field(title=N_("Mail address"))


class Seat(BaseModel):
    """Where a company hires and pays."""

    country: Literal[tuple(COUNTRIES)] = Field(title=N_("Country"))  # type: ignore[valid-type]


class Why(BaseModel):
    """Why a company may not publish, or may again."""

    reason: Annotated[str, Line(stopping.LONGEST_REASON)] = Field(title=N_("Reason"))


@get("/operator/companies", include_in_schema=False)
async def companies(request: AnyRequest) -> Response[bytes]:
    """List every company."""
    by = guards.operator(request)
    waiting = await word_queue.waiting_count(by=by)
    return page("operator/companies.html", companies=await queries.everyone(by=by), words=waiting)


@get("/operator/companies/new", include_in_schema=False)
async def new(request: AnyRequest) -> Response[bytes]:
    """Show the form that opens a company."""
    guards.operator(request)
    return page("operator/new_company.html", form=Form(NewCompany))


@post("/operator/companies", include_in_schema=False)
async def create(request: AnyRequest) -> Any:
    """Open a company and mail its owner."""
    by = guards.operator(request)
    form = await Form.read(NewCompany, request)
    try:
        given = form.data
        await actions.create(
            given.slug,
            given.name,
            name_en=given.name_en,
            owner_name=given.owner_name,
            owner_email=given.owner_email,
            platform_fee_bp=given.platform_fee_percent * BASIS_PER_PERCENT,
            by=by,
        )
    except Invalid as refusal:
        return page("operator/new_company.html", form=form.refuse(refusal), status=422)
    said = Message(
        N_("%(company)s is open; %(owner)s has been mailed."),
        {"company": given.name, "owner": given.owner_email},
    )
    return see(f"/operator/companies/{given.slug}", request, said)


@get("/operator/companies/{slug:str}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show one company with its members and what it is charged."""
    by = guards.operator(request)
    return await _show(slug, by, None, Form(NewOwner))


@post("/operator/companies/{slug:str}/terms", include_in_schema=False)
async def change_fee(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Charge another platform fee from now on."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    form = await Form.read(Fee, request)
    try:
        await actions.change_terms(
            company["id"], platform_fee_bp=form.data.platform_fee_percent * BASIS_PER_PERCENT, by=by
        )
    except Invalid as refusal:
        return await _show(slug, by, form.refuse(refusal), Form(NewOwner), status=422)
    return see(
        f"/operator/companies/{slug}", request, Message(N_("Tasks posted from now on carry the new fee."))
    )


@post("/operator/companies/{slug:str}/country", include_in_schema=False)
async def change_country(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Note another country, whose law counts for referrals from now on."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    form = await Form.read(Seat, request)
    try:
        await company_seats.move_to(company["id"], form.data.country, by=by)
    except Invalid as refusal:
        return await _show(slug, by, None, Form(NewOwner), seat=form.refuse(refusal), status=422)
    said = Message(N_("The law of this country counts for the company's referrals from now on."))
    return see(f"/operator/companies/{slug}", request, said)


@post("/operator/companies/{slug:str}/owners", include_in_schema=False)
async def add_owner(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Add another owner and mail a link."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    form = await Form.read(NewOwner, request)
    try:
        await members.add(company["id"], form.data.email, form.data.name, ["owner"], by=by)
    except Invalid as refusal:
        return await _show(slug, by, None, form.refuse(refusal), status=422)
    return see(
        f"/operator/companies/{slug}",
        request,
        Message(N_("%(name)s has been mailed."), {"name": form.data.name}),
    )


@post("/operator/companies/{slug:str}/members/{member:uuid}/link", include_in_schema=False)
async def mail_again(request: AnyRequest, slug: FromPath[str], member: FromPath[UUID]) -> Redirect:
    """Mail the sign-in link once more to a member who has not come."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    await members.mail_again(member, company=company["id"], by=by)
    return see(f"/operator/companies/{slug}", request, Message(N_("The link has been mailed again.")))


@post("/operator/companies/{slug:str}/stop", include_in_schema=False)
async def stop_publishing(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Stop a company's publishing by hand, with a reason that it reads."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    form = await Form.read(Why, request)
    try:
        await stopping.stop(company["id"], form.data.reason, by=by)
    except Invalid as refusal:
        return await _show(slug, by, None, Form(NewOwner), form.refuse(refusal), status=422)
    said = Message(N_("%(company)s publishes nothing any more."), {"company": company["name"]})
    return see(f"/operator/companies/{slug}", request, said)


@post("/operator/companies/{slug:str}/publishing", include_in_schema=False)
async def let_publish(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Lift the stop of a company's publishing, with a reason."""
    by = guards.operator(request)
    company = await queries.by_slug(slug, by=by)
    form = await Form.read(Why, request)
    try:
        await stopping.lift(company["id"], form.data.reason, by=by)
    except Invalid as refusal:
        return await _show(slug, by, None, Form(NewOwner), form.refuse(refusal), status=422)
    said = Message(N_("%(company)s may publish again."), {"company": company["name"]})
    return see(f"/operator/companies/{slug}", request, said)


async def _show(
    slug: str,
    by: Actor,
    fee: Form[Fee] | None,
    owner: Form[NewOwner],
    why: Form[Why] | None = None,
    seat: Form[Seat] | None = None,
    status: int = 200,
) -> Response[bytes]:
    company = await queries.by_slug(slug, by=by)
    terms = await queries.terms(company["id"], by=by)
    percent = terms[0]["platform_fee_bp"] // BASIS_PER_PERCENT
    return page(
        "operator/company.html",
        company=company,
        terms=terms,
        members=await queries.members(company["id"], by=by),
        taken_back=await funds.taken_back(company["id"], by=by),
        role_words=ROLES,
        fee=fee or Form(Fee, {"platform_fee_percent": percent}),
        owner=owner,
        why=why or Form(Why),
        seat=seat or Form(Seat, {"country": company["country"]}),
        countries=[(code, i18n.tr(name)) for code, name in COUNTRIES.items()],
        status=status,
    )


HANDLERS = [
    companies,
    new,
    create,
    one,
    change_fee,
    change_country,
    add_owner,
    mail_again,
    stop_publishing,
    let_publish,
]
