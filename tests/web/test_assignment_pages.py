"""The pages of assignments: tick tasks, see the difference, take somebody out, confirm a number, read what was sent."""

import csv
import io

import pytest

from tests.factories import tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


async def _scene(seats=2):
    firm = await tasks.firm()
    task = await tasks.published(firm, seats=seats)
    people = [await tasks.alumnus(firm) for _ in range(3)]
    return firm, task, people


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_manager_walks_from_the_tasks_to_the_sent_invitations(language):
    firm, task, _ = await _scene()
    visitor = await _visit(firm.manager, language)

    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    await visitor.send("/tasks/assignment")
    assert "<progress" in visitor.answer.text
    at = visitor.path
    await tasks.work()
    await visitor.open(at)
    assert visitor.text.count("Figma") >= 2
    assert await tasks.invitations(task) == []

    await visitor.send("/choice", taken=[1], do="send")
    assert visitor.path.endswith("/sending")
    assert await tasks.invitations(task) == []
    await visitor.send("/sending")
    await tasks.work()
    await visitor.open(at)

    assert len(await tasks.invitations(task, "sent")) == 1
    assert visitor.page.css_matches(".badge[data-tone=ok], [data-tone=ok]")


async def test_the_confirmation_says_how_many_people_and_tasks():
    firm, _, _ = await _scene()
    await tasks.published(firm, musts=(tasks.wanted("python"),), tax_category="coding")
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    await visitor.send("/tasks/assignment", do="all")
    at = visitor.path
    await tasks.work()

    await visitor.open(at)
    assert "Nobody who may be asked fits." in visitor.text
    await visitor.open(f"{at}/sending")

    assert "Send 2 invitations?" in visitor.text
    assert "To 2 people, for 1 tasks." in visitor.text


async def test_nothing_ticked_is_refused_with_the_reason():
    firm, _, _ = await _scene()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")

    await visitor.send("/tasks/assignment", tasks=[], expect=422)

    assert "Please choose at least one task" in visitor.text


async def test_the_file_holds_every_line_and_no_formula():
    firm, task, people = await _scene()
    await tasks.rows(
        "update membership set name = '=1+1', card = '{}' where company_id = $1 returning id", firm.company
    )
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    await visitor.send("/tasks/assignment")
    at = visitor.path
    await tasks.work()

    answer = await visitor.client.get(f"{at}/proposal.csv")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert {row["State"] for row in rows} == {"Would be asked newly"}
    assert all(row["Person"] == "'=1+1" for row in rows)
    assert task
    assert len(people) == 3


async def test_an_old_proposal_says_so_and_offers_another():
    firm, _, _ = await _scene()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    await visitor.send("/tasks/assignment")
    at = visitor.path
    await tasks.work()
    await tasks.later(hours=25)

    await visitor.open(at)
    assert "Something has changed since this proposal" in visitor.text
    await visitor.send("/renewal")

    assert visitor.path != at
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    assert visitor.text.count("佐々木") >= 2


async def test_a_name_from_a_file_is_text_on_the_page():
    firm, _, _ = await _scene()
    await tasks.rows(
        "update membership set name = '<script>alert(1)</script>', card = '{}' where company_id = $1 returning id",
        firm.company,
    )
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/assignment")
    await visitor.send("/tasks/assignment")
    at = visitor.path
    await tasks.work()
    await visitor.open(at)

    assert "<script>alert(1)" not in visitor.answer.text
    assert "&lt;script&gt;alert(1)" in visitor.answer.text
