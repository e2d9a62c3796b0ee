"""What the pages of a published task promise: matches, the one act, changes, steps, who has buttons."""

import pytest

from marketplace.tasks import applications
from tests.factories import tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_page_of_a_task_shows_matches_with_reasons_and_invites_by_hand(language):
    firm = await tasks.firm()
    for _ in range(4):
        await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager, language)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}")
    assert "Figma" in visitor.text
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/matches")
    await visitor.send("/invitations")

    assert len(await tasks.invitations(task, "sent")) == 4


async def test_the_one_act_on_the_board_is_to_answer_the_application():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await applications.apply(task, "やります。<script>", version=1, by=person)
    visitor = await _visit(firm.manager)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}/applications")
    assert "やります。<script>" in visitor.text
    await visitor.open(f"/c/{firm.slug}/tasks/{task}")
    await visitor.send("/choice")

    assert (await tasks.row(task))["status"] == "filled"
    assert "58,145" in visitor.text


async def test_changing_a_published_task_says_the_difference_and_makes_a_version():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit")

    await visitor.send("/edit", do="check", price="60,000", tax_category="design")
    assert "12,650 more aside" in visitor.text
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit")
    await visitor.send("/edit", do="publish", price="60,000", shown="12650", tax_category="design")

    assert (await tasks.row(task))["version"] == 2


async def test_pausing_resuming_and_cancelling_by_their_buttons():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}")

    await visitor.send("/pause")
    await visitor.send("/resumption")
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/cancellation")
    await visitor.send("/cancellation", reason="企画の見直し")

    assert (await tasks.row(task))["status"] == "cancelled"
    await visitor.send("/copy")
    assert visitor.path.endswith("/edit")


async def test_a_company_never_sees_anothers_tasks():
    firm, stranger = await tasks.firm(), await tasks.firm()
    task = await tasks.published(firm)
    visitor = await _visit(stranger.manager)

    for path in ("", "/edit", "/matches", "/applications", "/approval", "/cancellation"):
        await visitor.open(f"/c/{stranger.slug}/tasks/{task}{path}", 404)
        await visitor.open(f"/c/{firm.slug}/tasks/{task}{path}", 404)


async def test_who_does_not_manage_reads_but_has_no_buttons():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    visitor = await _visit(firm.approver)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}")

    assert not list(visitor.page.css("main form[method=post]"))
    await visitor.open(f"/c/{firm.slug}/tasks/new", 403)


@pytest.mark.parametrize(
    "query",
    ["", "?tab=open", "?tab=ended&q=%25", "?page=999999999999", "?page=-1", "?q=" + "x" * 3000, "?tab=<b>"],
)
async def test_the_list_answers_whatever_is_asked(query):
    firm = await tasks.firm()
    await tasks.published(firm)
    visitor = await _visit(firm.manager)

    await visitor.open(f"/c/{firm.slug}/tasks{query}")

    assert visitor.answer.status_code == 200


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_change_above_the_limit_is_asked_for_and_its_approver_sees_old_beside_new(language):
    firm = await tasks.firm(limit=70_000)
    task = await tasks.published(firm)
    manager, approver = await _visit(firm.manager, language), await _visit(firm.approver, language)

    await manager.open(f"/c/{firm.slug}/tasks/{task}/edit")
    await manager.send("/edit", do="publish", price="60,000", shown="12650", tax_category="design")
    assert (await tasks.row(task))["version"] == 1
    assert manager.page.css_first(f'a[href="/c/{firm.slug}/tasks/{task}/change"]') is not None

    await approver.open(f"/c/{firm.slug}/tasks/{task}")
    assert approver.page.css_first(f'.btn-now[href="/c/{firm.slug}/tasks/{task}/change"]') is not None
    await approver.open(f"/c/{firm.slug}/tasks/{task}/change")
    compared = " ".join(approver.page.css_first("table").text().split())
    assert "50,000" in compared
    assert "60,000" in compared
    assert "Figma" not in compared
    await approver.send("/return", 422, note="")
    await approver.send(f"/tasks/{task}/change")

    assert (await tasks.row(task))["version"] == 2
    await approver.open(f"/c/{firm.slug}/tasks/{task}/change", 404)
