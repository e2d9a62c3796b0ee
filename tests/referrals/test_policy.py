"""What the policy engine promises beyond the frozen table."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.core.money import yen
from marketplace.referrals.policy import compare, evaluate
from marketplace.referrals.policy_facts import Answer, Licence, Question
from marketplace.referrals.policy_rules import RULES
from marketplace.referrals.ways import WAYS

ON = date(2026, 11, 23)
HIRE = Question("hire", frozenset({"JP"}), "alumnus", "payout", yen(300_000), ON)
PLACEMENT = Licence(
    "paid_placement",
    "13-ユ-300001",
    "JP",
    date(2025, 4, 1),
    date(2027, 3, 31),
    True,
    "notified",
    3500,
    date(2025, 4, 1),
)
PERMISSION = Licence(
    "entrusted_recruiting", "東-0123", "JP", date(2025, 4, 1), date(2027, 3, 31), True, approved=yen(300_000)
)


def _ids(question: Question) -> set[str]:
    return {hit.id for hit in evaluate(question).deciding}


def test_a_hire_in_japan_by_an_alumnus_is_denied_with_its_law_and_four_lawful_ways():
    verdict = evaluate(HIRE)

    assert verdict.answer is Answer.DENY
    [hit] = verdict.deciding
    assert (hit.id, hit.version, hit.valid_from) == ("JP-HIRE-OUTSIDER", 1, date(2022, 10, 1))
    assert str(hit.source) == "Employment Security Act art. 30, 36 and 40"
    assert verdict.ways == ("no_reward", "gig", "licensed", "payroll")
    assert compare(HIRE) == {"JP": "deny", "US": "allow", "GB": "review"}


@pytest.mark.parametrize(
    ("countries", "answer"),
    [
        ({"US"}, "allow"), ({"US", "GB"}, "review"), ({"US", "BR"}, "review"), ({"GB", "JP"}, "deny"),
        ({"BR", "JP"}, "deny"), ({"US", "JP", "DE"}, "deny"), (set(), "review"), ({"UK"}, "review"),
    ],
)  # fmt: skip
def test_the_strictest_country_wins(countries: set[str], answer: str):
    assert evaluate(replace(HIRE, countries=frozenset(countries))).answer == answer


def test_a_permission_covers_the_approved_amount_and_not_a_yen_more():
    lawful = replace(HIRE, licences=(PERMISSION,))
    above = replace(lawful, reward=yen(300_001))

    assert evaluate(lawful).answer is Answer.ALLOW
    assert evaluate(above).answer is Answer.DENY
    assert "JP-HIRE-APPROVED-AMOUNT" in _ids(above)
    [said] = [str(hit.reason) for hit in evaluate(above).rules if hit.id == "JP-HIRE-APPROVED-AMOUNT"]
    assert "¥300,000" in said
    assert "¥300,001" in said


@pytest.mark.parametrize(
    "licence",
    [
        replace(PLACEMENT, signed_off=False),
        replace(PLACEMENT, valid_to=date(2026, 11, 22)),
        replace(PLACEMENT, valid_from=date(2026, 11, 24)),
        replace(PLACEMENT, fee_table_notified_on=None),
        replace(PLACEMENT, fee_table_notified_on=date(2026, 11, 24)),
        replace(PLACEMENT, number=""),
    ],
)
def test_a_licence_that_lacks_one_thing_counts_for_nothing(licence: Licence):
    assert evaluate(replace(HIRE, licences=(PLACEMENT,))).answer is Answer.ALLOW
    assert evaluate(replace(HIRE, licences=(licence,))).answer is Answer.DENY


@pytest.mark.parametrize("last", [date(2026, 11, 23), date(2026, 11, 24)])
def test_a_licence_holds_on_its_last_day(last: date):
    assert evaluate(replace(HIRE, licences=(replace(PLACEMENT, valid_to=last),))).answer is Answer.ALLOW


@pytest.mark.parametrize(
    ("scheme", "table", "share", "answer"),
    [
        ("notified", 5000, 5000, "allow"), ("notified", 5000, 5001, "deny"), ("notified", 3500, 3501, "deny"),
        ("upper_limit", 1100, 1100, "allow"), ("upper_limit", 1100, 1101, "deny"),
        ("upper_limit_exempt", 1030, 1030, "allow"), ("upper_limit_exempt", 1030, 1031, "deny"),
        ("upper_limit", 5000, 1101, "deny"), ("", 5000, 1, "deny"),
    ],
)  # fmt: skip
def test_a_fee_for_a_hire_stays_under_its_table_and_the_law(scheme, table, share, answer):
    licence = replace(PLACEMENT, scheme=scheme, fee_cap_bp=table)
    question = replace(HIRE, licences=(licence,), fee_kind="pay_share", fee_bp=share)

    assert evaluate(question).answer == answer


def test_a_fee_for_a_hire_needs_the_operators_licence_even_without_a_reward():
    free = replace(HIRE, reward_type="none", reward=yen(0))
    priced = replace(free, fee_kind="pay_share", fee_bp=3000)

    assert evaluate(free).answer is Answer.ALLOW
    assert _ids(priced) == {"JP-HIRE-FEE"}
    assert evaluate(replace(priced, licences=(PERMISSION,))).answer is Answer.DENY
    assert evaluate(replace(priced, licences=(PLACEMENT,))).answer is Answer.ALLOW
    assert evaluate(replace(priced, countries=frozenset({"FR"}))).answer is Answer.REVIEW
    assert evaluate(replace(priced, countries=frozenset({"US"}))).answer is Answer.ALLOW


def test_a_fixed_fee_is_measured_once_the_pay_is_known():
    question = replace(HIRE, licences=(PLACEMENT,), fee_kind="fixed", fee=yen(1_750_001))

    assert evaluate(question).answer is Answer.ALLOW
    assert evaluate(replace(question, fee_base=yen(5_000_000))).answer is Answer.DENY
    assert evaluate(replace(question, fee_base=yen(5_000_003))).answer is Answer.ALLOW


@pytest.mark.parametrize("kind", ["gig", "business"])
def test_a_fee_for_work_or_business_is_free_to_agree(kind):
    for country in ("JP", "US"):
        question = replace(
            HIRE, kind=kind, countries=frozenset({country}), fee_kind="contract_share", fee_bp=9000
        )

        assert evaluate(question).answer is Answer.ALLOW


@pytest.mark.parametrize(
    "sector", ["licensed_profession", "insurance", "securities", "real_estate", "medical"]
)
def test_customers_of_a_regulated_sector_are_not_brought_for_a_reward(sector: str):
    question = replace(HIRE, kind="business", sector=sector)

    assert _ids(question) == {"JP-BUSINESS-SECTOR"}
    assert evaluate(question.only_in("US")).answer is Answer.DENY
    assert evaluate(replace(question, reward_type="none")).answer is Answer.ALLOW


def test_work_that_is_employment_is_no_gig():
    question = replace(HIRE, kind="gig", employment=True)

    assert _ids(question) == {"JP-GIG-EMPLOYMENT"}
    assert evaluate(replace(question, employment=False)).answer is Answer.ALLOW


def test_a_rule_speaks_on_its_days_only():
    american = HIRE.only_in("US")

    before, after = (evaluate(replace(american, on=day)) for day in (date(2025, 12, 31), date(2026, 1, 1)))

    assert [(hit.version, "$600" in str(hit.reason)) for hit in before.rules] == [(1, True)]
    assert [(hit.version, "$2,000" in str(hit.reason)) for hit in after.rules] == [(2, True)]


def test_a_day_without_any_rule_is_reviewed_and_not_guessed():
    verdict = evaluate(replace(HIRE, on=date(2010, 1, 1)))

    assert verdict.answer is Answer.REVIEW
    assert {hit.id for hit in verdict.rules} == {"ANY-NO-RULE"}


def test_the_table_names_its_state_and_another_row_is_another_state():
    changed = tuple(replace(rule, version=9) if rule.id == "JP-GIG" else rule for rule in RULES)

    assert evaluate(HIRE).table_version == evaluate(HIRE.only_in("US")).table_version
    assert evaluate(HIRE, rules=changed).table_version != evaluate(HIRE).table_version


def test_no_two_versions_of_a_rule_hold_on_one_day_and_every_way_is_written():
    for rule in RULES:
        others = [other for other in RULES if other.id == rule.id and other.version > rule.version]
        assert all(rule.valid_to is not None and rule.valid_to < other.valid_from for other in others)
        assert set(rule.ways) <= set(WAYS)
