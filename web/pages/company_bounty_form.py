"""Write a bounty, have the policy answer while typing, publish it; change a published one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message
from marketplace.referrals import bounties, bounty_queries, bounty_terms
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_moving import POSTERS
from marketplace.referrals.bounty_queries import BountyPage
from marketplace.referrals.policy_facts import Answer, Kind
from marketplace.referrals.verdicts import NotLawful
from web import bounty_words, guards, i18n
from web.errors import wants_json
from web.forms import Form
from web.pages import bounty_form
from web.pages.bounty_form import BountyForm
from web.task_words import ANSWERS
from web.templating import page, see
from web.visit import AnyRequest

PUBLISHED = N_("The bounty is published. Alumni can refer people to it now.")
ASKED = N_("The draft is saved, and a person of the operator looks at it first. You will be told.")


@get("/c/{slug:str}/bounties/new", include_in_schema=False)
async def new(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask for the kind first; then show an empty bounty of that kind."""
    by = guards.member(request, slug, *POSTERS)
    kind = request.query_params.get("kind", "")
    if kind not in bounty_words.KINDS:
        return page("bounties/kinds.html", slug=slug, words=bounty_words)
    brief = Brief(cast("Kind", kind))
    units, _tasks = await bounty_queries.choices(by=by)
    unit = units[0]["id"] if len(units) == 1 else None
    values = bounty_form.written(brief, bounty_terms.usual(brief.kind), unit)
    return await _show(slug, Form(BountyForm, {**values, "reward_type": "payout"}), by=by)


@post("/c/{slug:str}/bounties", include_in_schema=False)
async def create(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Keep or publish a new bounty."""
    by = guards.member(request, slug, *POSTERS)
    return await _submit(request, slug, by, None)


@get("/c/{slug:str}/bounties/{bounty:uuid}/edit", include_in_schema=False)
async def edit(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Response[bytes]:
    """Show a bounty to change it."""
    by = guards.member(request, slug, *POSTERS)
    seen = await bounty_queries.one(bounty, by=by)
    form = Form(BountyForm, bounty_form.written(seen.brief, seen.terms, seen.row["unit_id"]))
    return await _show(slug, form, by=by, seen=seen)


@post("/c/{slug:str}/bounties/{bounty:uuid}/edit", include_in_schema=False)
async def change(request: AnyRequest, slug: FromPath[str], bounty: FromPath[UUID]) -> Any:
    """Keep or publish the changes of a bounty."""
    by = guards.member(request, slug, *POSTERS)
    return await _submit(request, slug, by, await bounty_queries.one(bounty, by=by))


@post("/c/{slug:str}/bounties/check", include_in_schema=False)
async def check(
    request: AnyRequest, slug: FromPath[str], bounty: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """Answer what is typed so far: the verdict and the button, as parts of the page."""
    by = guards.member(request, slug, *POSTERS)
    seen = await bounty_queries.one(bounty, by=by) if bounty else None
    form = await Form.read(BountyForm, request)
    return page("bounties/answers.html", slug=slug, seen=seen, **await _judged(form, by))


async def _submit(request: AnyRequest, slug: str, by: Actor, seen: BountyPage | None) -> Any:
    form = await Form.read(BountyForm, request)
    do = form.text("do")
    if do not in {"draft", "publish"}:
        return await _show(slug, form, by=by, seen=seen)
    found = seen.row["id"] if seen else None
    try:
        brief, terms = bounty_form.read(form)
        if do == "publish":
            _must_have_seen(form, terms)
        if seen is not None and seen.row["status"] != "draft":
            await bounties.revise(seen.row["id"], brief, terms, by=by)
            return see(f"/c/{slug}/bounties/{found}", request, Message(N_("The change is published.")))
        found = await bounties.save_draft(brief, terms, unit=_unit(form), by=by, bounty=found)
        if do == "draft":
            return see(f"/c/{slug}/bounties/{found}", request, Message(N_("The draft is saved.")))
        await bounties.publish(found, by=by)
        return see(f"/c/{slug}/bounties/{found}", request, Message(PUBLISHED))
    except Failure as refusal:
        if wants_json(request):
            raise
        if found and isinstance(refusal, NotLawful) and refusal.verdict.answer is Answer.REVIEW:
            return see(f"/c/{slug}/bounties/{found}", request, Message(ASKED))
        seen = await bounty_queries.one(found, by=by) if found else None
        return await _show(slug, _refused(form, refusal), by=by, seen=seen, status=refusal.status)


def _unit(form: Form[Any]) -> UUID:
    unit: UUID | None = form.data.unit
    if unit is None:
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))})
    return unit


def _must_have_seen(form: Form[Any], terms: bounty_terms.Terms) -> None:
    """The button says the exact yen: what was typed since without a new look is shown first."""
    amount = bounty_form.at_stake(terms)["amount"]
    if form.text("shown") != f"{amount.amount}:{terms.fee_bp}":
        raise Invalid(
            N_("One success costs %(amount)s now. Please look at it and press once more."), amount=amount
        )


def _refused(form: Form[Any], refusal: Failure) -> Form[Any]:
    """A denial stands in its own panel: the rules are no fields."""
    if isinstance(refusal, Invalid) and not isinstance(refusal, NotLawful):
        return form.refuse(refusal)
    return form.refuse(Invalid(refusal.message.text, **refusal.message.params))


async def _judged(form: Form[Any], by: Actor) -> dict[str, Any]:
    brief, terms = bounty_form.readable(form)
    if terms.reward_type == "payout" and not terms.tranches:
        terms = replace(terms, reward_type="none")  # nothing is written yet: nothing is promised yet
    asked = await bounty_queries.preview(brief, terms, by=by)
    return {
        "form": form,
        "asked": asked,
        "terms": terms,
        "stake": bounty_form.at_stake(terms),
        "words": bounty_words,
    }


async def _show(
    slug: str, form: Form[Any], *, by: Actor, seen: BountyPage | None = None, status: int = 200
) -> Response[bytes]:
    units, tasks = await bounty_queries.choices(by=by)
    kind = form.text("kind") if form.text("kind") in bounty_words.KINDS else "gig"
    return page(
        "bounties/form.html",
        status=status,
        slug=slug,
        seen=seen,
        kind=kind,
        units=[(unit["id"], unit["name"]) for unit in units],
        tasks=[(task["id"], task["title"]) for task in tasks],
        countries=_pairs(bounty_words.COUNTRIES),
        sectors=[pair for pair in _pairs(bounty_words.SECTORS) if pair[0]],
        fees=[(name, i18n.tr(bounty_words.FEES[name])) for name in bounty_terms.FEE_KINDS[kind]],
        rewards=[
            (name, i18n.tr(title), i18n.tr(text)) for name, (title, text) in bounty_words.REWARDS.items()
        ],
        answers=[(name, i18n.tr(text)) for name, (_, text) in ANSWERS.items()],
        parts_numbers=bounty_form.PARTS,
        refund_numbers=bounty_form.REFUNDS,
        **await _judged(form, by),
    )


def _pairs(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, i18n.tr(text)) for name, text in words.items()]


HANDLERS = [new, create, edit, change, check]
