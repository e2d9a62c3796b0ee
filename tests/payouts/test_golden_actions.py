"""The golden walk again, through the real actions on a real ledger: same keys, same entries, same yen."""

import functools
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import attempts, chart, funding, journal, payables, planning, topups, verify
from payouts.attempts import Made
from payouts.billing import credit_notes, invoices, parties, paying
from payouts.billing import postings as billing
from payouts.fees import compensation
from payouts.gateway.protocol import Bill, Dispute, Payment
from tests.factories.billing import know_buyers
from tests.factories.payouts import seat

pytestmark = pytest.mark.usefixtures("database")

WALK = json.loads((Path(__file__).parents[1] / "golden" / "ledger_walk.json").read_text(encoding="utf-8"))
STORIES = {story["scenario"][:2]: story for story in WALK}
DUE = date(2026, 11, 20)


def as_operator(play):
    """Run a test inside one transaction in the operator's scope, and commit it."""

    @functools.wraps(play)
    async def inside(*args, **named):
        async with db.transaction(operator=True):
            await play(*args, **named)

    return inside


async def topup(amount):
    await db.execute(
        "insert into topup (owner, method, amount, payment_intent) values ('company:acme', 'card', $1, 'pi1')",
        amount,
    )
    payment = Payment("pi1", "succeeded", "", "", yen(amount), "ch1", "txn1", yen(0), yen(amount))
    assert await topups.credit_topup(payment)


async def reserve(cost, seats=1, version=1):
    await funding.reserve("acme", task="task1", version=version, amount=cost.reserve(seats))


async def conclude(cost, contract="contract1"):
    await funding.conclude("acme", task="task1", contract=contract, cost=cost)


async def approve(cost, contract="contract1", part=1, person="bob", category="design"):
    await payables.approve(
        person,
        "acme",
        contract=contract,
        part=part,
        cost=cost,
        due_on=DUE,
        title="Work",
        tax_category=category,
    )


async def opening(cost, seats=1):
    await topup(cost.reserve(seats).amount)
    await reserve(cost, seats)
    await conclude(cost)


async def planned():
    await planning.plan()
    return await db.fetchval("select id from payout")


async def send(payout, attempt=1):
    assert await attempts.submit([payout])
    if attempt == 1:
        await attempts.transferred([Made(payout, attempt, "tr1")])
    await attempts.acknowledge([Made(payout, attempt, f"po{attempt}")])


async def pay():
    payout = await planned()
    await send(payout)
    assert await attempts.confirm(payout, 1)


async def story_01():
    await opening(seat())
    await approve(seat())
    await pay()


async def story_02():
    plain = seat(withheld=False)
    await opening(plain)
    await approve(plain, category="coding")
    await pay()


async def story_04():
    cost = seat()
    await opening(cost, seats=2)
    await funding.release(
        "acme", task="task1", reason="expired", amount=await funding.reserved_of("acme", "task1")
    )
    await approve(cost)
    await pay()


async def story_05():
    dearer = seat(60_000)
    await topup(dearer.maximum.amount)
    await reserve(seat())
    await reserve(dearer, version=2)
    await conclude(dearer)
    await approve(dearer)
    await pay()


async def story_06():
    plain = seat(withheld=False)
    await opening(seat())
    await funding.reopen("acme", task="task1", contract="contract1", seat=seat().maximum)
    await conclude(plain, "contract2")
    await approve(plain, "contract2", person="carol", category="coding")


async def story_07():
    await opening(seat())
    await payables.compensate(
        "bob",
        "acme",
        contract="contract1",
        compensation=compensation(yen(50_000), 6000),
        due_on=DUE,
        title="Cancelled",
    )
    await pay()


async def story_08():
    undisputed, rest = seat().part(yen(30_000))
    half, _ = rest.part(yen(10_000))
    await opening(seat())
    await approve(undisputed, part=1)
    await approve(half, part=2)
    await payables.return_rest("acme", contract="contract1")
    await pay()


async def story_09():
    await opening(seat())
    await approve(seat())
    payout = await planned()
    await send(payout)
    assert await attempts.fail(payout, 1, "account_closed")
    assert await attempts.retry(payout)
    await send(payout, attempt=2)
    assert await attempts.confirm(payout, 2)


async def story_10():
    await opening(seat())
    await approve(seat())
    await pay()
    payout = await db.fetchval("select id from payout")
    assert await attempts.give_back(payout, 1, "account_closed")
    assert await attempts.retry(payout)
    await send(payout, attempt=2)
    assert await attempts.confirm(payout, 2)


async def story_11():
    cost = seat(600_000)
    await clock.advance(datetime(2026, 12, 25, 3, tzinfo=UTC) - await clock.now())
    await topup(cost.reserve(2).amount)
    await reserve(cost, seats=2)
    for contract in ("contract1", "contract2"):
        await conclude(cost, contract)
    for contract in ("contract1", "contract2"):
        await approve(cost, contract)
    await pay()


