"""A change of a published task that waits for an approval: old beside new, approve it, send it back, take it back."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace.core.actor import Actor
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.money import yen
from marketplace.tasks import brief as briefs
from marketplace.tasks import changes, checks, editing, queries
from marketplace.tasks.amounts import cost
from marketplace.tasks.moving import APPROVERS, MANAGERS
from matching.model import Wanted
from web import guards, match_words
from web.forms import Form
from web.pages.company_task_decisions import Note
from web.pages.company_tasks import shared
from web.task_words import ANSWERS
from web.templating import page, see
from web.visit import AnyRequest


@get("/c/{slug:str}/tasks/{task:uuid}/change", include_in_schema=False)
async def change(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Response[bytes]:
    """Show what would change, old beside new, and what it would cost more."""
    return await _change(slug, task, Form(Note), by=guards.member(request, slug))


@post("/c/{slug:str}/tasks/{task:uuid}/change", include_in_schema=False)
async def approve(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Approve the change: it is a new version from now on."""
    version = await editing.approve(task, by=guards.member(request, slug, *APPROVERS))
    said = Message(N_("Approved. The change holds as version %(version)s."), {"version": version})
    return see(f"/c/{slug}/tasks/{task}", request, said)


@post("/c/{slug:str}/tasks/{task:uuid}/change/return", include_in_schema=False)
async def send_back(
    request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]
) -> Response[bytes] | Redirect:
    """Send the change back with a note; the task stays as it is."""
    by = guards.member(request, slug, *APPROVERS)
    form = await Form.read(Note, request)
    try:
        await changes.send_back(task, form.data.note, by=by)
    except Invalid as refusal:
        return await _change(slug, task, form.refuse(refusal), by=by, status=422)
    return see(f"/c/{slug}/tasks/{task}", request, Message(N_("It is sent back with your note.")))


@post("/c/{slug:str}/tasks/{task:uuid}/change/withdrawal", include_in_schema=False)
async def withdraw(request: AnyRequest, slug: FromPath[str], task: FromPath[UUID]) -> Redirect:
    """Take the change back."""
    await changes.withdraw(task, by=guards.member(request, slug, *MANAGERS))
    said = Message(N_("The change is taken back. The task stays as it is."))
    return see(f"/c/{slug}/tasks/{task}", request, said)


async def _change(
    slug: str, task: UUID, form: Form[Note], *, by: Actor, status: int = 200
) -> Response[bytes]:
    found = await queries.one(task, by=by, matches=0)
    if found.change is None:
        raise NotFound
    brief, rule = found.change.brief, found.terms.pay_rule
    before = briefs.from_row(found.task)
    taken = found.task["taken"]
    seat = cost(brief.price, brief.tax_bp, found.terms)
    return page(
        "tasks/change.html",
        status=status,
        slug=slug,
        form=form,
        change=found.change,
        old=before,
        new=brief,
        old_pay_on=before.pay_on(rule),
        new_pay_on=brief.pay_on(rule),
        findings=checks.findings(brief, rule=rule, issued_on=day_of(found.task["now"])),
        questions=ANSWERS,
        skill_words=_skill_words,
        total=seat.reserve(brief.seats - taken),
        held=found.reserve.open_part,
        limit=yen(found.task["approval_limit_amount"]),
        **shared(slug, found),
    )


def _skill_words(wanted: Iterable[Wanted]) -> list[str]:
    return match_words.skill_words([asdict(each) for each in wanted])


HANDLERS = [change, approve, send_back, withdraw]
