"""Invoices through Stripe Invoicing: made, sent, paid by card and by bank, void, given up, credited; faults on the way."""

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import events, verify
from payouts.billing import credit_notes, ending, paying
from tests.factories.billing import opened, row_of
from tests.factories.payouts import pay_by_card, prepay
from tests.payouts.conftest import Provider


async def ops() -> dict[str, str]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select kind, business_key, state from money_op order by id")
    return {
        row["kind"] + (":" + row["business_key"].partition(":")[2]).rstrip(":"): row["state"] for row in rows
    }


async def held(account: str) -> int:
    async with db.transaction(operator=True):
        return int(await db.fetchval("select balance from ledger_account where name = $1", account) or 0)


async def customer() -> str:
    async with db.transaction(operator=True):
        return str(await db.fetchval("select customer from payer"))


async def there(provider: Provider, row: dict) -> dict:
    from payouts.gateway.stripe_gateway import StripeGateway

    client = StripeGateway("sk_test_enishi_sandbox", api_base=provider.server.url).client
    return client.v1.invoices.retrieve(row["provider_id"]).to_dict()


async def sent(provider: Provider, **named):
    made = await opened(**named)
    await provider.drain()
    return made


async def credit(made, bp: int, bounty: int) -> None:
    async with db.transaction(operator=True):
        await credit_notes.issue(made.invoice, refund_bp=bp, bounty_back=yen(bounty), reason="left")


async def test_an_open_invoice_is_made_finalised_and_mailed_with_the_same_total(provider):
    made = await sent(provider, fee=333_339)

    row = await row_of(made)
    found = await there(provider, row)
    assert set((await ops()).values()) == {"succeeded"}
    assert (found["status"], found["total"]) == ("open", row["total_amount"])
    assert [line["amount"] for line in found["lines"]["data"]] == [366_672, 100_000]
    assert row["hosted_url"] == found["hosted_invoice_url"]
    assert found["metadata"]["number"] == "1"


async def test_a_card_pays_it_and_it_is_never_taken_for_a_top_up(provider):
    made = await sent(provider)

    pay_by_card((await row_of(made))["hosted_url"])
    await provider.drain()

    row = await row_of(made)
    assert (row["status"], row["paid_from"]) == ("paid", "card")
    assert (row["net_amount"], row["provider_fee_amount"]) == (414_520, 15_480)
    assert await held(f"company:{made.company}:balance") == 0
    assert await held("stripe:platform") == 414_520
    assert await held(f"person:{made.person}:unvested:{made.claim}") == -100_000
    assert await verify.run() == []


async def test_a_payment_whose_webhooks_are_lost_is_found_by_looking(provider):
    made = await sent(provider)
    provider.control.add_fault("drop", count=50, event="*")

    pay_by_card((await row_of(made))["hosted_url"])
    found = await events.fill_gaps()
    await provider.drain()

    assert found > 0
    assert (await row_of(made))["status"] == "paid"
    assert await verify.run() == []


async def test_a_bank_transfer_pays_it(provider):
    made = await sent(provider)

    provider.control.deposit(await customer(), 430_000)
    await provider.drain()

    row = await row_of(made)
    assert (row["status"], row["paid_from"], row["net_amount"]) == ("paid", "bank", 423_550)
    assert await held("expense:stripe_fee") == 6_450
    assert await verify.run() == []


async def test_a_transfer_of_another_amount_leaves_it_open_and_becomes_balance(provider):
    made = await sent(provider)

    provider.control.deposit(await customer(), 100_000)
    await provider.drain()

    assert (await row_of(made))["status"] == "open"
    assert await held(f"company:{made.company}:balance") == -98_500


async def test_the_provider_learns_that_the_balance_paid(provider):
    made = await sent(provider)
    await prepay(made.company, yen(430_000))

    async with db.transaction(operator=True):
        await paying.pay_from_balance(made.invoice)
    await provider.drain()

    found = await there(provider, await row_of(made))
    assert (found["status"], found["amount_paid_off_stripe"]) == ("paid", 430_000)


