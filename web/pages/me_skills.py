"""My skills: a word from the list in any spelling, a level, the years; a word that nobody knows yet waits for a look."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import profile, queries, words
from marketplace.alumni.skills import learn, vocabulary
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from web import guards, i18n
from web.fields import Line, Whole
from web.forms import Form
from web.skill_words import alike, mentioned, suggestions
from web.templating import page, see
from web.visit import AnyRequest
from web.words import LEVELS


class Skill(BaseModel):
    """One skill of mine; `do` is `keep` for a word that shall wait as it is."""

    skill: Annotated[str, Line(80)] = Field(title=N_("Skill"))
    level: Annotated[int, Whole(1, 5)] = Field(title=N_("Level"))
    years: Annotated[int, Whole(0, 60)] = Field(0, title=N_("Years of practice"))
    do: Annotated[str, Line(10)] = ""
    last_year: Annotated[str, Line(4)] = Field("", title=N_("Last used"))


@get("/me/skills", include_in_schema=False)
async def skills(request: AnyRequest) -> Response[bytes]:
    """Show my skills and the way to add one; `?skill=` begins with that word."""
    begun = request.query_params.get("skill", "")
    return await _show(guards.alumnus(request), Form(Skill, {"skill": begun[:80]} if begun else None))


@post("/me/skills", include_in_schema=False)
async def put(request: AnyRequest) -> Any:
    """Add a skill, change its level, or keep a word that nobody knows yet."""
    by = guards.alumnus(request)
    form = await Form.read(Skill, request)
    try:
        said = await _put(form.data, by)
    except Invalid as refusal:
        return await _show(by, form.refuse(refusal), status=422)
    return see("/me/skills", request, said)


async def _put(given: Skill, by: Actor) -> Message:
    """A word that resembles nothing is kept at once; before one that resembles a skill is kept, the person is asked."""
    known = (await learn()).vocabulary
    if known.resolve(given.skill) is None and (given.do == "keep" or not alike(given.skill)):
        word = await words.keep(given.skill, given.level, given.years, by=by)
        return Message(N_("“%(word)s” is kept. Somebody looks at it soon."), {"word": word})
    slug = await profile.put_skill(given.skill, given.level, given.years, _year(given.last_year), by=by)
    name = vocabulary().vocabulary.name(slug, i18n.locale.get())
    return Message(N_("%(skill)s is on your list."), {"skill": name})


@post("/me/skills/{skill:int}/removal", include_in_schema=False)
async def drop(request: AnyRequest, skill: FromPath[int]) -> Redirect:
    """Take a skill off my list."""
    await profile.drop_skill(skill, by=guards.alumnus(request))
    return see("/me/skills", request, Message(N_("The skill is off your list.")))


@post("/me/words/{mention:uuid}/removal", include_in_schema=False)
async def take_back(request: AnyRequest, mention: FromPath[UUID]) -> Redirect:
    """Take a waiting word back, or decline a word that a company wrote."""
    await words.take_back(mention, by=guards.alumnus(request))
    return see("/me/skills", request, Message(N_("The word is off your list.")))


def _year(text: str) -> int | None:
    try:
        return int(text) if text else None
    except ValueError:
        raise Invalid(
            fields={"last_year": Message(N_("Please choose one of the offered answers."))}
        ) from None


async def _show(by: Actor, form: Form[Skill], status: int = 200) -> Response[bytes]:
    lang = i18n.locale.get()
    known = await learn()
    mine = await queries.my_profile(by=by)
    held = [skill["skill_id"] for skill in mine["skills"]]
    typed = form.text("skill")
    is_unknown = bool(typed.strip()) and known.vocabulary.resolve(typed) is None
    return page(
        "me/skills.html",
        form=form,
        mine=[{**skill, "name": known.name(skill["skill_id"], lang)} for skill in mine["skills"]],
        waiting=await words.waiting(by=by),
        offered=[{**row, "name": row["skill"].name(lang)} for row in await words.offered(held, by=by)],
        mentioned=mentioned(mine["headline"], map(known.slug, held)),
        is_unknown=is_unknown and form.is_sent,
        suggestions=(alike(typed) if form.is_sent else suggestions(typed)) if is_unknown else [],
        levels=LEVELS,
        most=profile.MOST_SKILLS,
        used=await profile.years_of_use(by=by),
        status=status,
    )


HANDLERS = [skills, put, drop, take_back]
