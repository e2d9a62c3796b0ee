"""Invoices in our own books: drafted once, numbered without gaps, paid from the balance, void, given up, credited."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.money import yen
from payouts import chart, funding, journal, verify
from payouts.billing import credit_notes, ending, invoices, paying, postings
from tests.factories.billing import BUYER, opened, row_of, succeed
from tests.factories.payouts import prepay

pytestmark = pytest.mark.usefixtures("database")


async def balances() -> dict[str, int]:
    async with db.transaction(operator=True):
        return {account.name: amount for account, amount in (await journal.balances()).items() if amount}


async def told(kind: str) -> list[dict]:
    async with db.transaction(operator=True):
        return [row["args"] for row in await db.fetch("select args from outbox where kind = $1", kind)]


async def pay(success) -> None:
    await prepay(success.company, yen(430_000))
    async with db.transaction(operator=True):
        await paying.pay_from_balance(success.invoice)


async def credit(success, bp=5000, bounty=100_000):
    async with db.transaction(operator=True):
        return await credit_notes.issue(
            success.invoice, refund_bp=bp, bounty_back=yen(bounty), reason="left after 20 days"
        )


async def test_one_success_is_one_draft_and_nothing_is_posted_before_it_is_finalised():
    first = await succeed()

    again = await succeed(company=first.company, person=first.person, claim=first.claim, fee=999)

    assert again.invoice == first.invoice
    assert (await row_of(first))["status"] == "draft"
    assert (await row_of(first))["fee_amount"] == 300_000
    assert await balances() == {}


async def test_finalising_numbers_it_dates_it_and_keeps_seller_and_buyer_as_they_stand():
    made = await opened(days=20)

    row = await row_of(made)

    assert (row["number"], row["status"], (row["due_on"] - row["issued_on"]).days) == (1, "open", 20)
    assert row["buyer"] == BUYER.record
    assert row["seller"]["name"] == "縁結び株式会社"
    assert await balances() == {
        f"company:{made.company}:receivable": 430_000,
        "revenue:success_fee": -300_000,
        "tax:output": -30_000,
        f"person:{made.person}:awaiting:{made.claim}": -100_000,
    }
    assert await verify.run() == []


async def test_finalising_twice_and_by_many_at_once_numbers_each_draft_once_without_gaps():
    for _ in range(12):
        await succeed()

    counts = await asyncio.gather(*(invoices.finalise(3) for _ in range(6)))
    counts.append(await invoices.finalise_all())

    async with db.transaction(operator=True):
        numbers = [row["number"] for row in await db.fetch("select number from invoice order by number")]
    assert numbers == list(range(1, 13))
    assert sum(counts) == 12
    assert await verify.run() == []


async def test_a_rollback_gives_the_numbers_back(monkeypatch):
    await succeed()

    async def broken(_facts):
        raise OSError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "record_all", broken)
        with pytest.raises(OSError, match="went away"):
            await invoices.finalise()
    await invoices.finalise()

    async with db.transaction(operator=True):
        assert await db.fetchval("select number from invoice") == 1


async def test_the_balance_pays_it_and_funds_the_bounty():
    made = await opened()

    await pay(made)

    row = await row_of(made)
    assert (row["status"], row["paid_from"], row["net_amount"]) == ("paid", "balance", 430_000)
    assert await balances() == {
        "stripe:platform": 430_000,
        "revenue:success_fee": -300_000,
        "tax:output": -30_000,
        f"person:{made.person}:unvested:{made.claim}": -100_000,
    }
    assert await told("referrals.invoice_paid") == [{"reference": made.reference}]
    assert await verify.run() == []


async def test_a_balance_that_is_too_low_names_the_missing_yen_and_leaves_the_invoice_open():
    made = await opened()
    await prepay(made.company, yen(400_000))

    with pytest.raises(funding.Shortfall) as short:
        async with db.transaction(operator=True):
            await paying.pay_from_balance(made.invoice)

    assert short.value.missing == yen(30_000)
    assert (await row_of(made))["status"] == "open"


async def test_it_is_paid_once():
    made = await opened()
    await pay(made)

    with pytest.raises(Conflict):
        async with db.transaction(operator=True):
            await paying.pay_from_balance(made.invoice)


async def test_a_void_invoice_leaves_no_yen_and_keeps_its_number():
    made = await opened()

    async with db.transaction(operator=True):
        await ending.void(made.invoice, "the wrong company")

    row = await row_of(made)
    assert (row["status"], row["number"], row["end_reason"]) == ("void", 1, "the wrong company")
    assert await balances() == {}
    assert await told("referrals.invoice_ended") == [{"reference": made.reference}]
    assert await verify.run() == []


async def test_an_uncollectible_one_is_the_operators_loss_and_owes_the_referrer_nothing():
    made = await opened()

    async with db.transaction(operator=True):
        await ending.give_up(made.invoice, "bankrupt")

    assert await balances() == {
        "revenue:success_fee": -300_000,
        "tax:output": -30_000,
        "expense:bad_debt": 330_000,
    }
    assert await verify.run() == []


@pytest.mark.parametrize("end", [ending.void, ending.give_up])
async def test_an_invoice_ends_only_while_it_is_open_and_with_a_reason(end):
    made = await opened()
    await pay(made)
    other = await opened()

    async with db.transaction(operator=True):
        with pytest.raises(Conflict):
            await end(made.invoice, "too late")
        with pytest.raises(Invalid) as silent:
            await end(other.invoice, "  ")
        with pytest.raises(NotFound):
            await end(uuid4(), "who")

    assert set(silent.value.fields) == {"reason"}


async def test_a_credit_note_of_a_paid_invoice_goes_to_the_balance():
    made = await opened()
    await pay(made)

    note, again = await credit(made), await credit(made, bp=9999)

    assert note == again
    found = await balances()
    assert found[f"company:{made.company}:balance"] == -265_000
    assert found["revenue:success_fee"] == -150_000
    assert (await row_of(made))["status"] == "paid"
    assert await verify.run() == []


async def test_a_credit_note_of_an_open_invoice_asks_for_less_and_the_rest_is_paid():
    made = await opened()

    await credit(made, bounty=40_000)
    owed = await balances()
    await prepay(made.company, yen(225_000))
    async with db.transaction(operator=True):
        await paying.pay_from_balance(made.invoice)

    found = await balances()
    assert owed[f"company:{made.company}:receivable"] == 225_000
    assert f"company:{made.company}:receivable" not in found
    assert found[f"person:{made.person}:unvested:{made.claim}"] == -60_000
    assert await verify.run() == []


async def test_a_credit_note_for_everything_ends_an_open_invoice():
    made = await opened()

    await credit(made, bp=10_000)

    assert (await row_of(made))["status"] == "credited"
    assert await balances() == {}
    assert await told("referrals.invoice_ended") == [{"reference": made.reference}]
    assert await verify.run() == []


async def test_no_credit_note_stands_on_a_draft_or_a_void_invoice():
    draft = await succeed()

    with pytest.raises(Conflict):
        await credit(draft)
    await invoices.finalise()
    async with db.transaction(operator=True):
        await ending.void(draft.invoice, "wrong")
    with pytest.raises(Conflict):
        await credit(draft)


async def test_bounty_that_has_vested_does_not_come_back_by_credit_note():
    made = await opened()
    await pay(made)
    async with db.transaction(operator=True):
        earned = postings.vest(
            made.person, claim=made.claim, tranche="t1", amount=yen(30_000), happened_at=await clock.now()
        )
        await journal.record(earned)

    with pytest.raises(journal.Overdrawn):
        await credit(made)
    await credit(made, bounty=70_000)

    async with db.transaction(operator=True):
        assert await journal.held(chart.person_unvested(made.person, made.claim)) == yen(0)


async def test_credit_notes_are_numbered_without_gaps_whatever_fails():
    first, second = await opened(), await opened()

    with pytest.raises(Invalid):
        await credit(first, bounty=100_001)
    await credit(first)
    await credit(second)

    async with db.transaction(operator=True):
        found = await db.fetch("select number from credit_note order by number")
        assert [row["number"] for row in found] == [1, 2]


async def give(success, fee: int, occasion: str):
    async with db.transaction(operator=True):
        return await credit_notes.give_back(success.invoice, yen(fee), reason="late help", occasion=occasion)


async def test_an_invoice_is_credited_on_several_occasions_each_once_and_never_for_more_than_it_asks():
    made = await opened()
    await pay(made)

    first, again = await give(made, 33_333, "operator:a"), await give(made, 99_999, "operator:a")
    with pytest.raises(Invalid):
        await give(made, 266_668, "operator:b")
    second = await credit(made, bp=10_000)
    with pytest.raises(Invalid):
        await give(made, 1, "operator:c")

    assert first == again != second
    async with db.transaction(operator=True):
        notes = await db.fetch(
            "select number, fee_amount, tax_amount, bounty_amount from credit_note order by number"
        )
        assert [tuple(note) for note in notes] == [(1, 33_333, 3_333, 0), (2, 266_667, 26_667, 100_000)]
    found = await balances()
    assert found[f"company:{made.company}:balance"] == -430_000
    assert "revenue:success_fee" not in found
    assert await verify.run() == []


async def test_notes_on_an_open_invoice_add_up_until_nothing_is_asked():
    made = await opened()

    await give(made, 100_000, "operator:a")
    await give(made, 50_000, "operator:b")
    assert (await balances())[f"company:{made.company}:receivable"] == 265_000
    assert (await row_of(made))["status"] == "open"
    await credit(made, bp=10_000)

    assert (await row_of(made))["status"] == "credited"
    assert await balances() == {}
    assert await verify.run() == []


async def test_two_credits_at_once_leave_no_gap_and_never_exceed_the_fee():
    made = await opened()
    await pay(made)

    results = await asyncio.gather(
        *(give(made, 80_000, f"operator:{number}") for number in range(6)), return_exceptions=True
    )

    assert sum(isinstance(result, Invalid) for result in results) == 3
    async with db.transaction(operator=True):
        numbers = [row["number"] for row in await db.fetch("select number from credit_note order by number")]
    assert numbers == [1, 2, 3]
    assert await verify.run() == []


async def test_the_database_itself_refuses_notes_above_the_invoice():
    made = await opened()
    await pay(made)
    await give(made, 200_000, "operator:a")

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute("update billing_number set last = 2 where kind = 'credit_note'")
            await db.execute(
                """insert into credit_note (invoice_id, owner, number, reason, fee_amount, tax_amount, bounty_amount,
                     into_account, occasion, issued_on)
                   select invoice_id, owner, 2, 'x', 100001, 0, 0, into_account, 'operator:b', issued_on from credit_note"""
            )
