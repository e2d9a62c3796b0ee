"""A month's statements on the real database: to the yen, numbered without gaps, safe to stop and to run twice."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.money import yen
from payouts import bounties, chart, journal, onboarding, payables, postings
from payouts.statements import answering, making, months, queries, registrations, runs
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to, know, make

pytestmark = pytest.mark.usefixtures("database")


async def company_with_money() -> str:
    company = str(uuid4())
    await prepay(company, yen(50_000_000))
    return company


async def vest(person: str, company: str, amount: int) -> UUID:
    """Let a bounty that was paid in vest."""
    claim = str(uuid4())
    async with db.transaction(operator=True):
        from marketplace.core import clock

        now = await clock.now()
        await journal.record(
            postings.post(
                f"fund_bounty:{claim}", now, "JPY",
                (chart.company_balance(company), yen(amount)), (chart.person_unvested(person, claim), yen(-amount)),
            )
        )  # fmt: skip
        return await bounties.vest(
            person, company, claim=claim, tranche=str(uuid4()), number=1, amount=yen(amount), title="Bounty",
            due_on=await clock.today(),
        )  # fmt: skip


async def end_of(month: date) -> None:
    """Let the month end: one second after Japanese midnight."""
    await go_to(months.last_moment(month))


async def test_the_worked_example_is_one_statement_of_49_895(month: date):
    company, person = await company_with_money(), str(uuid4())
    await earn(person, company)
    await end_of(month)

    (statement,) = await make(company, month)

    assert statement["net_amount"] == 49_895
    assert (statement["work_amount"], statement["tax_amount"], statement["withheld_amount"]) == (
        50_000,
        5_000,
        5_105,
    )
    assert statement["number"] == 1


async def test_work_compensation_and_bounties_of_a_month_are_on_one_statement_and_its_sum_is_what_is_owed(
    month: date,
):
    company, person = await company_with_money(), str(uuid4())
    await earn(person, company)
    await earn(person, company, cost=seat(105, withheld=False))
    await vest(person, company, 110_000)
    await end_of(month)

    (statement,) = await make(company, month)

    async with db.transaction(operator=True):
        owed = await journal.held(chart.person_payable(person))
        tie = await queries.tie(company, month)
    assert yen(statement["net_amount"]) == owed == yen(49_895 + 115 + 110_000)
    assert tie.holds


async def test_three_items_of_105_are_stated_with_31_and_paid_with_30(month: date):
    company, person = await company_with_money(), str(uuid4())
    for _ in range(3):
        await earn(person, company, cost=seat(105, withheld=False))
    await end_of(month)

    (statement,) = await make(company, month)

    assert (statement["tax_amount"], statement["document_tax_amount"]) == (30, 31)
    assert statement["net_amount"] == 345


async def test_a_month_is_stated_after_its_end_in_japan_and_not_before(month: date):
    company = await company_with_money()
    await earn(str(uuid4()), company)

    async with db.transaction(operator=True):
        with pytest.raises(Conflict):
            await making.must_have_ended(month)
    await end_of(month)
    async with db.transaction(operator=True):
        await making.must_have_ended(month)


async def test_what_is_approved_a_second_after_midnight_in_japan_belongs_to_the_next_month(month: date):
    company, person = await company_with_money(), str(uuid4())
    await go_to(months.last_moment(month) - timedelta(seconds=20))
    await earn(person, company)
    await end_of(month)
    await earn(person, company, cost=seat(10_000))

    (first,) = await make(company, month)
    await end_of(months.after(month))
    (second,) = await make(company, months.after(month))

    assert (first["work_amount"], second["work_amount"]) == (50_000, 10_000)


async def test_numbers_of_a_company_have_no_gaps_over_batches_and_months(
    month: date, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "BATCH", 2)
    company, other = await company_with_money(), await company_with_money()
    for _ in range(5):
        await earn(str(uuid4()), company)
    await earn(str(uuid4()), other)
    await end_of(month)

    first, others = await make(company, month), await make(other, month)
    await earn(str(uuid4()), company)
    await end_of(months.after(month))
    second = await make(company, months.after(month))

    assert [row["number"] for row in [*first, *second]] == [1, 2, 3, 4, 5, 6]
    assert [row["number"] for row in others] == [1]


async def test_a_run_that_is_stopped_goes_on_where_it_was_and_two_workers_state_nothing_twice(
    month: date, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "BATCH", 2)
    company = await company_with_money()
    for _ in range(5):
        await earn(str(uuid4()), company)
    await end_of(month)
    async with db.transaction(operator=True):
        run = await runs.begin(company, month, "make", total=5, asked_by="member:1")
    await making.make_batch(run.id, know=know)
    async with db.transaction(operator=True):
        await runs.stop(company, month, "make")

    stopped = await making.make_batch(run.id, know=know)
    async with db.transaction(operator=True):
        half = (await runs.of(company, month))["make"]
        again = await runs.begin(company, month, "make", total=5, asked_by="member:1")
    await asyncio.gather(*(making.make_batch(again.id, know=know) for _ in range(4)))

    async with db.transaction(operator=True):
        rows, found = await queries.of_month(company, month, whole=True)
        whole = (await runs.of(company, month))["make"]
    assert not stopped
    assert (half.status, half.done) == ("stopped", 2)
    assert (whole.status, whole.done) == ("done", 5)
    assert found == 5
    assert [row["number"] for row in rows] == [1, 2, 3, 4, 5]


async def test_made_a_second_time_a_month_has_no_new_statement(month: date):
    company = await company_with_money()
    await earn(str(uuid4()), company)
    await end_of(month)

    first, second = await make(company, month), await make(company, month)

    assert [row["id"] for row in first] == [row["id"] for row in second]


async def test_what_is_withheld_after_the_statement_is_a_correction_on_the_next_one(month: date):
    company, person = await company_with_money(), str(uuid4())
    item = await earn(person, company, cost=seat(600_000))
    await end_of(month)
    await make(company, month)
    async with db.transaction(operator=True):
        await db.execute(
            "update payable_item set adjusted_amount = 20420, net_amount = net_amount - 20420 where id = $1",
            item,
        )
    await end_of(months.after(month))

    (correction,) = await make(company, months.after(month))
    await end_of(months.after(months.after(month)))
    later = await make(company, months.after(months.after(month)))

    assert (correction["withheld_amount"], correction["net_amount"]) == (20_420, -20_420)
    assert later == []


async def test_a_registration_that_lapses_within_the_month_makes_two_statements(month: date):
    company, person = await company_with_money(), str(uuid4())
    await onboarding.set_tax_profile(person, kind="individual", registration_number="T7123456789012")
    await go_to(months.last_moment(month))
    second_month = months.after(month)
    await earn(person, company)
    await go_to(months.last_moment(second_month) - timedelta(days=3))
    await onboarding.set_tax_profile(person, kind="individual", registration_number=None)
    await earn(person, company, cost=seat(20_000))
    await end_of(second_month)

    rows = await make(company, second_month)

    assert [(row["registration"], row["work_amount"], row["net_amount"]) for row in rows] == [
        ("T7123456789012", 50_000, 49_895),
        ("", 20_000, 19_958),
    ]
    assert rows[0]["deductible_amount"] == 5_000
    assert rows[1]["deductible_amount"] == 1_400


async def test_a_registration_counts_from_the_day_that_was_given():
    person = str(uuid4())
    given = {"kind": "individual", "registration_number": "T7123456789012"}
    await onboarding.set_tax_profile(person, **given, registered_since=date(2026, 11, 16))
    await onboarding.set_tax_profile(person, **given)

    async with db.transaction(operator=True):
        found = await registrations.of([f"person:{person}"])

    assert [(each.valid_from, each.valid_to) for each in found[f"person:{person}"]] == [
        (date(2026, 11, 16), None)
    ]


async def made_and_sent(month: date) -> tuple[str, str, UUID]:
    company, person = await company_with_money(), str(uuid4())
    await earn(person, company)
    await end_of(month)
    (row,) = await make(company, month)
    async with db.transaction(operator=True):
        await answering.mark_sent([row["id"]])
    return company, person, row["id"]


async def status_of(statement: UUID) -> str:
    async with db.transaction(operator=True):
        return str(await db.fetchval("select status from statement where id = $1", statement))


async def test_silence_confirms_after_the_stated_days_and_not_on_the_last_of_them(month: date):
    _, _, statement = await made_and_sent(month)

    await go_to(months.last_moment(month) + timedelta(days=7, hours=2))
    early = await answering.deem()
    await go_to(months.last_moment(month) + timedelta(days=8, hours=2))
    late = await answering.deem()

    assert (early, late) == (0, 1)
    assert await status_of(statement) == "deemed"


async def test_a_dispute_marks_its_statement_and_leaves_what_is_owed_alone(month: date):
    company, person, statement = await made_and_sent(month)

    async with db.transaction(person=person):
        await answering.dispute(statement, person, "The fee was 60,000", line=1)
    async with db.transaction(operator=True):
        owed = await journal.held(chart.person_payable(person))
        waiting = await db.fetchval(
            "select count(*) from payable_item where owner = $1 and payout_id is null", f"person:{person}"
        )
    await go_to(months.last_moment(month) + timedelta(days=30))

    assert await answering.deem() == 0
    assert await status_of(statement) == "disputed"
    assert (owed, waiting) == (yen(49_895), 1)
    async with db.transaction(company=company):
        await answering.settle(statement, company, "Agreed: a new contract covers it.")
    async with db.transaction(person=person):
        await answering.confirm(statement, person)
    assert await status_of(statement) == "confirmed"


async def test_a_dispute_needs_a_reason_and_a_line_of_the_statement(month: date):
    _, person, statement = await made_and_sent(month)

    async with db.transaction(person=person):
        with pytest.raises(Invalid):
            await answering.dispute(statement, person, "  ")
        with pytest.raises(Invalid):
            await answering.dispute(statement, person, "Wrong", line=9)


async def test_nobody_answers_another_persons_statement_or_twice(month: date):
    _, person, statement = await made_and_sent(month)
    stranger = str(uuid4())

    async with db.transaction(person=stranger):
        with pytest.raises(NotFound):
            await answering.confirm(statement, stranger)
    async with db.transaction(person=person):
        await answering.confirm(statement, person)
        with pytest.raises(Conflict):
            await answering.dispute(statement, person, "Too late")


async def test_a_cancelled_contract_pays_a_compensation_outside_of_tax(month: date):
    company, person, contract, task = await company_with_money(), str(uuid4()), str(uuid4()), str(uuid4())
    from marketplace.core import clock
    from payouts import funding

    async with db.transaction(operator=True):
        await funding.reserve(company, task=task, version=1, amount=seat().maximum)
        await funding.conclude(company, task=task, contract=contract, cost=seat())
        await payables.compensate(
            person,
            company,
            contract=contract,
            compensation=yen(30_000),
            due_on=await clock.today(),
            title="Cancelled",
        )
    await end_of(month)

    (row,) = await make(company, month)

    assert (row["net_amount"], row["tax_amount"], row["document_tax_amount"]) == (30_000, 0, 0)
    assert row["rates"] == [{"rate": 0, "base": 30_000, "tax": 0, "agreed": 0, "covered": 0, "deductible": 0}]
