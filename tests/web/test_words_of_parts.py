"""In which part a person reads: which networks, which unit, which seats, and why a step is not hers."""

import pytest

from marketplace.companies import actions as companies
from marketplace.core.money import yen
from tests.factories import tasks
from tests.factories.alumni import alumnus
from tests.factories.companies import colleague, company
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


@pytest.mark.parametrize(
    ("language", "one", "two"), [("en", "Aozora", "2 networks"), ("ja", "青空商事", "2社のネットワーク")]
)
async def test_the_bar_names_one_network_and_counts_several(language, one, two):
    person, _ = await alumnus(await company(), "misaki@example.jp", "tasks")
    visitor = await _visit(person, language)
    await visitor.open("/home")
    before = visitor.page.css_first(".who small").text()

    await alumnus(await company(), "misaki@example.jp", "tasks")
    await visitor.open("/home")

    assert (before, visitor.page.css_first(".who small").text()) == (one, two)


@pytest.mark.parametrize("mode", ["offer", "apply"])
async def test_an_offer_names_the_unit_and_how_many_seats_are_asked_for(mode):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.published(firm, mode=mode, seats=3)
    [unit] = await tasks.rows("select name from unit where company_id = $1", firm.company)
    visitor = await _visit(person)

    await visitor.open(f"/work?tab={'invitations' if mode == 'offer' else 'board'}")

    assert f"Aozora {unit['name']} · 3 seats" in visitor.text


async def test_a_manager_of_another_unit_is_told_why_there_is_nothing_to_press():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    elsewhere = await companies.add_unit("営業部", yen(0), by=firm.owner)
    manager = await colleague(firm.owner, firm.slug, "manager", unit=elsewhere)
    visitor, own = await _visit(manager), await _visit(firm.manager)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}")
    await own.open(f"/c/{firm.slug}/tasks/{task}")

    assert "the managers of that unit and the owner act on it" in visitor.text
    assert "the managers of that unit and the owner act on it" not in own.text
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit", 403)


async def test_finance_reads_the_task_but_no_cards_of_people():
    firm = await tasks.firm()
    await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(await colleague(firm.owner, firm.slug, "finance"))

    await visitor.open(f"/c/{firm.slug}/tasks/{task}")

    places = [node.attributes["href"] for node in visitor.page.css("nav a")]
    assert f"/c/{firm.slug}/alumni" not in places
    assert not visitor.page.css(".match")
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/matches", 403)


async def test_the_form_of_an_ended_task_says_at_once_that_it_is_over():
    firm = await tasks.firm()
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager)
    await tasks.rows("update task set status = 'expired' where id = $1 returning id", task)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}/edit", 409)

    assert "Only a published task with open seats can be changed." in visitor.text
