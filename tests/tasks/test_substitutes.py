"""Substitutes: proposed blind, asked through the gates, decided by the company; the seat is never double and never lost."""

import asyncio
import json

import pytest

from marketplace import schedule
from marketplace.alumni import actions as alumni
from marketplace.contracts import cancelling as contracts
from marketplace.contracts import delivery
from marketplace.contracts import notices as contract_notices
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.tasks import invitations, substitutes, substituting
from matching import stored
from tests.factories import companies, tasks

pytestmark = pytest.mark.usefixtures("database")
assert contract_notices
WHY = "家族の都合で伺えなくなりました。"


async def _scene(**changes):
    """Return a firm, its filled task, the alumnus with the contract, and a colleague who fits."""
    firm = await tasks.firm()
    first, second = [await tasks.alumnus(firm) for _ in range(2)]
    task = await tasks.published(firm, **changes)
    contract = await invitations.accept(await tasks.invitation_of(task, first), by=first)
    return firm, task, first, contract, second


async def _mail(person):
    [row] = await tasks.rows("select email from person where id = $1", person.person)
    return row["email"]


async def _proposed(contract, first, second, *, named=True):
    found = await substitutes.propose(contract, await _mail(second), WHY, named=named, by=first)
    await tasks.work()
    return found


async def _agreed(contract, first, second):
    found = await _proposed(contract, first, second)
    await substitutes.agree(found, version=1, by=second)
    return found


async def _row(found):
    [row] = await tasks.rows("select * from substitution where id = $1", found)
    return row


async def _contracts(task):
    found = await tasks.rows("select * from contract where task_id = $1 order by id", task)
    return [(each["person_id"], each["status"], each["cancelled_by"]) for each in found]


async def _seat(task):
    [seat] = await tasks.rows("select status, contract_id from seat where task_id = $1", task)
    return seat["status"], seat["contract_id"]


async def test_the_seat_changes_hands_and_the_first_contract_ends_without_compensation():
    firm, task, first, contract, second = await _scene()
    before = await tasks.money(firm, task)
    found = await _agreed(contract, first, second)
    assert await _seat(task) == ("taken", contract)

    taken = await substituting.accept(found, by=firm.manager)

    assert await _seat(task) == ("taken", taken)
    assert await _contracts(task) == [
        (first.person, "cancelled", "agreement"),
        (second.person, "concluded", None),
    ]
    assert await tasks.money(firm, task) == before
    assert (await tasks.row(task))["status"] == "filled"
    owed = await tasks.rows("select 1 from payable_item where reference = $1", f"contract:{contract}")
    assert owed == []
    assert await substituting.accept(found, by=firm.manager) == taken


async def test_everybody_is_told_what_concerns_him():
    firm, _, first, contract, second = await _scene()

    found = await _proposed(contract, first, second)
    assert "substitute.wanted" in await tasks.notices(second)
    await substitutes.agree(found, version=1, by=second)
    assert "substitute.agreed_company" in await tasks.notices(firm.manager)
    assert "substitute.agreed" in await tasks.notices(first)
    await substituting.accept(found, by=firm.manager)

    assert "contract.handed_over" in await tasks.notices(first)
    assert "contract.concluded" in await tasks.notices(second)


async def test_the_name_is_said_only_when_its_owner_agrees():
    _, _, first, contract, second = await _scene()

    await _proposed(contract, first, second, named=False)

    told = await tasks.rows("select kind, params from notification where person_id = $1", second.person)
    [wanted] = [each for each in told if each["kind"].startswith("substitute.")]
    assert wanted["kind"] == "substitute.wanted_unnamed"
    assert "who" not in wanted["params"]


