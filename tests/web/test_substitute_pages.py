"""The pages of the waitlist and of substitutes, from every side."""

import re

import pytest

from marketplace.tasks import invitations, substitutes, substituting, waitlist
from tests.factories import tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")
assert substituting


async def _mail(who):
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return found["email"]


async def _visit(who, language: str = "en") -> Visitor:
    return await signed_in(await _mail(who), language)


async def _scene():
    firm = await tasks.firm()
    first, second = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm)
    contract = await invitations.accept(await tasks.invitation_of(task, first), by=first)
    return firm, task, first, contract, second


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_one_tap_joins_the_waitlist_shows_the_place_and_another_leaves_it(language):
    firm, task, _, _, second = await _scene()
    visitor = await _visit(second, language)
    await visitor.open(f"/work/tasks/{task}")

    await visitor.send("/waitlist")
    assert f"/work/tasks/{task}/waitlist/leaving" in visitor.answer.text
    await visitor.open("/work?tab=applications")
    assert f"/work/tasks/{task}" in visitor.answer.text
    await visitor.open(f"/work/tasks/{task}")
    await visitor.send("/waitlist/leaving")

    assert [each["status"] for each in await tasks.rows("select status from waitlist")] == ["left"]
    assert firm


async def test_the_place_on_the_waitlist_counts_those_before():
    _, task, _, _, second = await _scene()
    await waitlist.join(task, by=second)
    visitor = await _visit(second)

    await visitor.open(f"/work/tasks/{task}")

    assert "You are on the waitlist: place 1 of 1" in visitor.text


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_three_people_walk_through_a_substitution(language):
    firm, task, first, contract, second = await _scene()
    proposer, substitute, manager = [await _visit(who, language) for who in (first, second, firm.manager)]

    await proposer.open(f"/contracts/{contract}")
    assert f"/contracts/{contract}/substitute" in proposer.answer.text
    await proposer.open(f"/contracts/{contract}/substitute")
    await proposer.send("/substitute", mail=await _mail(second), reason="家族の都合です。", named="on")
    await tasks.work()
    await substitute.open("/work?tab=invitations")
    [found] = await tasks.rows("select id from substitution")
    assert f"/work/substitutions/{found['id']}" in substitute.answer.text
    await substitute.open(f"/work/substitutions/{found['id']}")
    assert "49,895" in substitute.text
    assert "家族の都合" not in substitute.text
    await substitute.send("/agreement")
    await manager.open(f"/c/{firm.slug}/tasks/{task}")
    await manager.open(f"/c/{firm.slug}/tasks/{task}/substitutes/{found['id']}")
    assert "家族の都合です。" in manager.text
    await manager.send("/acceptance")

    states = await tasks.rows("select person_id, status from contract order by id")
    assert [(each["person_id"], each["status"]) for each in states] == [
        (first.person, "cancelled"),
        (second.person, "concluded"),
    ]
    await proposer.open(f"/contracts/{contract}")
    await substitute.open(f"/work/substitutions/{found['id']}")
    assert "/contracts/" in substitute.answer.text


async def test_the_proposers_page_is_the_same_whoever_was_proposed():
    firm, _, first, contract, second = await _scene()
    visitor = await _visit(first)
    pages = []

    for mail in ("nobody@example.jp", await _mail(second)):
        await visitor.open(f"/contracts/{contract}/substitute")
        await visitor.send("/substitute", mail=mail, reason="都合により")
        await tasks.work()
        await visitor.open(f"/contracts/{contract}/substitute")
        pages.append(
            re.sub(r"[0-9a-f-]{36}|[0-9a-f]{40,}|\d{1,2}:\d\d|value=\"[^\"]+\"", "", visitor.answer.text)
        )
        found = await tasks.rows("select id, status from substitution order by id")
        await visitor.send("/taking-back")

    assert [each["status"] for each in found] == ["not_asked", "asked"]
    assert pages[0] == pages[1]
    assert firm


async def test_work_at_a_place_is_shown_with_it_to_the_substitute():
    firm = await tasks.firm()
    first, second = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm, online=False, place="港区1-2-3", prefecture=13)
    contract = await invitations.accept(await tasks.invitation_of(task, first), by=first)
    found = await substitutes.propose(contract, await _mail(second), "都合", named=False, by=first)
    await tasks.work()
    visitor = await _visit(second)

    await visitor.open(f"/work/substitutions/{found}")

    assert "港区1-2-3" in visitor.text
    assert "Tokyo" in visitor.text


async def test_what_is_wrong_in_the_proposal_stands_beside_the_field():
    _, _, first, contract, _ = await _scene()
    visitor = await _visit(first)
    await visitor.open(f"/contracts/{contract}/substitute")

    await visitor.send("/substitute", expect=422, mail="<script>", reason="")
    assert visitor.wrong() >= {"mail", "reason"} or "reason" in visitor.wrong()
    await visitor.open(f"/contracts/{contract}/substitute")
    await visitor.send("/substitute", expect=422, mail="<script>", reason="x")

    assert "mail" in visitor.wrong()
    assert "&lt;script&gt;" in visitor.answer.text


async def test_the_manager_says_no_with_a_reason_that_the_first_alumnus_reads():
    firm, task, first, contract, second = await _scene()
    found = await substitutes.propose(contract, await _mail(second), "都合", named=False, by=first)
    await tasks.work()
    await substitutes.agree(found, version=1, by=second)
    manager, proposer = await _visit(firm.manager), await _visit(first)
    await manager.open(f"/c/{firm.slug}/tasks/{task}/substitutes/{found}")

    await manager.send("/refusal", expect=422, reason="")
    assert "reason" in manager.wrong()
    await manager.send("/refusal", reason="引継ぎの時間がありません。")
    await proposer.open(f"/contracts/{contract}/substitute")

    assert "引継ぎの時間がありません。" in proposer.text
