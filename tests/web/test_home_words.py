"""Promises: a home speaks to a person as the language does, and tells the next payment to the yen."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from marketplace.core.money import yen
from web import i18n
from web.pages.home import called, coming


@pytest.mark.parametrize(
    ("language", "name", "spoken"),
    [("ja", "佐藤 美咲", "佐藤"), ("ja", "Maria Santos", "Maria Santos"), ("en", "佐藤 美咲", "佐藤 美咲")],
)
def test_a_person_is_called_as_the_language_does(language: str, name: str, spoken: str) -> None:
    token = i18n.locale.set(language)

    found = called(cast(Any, SimpleNamespace(name=name)))

    i18n.locale.reset(token)
    assert found == spoken


def _contract(status: str, day: date | None, price: int) -> dict[str, Any]:
    return {
        "status": status,
        "pay_on": day,
        "price_amount": price,
        "tax_amount": price // 10,
        "withheld_amount": 0,
        "currency": "JPY",
    }


def test_the_next_payment_is_all_approved_work_of_the_first_day() -> None:
    first, later = date(2026, 12, 30), date(2027, 1, 29)
    work = [
        _contract("approved", later, 90_000),
        _contract("approved", first, 10_000),
        _contract("approved", first, 20_000),
        _contract("delivered", first, 50_000),
    ]

    found = coming(work)

    assert found == (first, yen(33_000))


def test_without_approved_work_no_payment_is_promised() -> None:
    assert coming([_contract("running", None, 10_000)]) is None