async def test_a_handed_over_contract_is_no_mark_against_the_alumnus(owner):
    firm, _, first, contract, second = await _scene()
    await substituting.accept(await _agreed(contract, first, second), by=firm.manager)
    await tasks.work()

    profile = await owner.fetchval(
        "select profile::text from match_profile where person_id = $1", first.person
    )
    record = stored.from_json(firm.company, first.person, json.loads(profile)).record
    assert (record.completed, record.cancelled) == (0, 0)


async def test_the_company_says_no_with_a_reason_and_the_contract_stays():
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    with pytest.raises(Invalid):
        await substituting.refuse(found, " ", by=firm.manager)

    await substituting.refuse(found, "引継ぎの時間がありません。", by=firm.manager)

    assert await _seat(task) == ("taken", contract)
    assert await _contracts(task) == [(first.person, "concluded", None)]
    assert "substitute.refused" in await tasks.notices(first)
    assert "substitute.not_needed" in await tasks.notices(second)
    with pytest.raises(Conflict):
        await substituting.accept(found, by=firm.manager)


async def test_whoever_is_proposed_the_proposer_sees_the_same_until_the_time_is_over():
    firm, _, first, contract, second = await _scene()
    seen = []
    unwilling = await tasks.alumnus(firm)
    [tie] = await tasks.rows("select id from membership where person_id = $1", unwilling.person)
    await alumni.choose_intents(tie["id"], ["news"], by=unwilling)
    await tasks.work()

    for mail in ("nobody@example.jp", await _mail(unwilling), await _mail(second)):
        found = await substitutes.propose(contract, mail, WHY, named=True, by=first)
        await tasks.work()
        if mail == await _mail(second):
            await substitutes.decline(found, by=second)
        async with db.transaction(person=first.person):
            state = await substitutes.open_of(contract, (await _row(found))["proposed_at"])
        assert state is not None
        with pytest.raises(Conflict) as refused:
            await substitutes.propose(contract, "other@example.jp", WHY, named=True, by=first)
        seen.append((str(refused.value.message), await tasks.notices(first)))
        await substitutes.take_back(found, by=first)

    assert [(await _row(found))["status"]] == ["declined"]
    assert len({said for said, _ in seen}) == 1
    assert not any(kind.startswith("substitute.") for _, kinds in seen for kind in kinds)
    assert not any(kind.startswith("substitute.") for kind in await tasks.notices(unwilling))


async def test_in_the_end_one_notice_says_that_nobody_was_found_whatever_the_cause():
    firm, _, first, contract, second = await _scene()
    declined = await _proposed(contract, first, second)
    await substitutes.decline(declined, by=second)
    assert "substitute.nobody" not in await tasks.notices(first)

    await tasks.later(hours=25)
    for _ in range(2):
        await schedule.run_all()
    assert (await tasks.notices(first)).count("substitute.nobody") == 1

    await substitutes.propose(contract, "nobody@example.jp", WHY, named=False, by=first)
    await tasks.work()
    await tasks.later(hours=25)
    await schedule.run_all()
    assert (await tasks.notices(first)).count("substitute.nobody") == 2
    assert not any(kind.startswith("substitute.") for kind in await tasks.notices(firm.manager))


async def test_three_people_a_day_may_be_proposed():
    _, _, first, contract, _ = await _scene()
    for number in range(3):
        found = await substitutes.propose(contract, f"x{number}@example.jp", WHY, named=False, by=first)
        await substitutes.take_back(found, by=first)

    with pytest.raises(Conflict) as refused:
        await substitutes.propose(contract, "x4@example.jp", WHY, named=False, by=first)
    assert "within a day" in str(refused.value.message)

    await tasks.later(hours=25)
    await substitutes.propose(contract, "x4@example.jp", WHY, named=False, by=first)


async def test_the_address_is_kept_nowhere():
    _, _, first, contract, _ = await _scene()

    await substitutes.propose(contract, "somebody@example.org", WHY, named=False, by=first)
    await tasks.work()

    jobs = await tasks.rows("select args::text as args from outbox where kind = 'tasks.ask_substitute'")
    kept = await tasks.rows("select row_to_json(s)::text as row from substitution s")
    assert jobs
    assert not any("somebody@example.org" in str(each) for each in (*jobs, *kept))


