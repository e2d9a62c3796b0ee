"""The ledger refuses what is not a balanced fact, and folds the rest."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts import chart
from payouts.chart import Kind
from payouts.ledger import Entry, Transfer, fold, trial_balance, violations

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ACME, BOB, STRIPE = chart.company_balance("acme"), chart.person_payable("bob"), chart.stripe_platform()


def fact(*entries, key="topup:1", when=NOW):
    return Transfer(key, "topup", tuple(Entry(account, amount) for account, amount in entries), when)


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([(STRIPE, 100), (ACME, -99)], "balance"),
        ([(STRIPE, 100)], "fewer"),
        ([], "fewer"),
        ([(STRIPE, 100), (STRIPE, -100)], "twice"),
        ([(STRIPE, 100), (chart.company_balance("acme", currency="USD"), -100)], "currencies"),
        ([(STRIPE, 100), (ACME, -100), (BOB, 0)], "not zero"),
        ([(STRIPE, 100.0), (ACME, -100.0)], "whole"),
        ([(STRIPE, True), (ACME, -1)], "whole"),
    ],
)
def test_what_is_not_a_balanced_fact_cannot_be_made(entries, why):
    with pytest.raises(ValueError, match=why):
        fact(*entries)


def test_a_fact_has_a_key_and_a_time_with_a_zone():
    with pytest.raises(ValueError, match="key"):
        fact((STRIPE, 1), (ACME, -1), key="")
    with pytest.raises(ValueError, match="zone"):
        fact((STRIPE, 1), (ACME, -1), when=NOW.replace(tzinfo=None))


def test_recording_a_fact_twice_changes_nothing():
    topup = fact((STRIPE, 100), (ACME, -100))
    again = fact((ACME, -100), (STRIPE, 100))

    assert fold([topup, again]) == fold([topup]) == {STRIPE: 100, ACME: -100}


def test_one_key_never_stands_for_two_facts():
    with pytest.raises(ValueError, match="two different facts"):
        fold([fact((STRIPE, 100), (ACME, -100)), fact((STRIPE, 101), (ACME, -101))])


@given(st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=20))
def test_books_of_balanced_facts_balance_and_reversals_empty_them(amounts):
    facts = [fact((STRIPE, n), (ACME, -n), key=f"topup:{i}") for i, n in enumerate(amounts)]
    undone = [each.reverse(happened_at=NOW) for each in facts]

    balances = fold(facts)

    assert sum(balances.values()) == 0
    assert all(trial.difference.amount == 0 for trial in trial_balance(balances).values())
    assert fold([*facts, *undone]) == {}


def test_the_trial_balance_shows_each_kind_in_each_currency():
    dollars = chart.stripe_platform(currency="USD"), chart.company_balance("acme", currency="USD")
    balances = fold(
        [fact((STRIPE, 300), (ACME, -300)), fact((dollars[0], 7), (dollars[1], -7), key="topup:usd")]
    )

    trial = trial_balance(balances)

    assert [trial[code].debits.amount for code in ("JPY", "USD")] == [300, 7]
    assert trial["JPY"].by_kind[Kind.LIABILITY].amount == -300
    assert trial["JPY"].by_kind[Kind.ASSET].amount == 300
    assert chart.safeguarding(balances, currency="USD").client_money.amount == 7


def test_a_book_that_was_tampered_with_shows_its_difference():
    assert trial_balance({STRIPE: 100, ACME: -90})["JPY"].difference.amount == 10


def test_balances_on_the_forbidden_side_of_zero_are_named():
    receivable = chart.company_receivable("acme")
    custody = chart.stripe_connected("bob")
    broken = violations({STRIPE: -1, ACME: 1, BOB: -5, receivable: -3, custody: -4, chart.bank_client(): 4})

    assert [(each.account.name, each.balance) for each in broken] == [
        ("company:acme:balance", 1),
        ("stripe:connected:bob", -4),
    ]


def test_the_chart_names_kinds_and_signs_as_the_money_page_says():
    table = {
        "stripe:platform": (chart.stripe_platform(), "asset", "free", ""),
        "bank:client": (chart.bank_client(), "asset", "never_negative", ""),
        "bank:operator": (chart.bank_operator(), "asset", "free", ""),
        "stripe:connected:bob": (chart.stripe_connected("bob"), "asset", "never_negative", "person:bob"),
        "company:acme:balance": (ACME, "liability", "never_positive", "company:acme"),
        "company:acme:reserved:t": (
            chart.company_reserved("acme", task="t"),
            "liability",
            "never_positive",
            "company:acme",
        ),
        "company:acme:reserved:c": (
            chart.company_reserved_contract("acme", "c"),
            "liability",
            "never_positive",
            "company:acme",
        ),
        "company:acme:receivable": (chart.company_receivable("acme"), "asset", "free", "company:acme"),
        "company:acme:clawback_pending": (
            chart.company_clawback_pending("acme"),
            "liability",
            "free",
            "company:acme",
        ),
        "person:bob:payable": (BOB, "liability", "never_positive", "person:bob"),
        "person:bob:in_transit:p": (
            chart.person_in_transit("bob", "p"),
            "liability",
            "never_positive",
            "person:bob",
        ),
        "person:bob:awaiting:k": (
            chart.person_awaiting("bob", "k"),
            "liability",
            "never_positive",
            "person:bob",
        ),
        "person:bob:unvested:k": (
            chart.person_unvested("bob", "k"),
            "liability",
            "never_positive",
            "person:bob",
        ),
        "person:bob:receivable": (chart.person_receivable("bob"), "asset", "never_negative", "person:bob"),
        "revenue:platform_fee": (chart.platform_fee_revenue(), "revenue", "free", ""),
        "revenue:success_fee": (chart.success_fee_revenue(), "revenue", "free", ""),
        "tax:output": (chart.output_tax(), "liability", "free", ""),
        "expense:stripe_fee": (chart.stripe_fee_expense(), "expense", "free", ""),
        "expense:bank_fee": (chart.bank_fee_expense(), "expense", "free", ""),
        "expense:bad_debt": (chart.bad_debt_expense(), "expense", "free", ""),
        "expense:goodwill": (chart.goodwill_expense(), "expense", "free", ""),
        "suspense:stripe": (chart.stripe_suspense(), "suspense", "free", ""),
        "suspense:bank": (chart.bank_suspense(), "suspense", "free", ""),
    }

    for name, (account, kind, sign, owner) in table.items():
        assert (account.name, account.kind, account.sign, account.owner) == (name, kind, sign, owner)
    ours = {name for name, (account, *_) in table.items() if account.holds_client_money}
    assert ours == {
        "company:acme:balance",
        "company:acme:reserved:t",
        "company:acme:reserved:c",
        "person:bob:payable",
        "person:bob:in_transit:p",
        "person:bob:unvested:k",
    }


@pytest.mark.parametrize("reference", ["", "company:acme"])
def test_an_id_that_would_make_a_name_ambiguous_is_refused(reference):
    with pytest.raises(ValueError, match="colon"):
        chart.company_balance(reference)
    with pytest.raises(ValueError, match="colon"):
        chart.person_in_transit("bob", reference)
