"""A company's members: add by mail, give roles, remove."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.companies import members, queries
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from web import guards
from web.fields import Day, Email, Line
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import ROLES


class Roles(BaseModel):
    """What a member may do, and where."""

    roles: list[Annotated[str, Line(20)]] = Field(default_factory=list, title=N_("Roles"))
    unit: Annotated[str, Line(40)] = Field("", title=N_("Unit"))
    until: Annotated[date, Day()] | None = Field(None, title=N_("Last day of an auditor"))


class NewMember(Roles):
    """Who is added."""

    name: Annotated[str, Line(100)] = Field(title=N_("Name"))
    email: Annotated[str, Email()] = Field(title=N_("Mail address"))


@get("/c/{slug:str}/settings/members/new", include_in_schema=False)
async def new_member(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the form that adds a member."""
    by = guards.member(request, slug, "owner")
    return await _show(slug, by, None, Form(NewMember))


@post("/c/{slug:str}/settings/members", include_in_schema=False)
async def add_member(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Add a member and mail a sign-in link."""
    by = guards.member(request, slug, "owner")
    form = await Form.read(NewMember, request)
    try:
        given = form.data
        assert by.company is not None
        await members.add(
            by.company, given.email, given.name, given.roles, unit=_unit(given), until=given.until, by=by
        )
    except Invalid as refusal:
        return await _show(slug, by, None, form.refuse(refusal), status=422)
    return _back(request, slug, Message(N_("%(name)s has been mailed a sign-in link."), {"name": given.name}))


@get("/c/{slug:str}/settings/members/{member:uuid}", include_in_schema=False)
async def member_page(request: AnyRequest, slug: FromPath[str], member: FromPath[UUID]) -> Response[bytes]:
    """Show a member's roles to the owner."""
    by = guards.member(request, slug, "owner")
    found = await _member(by, member)
    form = Form(
        Roles, {"roles": found["roles"], "unit": str(found["unit_id"] or ""), "until": found["until_on"]}
    )
    return await _show(slug, by, found, form)


@post("/c/{slug:str}/settings/members/{member:uuid}", include_in_schema=False)
async def change_roles(request: AnyRequest, slug: FromPath[str], member: FromPath[UUID]) -> Any:
    """Give a member other roles or another unit."""
    by = guards.member(request, slug, "owner")
    found = await _member(by, member)
    form = await Form.read(Roles, request)
    try:
        given = form.data
        await members.change_roles(found["id"], given.roles, unit=_unit(given), until=given.until, by=by)
    except Invalid as refusal:
        return await _show(slug, by, found, form.refuse(refusal), status=422)
    return _back(request, slug, Message(N_("The roles of %(name)s are saved."), {"name": found["name"]}))


@post("/c/{slug:str}/settings/members/{member:uuid}/removal", include_in_schema=False)
async def remove_member(request: AnyRequest, slug: FromPath[str], member: FromPath[UUID]) -> Redirect:
    """End a member's access."""
    by = guards.member(request, slug, "owner")
    found = await _member(by, member)
    await members.remove(found["id"], by=by)
    return _back(
        request, slug, Message(N_("%(name)s no longer acts for the company."), {"name": found["name"]})
    )


@post("/c/{slug:str}/settings/members/{member:uuid}/link", include_in_schema=False)
async def mail_again(request: AnyRequest, slug: FromPath[str], member: FromPath[UUID]) -> Redirect:
    """Mail the sign-in link once more to a member who has not come."""
    by = guards.member(request, slug, "owner")
    found = await _member(by, member)
    assert by.company is not None
    await members.mail_again(found["id"], company=by.company, by=by)
    return _back(
        request, slug, Message(N_("%(name)s has been mailed a sign-in link."), {"name": found["name"]})
    )


async def _member(by: Actor, member: UUID) -> dict[str, Any]:
    assert by.company is not None
    found = next((row for row in await queries.members(by.company, by=by) if row["id"] == member), None)
    if found is None:
        raise NotFound
    return found


def _unit(given: Roles) -> UUID | None:
    if not given.unit:
        return None
    try:
        return UUID(given.unit)
    except ValueError:
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))}) from None


async def _show(
    slug: str, by: Actor, member: dict[str, Any] | None, form: Form[Any], status: int = 200
) -> Response[bytes]:
    assert by.company is not None
    return page(
        "company/member.html",
        slug=slug,
        member=member,
        form=form,
        role_words=ROLES,
        units=await queries.units(by.company, by=by),
        status=status,
    )


def _back(request: AnyRequest, slug: str, said: Message) -> Redirect:
    return see(f"/c/{slug}/settings", request, said)


HANDLERS = [new_member, add_member, member_page, change_roles, remove_member, mail_again]