@pytest.mark.parametrize(
    "mail", ["", "x", "a@b", "a@b.jp\r\nBcc: x@y.jp", "<x@y.jp>", "x" * 300 + "@example.jp"]
)
async def test_what_is_no_address_is_refused(mail):
    _, _, first, contract, _ = await _scene()

    with pytest.raises(Invalid):
        await substitutes.propose(contract, mail, WHY, named=False, by=first)


async def test_nobody_proposes_himself_or_for_somebody_elses_contract():
    firm, _, first, contract, second = await _scene()

    with pytest.raises(Invalid):
        await substitutes.propose(contract, await _mail(first), WHY, named=False, by=first)
    with pytest.raises(NotFound):
        await substitutes.propose(contract, await _mail(first), WHY, named=False, by=second)
    with pytest.raises(NotFound):
        await substitutes.propose(contract, await _mail(second), WHY, named=False, by=firm.manager)


async def test_nobody_else_answers_and_only_who_manages_decides():
    firm, task, first, contract, second = await _scene()
    third = await tasks.alumnus(firm)
    found = await _proposed(contract, first, second)

    for person in (first, third):
        with pytest.raises(NotFound):
            await substitutes.agree(found, version=1, by=person)
        with pytest.raises(NotFound):
            await substitutes.decline(found, by=person)
    with pytest.raises(NotFound):
        await substitutes.take_back(found, by=second)
    with pytest.raises(Conflict):
        await substituting.accept(found, by=firm.manager)
    await substitutes.agree(found, version=1, by=second)
    other = await tasks.firm()
    with pytest.raises(NotFound):
        await substituting.accept(found, by=other.manager)
    with pytest.raises(NotAllowed):
        await substituting.accept(found, by=firm.approver)
    elsewhere = await tasks.rows(
        "insert into unit (company_id, name) values ($1, 'x') returning id", firm.company
    )
    stranger = await companies.colleague(firm.owner, firm.slug, "manager", unit=elsewhere[0]["id"])
    with pytest.raises(NotAllowed):
        await substituting.accept(found, by=stranger)
    assert await _seat(task) == ("taken", contract)


async def test_who_has_a_contract_or_has_declined_the_task_is_not_asked():
    firm = await tasks.firm()
    people = [await tasks.alumnus(firm) for _ in range(3)]
    first, busy, unwilling = people
    task = await tasks.published(firm, seats=2)
    contract = await invitations.accept(await tasks.invitation_of(task, first), by=first)
    await invitations.decline(await tasks.invitation_of(task, unwilling), by=unwilling)
    await invitations.accept(await tasks.invitation_of(task, busy), by=busy)

    for person in (busy, unwilling):
        found = await _proposed(contract, first, person)
        assert (await _row(found))["status"] == "not_asked"
        await substitutes.take_back(found, by=first)


async def test_a_gate_that_has_shut_since_the_yes_stops_the_change():
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    async with db.transaction(operator=True):
        await db.execute(
            "update membership set blocked_by_company = true where person_id = $1", second.person
        )

    with pytest.raises(Conflict):
        await substituting.accept(found, by=firm.manager)

    assert await _seat(task) == ("taken", contract)
    assert await _contracts(task) == [(first.person, "concluded", None)]
    assert (await _row(found))["status"] == "agreed"


async def test_when_the_balance_does_not_cover_it_nothing_changes():
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    await _spend(firm)

    with pytest.raises(Invalid):
        await substituting.accept(found, by=firm.manager)

    assert await _seat(task) == ("taken", contract)
    assert (await _row(found))["status"] == "agreed"


async def _spend(firm):
    """Set the whole balance aside for something else."""
    from payouts import funding

    async with db.transaction(company=firm.company):
        free = await funding.free_balance(str(firm.company))
        await funding.reserve(str(firm.company), task="elsewhere", version=1, amount=free)


