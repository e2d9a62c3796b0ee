"""What an invoice asks for and what a credit note gives back, to the yen."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.core.money import yen
from payouts import chart
from payouts.billing import postings
from payouts.billing.terms import Amounts, credited, invoiced
from payouts.ledger import fold

AT = {"happened_at": datetime(2026, 11, 23, tzinfo=UTC)}
FEES = st.integers(min_value=1, max_value=100_000_000).map(yen)
SHARES = st.integers(min_value=0, max_value=10_000)
BOUNTIES = st.integers(min_value=0, max_value=10_000_000).map(yen)


def test_the_worked_example_asks_for_430_000():
    asked = invoiced(yen(300_000), tax_bp=1000, bounty=yen(100_000))

    assert (asked.tax, asked.supply, asked.total) == (yen(30_000), yen(330_000), yen(430_000))


def test_the_tax_is_rounded_down_once():
    assert invoiced(yen(333_339), tax_bp=1000, bounty=yen(0)).tax == yen(33_333)


def test_a_credit_note_rounds_the_share_and_then_its_tax_down():
    asked = invoiced(yen(333_333), tax_bp=1000, bounty=yen(0))

    back = credited(asked, refund_bp=3333, tax_bp=1000, bounty_back=yen(0))

    assert (back.fee, back.tax) == (yen(111_099), yen(11_109))


@given(FEES, SHARES, BOUNTIES)
def test_a_credit_note_never_gives_back_more_than_was_asked_and_the_whole_is_the_whole(fee, share, bounty):
    asked = invoiced(fee, tax_bp=1000, bounty=bounty)

    back = credited(asked, refund_bp=share, tax_bp=1000, bounty_back=bounty)
    whole = credited(asked, refund_bp=10_000, tax_bp=1000, bounty_back=bounty)

    left = asked - back  # raises where a part would be below zero
    assert left.total + back.total == asked.total
    assert whole == asked


@pytest.mark.parametrize(
    ("share", "bounty", "field"), [(-1, 0, "refund_bp"), (10_001, 0, "refund_bp"), (0, 11, "bounty_back")]
)
def test_more_than_there_was_is_refused_by_name(share, bounty, field):
    asked = Amounts(yen(100), yen(10), yen(10))

    with pytest.raises(Invalid) as refused:
        credited(asked, refund_bp=share, tax_bp=1000, bounty_back=yen(bounty))

    assert set(refused.value.fields) == {field}


def test_a_payment_above_what_was_due_becomes_the_companys_balance():
    fact = postings.invoice_paid("acme", number=1, due=yen(300), net=yen(420), provider_fee=yen(10), **AT)

    assert {entry.account.name: entry.amount for entry in fact.entries} == {
        "stripe:platform": 420,
        "expense:stripe_fee": 10,
        "company:acme:receivable": -300,
        "company:acme:balance": -130,
    }


def test_less_than_was_due_is_never_booked_as_paid():
    with pytest.raises(ValueError, match="not below zero"):
        postings.invoice_paid("acme", number=1, due=yen(300), net=yen(280), provider_fee=yen(10), **AT)


def test_a_write_off_costs_the_operator_its_fee_and_tax_and_owes_the_referrer_nothing():
    asked = invoiced(yen(300_000), tax_bp=1000, bounty=yen(100_000))
    facts = [
        postings.invoice("acme", "bob", number=1, claim="c", amounts=asked, **AT),
        postings.write_off("acme", "bob", number=1, claim="c", left=asked, **AT),
    ]

    balances = {account.name: amount for account, amount in fold(facts).items()}

    assert balances == {
        "revenue:success_fee": -300_000,
        "tax:output": -30_000,
        "expense:bad_debt": 330_000,
    }


def test_a_clawback_credits_the_company_only_once_it_is_recovered():
    owed = postings.clawback("acme", "bob", tranche="t1", amount=yen(40_000), **AT)
    back = postings.netted("acme", "bob", tranche="t1", amount=yen(40_000), **AT)

    before, after = fold([owed]), fold([owed, back])

    assert chart.company_balance("acme") not in before
    assert after == {chart.person_payable("bob"): 40_000, chart.company_balance("acme"): -40_000}
