"""What an alumnus's pages about work promise."""

from dataclasses import replace

import pytest

from marketplace.core.money import yen
from marketplace.tasks import applications, editing, invitations
from marketplace.tasks import brief as briefs
from tests.factories import tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_home_shows_what_waits_with_reasons_and_what_one_would_receive(language):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.published(firm)
    visitor = await _visit(person, language)

    await visitor.open("/home")

    assert "49,895" in visitor.text
    assert "Figma" in visitor.text


async def test_an_empty_home_says_what_will_be_there():
    person = await tasks.alumnus(await tasks.firm())
    visitor = await _visit(person)

    await visitor.open("/home")

    assert "No request at the moment" in visitor.text


async def test_one_tap_confirms_the_week():
    person = await tasks.alumnus(await tasks.firm())
    await tasks.later(days=12)
    visitor = await _visit(person)
    await visitor.open("/home")
    assert "12 days ago" in visitor.text

    await visitor.send("/home/availability")

    assert "Confirmed today" in visitor.text


async def test_accepting_leads_to_the_contract_and_twice_to_the_same():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(person)

    await visitor.open(f"/work/tasks/{task}")
    assert (await tasks.invitations(task))[0]["opened_at"] is not None
    page = visitor.page
    assert "49,895" in page.css_first("form[action$=acceptance] button").text()
    await visitor.send("/acceptance")
    first = visitor.path
    visitor.page = page
    await visitor.send("/acceptance")

    assert visitor.path == first
    [contract] = await tasks.rows("select id from contract")
    assert first == f"/contracts/{contract['id']}"


async def test_a_taken_seat_is_answered_with_a_page_that_says_so():
    firm = await tasks.firm()
    winner, other = await tasks.alumnus(firm), await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(other)
    await visitor.open(f"/work/tasks/{task}")
    await invitations.accept(await tasks.invitation_of(task, winner), by=winner)

    await visitor.send("/acceptance", 409)

    assert "withdrawn" in visitor.text


async def test_declining_with_a_word_and_with_too_many():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(person)
    await visitor.open(f"/work/tasks/{task}")

    await visitor.send("/refusal", 422, reason="字" * 501)
    await visitor.send("/refusal", reason="その週は <出張> です。")

    [found] = await tasks.invitations(task)
    assert (found["status"], found["decline_reason"]) == ("declined", "その週は <出張> です。")


async def test_the_board_is_searched_applied_to_and_withdrawn_from():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    visitor = await _visit(person)

    await visitor.open("/work?tab=board&q=%E6%8E%A1%E7%94%A8")
    assert "採用サイト" in visitor.text
    await visitor.open("/work?tab=board&q=%25")
    assert "Nothing fits" in visitor.text
    await visitor.open(f"/work/tasks/{task}")
    await visitor.send("/application", message="ぜひ。")
    assert "You have applied" in visitor.text
    await visitor.send("/withdrawal")

    [found] = await tasks.rows("select status from application")
    assert found["status"] == "withdrawn"


async def test_changed_terms_are_read_and_confirmed():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await applications.apply(task, version=1, by=person)
    visitor = await _visit(person)
    await visitor.open(f"/work/tasks/{task}")
    brief = replace(briefs.from_row(await tasks.row(task)), price=yen(60_000))
    await editing.revise(task, brief, by=firm.manager)

    await visitor.open("/home")
    assert "have changed" in visitor.text
    await visitor.open(f"/work/tasks/{task}")
    await visitor.send("/confirmation")

    [found] = await tasks.rows("select status, task_version from application")
    assert (found["status"], found["task_version"]) == ("sent", 2)


async def test_applying_with_old_terms_gives_the_words_back():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    visitor = await _visit(person)
    await visitor.open(f"/work/tasks/{task}")
    brief = replace(briefs.from_row(await tasks.row(task)), price=yen(60_000))
    await editing.revise(task, brief, by=firm.manager)

    await visitor.send("/application", 409, message="ぜひ。")

    assert "The terms have changed meanwhile" in visitor.text
    assert "ぜひ。" in visitor.page.css_first("#message").text()


async def test_what_is_not_offered_to_one_is_a_page_that_does_not_exist():
    firm = await tasks.firm()
    stranger = await tasks.alumnus(await tasks.firm())
    board, draft, offer = (
        await tasks.published(firm, mode="apply"),
        await tasks.draft(firm),
        await tasks.published(firm),
    )
    visitor = await _visit(stranger)

    for task in (board, draft, offer):
        await visitor.open(f"/work/tasks/{task}", 404)


@pytest.mark.parametrize("tab", ["", "invitations", "board", "applications", "contracts", "<b>"])
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_tab_opens_empty_and_filled(tab, language):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    visitor = await _visit(person, language)
    await visitor.open(f"/work?tab={tab}")
    first = await tasks.published(firm)
    second = await tasks.published(firm, mode="apply")
    await applications.apply(second, version=1, by=person)
    await invitations.accept(await tasks.invitation_of(first, person), by=person)

    await visitor.open(f"/work?tab={tab}")

    assert visitor.answer.status_code == 200


async def test_the_home_of_nobody_is_the_sign_in_page():
    visitor = Visitor()

    await visitor.open("/home")

    assert visitor.path == "/sign-in"