async def test_paid_from_the_balance_before_the_provider_knew_it_is_not_mailed(provider):
    made = await opened()
    await prepay(made.company, yen(430_000))
    async with db.transaction(operator=True):
        await paying.pay_from_balance(made.invoice)

    await provider.drain()

    assert "invoice_send" not in {name.partition(":")[0] for name in await ops()}
    assert (await there(provider, await row_of(made)))["status"] == "paid"


async def test_paid_twice_the_second_money_is_the_companys_balance(provider):
    made = await sent(provider)
    address = (await row_of(made))["hosted_url"]
    await prepay(made.company, yen(430_000))
    async with db.transaction(operator=True):
        await paying.pay_from_balance(made.invoice)

    pay_by_card(address)
    await provider.drain()

    assert (await row_of(made))["paid_from"] == "balance"
    assert await held(f"company:{made.company}:balance") == -414_520
    assert set((await ops()).values()) == {"succeeded", "failed"}
    assert await verify.run() == []


@pytest.mark.parametrize(("end", "status"), [(ending.void, "void"), (ending.give_up, "uncollectible")])
async def test_the_provider_follows_its_end(provider, end, status):
    made = await sent(provider)

    async with db.transaction(operator=True):
        await end(made.invoice, "reason")
    await provider.drain()

    assert (await there(provider, await row_of(made)))["status"] == status


async def test_what_was_given_up_may_still_be_paid(provider):
    made = await sent(provider)
    async with db.transaction(operator=True):
        await ending.give_up(made.invoice, "bankrupt")
    await provider.drain()

    pay_by_card((await row_of(made))["hosted_url"])
    await provider.drain()

    assert (await row_of(made))["status"] == "paid"
    assert await held("expense:bad_debt") == 0
    assert await held(f"person:{made.person}:unvested:{made.claim}") == -100_000
    assert await verify.run() == []


async def test_a_credit_note_of_a_paid_invoice_is_settled_outside_of_the_provider(provider):
    made = await sent(provider)
    provider.control.deposit(await customer(), 430_000)
    await provider.drain()

    await credit(made, 5000, 100_000)
    await provider.drain()

    found = await there(provider, await row_of(made))
    assert found["post_payment_credit_notes_amount"] == 265_000
    assert await held(f"company:{made.company}:balance") == -265_000
    async with db.transaction(operator=True):
        assert await db.fetchval("select provider_id like 'cn_%' from credit_note")


async def test_a_credit_note_of_an_open_invoice_asks_for_less_and_only_that_is_paid(provider):
    made = await sent(provider)

    await credit(made, 5000, 100_000)
    await provider.drain()
    pay_by_card((await row_of(made))["hosted_url"])
    await provider.drain()

    row = await row_of(made)
    assert (row["status"], row["net_amount"] + row["provider_fee_amount"]) == ("paid", 165_000)
    assert await verify.run() == []


async def test_a_payment_that_crosses_a_credit_note_leaves_the_excess_in_the_balance(provider):
    made = await sent(provider)
    pay_by_card((await row_of(made))["hosted_url"])

    await credit(made, 5000, 100_000)
    await provider.drain()

    assert (await row_of(made))["status"] == "paid"
    assert await held(f"company:{made.company}:balance") == -265_000
    assert await verify.run() == []


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "rate_limit", "error_before", "error_after"])
@pytest.mark.parametrize(
    "path", ["/v1/invoices", "/v1/invoiceitems", "/v1/invoices/*/finalize", "/v1/credit_notes"]
)
async def test_whatever_fails_on_the_way_each_thing_is_made_once(provider, fault, path):
    provider.control.add_fault(fault, method="POST", path=path)
    made = await opened()
    await credit(made, 5000, 100_000)

    for _ in range(12):
        await provider.drain()
        async with db.transaction(operator=True):
            await db.execute("update money_op set lease_until = null, next_run_at = business_now()")
            await db.execute("update outbox set lease_until = null, run_at = now() where done_at is null")

    counts = provider.control.dump()["counts"]
    assert (counts["invoice"], counts["invoiceitem"], counts["credit_note"]) == (1, 2, 1)
    assert set((await ops()).values()) == {"succeeded"}
    assert (await there(provider, await row_of(made)))["amount_remaining"] == 165_000
    assert await verify.run() == []
