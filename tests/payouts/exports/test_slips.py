"""From facts to slips: the worked example line by line, and every other fact of a company's month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import yen
from payouts.exports.fact import Fact
from payouts.exports.journal import PLATFORM, Journal, Line, Role, Side, Slip, TaxClass, folded
from payouts.exports.slips import slips_of
from tests.payouts.exports.month import (
    BILL,
    EXAMPLE,
    FACTS,
    KEN,
    MISAKI,
    MONTH,
    UNREGISTERED,
    YUI,
    day,
    journal,
)


def lines_of(slip: Slip) -> list[tuple[str, str, int, str]]:
    return [(line.side, line.role, line.amount.amount, line.party) for line in slip.lines]


def test_the_worked_example_stands_line_by_line():
    approve, _settle = slips_of(EXAMPLE)

    assert lines_of(approve) == [
        ("debit", "outsourcing", 50_000, MISAKI),
        ("debit", "input_tax", 5_000, MISAKI),
        ("debit", "platform_fee", 7_500, PLATFORM),
        ("debit", "input_tax", 750, PLATFORM),
        ("credit", "withheld", 5_105, MISAKI),
        ("credit", "payable_person", 49_895, MISAKI),
        ("credit", "payable_platform", 8_250, PLATFORM),
    ]
    assert approve.debits == approve.credits == yen(63_250)


def test_the_deposit_pays_what_is_owed_with_the_approval():
    _approve, settle = slips_of(EXAMPLE)

    assert lines_of(settle) == [
        ("debit", "payable_person", 49_895, MISAKI),
        ("debit", "payable_platform", 8_250, PLATFORM),
        ("credit", "deposit", 58_145, PLATFORM),
    ]


def test_what_is_not_deducted_of_an_unregistered_payees_tax_is_cost():
    approve, _settle = slips_of(UNREGISTERED)

    assert lines_of(approve)[:2] == [
        ("debit", "outsourcing", 82_400, KEN),
        ("debit", "input_tax", 5_600, KEN),
    ]
    assert approve.lines[0].tax_class is TaxClass.SHARE_70
    assert approve.is_balanced


@pytest.mark.parametrize(
    ("share", "deducted", "name"),
    [(10_000, 10_000, "qualified"), (8_000, 8_000, "share_80"), (7_000, 7_000, "share_70"),
     (5_000, 5_000, "share_50"), (3_000, 3_000, "share_30"), (0, 0, "share_0")],
)  # fmt: skip
def test_each_step_of_the_transition_has_its_share_and_its_class(share: int, deducted: int, name: str):
    fact = Fact(
        key="vest:1",
        kind="vest",
        on=day(1),
        order="1",
        person=YUI,
        base=yen(100_000),
        tax=yen(10_000),
        share=share,
    )

    (slip,) = slips_of(fact)

    tax = sum(line.amount.amount for line in slip.lines if line.role is Role.INPUT_TAX)
    assert (tax, slip.lines[0].amount, slip.lines[0].tax_class) == (deducted, yen(110_000 - deducted), name)


def test_a_bounty_is_paid_ahead_and_a_cost_only_when_it_vests():
    found = journal()

    told = {slip.key: lines_of(slip) for slip in found.slips}

    assert told["invoice:12"][2] == ("debit", "prepaid_bounty", 100_000, YUI)
    assert told["vest:v1"][-1] == ("credit", "prepaid_bounty", 50_000, YUI)
    assert found.moved(Role.PREPAID_BOUNTY) == yen(0)
    assert found.moved(Role.BOUNTY) == yen(50_000 - 3_181)


def test_an_invoice_paid_from_the_balance_takes_from_the_deposit_and_not_from_the_bank():
    told = {**BILL, "gained": yen(-430_000), "owed": yen(-430_000)}
    (slip,) = slips_of(Fact(key="invoice_paid:12", kind="invoice_paid", on=day(20), order="p", **told))

    assert lines_of(slip) == [
        ("debit", "payable_platform", 330_000, PLATFORM),
        ("debit", "payable_person", 100_000, YUI),
        ("credit", "deposit", 430_000, PLATFORM),
    ]


def test_a_credit_note_of_an_unpaid_invoice_asks_for_less():
    told = {**BILL, "owed": yen(-430_000)}
    (slip,) = slips_of(Fact(key="credit_note:1", kind="credit_note", on=day(27), order="n", **told))

    assert lines_of(slip)[:2] == [
        ("debit", "payable_platform", 330_000, PLATFORM),
        ("debit", "payable_person", 100_000, YUI),
    ]
    assert slip.is_balanced


def test_a_chargeback_takes_the_deposit_first_and_the_rest_is_owed():
    fact = Fact(
        key="chargeback:d", kind="chargeback", on=day(3), order="d", gained=yen(-30_000), owed=yen(70_000)
    )

    (slip,) = slips_of(fact)

    assert [(line.side, line.role, line.amount.amount) for line in slip.lines] == [
        ("debit", "bank", 100_000),
        ("credit", "deposit", 30_000),
        ("credit", "payable_platform", 70_000),
    ]


def test_a_recovered_clawback_reduces_the_cost_and_its_tax():
    fact = Fact(
        key="netted:a:b",
        kind="netted",
        on=day(5),
        order="1",
        gained=yen(11_000),
        person=YUI,
        base=yen(10_000),
        tax=yen(1_000),
    )

    (slip,) = slips_of(fact)

    assert [(line.side, line.role, line.amount.amount) for line in slip.lines] == [
        ("debit", "deposit", 11_000), ("credit", "bounty", 10_000), ("credit", "input_tax", 1_000),
    ]  # fmt: skip


def test_a_reversed_fact_is_the_same_slip_with_its_sides_changed():
    fact = Fact(key="reverse:invoice:12", kind="invoice", on=day(14), order="i", reversed=True, **BILL)

    (slip,) = slips_of(fact)

    assert slip.lines[0] == Line(Side.DEBIT, Role.PAYABLE_PLATFORM, yen(330_000), party=PLATFORM)
    assert Line(Side.CREDIT, Role.SUCCESS_FEE, yen(300_000), TaxClass.QUALIFIED, PLATFORM) in slip.lines
    assert {line.side for line in slip.lines if line.role is Role.PREPAID_BOUNTY} == {Side.CREDIT}
    assert slip.is_balanced


@pytest.mark.parametrize("kind", ["reserve", "conclude", "release", "reopen", "clawback", "write_off"])
def test_what_moves_inside_the_deposit_or_only_at_the_operator_is_no_entry(kind: str):
    assert slips_of(Fact(key=f"{kind}:1", kind=kind, on=day(1), order="1", owed=yen(-5))) == []


def test_a_fact_that_no_rule_knows_is_shown_as_unexplained_and_the_journal_does_not_hold():
    (slip,) = slips_of(Fact(key="new:1", kind="new", on=day(1), order="1", gained=yen(7), owed=yen(2)))

    assert slip.is_balanced
    assert Journal("c", MONTH, (slip,)).balanced
    assert not Journal("c", MONTH, (slip,)).holds


def test_every_slip_of_the_month_balances_and_what_is_owed_is_settled():
    found = journal()

    assert found.balanced
    assert found.debits == found.credits
    assert found.moved(Role.PAYABLE_PERSON) == found.moved(Role.PAYABLE_PLATFORM) == yen(0)
    assert found.moved(Role.DEPOSIT) == yen(sum(fact.gained.amount for fact in FACTS))


def test_folding_keeps_both_sides_and_puts_the_tax_into_its_line():
    approve, _settle = slips_of(EXAMPLE)

    found = folded(approve)

    assert [(line.role, line.amount.amount, line.tax.amount) for line in found] == [
        ("outsourcing", 55_000, 5_000), ("platform_fee", 8_250, 750), ("withheld", 5_105, 0),
        ("payable_person", 49_895, 0), ("payable_platform", 8_250, 0),
    ]  # fmt: skip


@given(
    base=st.integers(1, 10**9), tax=st.integers(0, 10**8), withheld=st.integers(0, 10**8), fee=st.integers(0, 10**8),
    fee_tax=st.integers(0, 10**7), share=st.sampled_from([10_000, 8_000, 7_000, 5_000, 3_000, 0]), reverse=st.booleans(),
)  # fmt: skip
def test_every_approval_balances_to_the_yen(
    base: int, tax: int, withheld: int, fee: int, fee_tax: int, share: int, reverse: bool
):
    gained = -(base + tax - withheld + fee + fee_tax)
    fact = Fact(
        key="approve:1:1", kind="approve", on=day(1), order="1", gained=yen(gained), person=MISAKI, base=yen(base), tax=yen(tax),
        withheld=yen(withheld), fee=yen(fee), fee_tax=yen(fee_tax), share=share, reversed=reverse,
    )  # fmt: skip

    found = Journal("c", MONTH, tuple(slips_of(fact)))

    assert found.balanced
    assert found.moved(Role.DEPOSIT) == yen(-gained if reverse else gained)
    assert found.purchased(Role.OUTSOURCING) == yen(-(base + tax) if reverse else base + tax)
