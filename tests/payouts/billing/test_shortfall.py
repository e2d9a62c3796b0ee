"""An invoice for a bounty alone, paid by card: the provider's fee is the operator's, and its cover is asked for."""

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from marketplace.funds import cover
from marketplace.people import sign_in
from payouts import verify
from payouts.billing import paying
from tests.factories.billing import opened, row_of
from tests.factories.payouts import pay_by_card, prepay

FEE = 3_600


@pytest.fixture
async def operator(database: None) -> object:
    """Somebody of the operator."""
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add("operator@enishi.example", "運営")
        await db.execute("update person set is_operator = true where id = $1", person)
    return person


async def told(person: object) -> list[dict]:
    async with db.transaction(operator=True):
        return await db.fetch("select params from notification where person_id = $1 order by id", person)


async def test_the_fee_of_a_bounty_alone_is_named_to_the_yen_and_the_operator_told_once_a_day(
    provider, operator
):
    made = await opened(fee=0, bounty=100_000)
    await provider.drain()
    pay_by_card((await row_of(made))["hosted_url"])

    await provider.drain()

    assert (await row_of(made))["status"] == "paid"
    [finding] = await verify.run()
    assert finding == verify.Finding(
        "client money is covered", "¥3,600 are missing; the operator covers them"
    )
    async with db.transaction(operator=True):
        rows = await db.fetch("select name, balance from ledger_account where balance <> 0")
    assert {row["name"].split(":")[0]: abs(row["balance"]) for row in rows} == {
        "stripe": 100_000 - FEE, "expense": FEE, "person": 100_000,
    }  # fmt: skip
    assert [await cover.warn() for _ in range(2)] == [True, True]
    assert len(await told(operator)) == 1
    await provider.advance(days=1)
    assert await cover.warn()
    assert len(await told(operator)) == 2


async def test_from_the_balance_nothing_is_missing_and_nobody_is_told(provider, operator):
    made = await opened(fee=0, bounty=100_000)
    await prepay(made.company, yen(100_000))

    async with db.transaction(operator=True):
        await paying.pay_from_balance(made.invoice)

    assert await verify.run() == []
    assert not await cover.warn()
    assert not await told(operator)