async def invoiced_and_paid():
    made = await invoices.draft(
        company="acme",
        payee="bob",
        reference="claim:claim1",
        title="Success fee",
        success_on=DUE,
        fee=yen(300_000),
        tax_bp=1000,
        bounty=yen(100_000),
        days_until_due=30,
    )
    assert await invoices.finalise() == 1
    await db.execute("update invoice set provider_id = 'in1' where id = $1", made)
    paid = Payment("pi1", "succeeded", "", "", yen(430_000), "py_1", "txn1", yen(6_450), yen(423_550))
    assert await paying.apply(Bill("in1", str(made), "paid", paid))
    assert not await paying.apply(Bill("in1", str(made), "paid", paid))
    return made


async def story_12():
    await invoiced_and_paid()
    fact = billing.vest(
        "bob", claim="claim1", tranche="tranche1", amount=yen(100_000), happened_at=await clock.now()
    )
    await journal.record(fact, about="claim:claim1")
    await db.execute(
        """insert into payable_item (owner, payer, reference, part, title, kind, tax_category, base_amount, tax_amount,
             withheld_amount, net_amount, due_on)
           values ('person:bob', 'company:acme', 'claim:claim1', '1', 'Bounty', 'bounty', 'bounty', 100000, 0, 0, 100000, $1)""",
        DUE,
    )
    await pay()


async def story_13():
    made = await invoiced_and_paid()
    await credit_notes.issue(made, refund_bp=5_000, bounty_back=yen(100_000), reason="left early")


async def story_14():
    await opening(seat())
    assert await topups.chargeback(Dispute("dp1", "needs_response", "pi1", yen(63_250)))


async def story_15():
    await topup(63_250)
    assert len(await topups.refund_unspent("acme", yen(63_250))) == 1


PLAYS = {name.removeprefix("story_"): play for name, play in globals().items() if name.startswith("story_")}
PLAYS["03"] = story_01


async def _posted():
    rows = await db.fetch(
        """select t.key, a.name, e.amount from ledger_transfer t join ledger_entry e on e.transfer_id = t.id
           join ledger_account a on a.id = e.account_id order by t.id"""
    )
    posted = {}
    for row in rows:
        posted.setdefault(_plain(row["key"]), {})[_plain(row["name"])] = row["amount"]
    return posted


def _plain(text):
    """Give the ids that the database made the names of the golden file."""
    for word in text.split(":"):
        try:
            UUID(word)
        except ValueError:
            continue
        return text.replace(word, "re1" if text.startswith("refund:") else "payout1")
    return text


@pytest.fixture(autouse=True)
def _buyers(monkeypatch):
    monkeypatch.setattr(parties, "_sources", [])
    know_buyers()


@pytest.mark.parametrize("number", sorted(PLAYS))
@as_operator
async def test_the_actions_post_the_golden_walk_to_the_yen(number):
    story = STORIES[number]

    await PLAYS[number]()

    assert await _posted() == {posting["key"]: posting["entries"] for posting in story["postings"]}
    balances = await journal.balances()
    assert {account.name: amount for account, amount in balances.items() if amount} == {
        _plain(name): amount for name, amount in story["final"].items()
    }
    guard = chart.safeguarding(balances)
    assert (guard.client_money.amount, guard.safeguarded.amount, guard.shortfall.amount) == (
        story["client_money"],
        story["safeguarded"],
        story["shortfall"],
    )
    assert await journal.recompute() == []
    findings = {finding.check for finding in await verify.run()}
    assert findings == ({"client money is covered"} if story["shortfall"] else set())


@as_operator
async def test_a_shortfall_names_the_missing_yen_and_leaves_the_transaction_good():
    await topup(10_000)

    with pytest.raises(funding.Shortfall) as short:
        await reserve(seat())

    assert short.value.missing == yen(53_250)
    assert await funding.free_balance("acme") == yen(10_000)


@as_operator
async def test_reserving_the_same_version_twice_reserves_once():
    await topup(126_500)

    first = await funding.reserve("acme", task="task1", version=1, amount=seat().maximum)
    again = await funding.reserve("acme", task="task1", version=1, amount=seat().maximum)

    assert (first, again) == (yen(63_250), yen(0))
    assert await funding.reserved_of("acme", "task1") == yen(63_250)


@as_operator
async def test_a_second_payout_of_a_day_waits_for_the_next_day():
    await opening(seat(), seats=2)
    await approve(seat())
    assert await planning.plan() == 1
    await conclude(seat(), "contract2")
    await approve(seat(), "contract2")

    same_day = await planning.plan()
    await clock.advance(timedelta(days=1))
    next_day = await planning.plan()

    assert (same_day, next_day) == (0, 1)


@as_operator
async def test_an_item_of_unknown_tax_category_is_not_planned_until_finance_has_chosen():
    await opening(seat())
    await approve(seat(), category="something new")

    blocked = await planning.plan()
    await payables.categorise(await db.fetchval("select id from payable_item"), "design")

    assert (blocked, await planning.plan()) == (0, 1)
