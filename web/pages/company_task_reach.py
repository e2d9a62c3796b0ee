"""Count before publishing: whom a task reaches, and what a single change would add."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from marketplace.tasks import queries, reach
from marketplace.tasks.moving import MANAGERS
from web import guards, reach_words
from web.forms import Form
from web.pages.task_form import TaskForm, readable
from web.templating import page
from web.visit import AnyRequest


@get("/c/{slug:str}/tasks/{task:uuid}/reach", include_in_schema=False)
async def of_task(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show whom a draft reaches: a part of its page, or a page of its own."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    row = (await queries.one(task, by=by, matches=0)).task
    found = await reach.of_row(row, by=by)
    part = request.headers.get("hx-request") == "true"
    return page(
        "tasks/reach.html" if part else "tasks/reach_page.html",
        slug=slug,
        task=row,
        reach=found,
        words=reach_words,
    )


@post("/c/{slug:str}/tasks/reach", include_in_schema=False)
async def of_form(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show whom the task reaches that is typed so far: a part of the form's page."""
    by = guards.member(request, slug)
    by.must_have(*MANAGERS)
    found = await reach.of_brief(readable(await Form.read(TaskForm, request)), by=by)
    return page("tasks/reach.html", reach=found, words=reach_words)


HANDLERS = [of_task, of_form]
