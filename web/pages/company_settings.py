"""A company's settings: what it is called, its units, and the way to its members."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.companies import actions, queries
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import Money, yen
from web import guards
from web.fields import Line, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import ROLES


class Details(BaseModel):
    """What a company is called, and what its invoices and statements carry."""

    name: Annotated[str, Line(100)] = Field(title=N_("Company name"))
    name_en: Annotated[str, Line(100)] = Field("", title=N_("Name in English"))
    address: Annotated[str, Line(300)] = Field("", title=N_("Address"))
    registration_number: Annotated[str, Line(20, folded=True)] = Field(
        "", title=N_("Registration number (invoices)")
    )


class Unit(BaseModel):
    """A unit and how much its managers may publish alone."""

    name: Annotated[str, Line(80)] = Field(title=N_("Name of the unit"))
    site: Annotated[str, Line(80)] = Field("", title=N_("Site"))
    approval_limit: Annotated[Money, Yen(0, 100_000_000)] = Field(
        yen(100_000), title=N_("Managers publish alone up to")
    )


@get("/c/{slug:str}/settings", include_in_schema=False)
async def settings_page(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the company, its units and its members."""
    by = guards.member(request, slug)
    company = await queries.by_slug(slug, by=by)
    return page(
        "company/settings.html",
        slug=slug,
        by=by,
        company=company,
        units=await queries.units(company["id"], by=by),
        members=await queries.members(company["id"], by=by),
        role_words=ROLES,
        yen=yen,
    )


@get("/c/{slug:str}/settings/details", include_in_schema=False)
async def details_page(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the company's details to its owner."""
    guards.member(request, slug, "owner")
    return page("company/details.html", slug=slug, form=Form(Details, await _details(request, slug)))


@post("/c/{slug:str}/settings/details", include_in_schema=False)
async def describe(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Change the company's details."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(Details, request)
    try:
        await actions.describe(**form.data.model_dump(), by=by)
    except Invalid as refusal:
        return page("company/details.html", slug=slug, form=form.refuse(refusal), status=422)
    return _back(request, slug, Message(N_("The details are saved.")))


@get("/c/{slug:str}/settings/units/new", include_in_schema=False)
async def new_unit(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the form that adds a unit."""
    guards.member(request, slug, "owner")
    return page("company/unit.html", slug=slug, unit=None, form=Form(Unit))


@post("/c/{slug:str}/settings/units", include_in_schema=False)
async def add_unit(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Add a unit."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(Unit, request)
    try:
        await actions.add_unit(form.data.name, form.data.approval_limit, site=form.data.site, by=by)
    except Invalid as refusal:
        return page("company/unit.html", slug=slug, unit=None, form=form.refuse(refusal), status=422)
    return _back(request, slug, Message(N_("The unit %(name)s is added."), {"name": form.data.name}))


@get("/c/{slug:str}/settings/units/{unit:uuid}", include_in_schema=False)
async def unit_page(request: AnyRequest, slug: FromPath[str], unit: FromPath[UUID]) -> Response[bytes]:
    """Show a unit to be changed."""
    by = guards.member(request, slug, "owner")
    found = await _unit(by, unit)
    form = Form(
        Unit,
        {
            "name": found["name"],
            "site": found["site"],
            "approval_limit": yen(found["approval_limit_amount"]),
        },
    )
    return page("company/unit.html", slug=slug, unit=unit, form=form)


@post("/c/{slug:str}/settings/units/{unit:uuid}", include_in_schema=False)
async def change_unit(request: AnyRequest, slug: FromPath[str], unit: FromPath[UUID]) -> Any:
    """Rename a unit or set its limit."""
    by = guards.member(request, slug, "owner")
    await _unit(by, unit)
    form = await Form.read(Unit, request)
    try:
        await actions.change_unit(unit, form.data.name, form.data.approval_limit, site=form.data.site, by=by)
    except Invalid as refusal:
        return page("company/unit.html", slug=slug, unit=unit, form=form.refuse(refusal), status=422)
    return _back(request, slug, Message(N_("The unit %(name)s is saved."), {"name": form.data.name}))


@post("/c/{slug:str}/settings/units/{unit:uuid}/removal", include_in_schema=False)
async def remove_unit(request: AnyRequest, slug: FromPath[str], unit: FromPath[UUID]) -> Redirect:
    """Remove a unit that nothing hangs on."""
    by = guards.member(request, slug, "owner")
    await actions.remove_unit(unit, by=by)
    return _back(request, slug, Message(N_("The unit is removed.")))


async def _unit(by: Actor, unit: UUID) -> dict[str, Any]:
    assert by.company is not None
    found = next((row for row in await queries.units(by.company, by=by) if row["id"] == unit), None)
    if found is None:
        raise NotFound
    return found


async def _details(request: AnyRequest, slug: str) -> dict[str, str]:
    company = await queries.by_slug(slug, by=guards.member(request, slug, "owner"))
    return {name: company[name] or "" for name in Details.model_fields}


def _back(request: AnyRequest, slug: str, said: Message) -> Redirect:
    return see(f"/c/{slug}/settings", request, said)


HANDLERS = [settings_page, details_page, describe, new_unit, add_unit, unit_page, change_unit, remove_unit]
