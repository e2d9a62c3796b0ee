"""Write a task, have it answered while typing, publish it; change a published one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from marketplace.alumni.prefectures import PREFECTURES
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Failure, Invalid, Message
from marketplace.core.money import Money
from marketplace.tasks import brief as briefs
from marketplace.tasks import drafts, editing, publishing, queries, reach
from marketplace.tasks.moving import MANAGERS, must_manage
from marketplace.tasks.publishing import Outcome, Published
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n, reach_words
from web.forms import Form
from web.pages.task_form import (
    MUSTS,
    NICES,
    RIGHTS,
    Judged,
    TaskForm,
    judge,
    mend,
    pass_on,
    read_brief,
    readable,
    take,
    written,
)
from web.task_words import ANSWERS, MODES, TAX_CATEGORIES
from web.templating import page, see
from web.visit import AnyRequest
from web.words import LEVELS

SAID = {
    Outcome.PUBLISHED: N_("The task is published. The first people are being asked."),
    Outcome.APPROVAL_WANTED: N_("An approver has been asked. The task is published with the approval."),
    Outcome.FUNDING_WANTED: N_(
        "%(missing)s is missing. The task is published by itself when the money arrives."
    ),
}


CHANGED = N_("The change holds as version %(version)s.")
CHANGE_WAITS = N_("An approver has been asked. Until then the task stays as it is.")


@get("/c/{slug:str}/tasks/new", include_in_schema=False)
async def new(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show an empty task."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    units = await queries.units(by=by)
    form = Form(TaskForm, TaskForm(unit=units[0]["id"] if len(units) == 1 else None, rights=i18n.tr(RIGHTS)))
    return await _show(slug, form, by=by, judged=await judge(form, by=by, live=True))


@post("/c/{slug:str}/tasks", include_in_schema=False)
async def create(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Check, keep or publish a new task."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    return await _submit(request, slug, by, None)


@get("/c/{slug:str}/tasks/{task:uuid}/edit", include_in_schema=False)
async def edit(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show a task to change it."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    found = (await queries.one(task, by=by, matches=0)).task
    must_manage(found, by)
    if found["status"] != "draft":
        editing.must_be_open(found)
    form = Form(TaskForm, written(briefs.from_row(found), found["unit_id"]))
    judged = await judge(form, by=by, task=found, taken=found["taken"])
    return await _show(slug, form, by=by, judged=judged, task=found)


@post("/c/{slug:str}/tasks/{task:uuid}/edit", include_in_schema=False)
async def change(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Any:
    """Check, keep or publish the changes of a task."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    return await _submit(request, slug, by, (await queries.one(task, by=by, matches=0)).task)


@post("/c/{slug:str}/tasks/check", include_in_schema=False)
async def check(
    request: AnyRequest, slug: FromPath[str], task: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """Answer what is typed so far, beside each field, and the money to the yen: parts of the page."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    found = (await queries.one(task, by=by, matches=0)).task if task else None
    form = await Form.read(TaskForm, request)
    form.errors.pop("unit", None)
    judged = await judge(form, by=by, task=found, taken=found["taken"] if found else 0, live=True)
    return page(
        "tasks/answers.html",
        form=form,
        judged=judged,
        task=found,
        slug=slug,
        names=list(TaskForm.model_fields),
    )


async def _submit(request: AnyRequest, slug: str, by: Actor, task: dict[str, Any] | None) -> Any:
    form = await Form.read(TaskForm, request)
    taken = task["taken"] if task else 0
    judged = await judge(form, by=by, task=task, taken=taken)
    fixed, taken_over = form.text("fix"), form.text("take")
    if (fixed and mend(form, judged, fixed)) or (taken_over and take(form, taken_over)):
        rest = {name: values for name, values in form.typed.items() if name not in {"fix", "take"}}
        form = Form.of(TaskForm, rest)
        judged = await judge(form, by=by, task=task, taken=taken)
        return await _show(slug, form, by=by, judged=judged, task=task)
    do = form.text("do")
    if do == "count":
        return await _show(slug, form, by=by, judged=judged, task=task, counted=True)
    if do not in {"draft", "publish"}:
        return await _show(slug, form, by=by, judged=judged, task=task, checked=True)
    try:
        if do == "publish":
            _must_have_seen(form, judged)
        found, said = await _act(form, by, task, publish=do == "publish")
    except Failure as refusal:
        form.refuse(
            refusal
            if isinstance(refusal, Invalid)
            else Invalid(refusal.message.text, **refusal.message.params)
        )
        await pass_on(form, by=by)
        return await _show(slug, form, by=by, judged=judged, task=task, status=refusal.status)
    return see(f"/c/{slug}/tasks/{found}", request, said)


def _must_have_seen(form: Form[Any], judged: Judged) -> None:
    """The button says the exact yen: what was typed since without a new look is shown first."""
    change = judged.change
    if change is not None and form.text("shown") != str(change.amount):
        raise Invalid(
            N_("The amount is %(amount)s now. Please look at it and press once more."), amount=change
        )


async def _act(
    form: Form[Any], by: Actor, task: dict[str, Any] | None, *, publish: bool
) -> tuple[UUID, Message]:
    brief, unit = read_brief(form), form.data.unit
    if unit is None:
        raise Invalid(fields={"unit": Message(N_("Please choose one of your company's units."))})
    if task is not None and task["status"] != "draft":
        version = await editing.revise(task["id"], brief, by=by)
        return task["id"], Message(CHANGE_WAITS if version is None else CHANGED, {"version": version})
    async with db.transaction(**by.scope):
        if task is None:
            found = await drafts.post(brief, unit=unit, by=by)
        else:
            found = task["id"]
            await drafts.edit(found, brief, unit=unit, by=by)
        return found, _said(await publishing.publish(found, by=by) if publish else None)


def _said(done: Published | None) -> Message:
    if done is None:
        return Message(N_("The draft is saved."))
    return Message(SAID[done.outcome], {"missing": done.missing or Money.zero()})


async def _show(
    slug: str,
    form: Form[Any],
    *,
    by: Actor,
    judged: Judged,
    task: Mapping[str, Any] | None = None,
    checked: bool = False,
    counted: bool = False,
    status: int = 200,
) -> Response[bytes]:
    lang = i18n.locale.get()
    return page(
        "tasks/form.html",
        status=status,
        slug=slug,
        form=form,
        judged=judged,
        task=task,
        checked=checked,
        counted=counted,
        reach=await reach.of_brief(readable(form), by=by) if counted else None,
        reach_words=reach_words,
        units=[(unit["id"], unit["name"]) for unit in await queries.units(by=by)],
        musts=MUSTS,
        nices=NICES,
        counts=[(number, str(number)) for number in range(1, len(MUSTS) + 1)],
        levels=[(level, i18n.tr(name)) for level, (name, _) in LEVELS.items()],
        languages=[(code, names[lang]) for code, names in LANGUAGE_NAMES.items()],
        prefectures=[(code, names[lang]) for code, names in PREFECTURES.items()],
        tax_categories=[(name, i18n.tr(text)) for name, text in TAX_CATEGORIES.items()],
        modes=MODES,
        questions=ANSWERS,
    )


HANDLERS = [new, create, edit, change, check]
