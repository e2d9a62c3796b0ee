"""Ask the network who has time on a date: count first, ask, watch the answers arrive."""

from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import asking, zones
from marketplace.alumni.asking import Question
from marketplace.alumni.skills import vocabulary
from marketplace.core.actor import Actor
from marketplace.core.clock import JST
from marketplace.core.errors import N_, Conflict, Failure, Invalid, Message
from web import guards, i18n
from web.csv_answer import csv_answer
from web.fields import Day, Line, Prose
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

ANSWERS = {
    "free": (N_("Free"), "ok"),
    "ask": (N_("Ask me"), "info"),
    "busy": (N_("Not free"), "warn"),
    "waiting": (N_("No answer yet"), ""),
}
TITLES = (N_("Name"), N_("Former department"), N_("Their answer"), N_("Answered at"))
_HALF_HOURS = [f"{number // 2:02}:{number % 2 * 30:02}" for number in range(49)]


class Asked(BaseModel):
    """When, and of whom."""

    on: Annotated[date, Day()] = Field(title=N_("Day"))
    starts_at: Annotated[str, Line(5)] = Field("10:00", title=N_("From"))
    ends_at: Annotated[str, Line(5)] = Field("12:00", title=N_("To"))
    skill: Annotated[str, Line(80)] = Field("", title=N_("Only people with this skill"))
    unit: Annotated[str, Line(100)] = Field("", title=N_("Only people of this former department"))
    note: Annotated[str, Prose(asking.LONGEST_NOTE)] = Field("", title=N_("What it is about"))


@get("/c/{slug:str}/availability", include_in_schema=False)
async def index(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List what was asked, with how many have answered what."""
    by = guards.member(request, slug)
    return page("alumni/asks.html", slug=slug, asks=await asking.asks(by=by), **_words(by))


@get("/c/{slug:str}/availability/new", include_in_schema=False)
async def new(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask for day, hours and people; once they are given, count whom it would reach."""
    by = guards.member(request, slug, *asking.ASKERS)
    query = {name: request.query_params.getall(name, []) for name in Asked.model_fields}
    if not any(query.values()):
        return await _show(slug, by, Form(Asked))
    form = Form.of(Asked, query)
    try:
        return await _show(slug, by, form, count=await asking.pool(_question(form.data), by=by))
    except Invalid as refusal:
        return await _show(slug, by, form.refuse(refusal), status=422)


@post("/c/{slug:str}/availability", include_in_schema=False)
async def ask(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Ask them."""
    by = guards.member(request, slug, *asking.ASKERS)
    form = await Form.read(Asked, request)
    try:
        found = await asking.ask(_question(form.data), by=by)
    except Invalid as refusal:
        return await _show(slug, by, form.refuse(refusal), status=422)
    except Conflict as refusal:
        return await _show(slug, by, form, status=409, refusal=refusal)
    return see(f"/c/{slug}/availability/{found}", request, Message(N_("They are asked. Answers appear here by themselves.")))  # fmt: skip


@get("/c/{slug:str}/availability/{number:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Show the answers; while the ask is open the page looks again by itself."""
    by = guards.member(request, slug)
    return page("alumni/ask.html", slug=slug, ask=await asking.one(number, by=by), **_words(by))


@get("/c/{slug:str}/availability/{number:uuid}/answers.csv", include_in_schema=False)
async def as_file(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Hand the answers out as a file."""
    found = await asking.one(number, by=guards.member(request, slug))
    titles = [i18n.tr(text) for text in TITLES]
    rows = [
        (
            each["name"],
            each["former_unit"],
            i18n.tr(ANSWERS[each["status"]][0]),
            f"{each['answered_at'].astimezone(JST):%Y-%m-%d %H:%M}" if each["answered_at"] else "",
        )
        for each in found["answers"]
    ]
    return csv_answer(f"answers-{found['on_date']}.csv", titles, rows)


@post("/c/{slug:str}/availability/{number:uuid}/closure", include_in_schema=False)
async def close(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """End the ask."""
    await asking.close(number, by=guards.member(request, slug))
    return see(
        f"/c/{slug}/availability/{number}", request, Message(N_("The ask has ended. Its answers stay."))
    )


def _question(given: Asked) -> Question:
    """Return the question, its skill by any spelling. Raises Invalid naming what is unknown."""
    skill = vocabulary().vocabulary.resolve(given.skill) if given.skill else None
    if given.skill and skill is None:
        raise Invalid(
            fields={"skill": Message(N_("We do not know this skill yet. Please choose one of the list."))}
        )
    return Question(
        given.on,
        _clock(given.starts_at, "starts_at"),
        _clock(given.ends_at, "ends_at"),
        skill.id if skill else None,
        given.unit,
        given.note,
    )


def _clock(text: str, name: str) -> time:
    if text not in _HALF_HOURS:
        raise Invalid(fields={name: Message(N_("Please choose one of the offered answers."))})
    return time() if text == _HALF_HOURS[-1] else time.fromisoformat(text)


async def _show(
    slug: str,
    by: Actor,
    form: Form[Asked],
    *,
    count: int | None = None,
    status: int = 200,
    refusal: Failure | None = None,
) -> Response[bytes]:
    words = vocabulary()
    return page(
        "alumni/new_ask.html",
        slug=slug,
        form=form,
        count=count,
        refusal=refusal.message if refusal else None,
        starts=[(text, text) for text in _HALF_HOURS[:-1]],
        ends=[(text, text) for text in _HALF_HOURS[1:]],
        units=[(unit, unit) for unit in await asking.units(by=by)],
        known=sorted(skill.name(i18n.locale.get()) for skill in words.by_id.values()),
        most=asking.MOST_PEOPLE,
        most_a_day=asking.MOST_A_DAY,
        most_a_week=asking.MOST_A_WEEK,
        status=status,
    )


def _words(by: Actor) -> dict[str, Any]:
    lang = i18n.locale.get()
    return {
        "answers": ANSWERS,
        "hours": zones.hours,
        "skill_name": lambda skill: vocabulary().name(skill, lang),
        "may_ask": bool(by.roles & set(asking.ASKERS)),
    }


HANDLERS = [index, new, ask, one, as_file, close]
