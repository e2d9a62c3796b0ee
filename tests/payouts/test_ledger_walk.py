"""The golden walk: each story, replayed through the pure postings to the last yen."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from marketplace.core.money import yen
from payouts import chart, own_postings, postings, tax
from payouts.billing import postings as billing
from payouts.billing.terms import credited, invoiced
from payouts.fees import compensation, seat_cost
from payouts.ledger import fold, trial_balance, violations

WALK = json.loads((Path(__file__).parents[1] / "golden" / "ledger_walk.json").read_text(encoding="utf-8"))
GOLDEN = {story["scenario"][:2]: story for story in WALK}
AT = {"happened_at": datetime(2026, 11, 23, tzinfo=UTC)}
PAY_ON = date(2026, 12, 25)


def seat(fee, *, withheld=True):
    tax_kept = tax.withholding(yen(fee), on=PAY_ON) if withheld else yen(0)
    return seat_cost(yen(fee), tax_rate=1000, platform_rate=1500, platform_tax_rate=1000, withheld=tax_kept)


def topup(amount):
    return postings.topup("acme", transaction="txn1", arrived=amount, fee_borne=yen(0), **AT)


def reserve(amount, version=1):
    return postings.reserve("acme", task="task1", version=version, change=amount, **AT)


def conclude(cost, contract="contract1"):
    return postings.conclude("acme", task="task1", contract=contract, cost=cost, **AT)


def approve(cost, contract="contract1", part=1, person="bob"):
    return postings.approve("acme", person, contract=contract, part=part, cost=cost, **AT)


def opening(cost, seats=1):
    return [topup(cost.reserve(seats)), reserve(cost.reserve(seats)), conclude(cost)]


def try_payout(amount, attempt=1):
    this = {"payout": "payout1", "attempt": attempt, "amount": amount, **AT}
    return {step: getattr(postings, step)("bob", **this) for step in STEPS}


STEPS = ("submit", "transfer", "paid", "failed", "returned")


def pay(amount):
    steps = try_payout(amount)
    return [steps["submit"], steps["transfer"], steps["paid"]]


def paid_plainly(cost):
    return [*opening(cost), approve(cost), *pay(cost.to_person)]


def one_of_two_seats():
    cost = seat(50_000)
    release = postings.release("acme", task="task1", reason="expired", amount=cost.maximum, **AT)
    return [*opening(cost, seats=2), release, approve(cost), *pay(cost.to_person)]


def raised_before_anyone_accepts():
    before, after = seat(50_000), seat(60_000)
    return [
        topup(after.maximum),
        reserve(before.maximum),
        reserve(after.maximum - before.maximum, version=2),
        conclude(after),
        approve(after),
        *pay(after.to_person),
    ]


def withdrawn_and_filled_again():
    first, second = seat(50_000), seat(50_000, withheld=False)
    reopen = postings.reopen(
        "acme", contract="contract1", task="task1", held=first.company_pays, seat=first.maximum, **AT
    )
    return [
        *opening(first),
        reopen,
        conclude(second, "contract2"),
        approve(second, "contract2", person="carol"),
    ]


def cancelled_late():
    cost, owed = seat(50_000), compensation(yen(50_000), 6_000)
    cancel = postings.cancel(
        "acme", "bob", contract="contract1", held=cost.company_pays, compensation=owed, **AT
    )
    return [*opening(cost), cancel, *pay(owed)]


def disputed():
    cost = seat(50_000)
    undisputed, left = cost.part(yen(30_000))
    settled, rest = left.part(yen(10_000))
    return [
        *opening(cost),
        approve(undisputed, part=1),
        approve(settled, part=2),
        postings.cancel_rest("acme", contract="contract1", held=rest.company_pays, **AT),
        *pay(undisputed.to_person + settled.to_person),
    ]


def failed_once():
    cost = seat(50_000)
    first, second = try_payout(cost.to_person), try_payout(cost.to_person, attempt=2)
    return [
        *opening(cost),
        approve(cost),
        *[first[step] for step in ("submit", "transfer", "failed")],
        *[second[step] for step in ("submit", "paid")],
    ]


def returned_once():
    cost = seat(50_000)
    first, second = try_payout(cost.to_person), try_payout(cost.to_person, attempt=2)
    return [
        *opening(cost),
        approve(cost),
        *[first[step] for step in ("submit", "transfer", "paid", "returned")],
        *[second[step] for step in ("submit", "paid")],
    ]


def two_fees_on_one_day():
    cost = seat(600_000)
    fee = tax.Payment("acme", "bob", PAY_ON, cost.price, cost.withheld)
    (group,) = tax.grouped([fee, fee])
    return [
        *opening(cost, seats=2),
        conclude(cost, "contract2"),
        approve(cost),
        approve(cost, "contract2"),
        postings.withhold_adjust("acme", "bob", day=PAY_ON, more=group.more, **AT),
        *pay(cost.to_person * 2 - group.more),
    ]


def charged_back():
    cost = seat(50_000)
    lost = own_postings.chargeback("acme", dispute="dp1", amount=cost.maximum, unspent=cost.withheld, **AT)
    return [*opening(cost), lost]


def refunded():
    amount = seat(50_000).maximum
    return [topup(amount), postings.refund("acme", refund_id="re1", amount=amount, **AT)]


ASKED = invoiced(yen(300_000), tax_bp=1_000, bounty=yen(100_000))


def invoice_paid():
    bob = {"claim": "claim1", **AT}
    arrived = {"due": ASKED.total, "net": yen(423_550), "provider_fee": yen(6_450)}
    return [
        billing.invoice("acme", "bob", number=1, amounts=ASKED, **bob),
        billing.invoice_paid("acme", number=1, **arrived, **AT),
        billing.fund_bounty("bob", amount=ASKED.bounty, **bob),
    ]


def success_fee_and_bounty():
    earned = billing.vest("bob", claim="claim1", tranche="tranche1", amount=ASKED.bounty, **AT)
    return [*invoice_paid(), earned, *pay(ASKED.bounty)]


def guarantee_failed():
    back = credited(ASKED, refund_bp=5_000, tax_bp=1_000, bounty_back=ASKED.bounty)
    given = {"claim": "claim1", "amounts": back, "paid": True, **AT}
    return [*invoice_paid(), billing.credit_note("acme", "bob", number=1, **given)]


STORIES = {
    "01": lambda: paid_plainly(seat(50_000)),
    "02": lambda: paid_plainly(seat(50_000, withheld=False)),
    "03": lambda: paid_plainly(seat(50_000)),
    "04": one_of_two_seats,
    "05": raised_before_anyone_accepts,
    "06": withdrawn_and_filled_again,
    "07": cancelled_late,
    "08": disputed,
    "09": failed_once,
    "10": returned_once,
    "11": two_fees_on_one_day,
    "12": success_fee_and_bounty,
    "13": guarantee_failed,
    "14": charged_back,
    "15": refunded,
}


def plain(transfer):
    return {
        "key": transfer.key,
        "entries": {entry.account.name: entry.amount for entry in transfer.entries},
    }


@pytest.mark.parametrize("number", STORIES)
def test_each_posting_of_the_story_has_the_golden_key_and_entries(number):
    facts = STORIES[number]()

    assert [plain(each) for each in facts] == GOLDEN[number]["postings"]


@pytest.mark.parametrize("number", STORIES)
def test_the_story_ends_with_the_golden_balances_and_safeguarding(number):
    golden = GOLDEN[number]

    balances = fold(STORIES[number]())

    position = chart.safeguarding(balances)
    assert {account.name: amount for account, amount in balances.items()} == golden["final"]
    assert position.client_money == yen(golden["client_money"])
    assert position.safeguarded == yen(golden["safeguarded"])
    assert position.shortfall == yen(golden["shortfall"])
    assert all(trial.difference == yen(0) for trial in trial_balance(balances).values())


@pytest.mark.parametrize("number", STORIES)
def test_no_account_ever_stands_on_the_wrong_side_of_zero(number):
    facts = STORIES[number]()

    for count in range(1, len(facts) + 1):
        assert violations(fold(facts[:count])) == []


@pytest.mark.parametrize("number", [number for number in STORIES if number != "14"])
def test_client_money_is_covered_after_every_posting_but_a_chargeback(number):
    facts = STORIES[number]()

    for count in range(1, len(facts) + 1):
        assert chart.safeguarding(fold(facts[:count])).shortfall == yen(0)
