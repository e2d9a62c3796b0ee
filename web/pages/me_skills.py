"""My skills: a word from the list in any spelling, a level, the years."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import profile, queries
from marketplace.alumni.skills import vocabulary
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from web import guards, i18n
from web.fields import Line, Whole
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import LEVELS

SUGGESTED = 8


class Skill(BaseModel):
    """One skill of mine."""

    skill: Annotated[str, Line(80)] = Field(title=N_("Skill"))
    level: Annotated[int, Whole(1, 5)] = Field(title=N_("Level"))
    years: Annotated[int, Whole(0, 60)] = Field(0, title=N_("Years of practice"))
    last_year: Annotated[str, Line(4)] = Field("", title=N_("Last used"))


@get("/me/skills", include_in_schema=False)
async def skills(request: AnyRequest) -> Response[bytes]:
    """Show my skills and the way to add one; `?skill=` begins with that word."""
    begun = request.query_params.get("skill", "")
    return await _show(guards.alumnus(request), Form(Skill, {"skill": begun[:80]} if begun else None))


@post("/me/skills", include_in_schema=False)
async def put(request: AnyRequest) -> Any:
    """Add a skill, or change its level."""
    by = guards.alumnus(request)
    form = await Form.read(Skill, request)
    try:
        given = form.data
        slug = await profile.put_skill(given.skill, given.level, given.years, _year(given.last_year), by=by)
    except Invalid as refusal:
        return await _show(by, form.refuse(refusal), status=422)
    name = vocabulary().vocabulary.name(slug, i18n.locale.get())
    return see("/me/skills", request, Message(N_("%(skill)s is on your list."), {"skill": name}))


@get("/me/skills/suggestions", include_in_schema=False)
async def suggestions(request: AnyRequest) -> Response[bytes]:
    """Suggest skills that begin as written, as links that begin the form with that skill."""
    guards.person(request)
    return page("me/suggestions.html", suggestions=_suggest(request.query_params.get("skill", "")))


@post("/me/skills/{skill:int}/removal", include_in_schema=False)
async def drop(request: AnyRequest, skill: FromPath[int]) -> Redirect:
    """Take a skill off my list."""
    await profile.drop_skill(skill, by=guards.alumnus(request))
    return see("/me/skills", request, Message(N_("The skill is off your list.")))


def _year(text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        raise Invalid(
            fields={"last_year": Message(N_("Please choose one of the offered answers."))}
        ) from None


async def _show(by: Actor, form: Form[Skill], status: int = 200) -> Response[bytes]:
    lang = i18n.locale.get()
    mine = await queries.my_profile(by=by)
    words = vocabulary()
    return page(
        "me/skills.html",
        form=form,
        mine=[{**skill, "name": words.name(skill["skill_id"], lang)} for skill in mine["skills"]],
        known=sorted(skill.name(lang) for skill in words.by_id.values()),
        suggestions=_suggest(form.text("skill")),
        levels=LEVELS,
        most=profile.MOST_SKILLS,
        used=await profile.years_of_use(by=by),
        status=status,
    )


def _suggest(begun: str) -> list[str]:
    lang = i18n.locale.get()
    known = vocabulary().vocabulary
    for length in range(len(begun), 1, -1):  # a misspelt end still finds what begins alike
        if found := known.suggest(begun[:length], SUGGESTED):
            return [skill.name(lang) for skill in found]
    return [skill.name(lang) for skill in known.suggest(begun[:1], SUGGESTED)]


HANDLERS = [skills, put, suggestions, drop]
