"""The journal of a month out of the real books: every kind of fact once, tied to the ledger and the registers to the yen."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import bounties, chart, funding, journal, own_postings, payables, postings
from payouts.billing import credit_notes, ending, paying
from payouts.billing import postings as billing
from payouts.exports.journal import Journal, Role, TaxClass
from payouts.exports.queries import journal as journal_of
from payouts.statements import months, platform_invoices, registrations, withholding
from tests.factories.billing import opened, row_of
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to, reach_the_bank

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "T7123456789012"


async def read(company: str, month: date) -> Journal:
    async with db.transaction(operator=True):
        return await journal_of(company, month)


def kinds(found: Journal) -> list[str]:
    return [slip.kind for slip in found.slips]


async def paying_company(amount: int = 50_000_000) -> str:
    company = str(uuid4())
    await prepay(company, yen(amount))
    return company


async def register(person: str) -> None:
    async with db.transaction(operator=True):
        await registrations.note(person, NUMBER)


async def test_a_top_up_and_an_approval_are_three_slips_and_reserves_are_none(month: date):
    company, person = await paying_company(), str(uuid4())
    await register(person)
    await earn(person, company)

    found = await read(company, month)

    assert kinds(found) == ["topup", "approve", "settle"]
    approve = found.slips[1]
    assert [(line.role, line.amount.amount) for line in approve.lines] == [
        ("outsourcing", 50_000), ("input_tax", 5_000), ("platform_fee", 7_500), ("input_tax", 750),
        ("withheld", 5_105), ("payable_person", 49_895), ("payable_platform", 8_250),
    ]  # fmt: skip
    assert approve.lines[0].party == f"person:{person}"
    assert approve.title == "Design"
    assert found.holds


async def test_what_the_provider_keeps_of_a_top_up_is_the_companys_cost(month: date):
    company = str(uuid4())
    async with db.transaction(operator=True):
        topup = await db.fetchval(
            "insert into topup (owner, method, amount, status) values ($1, 'card', 100000, 'paid') returning id",
            f"company:{company}",
        )
        fact = postings.topup(
            company,
            transaction="txn_fee",
            arrived=yen(96_400),
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact, about=f"topup:{topup}")

    found = await read(company, month)

    assert [(line.side, line.role, line.amount.amount) for line in found.slips[0].lines] == [
        ("debit", "deposit", 96_400), ("debit", "topup_fee", 3_600), ("credit", "bank", 100_000),
    ]  # fmt: skip
    assert found.holds


async def test_an_unregistered_payee_has_the_class_and_the_share_of_the_day(month: date):
    company = await paying_company()
    await earn(str(uuid4()), company)

    found = await read(company, month)

    line = found.slips[1].lines[0]
    expected = {8_000: TaxClass.SHARE_80, 7_000: TaxClass.SHARE_70}
    assert line.tax_class in expected.values()
    assert line.amount == yen(50_000 + 5_000 - 5_000 * int(line.tax_class.removeprefix("share_")) // 100)
    assert found.holds


async def test_the_deposit_ties_month_by_month_over_everything_that_moves_it(month: date):
    company, person = await paying_company(), str(uuid4())
    item = await earn(person, company)
    await adjust(company, person, item, 20)
    await chargeback(company)
    success = await opened(company=company)
    async with db.transaction(operator=True):
        await paying.pay_from_balance(success.invoice)
    await credit_notes.give_back(success.invoice, yen(100_000), reason="Left early", occasion="1")
    await recovered(company, person)
    await refund(company)

    found = await read(company, month)

    async with db.transaction(operator=True):
        held = await db.fetchval(
            "select -sum(balance)::bigint from ledger_account where owner = $1 and purpose in ('balance', 'reserved')",
            f"company:{company}",
        )
    assert found.moved(Role.DEPOSIT) == yen(held)
    assert {
        "withhold_adjust",
        "chargeback",
        "invoice",
        "invoice_paid",
        "credit_note",
        "netted",
        "refund",
    } <= set(kinds(found))
    assert [tie.name for tie in found.ties if not tie.holds] == []
    assert found.holds


async def adjust(company: str, person: str, item: UUID, more: int) -> None:
    """Withhold more of an item as it is planned, as one base of one day does."""
    async with db.transaction(operator=True):
        now = await clock.now()
        fact = postings.withhold_adjust(
            company, person, day=await clock.today(), more=yen(more), happened_at=now
        )
        await journal.record(fact)
        await db.execute(
            "update payable_item set adjusted_amount = $2, net_amount = net_amount - $2 where id = $1",
            item,
            more,
        )
    await reach_the_bank(person, [item])


async def chargeback(company: str) -> None:
    async with db.transaction(operator=True):
        fact = own_postings.chargeback(
            company, dispute=uuid4().hex, amount=yen(9_000), unspent=yen(8_000), happened_at=await clock.now()
        )
        await journal.record(fact)
        paid = own_postings.debt_paid(
            company, fact="1" + uuid4().hex, amount=yen(1_000), happened_at=await clock.now()
        )
        await journal.record(paid)


async def refund(company: str) -> None:
    async with db.transaction(operator=True):
        fact = postings.refund(company, refund_id=uuid4().hex, amount=yen(7), happened_at=await clock.now())
        await journal.record(fact)


async def recovered(company: str, person: str) -> None:
    """Let a bounty vest, be asked back and be kept from a later one."""
    for amount, back in ((22_000, True), (30_000, False)):
        claim, tranche = str(uuid4()), str(uuid4())
        success = await opened(company=company, person=person, claim=claim, bounty=amount)
        async with db.transaction(operator=True):
            await paying.pay_from_balance(success.invoice)
            await bounties.vest(
                person, company, claim=claim, tranche=tranche, number=1, amount=yen(amount), title="Bounty",
                due_on=await clock.today(),
            )  # fmt: skip
            if back:
                await bounties.claw_back(person, company, tranche=tranche, amount=yen(amount))


async def test_a_vested_bounty_is_a_cost_in_its_month_and_leaves_nothing_paid_ahead(month: date):
    company, person = await paying_company(), str(uuid4())
    await recovered(company, person)

    found = await read(company, month)

    vested = [slip for slip in found.slips if slip.kind == "vest"]
    assert [slip.credits.amount for slip in vested] == [22_000, 30_000]
    assert found.moved(Role.PREPAID_BOUNTY) == yen(0)
    assert found.purchased(Role.BOUNTY) == yen(30_000)
    (netted,) = (slip for slip in found.slips if slip.kind == "netted")
    assert netted.debits == yen(22_000)
    assert {line.party for line in netted.lines if line.role is Role.BOUNTY} == {f"person:{person}"}


async def test_an_invoice_that_is_voided_leaves_nothing_in_the_books(month: date):
    company = await paying_company()
    success = await opened(company=company)
    async with db.transaction(operator=True):
        await ending.void(success.invoice, "A mistake")

    found = await read(company, month)

    assert kinds(found) == ["topup", "invoice", "invoice"]
    for role in (
        Role.SUCCESS_FEE,
        Role.INPUT_TAX,
        Role.PREPAID_BOUNTY,
        Role.PAYABLE_PERSON,
        Role.PAYABLE_PLATFORM,
    ):
        assert found.moved(role) == yen(0)
    assert found.holds


async def test_an_invoice_that_the_operator_gives_up_is_still_owed_by_the_company(month: date):
    company = await paying_company()
    success = await opened(company=company)
    async with db.transaction(operator=True):
        await ending.give_up(success.invoice, "Lost")

    found = await read(company, month)

    assert kinds(found) == ["topup", "invoice"]
    assert found.moved(Role.PAYABLE_PLATFORM) == yen(-330_000)


async def test_an_invoice_paid_by_card_goes_through_the_bank_with_its_number(month: date):
    company = await paying_company()
    success = await opened(company=company)
    row = await row_of(success)
    async with db.transaction(operator=True):
        fact = billing.invoice_paid(
            company, number=row["number"], due=yen(430_000), net=yen(420_000), provider_fee=yen(10_500),
            happened_at=await clock.now(),
        )  # fmt: skip
        await journal.record(fact, about=f"invoice:{success.invoice}")
        await journal.record(
            billing.fund_bounty(
                success.person, claim=success.claim, amount=yen(100_000), happened_at=await clock.now()
            ),
            about=f"invoice:{success.invoice}",
        )

    found = await read(company, month)

    paid = found.slips[-1]
    assert [(line.role, line.amount.amount) for line in paid.lines] == [
        ("payable_platform", 330_000), ("payable_person", 100_000), ("deposit", 500), ("bank", 430_500),
    ]  # fmt: skip
    assert paid.document == f"INV-{row['number']:06}"
    assert found.holds


async def test_a_compensation_is_outside_of_tax(month: date):
    company, person = await paying_company(), str(uuid4())
    await cancelled(company, person)

    found = await read(company, month)

    assert [(line.role, line.amount.amount, line.tax_class) for line in found.slips[1].lines] == [
        ("compensation", 30_000, "outside"), ("payable_person", 30_000, "outside"),
    ]  # fmt: skip
    assert kinds(found) == ["topup", "cancel", "settle"]
    assert found.holds


async def cancelled(company: str, person: str) -> None:
    task, contract = str(uuid4()), str(uuid4())
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


async def test_what_is_withheld_ties_to_the_register_over_the_months_in_which_it_is_paid(month: date):
    company, person = await paying_company(), str(uuid4())
    first, second = await earn(person, company), await earn(person, company, cost=seat(80_000))
    await reach_the_bank(person, [first])
    await go_to(months.last_moment(month))
    await reach_the_bank(person, [second])
    await reach_the_bank(person, [first], back=True)
    later = months.after(month)
    await go_to(months.last_moment(later))

    one, two = await read(company, month), await read(company, later)

    ties = [next(tie for tie in found.ties if tie.name == "withheld") for found in (one, two)]
    assert [(tie.journal.amount, tie.books.amount) for tie in ties] == [(5_105, 5_105), (8_168 - 5_105,) * 2]
    assert one.moved(Role.WITHHELD) == yen(-5_105 - 8_168)
    assert one.holds
    assert two.holds


async def test_a_remittance_empties_what_was_withheld_on_the_day_that_finance_noted(month: date):
    company, person = await paying_company(), str(uuid4())
    await reach_the_bank(person, [await earn(person, company)])
    await go_to(months.last_moment(month) + timedelta(days=5))
    async with db.transaction(operator=True):
        today = await clock.today()
        await withholding.note_remitted(company, month, on=today, by="member:1", today=today)

    found = await read(company, months.after(month))

    (slip,) = found.slips
    assert [(line.side, line.role, line.amount.amount) for line in slip.lines] == [
        ("debit", "withheld", 5_105), ("credit", "bank", 5_105),
    ]  # fmt: skip
    assert slip.on == today
    assert found.holds


async def test_the_platform_fees_of_a_month_are_the_operators_invoice_with_its_difference(month: date):
    company = await paying_company()
    for _ in range(3):
        await earn(str(uuid4()), company, cost=seat(700))
    await go_to(months.last_moment(month))
    before = await read(company, month)
    await platform_invoices.make(company, month)

    found = await read(company, month)

    tie = next(tie for tie in found.ties if tie.name == "platform")
    assert "platform_invoice" not in kinds(before)
    assert kinds(found)[-1] == "platform_invoice"
    assert tie.holds
    assert found.holds


async def test_what_an_operator_bears_of_the_difference_is_income_and_no_deposit(month: date):
    company = await paying_company(seat(700).maximum.amount * 3)
    for _ in range(3):
        await earn(str(uuid4()), company, cost=seat(700))
    async with db.transaction(operator=True):
        free = -await journal.balance(chart.company_balance(company))
        if free:
            await journal.record(
                postings.refund(company, refund_id=uuid4().hex, amount=free, happened_at=await clock.now())
            )
    await go_to(months.last_moment(month))
    await platform_invoices.make(company, month)

    found = await read(company, month)

    assert [(line.role, line.amount.amount) for line in found.slips[-1].lines] == [
        ("input_tax", 1),
        ("other_income", 1),
    ]
    assert found.holds


async def test_another_companys_facts_are_in_no_journal_of_ours(month: date):
    ours, theirs, person = await paying_company(), await paying_company(7_000_000), str(uuid4())
    await reach_the_bank(person, [await earn(person, ours), await earn(person, theirs, cost=seat(90_000))])

    found = await read(ours, month)

    assert found.purchased(Role.OUTSOURCING) == yen(55_000)
    assert found.holds


async def test_an_empty_month_holds_and_has_no_slips(month: date):
    found = await read(str(uuid4()), month)

    assert (found.slips, found.holds, found.debits) == ((), True, yen(0))


async def test_the_last_second_of_a_japanese_month_belongs_to_it(month: date):
    company = str(uuid4())
    await go_to(months.last_moment(month) - timedelta(seconds=30))
    await prepay(company, yen(100))
    await go_to(months.last_moment(month))
    await prepay(company, yen(23))

    assert (await read(company, month)).debits == yen(100)
    assert (await read(company, months.after(month))).debits == yen(23)
