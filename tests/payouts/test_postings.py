"""Postings beyond the golden walk: random fees, edges, and what they refuse."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.core.errors import Conflict
from marketplace.core.money import Money, yen
from payouts import chart, own_postings, postings, tax
from payouts.fees import compensation, seat_cost
from payouts.ledger import fold, violations

AT = {"happened_at": datetime(2026, 11, 23, tzinfo=UTC)}
DAY = date(2026, 12, 25)
HELD = {"contract": "c", **AT}


def named(transfer):
    return {entry.account.name: entry.amount for entry in transfer.entries}


@given(st.integers(3, 20_000_000), st.integers(0, 10_000), st.integers(0, 10_000), st.booleans(), st.data())
def test_whatever_the_fee_a_seat_leaves_nothing_in_its_reserves(fee, tax_rate, platform_rate, kept, data):
    withheld = tax.withholding(yen(fee), on=DAY) if kept else yen(0)
    cost = seat_cost(
        yen(fee), tax_rate=tax_rate, platform_rate=platform_rate, platform_tax_rate=1000, withheld=withheld
    )
    first, rest = cost.part(yen(data.draw(st.integers(1, fee - 1))))
    # One untaxed, feeless yen may be withheld whole by the remainder: nothing moves, and no posting states nothing.
    assume(min(first.company_pays, rest.company_pays) > yen(0))
    facts = [
        postings.topup("acme", transaction="t", arrived=cost.maximum, fee_borne=yen(0), **AT),
        postings.reserve("acme", task="k", version=1, change=cost.maximum, **AT),
        postings.conclude("acme", task="k", contract="c", cost=cost, **AT),
        postings.approve("acme", "bob", part=1, cost=first, **HELD),
        postings.approve("acme", "bob", part=2, cost=rest, **HELD),
    ]

    balances = fold(facts)

    assert balances.get(chart.person_payable("bob"), 0) == -cost.to_person.amount
    assert balances.get(chart.company_balance("acme"), 0) == -withheld.amount
    assert chart.company_reserved("acme", task="k") not in balances
    assert chart.company_reserved_contract("acme", "c") not in balances
    assert violations(balances) == []
    assert chart.safeguarding(balances).excess == cost.platform_fee + cost.platform_tax


@given(st.integers(1, 20_000_000), st.integers(0, 10_000))
def test_a_cancelled_contract_parts_what_it_held(held, rate):
    owed = compensation(yen(held), rate)

    entries = named(postings.cancel("acme", "bob", held=yen(held), compensation=owed, **HELD))

    assert entries.get("person:bob:payable", 0) == -owed.amount
    assert sum(entries.values()) == 0


def test_a_fee_that_the_operator_bears_is_credited_to_the_company():
    fact = postings.topup("acme", transaction="t", arrived=yen(980), fee_borne=yen(20), **AT)

    assert named(fact) == {"stripe:platform": 980, "expense:stripe_fee": 20, "company:acme:balance": -1000}


def test_a_lower_version_gives_reserved_money_back():
    fact = postings.reserve("acme", task="k", version=2, change=yen(-500), **AT)

    assert named(fact) == {"company:acme:balance": -500, "company:acme:reserved:k": 500}


def test_a_seat_that_is_no_longer_offered_returns_to_the_balance():
    fact = postings.reopen("acme", contract="c", task="k", held=yen(58_145), seat=yen(0), **AT)

    assert named(fact) == {"company:acme:reserved:c": 58_145, "company:acme:balance": -58_145}


def test_too_much_withheld_goes_back_to_the_person():
    fact = postings.withhold_adjust("acme", "bob", day=DAY, more=yen(-40_840), **AT)

    assert named(fact) == {"person:bob:payable": -40_840, "company:acme:balance": 40_840}


def test_a_chargeback_within_the_unspent_balance_owes_nothing():
    fact = own_postings.chargeback("acme", dispute="d", amount=yen(100), unspent=yen(300), **AT)

    assert named(fact) == {"company:acme:balance": 100, "stripe:platform": -100}


def test_a_reversal_brings_money_back_to_the_platform():
    fact = postings.reversal("bob", reversal_id="trr1", amount=yen(100), **AT)

    assert fact.key == "reversal:trr1"
    assert named(fact) == {"stripe:platform": 100, "stripe:connected:bob": -100}


def test_the_operator_takes_out_only_what_no_client_owns():
    position = chart.safeguarding({chart.stripe_platform(): 1000, chart.company_balance("acme"): -900})
    own = {"payout": "po1", "into": chart.bank_operator(), "position": position, **AT}

    assert named(own_postings.operator_payout(amount=yen(100), **own)) == {
        "bank:operator": 100,
        "stripe:platform": -100,
    }
    with pytest.raises(Conflict, match="¥100"):
        own_postings.operator_payout(amount=yen(101), **own)


def test_client_money_moves_to_the_segregated_bank_without_that_limit():
    position = chart.safeguarding({chart.stripe_platform(): 1000, chart.company_balance("acme"): -1000})

    fact = own_postings.operator_payout(
        payout="po1", into=chart.bank_client(), amount=yen(1000), position=position, **AT
    )

    assert named(fact) == {"bank:client": 1000, "stripe:platform": -1000}
    with pytest.raises(ValueError, match="not a bank account"):
        own_postings.operator_payout(
            payout="po1", into=chart.stripe_platform(), amount=yen(1), position=position, **AT
        )


@pytest.mark.parametrize("amount", [0, -1])
@pytest.mark.parametrize("step", [postings.submit, postings.transfer, postings.paid, postings.failed])
def test_no_payout_moves_backwards_or_not_at_all(step, amount):
    with pytest.raises(ValueError, match="above zero"):
        step("bob", payout="p", attempt=1, amount=yen(amount), **AT)


def test_negative_extras_and_mixed_currencies_are_refused():
    with pytest.raises(ValueError, match="not below zero"):
        postings.cancel("acme", "bob", held=yen(10), compensation=yen(-1), **HELD)
    with pytest.raises(ValueError, match="do not add"):
        postings.cancel("acme", "bob", held=yen(10), compensation=Money(1, "USD"), **HELD)


def test_a_part_of_which_nothing_moves_is_refused_loudly():
    cost = seat_cost(
        yen(2_233_129),
        tax_rate=0,
        platform_rate=0,
        platform_tax_rate=1000,
        withheld=tax.withholding(yen(2_233_129), on=DAY),
    )
    _, rest = cost.part(yen(2_233_128))

    with pytest.raises(ValueError, match="fewer than two entries"):
        postings.approve("acme", "bob", part=2, cost=rest, **HELD)