async def test_delivering_or_leaving_ends_the_proposal():
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)

    await delivery.deliver(contract, "納品します。", [], by=first)

    assert (await _row(found))["status"] == "withdrawn"
    assert "substitute.not_needed" in await tasks.notices(second)
    assert "substitute.gone" in await tasks.notices(firm.manager)
    with pytest.raises(Conflict):
        await substituting.accept(found, by=firm.manager)
    assert await _seat(task) == ("taken", contract)


async def _held_together(task, found, outcomes):
    """Check that after a race the seat has one living contract, or is open and has none."""
    status, held = await _seat(task)
    living = [each for each in await _contracts(task) if each[1] != "cancelled"]
    assert (status, len(living)) in {("taken", 1), ("open", 0)}
    assert (held is not None) == (status == "taken")
    row = await _row(found)
    assert (row["status"] == "accepted") == (row["new_contract_id"] is not None)
    unexpected = [
        each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Conflict)
    ]
    assert unexpected == []
    return status, living, row["status"]


@pytest.mark.parametrize("turn", range(4))
async def test_the_manager_decides_while_the_substitute_withdraws(turn):
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    acts = [substituting.accept(found, by=firm.manager), substitutes.decline(found, by=second)]

    outcomes = await asyncio.gather(*(acts if turn % 2 else acts[::-1]), return_exceptions=True)

    status, living, state = await _held_together(task, found, outcomes)
    assert status == "taken"
    assert living[0][0] == (second.person if state == "accepted" else first.person)


@pytest.mark.parametrize("turn", range(4))
async def test_the_original_cancels_meanwhile(turn):
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    acts = [substituting.accept(found, by=firm.manager), contracts.withdraw(contract, WHY, by=first)]

    outcomes = await asyncio.gather(*(acts if turn % 2 else acts[::-1]), return_exceptions=True)

    status, living, state = await _held_together(task, found, outcomes)
    if state == "accepted":
        assert living == [(second.person, "concluded", None)]
    else:
        assert (status, living, state) == ("open", [], "withdrawn")


@pytest.mark.parametrize("turn", range(3))
async def test_two_managers_a_taking_back_and_a_delivery_at_once(turn):
    firm, task, first, contract, second = await _scene()
    found = await _agreed(contract, first, second)
    acts = [
        substituting.accept(found, by=firm.manager),
        substituting.accept(found, by=firm.owner),
        substitutes.take_back(found, by=first),
        delivery.deliver(contract, "納品します。", [], by=first),
    ]

    outcomes = await asyncio.gather(*(acts[turn:] + acts[:turn]), return_exceptions=True)

    status, living, state = await _held_together(task, found, outcomes)
    assert status == "taken"
    assert state in {"accepted", "withdrawn"}
    assert living[0][0] == (second.person if state == "accepted" else first.person)


async def test_a_window_that_has_begun_takes_no_substitute():
    firm, _, first, contract, second = await _scene()
    await tasks.later(days=20)

    with pytest.raises(Conflict):
        await substitutes.propose(contract, await _mail(second), WHY, named=False, by=first)
    assert firm


async def test_a_yes_lapses_with_the_last_moment_and_the_contract_stays():
    firm, task, first, contract, second = await _scene()
    async with db.transaction(operator=True):
        left = substitutes.ends_at(await tasks.row(task)) - await clock.now()
    await tasks.later(seconds=left.total_seconds() - 3600)
    found = await _agreed(contract, first, second)

    await tasks.later(hours=1, minutes=1)
    await substituting.lapse()

    assert (await _row(found))["status"] == "lapsed"
    assert await _seat(task) == ("taken", contract)
    assert "substitute.gone" in await tasks.notices(firm.manager)
    assert "substitute.nobody" in await tasks.notices(first)
