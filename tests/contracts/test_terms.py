import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from marketplace.contracts.completeness import conclude_terms, missing_items
from marketplace.contracts.terms import Amount, Terms, canonical_json, sha256
from marketplace.core.errors import Invalid
from marketplace.core.money import yen
from tests.contracts.sample import RAW, raw, terms


def test_complete_terms_miss_nothing_and_become_a_snapshot():
    assert missing_items(RAW) == []
    assert conclude_terms(RAW) == terms()


def test_a_snapshot_cannot_be_changed():
    agreed = terms()

    with pytest.raises(ValidationError):
        agreed.seat = 2  # type: ignore[misc]
    with pytest.raises(ValidationError):
        agreed.fee.price.amount = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "item",
    [
        "company__name",
        "alumnus__name",
        "ordered_on",
        "work__content",
        "work__quantity",
        "work__specification",
        "work__rights",
        "work__rights_fee",
        "schedule",
        "schedule__receipt_on",
        "place",
        "inspection",
        "inspection__last_on",
        "fee__price",
        "fee__tax_rate",
        "fee__withholding",
        "fee__withholding_category",
        "fee__net_estimate",
        "payment__due_on",
        "payment__rule",
        "payment__transfer_fee_borne_by",
        "cancellation",
        "change_requests",
    ],
)
def test_each_missing_item_is_named(item):
    with pytest.raises(Invalid) as refused:
        conclude_terms(raw(**{item: None}))

    [(name, message)] = refused.value.fields.items()
    assert item.replace("__", ".").startswith(name)
    assert "missing" in message.text


def test_a_blank_item_is_as_good_as_missing():
    [missing] = missing_items(raw(work__rights="  \n "))

    assert (missing.item, str(missing.message)) == ("work.rights", "What becomes of the rights is missing.")


def test_all_missing_items_are_named_at_once():
    named = [missing.item for missing in missing_items({})]

    assert {"company", "alumnus", "work", "schedule", "place", "fee", "payment", "cancellation"} <= set(named)
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "changes",
    [
        {"fee__net_estimate": {"amount": 49_894}},
        {"fee__tax": {"amount": 5_001}},
        {"fee__withholding": "not_withheld"},
        {"fee__price": {"amount": 50_000.0}},
        {"fee__price": {"amount": -1}},
        {"fee__price": {"amount": 50_000, "currency": "USD"}},
        {"fee__platform_fee_charged_to_alumnus": True},
        {"seat": 3},
        {"surprise": 1},
        {"concluded_at": "2026-11-20T14:32:10"},
        {"work__content": "a\x00b"},
        {"work__content": "あ" * 10_001},
        {"schedule": {"starts_at": "2026-12-01T10:00Z"}},
        {"schedule": {"starts_at": "2026-12-01T10:00Z", "ends_at": "2026-12-01T10:00Z"}},
        {"place": {"online": False}},
        {"cancellation": [{"notice_hours": 24, "share": 0}]},
        {"cancellation": [{"notice_hours": None, "share": 10_000}, {"notice_hours": 24, "share": 10_000}]},
        {"cancellation": [{"notice_hours": 24, "share": 6_000}, {"notice_hours": None, "share": 0}]},
    ],
)
def test_terms_that_contradict_themselves_are_refused(changes):
    with pytest.raises(Invalid):
        conclude_terms(raw(**changes))


def test_the_canonical_bytes_are_sorted_compact_utf8_and_read_back_to_the_same_terms():
    agreed = terms()

    data = canonical_json(agreed)

    assert (
        json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        == data
    )
    assert "髙橋 美咲".encode() in data
    assert Terms.model_validate_json(data) == agreed
    assert sha256(agreed) == hashlib.sha256(data).hexdigest()


def test_the_fingerprint_of_the_worked_example_never_changes():
    assert sha256(terms()) == "aaf6b9cf9a45a2b0c8197bcca2ba1a84621906cffa4d9b4805f76c36365c60ee"


def test_the_same_moment_in_another_zone_has_the_same_fingerprint():
    assert sha256(terms(concluded_at="2026-11-20T05:32:10Z")) == sha256(terms())


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80).filter(str.strip))
def test_any_text_survives_the_canonical_form(text):
    agreed = terms(work__content=text)

    again = Terms.model_validate_json(canonical_json(agreed))

    assert again.work.content == text
    assert sha256(again) == sha256(agreed)


@given(st.integers(1, 10**12), st.integers(0, 10**11))
def test_fee_plus_tax_less_withholding_is_always_the_net(price, withheld):
    fee = {
        "price": {"amount": price},
        "tax_rate": 1_000,
        "tax": {"amount": price // 10},
        "withholding": "withheld",
        "withholding_category": "x",
        "withheld_estimate": {"amount": min(withheld, price)},
        "net_estimate": {"amount": price + price // 10 - min(withheld, price)},
    }

    assert missing_items(raw(fee=fee)) == []
    fee["net_estimate"] = {"amount": fee["net_estimate"]["amount"] + 1}
    assert [missing.item for missing in missing_items(raw(fee=fee))] == ["fee"]


def test_an_amount_is_money_there_and_back():
    assert Amount.of(yen(50_000)).money == yen(50_000)
