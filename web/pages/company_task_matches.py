"""The ranked people of a task: why they stand in this order, and what other weights would do."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import Field, create_model

from marketplace.companies.rules import FAIRNESS_READERS
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.tasks import matches, weighting
from marketplace.tasks.moving import MANAGERS
from matching.weights import COMPONENTS, MOST_POINTS
from web import guards, match_words, score_words
from web.fields import Whole
from web.forms import Form, form_data
from web.paging import PageNumber
from web.templating import page, see
from web.visit import AnyRequest

_FIELDS: dict[str, Any] = {
    name: (Annotated[int, Whole(0, MOST_POINTS)], Field(0, title=label))
    for name, (label, _) in score_words.NAMES.items()
}
Weighting: Any = create_model("Weighting", __doc__="The points of each component.", **_FIELDS)


@get("/c/{slug:str}/tasks/{task:uuid}/matches", include_in_schema=False)
async def ranked(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], page_number: PageNumber = 1
) -> Response[bytes]:
    """Show the matches in order, with reasons and points, to invite by hand."""
    return await _show(slug, task, guards.member(request, slug), at=page_number)


@post("/c/{slug:str}/tasks/{task:uuid}/weights", include_in_schema=False)
async def weigh(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Any:
    """Show what other weights would do, keep them, or go back to the usual ones."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    form = await Form.read(Weighting, request)
    do = next((str(value) for value in (await form_data(request)).get("do", ())), "")
    if do.startswith("preset:") and do.removeprefix("preset:") in score_words.PRESETS:
        given = weighting.usual() | dict(score_words.PRESETS[do.removeprefix("preset:")][1])
        form = Form.of(Weighting, {name: [str(points)] for name, points in given.items()})
    elif do == "reset":
        await weighting.keep(task, {}, by=by)
        return see(f"/c/{slug}/tasks/{task}/matches", request, Message(N_("The usual weights hold again.")))
    try:
        points = {name: getattr(form.data, name) for name in COMPONENTS}
        if do == "save":
            await weighting.keep(task, points, by=by)
            return see(
                f"/c/{slug}/tasks/{task}/matches",
                request,
                Message(N_("The order follows these weights now.")),
            )
        effect = await weighting.preview(task, points, by=by)
    except Invalid as refusal:
        form.refuse(refusal)
        return await _show(slug, task, by, form=form, status=422)
    if request.headers.get("hx-request") == "true":
        return page("tasks/effect.html", slug=slug, effect=effect)
    return await _show(slug, task, by, form=form, effect=effect)


async def _show(
    slug: str,
    task: UUID,
    by: Actor,
    *,
    at: int = 1,
    form: Form[Any] | None = None,
    effect: list[weighting.Moved] | None = None,
    status: int = 200,
) -> Response[bytes]:
    found = await matches.page_of(task, at, by=by)
    row = found["task"]
    manages = bool(by.roles & set(MANAGERS)) and ("owner" in by.roles or by.unit in {None, row["unit_id"]})
    return page(
        "tasks/matches.html",
        status=status,
        slug=slug,
        manages=manages,
        reads_fairness=bool(by.roles & set(FAIRNESS_READERS)),
        weighs=manages and row["status"] in weighting.CHANGEABLE and row["deliver_on"] is not None,
        words=match_words,
        scores=score_words,
        most=MOST_POINTS,
        form=form or Form(Weighting, Weighting(**weighting.of_task(row))),
        effect=effect,
        open=form is not None,
        **found,
    )


HANDLERS = [ranked, weigh]
