"""A company's network: find people, look at one card, invite, block, take the list along."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.alumni import actions, csv_export, queries
from marketplace.alumni.prefectures import PREFECTURES
from marketplace.alumni.skills import vocabulary
from marketplace.companies.rules import ALUMNI_ROLES
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Message
from marketplace.core.money import yen
from marketplace.tasks import fitting
from marketplace.tasks.moving import MANAGERS
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n, match_words
from web.templating import page, see
from web.visit import AnyRequest
from web.words import INTENTS, LEVELS, MEMBERSHIP_STATES


@get("/c/{slug:str}/alumni", include_in_schema=False)
async def network(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List the network, searched and filtered."""
    by = guards.member(request, slug)
    search, only = request.query_params.get("q", ""), request.query_params.get("only", "")
    number = request.query_params.get("page", "1")
    found = await queries.network(
        search=search, only=only, page=int(number) if number.isascii() and number.isdigit() else 1, by=by
    )
    return page(
        "alumni/network.html",
        slug=slug,
        found=found,
        counts=await queries.counts(by=by),
        search=search,
        only=only,
        looks_after=_looks_after(by),
        **words(),
    )


@get("/c/{slug:str}/alumni/export.csv", include_in_schema=False)
async def export(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Hand out the whole network as a file that can be imported again."""
    by = guards.member(request, slug, *ALUMNI_ROLES)
    return as_csv(csv_export.network(await queries.everybody(by=by), i18n.tr), f"alumni-{slug}.csv")


@post("/c/{slug:str}/alumni/invitations", include_in_schema=False)
async def invite_everybody(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Mail everybody who was never invited."""
    by = guards.member(request, slug)
    await actions.invite_everybody(by=by)
    return see(f"/c/{slug}/alumni", request, Message(N_("The invitations are being mailed.")))


@get("/c/{slug:str}/alumni/{membership:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], membership: FromPath[UUID]) -> Response[bytes]:
    """Show one person as far as consent goes."""
    by = guards.member(request, slug)
    person = await queries.one(membership, by=by)
    return page(
        "alumni/card.html",
        slug=slug,
        person=person,
        looks_after=_looks_after(by),
        fits=await fitting.for_member(membership, by=by) if person["card"] else [],
        manages=bool(by.roles & set(MANAGERS)),
        match_words=match_words,
        yen=yen,
        **words(),
    )


@post("/c/{slug:str}/alumni/{membership:uuid}/invitation", include_in_schema=False)
async def invite(request: AnyRequest, slug: FromPath[str], membership: FromPath[UUID]) -> Redirect:
    """Mail one person an invitation."""
    by = guards.member(request, slug)
    await actions.invite([membership], by=by)
    return _card(request, slug, membership, Message(N_("The invitation is on its way.")))


@post("/c/{slug:str}/alumni/{membership:uuid}/block", include_in_schema=False)
async def block(request: AnyRequest, slug: FromPath[str], membership: FromPath[UUID]) -> Redirect:
    """Offer this person no more work."""
    by = guards.member(request, slug)
    await actions.set_blocked_by_company(membership, blocked=True, by=by)
    return _card(request, slug, membership, Message(N_("This person is no longer offered work.")))


@post("/c/{slug:str}/alumni/{membership:uuid}/unblock", include_in_schema=False)
async def unblock(request: AnyRequest, slug: FromPath[str], membership: FromPath[UUID]) -> Redirect:
    """Offer this person work again."""
    by = guards.member(request, slug)
    await actions.set_blocked_by_company(membership, blocked=False, by=by)
    return _card(request, slug, membership, Message(N_("This person is offered work again.")))


def as_csv(content: bytes, name: str) -> Response[bytes]:
    """Answer with a file to be saved, never shown."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def words() -> dict[str, Any]:
    """Return what templates need to say a card in the reader's language."""
    lang = i18n.locale.get()
    return {
        "intents": INTENTS,
        "levels": LEVELS,
        "states": MEMBERSHIP_STATES,
        "skill_name": lambda skill: vocabulary().name(skill, lang),
        "language_name": lambda code: LANGUAGE_NAMES[code][lang],
        "prefecture_name": lambda code: PREFECTURES[code][lang],
    }


def _looks_after(by: Actor) -> bool:
    return bool(by.roles & set(ALUMNI_ROLES))


def _card(request: AnyRequest, slug: str, membership: UUID, said: Message) -> Redirect:
    return see(f"/c/{slug}/alumni/{membership}", request, said)


HANDLERS = [network, export, invite_everybody, one, invite, block, unblock]
