"""The money terms of a bounty: what they give, and what they may not be."""

from dataclasses import replace

import pytest

from marketplace.core.money import yen
from marketplace.referrals import bounty_terms
from marketplace.referrals.bounty_terms import Refund, Terms, Tranche

HIRE = replace(
    bounty_terms.usual("hire"),
    reward_type="payout",
    tranches=(Tranche(0, yen(30_000)), Tranche(90, yen(30_001))),
    fee_kind="pay_share",
    fee_bp=3000,
)


def test_the_usual_terms_of_each_kind_hold():
    for kind in ("gig", "business"):
        assert not bounty_terms.wrong(bounty_terms.usual(kind), kind)
    assert not bounty_terms.wrong(HIRE, "hire")
    assert HIRE.reward == yen(60_001)


@pytest.mark.parametrize(
    ("days", "bp"), [(0, 8000), (30, 8000), (31, 5000), (60, 5000), (61, 2000), (90, 2000), (91, 0)]
)
def test_what_returns_depends_on_the_day_of_leaving(days: int, bp: int):
    assert HIRE.refund_bp(days) == bp


def test_a_fee_is_a_share_rounded_down_or_a_fixed_amount():
    fixed = replace(HIRE, fee_kind="fixed", fee_bp=0, fee=yen(500_000))

    assert HIRE.fee_of(yen(5_000_003)) == yen(1_500_000)
    assert fixed.fee_of(yen(9_999_999)) == yen(500_000)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("tranches", {"tranches": ()}),
        ("tranches", {"reward_type": "none"}),
        ("tranches", {"tranches": (Tranche(0, yen(0)),)}),
        ("tranches", {"tranches": (Tranche(30, yen(1)), Tranche(30, yen(1)))}),
        ("tranches", {"tranches": (Tranche(731, yen(1)),)}),
        ("tranches", {"tranches": (Tranche(0, yen(10_000_001)),)}),
        ("guarantee_days", {"guarantee_days": 731, "refunds": ()}),
        ("ownership_days", {"ownership_days": 6}),
        ("days_until_due", {"days_until_due": 61}),
        ("fee_kind", {"fee_kind": "contract_share"}),
        ("fee_percent", {"fee_bp": 0}),
        ("fee_percent", {"fee_bp": 10_001}),
        ("fee", {"fee_kind": "fixed", "fee_bp": 0}),
        ("fee", {"fee": yen(1)}),
        ("refunds", {"refunds": (Refund(60, 5000), Refund(30, 8000))}),
        ("refunds", {"refunds": (Refund(30, 5000), Refund(60, 8000))}),
        ("refunds", {"refunds": (Refund(30, 10_001),)}),
        ("refunds", {"refunds": (Refund(91, 5000),)}),
        ("refunds", {"fee_kind": "none", "fee_bp": 0}),
    ],
)
def test_terms_that_do_not_hold_name_their_field(field: str, changes: dict[str, object]):
    assert field in bounty_terms.wrong(replace(HIRE, **changes), "hire")


def test_terms_survive_their_storage():
    columns = bounty_terms.columns(HIRE)

    assert bounty_terms.from_row(columns) == HIRE
    assert columns["reward_amount"] == 60_001
    assert bounty_terms.from_row(bounty_terms.columns(Terms())) == Terms()
