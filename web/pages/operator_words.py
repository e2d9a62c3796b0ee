"""The operator's queue of words for skills that nobody knows yet."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import word_queue
from marketplace.alumni.skills import learn, vocabulary
from marketplace.core.errors import N_, Invalid, Message
from web import guards, i18n
from web.errors import wants_json
from web.fields import Line
from web.forms import Form
from web.paging import PageNumber, last_page
from web.skill_words import suggestions
from web.templating import page, see
from web.visit import AnyRequest

Status = Annotated[Literal["waiting", "set_aside", "accepted"], QueryParameter(name="status")]


class Meaning(BaseModel):
    """Which skill a word means, in any spelling of that skill."""

    skill: Annotated[str, Line(80)] = Field(title=N_("Skill"))


@get("/operator/words", include_in_schema=False)
async def listed(
    request: AnyRequest,
    status: Status = "waiting",
    page_number: PageNumber = 1,
    undo: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """List the words that wait, were set aside or were accepted; `?undo=` offers to take a setting aside back."""
    by = guards.operator(request)
    words, found = await word_queue.listed(status, page_number, by=by)
    return page(
        "operator/words.html",
        words=words,
        shown=status,
        found=found,
        now=page_number,
        last=last_page(found, word_queue.PAGE),
        skill_name=_name,
        undo=await word_queue.one(undo, by=by) if undo else None,
    )


@get("/operator/words/{word:uuid}", include_in_schema=False)
async def one(request: AnyRequest, word: FromPath[UUID]) -> Response[bytes]:
    """Show one word, its suggestions and a search over all skills; `?skill=` begins with that one."""
    begun = request.query_params.get("skill", "")
    return await _show(request, word, Form(Meaning, {"skill": begun[:80]} if begun else None))


@post("/operator/words/{word:uuid}/acceptance", include_in_schema=False)
async def accept(request: AnyRequest, word: FromPath[UUID]) -> Any:
    """Say which skill the word means."""
    by = guards.operator(request)
    form = await Form.read(Meaning, request)
    try:
        slug = await word_queue.accept(word, form.data.skill, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _show(request, word, form.refuse(refusal), status=422)
    name = vocabulary().vocabulary.name(slug, i18n.locale.get())
    return see(
        "/operator/words", request, Message(N_("Accepted. It stands for %(skill)s now."), {"skill": name})
    )


@post("/operator/words/{word:uuid}/setting-aside", include_in_schema=False)
async def set_aside(request: AnyRequest, word: FromPath[UUID]) -> Redirect:
    """Leave a word alone."""
    await word_queue.set_aside(word, by=guards.operator(request))
    return see(f"/operator/words?undo={word}", request)


@post("/operator/words/{word:uuid}/return", include_in_schema=False)
async def put_back(request: AnyRequest, word: FromPath[UUID]) -> Redirect:
    """Let a word wait again."""
    term = await word_queue.put_back(word, by=guards.operator(request))
    return see("/operator/words", request, Message(N_("“%(word)s” waits again."), {"word": term}))


async def _show(request: AnyRequest, word: UUID, form: Form[Meaning], status: int = 200) -> Response[bytes]:
    found = await word_queue.one(word, by=guards.operator(request))
    await learn()
    return page(
        "operator/word.html",
        status=status,
        word=found,
        form=form,
        suggestions=suggestions(form.text("skill")) if form.is_sent else [],
        skill_name=_name,
    )


def _name(skill: int) -> str:
    return vocabulary().name(skill, i18n.locale.get())


HANDLERS = [listed, one, accept, set_aside, put_back]
