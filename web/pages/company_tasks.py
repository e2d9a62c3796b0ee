"""A company's tasks: the list, one task with its one act, its ranked people and its applications."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.alumni.prefectures import PREFECTURES
from marketplace.companies.rules import ALUMNI_READERS, FAIRNESS_READERS
from marketplace.core.errors import N_, Conflict, Message
from marketplace.core.money import Money, yen
from marketplace.tasks import (
    applications,
    cancelling,
    drafts,
    publishing,
    queries,
    reopening,  # noqa: F401 - opens the seats again that alumni leave
    substitute_queries,
    waves,
)
from marketplace.tasks.moving import MANAGERS
from marketplace.tasks.queries import TABS, TaskPage
from marketplace.tasks.turn import turn
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n, match_words
from web.forms import form_data
from web.pages.company_task_form import SAID
from web.states import life
from web.task_words import MODES, TAX_CATEGORIES, VERBS
from web.templating import page, see
from web.visit import AnyRequest


@get("/c/{slug:str}/tasks", include_in_schema=False)
async def listed(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """List the company's tasks, by state, searched."""
    by = guards.member(request, slug)
    query = request.query_params
    tab, number = query.get("tab", ""), query.get("page", "1")
    found = await queries.listed(
        by=by,
        tab=tab,
        search=query.get("q", ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,  # noqa: PLR2004 - a page number
    )
    return page(
        "tasks/list.html",
        slug=slug,
        found=found,
        tab=tab if tab in TABS else "",
        search=query.get("q", ""),
        posts=bool(by.roles & set(MANAGERS)),
        reads_fairness=bool(by.roles & set(FAIRNESS_READERS)),
        yen=yen,
    )


@get("/c/{slug:str}/tasks/{task:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show a task: its life, the one act, the best matches, seats, money, story."""
    by = guards.member(request, slug)
    found = await queries.one(task, by=by)
    waiting = await substitute_queries.to_decide(task, by=by) if found.manages else []
    return page(
        "tasks/task.html",
        slug=slug,
        turn=turn(found),
        substitutes=waiting,
        **_words(found),
        **shared(slug, found),
    )


@post("/c/{slug:str}/tasks/{task:uuid}/invitations", include_in_schema=False)
async def invite(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Invite one ranked person by hand."""
    by = guards.member(request, slug, *MANAGERS)
    await waves.invite_by_hand(task, await _chosen(request, "person"), by=by)
    return see(f"/c/{slug}/tasks/{task}/matches", request, Message(N_("The invitation is sent.")))


@get("/c/{slug:str}/tasks/{task:uuid}/applications", include_in_schema=False)
async def applied(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show who applied, those that wait first."""
    by = guards.member(request, slug, *ALUMNI_READERS)
    found = await queries.one(task, by=by, matches=0)
    return page("tasks/applications.html", slug=slug, **shared(slug, found))


@post("/c/{slug:str}/tasks/{task:uuid}/applications/{application:uuid}/choice", include_in_schema=False)
async def choose(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], application: FromPath[UUID]
) -> Redirect:
    """Choose an applicant: the contract is concluded."""
    await applications.choose(application, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The contract is concluded. The terms are on their way."))


@post("/c/{slug:str}/tasks/{task:uuid}/applications/{application:uuid}/refusal", include_in_schema=False)
async def refuse(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID], application: FromPath[UUID]
) -> Redirect:
    """Decline an applicant."""
    await applications.decline(application, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The applicant has been told."))


@post("/c/{slug:str}/tasks/{task:uuid}/publication", include_in_schema=False)
async def publish(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Publish a saved draft for the amount that the button said."""
    by = guards.member(request, slug, *MANAGERS)
    found = await queries.one(task, by=by, matches=0)
    seat = found.reserve.seat
    shown = (await _field(request, "shown")) or "?"
    if seat is not None and shown != str(seat.reserve(found.task["seats"]).amount):
        raise Conflict(N_("The amount has changed meanwhile. Please look at the task again."))
    done = await publishing.publish(task, by=by)
    return see(
        f"/c/{slug}/tasks/{task}",
        request,
        Message(SAID[done.outcome], {"missing": done.missing or Money.zero()}),
    )


@post("/c/{slug:str}/tasks/{task:uuid}/withdrawal", include_in_schema=False)
async def withdraw_wish(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Take the wish to publish back."""
    await publishing.withdraw_wish(task, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The task is a draft again."))


@post("/c/{slug:str}/tasks/{task:uuid}/pause", include_in_schema=False)
async def pause(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Pause a task."""
    await cancelling.pause(task, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The task is paused: nobody is asked or taken on."))


@post("/c/{slug:str}/tasks/{task:uuid}/resumption", include_in_schema=False)
async def resume(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Go on with a paused task."""
    await cancelling.resume(task, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The task goes on."))


@post("/c/{slug:str}/tasks/{task:uuid}/contentment", include_in_schema=False)
async def fill_partly(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Be content with those who are there."""
    await cancelling.fill_partly(task, by=guards.member(request, slug, *MANAGERS))
    return _task(request, slug, task, N_("The open seats are given up, and their money is back."))


@post("/c/{slug:str}/tasks/{task:uuid}/copy", include_in_schema=False)
async def copy(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Copy a task into a new draft and go there to write its dates."""
    found = await drafts.duplicate(task, by=guards.member(request, slug, *MANAGERS))
    return see(f"/c/{slug}/tasks/{found}/edit", request, Message(N_("A copy as a new draft. Set the dates.")))


def shared(slug: str, found: TaskPage) -> dict[str, Any]:
    """Return what every page about one task shows."""
    return {
        "at": f"/c/{slug}/tasks/{found.task['id']}",
        "seen": found,
        "task": found.task,
        "price": Money(found.task["price_amount"], found.task["currency"]),
        "words": match_words,
        "modes": MODES,
        "tax_categories": TAX_CATEGORIES,
        "language_names": {code: names[i18n.locale.get()] for code, names in LANGUAGE_NAMES.items()},
        "prefecture_names": {code: names[i18n.locale.get()] for code, names in PREFECTURES.items()},
    }


def _words(found: TaskPage) -> dict[str, Any]:
    task = found.task
    notes: dict[str, Message | str] = {}
    if task["status"] == "published":
        notes["published"] = Message(
            N_("%(taken)s of %(seats)s seats taken"), {"taken": task["taken"], "seats": task["seats"]}
        )
    if task["deliver_on"]:
        notes["completed"] = Message(N_("delivery %(day)s"), {"day": task["deliver_on"]})
    if task["pay_on"]:
        notes["closed"] = Message(N_("payment %(day)s"), {"day": task["pay_on"]})
    return {
        "life": life("task", task["status"], notes),
        "events": [_event(event, index) for index, event in enumerate(found.events)],
    }


def _event(event: Mapping[str, Any], index: int) -> dict[str, Any]:
    data = dict(event["data"])
    for name in ("missing", "reserved"):
        if name in data:
            data[name] = yen(data[name])
    data.setdefault("name", "Enishi")
    return {
        "text": Message(VERBS[event["verb"]], data) if event["verb"] in VERBS else event["verb"],
        "at": event["happened_at"],
        "status": "done" if index else "now",
        "note": data.get("reason", ""),
    }


async def _field(request: AnyRequest, name: str) -> str:
    values = (await form_data(request)).get(name, ())
    return next((value for value in values if isinstance(value, str)), "")


async def _chosen(request: AnyRequest, name: str) -> UUID:
    try:
        return UUID(await _field(request, name))
    except ValueError:
        raise Conflict(N_("Please choose one of the offered answers.")) from None


def _task(request: AnyRequest, slug: str, task: UUID, said: str) -> Redirect:
    return see(f"/c/{slug}/tasks/{task}", request, Message(said))


HANDLERS = [
    listed, one, invite, applied, choose, refuse, publish, withdraw_wish, pause, resume, fill_partly, copy,
]  # fmt: skip
