"""The whole table of referral rewards, frozen as CSV: transcribed from the law's page, not from the engine."""

import csv
from datetime import date
from pathlib import Path

import pytest

from marketplace.core.money import yen
from marketplace.referrals.policy import evaluate
from marketplace.referrals.policy_facts import Licence, Question

ON = date(2026, 11, 23)
REWARD = yen(100_000)
ROWS = list(csv.DictReader((Path(__file__).parent / "policy_table.csv").open(encoding="utf-8")))


def _licence(kind: str, *, signed_off: bool = True, valid_to: date = date(2027, 3, 31)) -> Licence:
    return Licence(
        kind,
        "13-ユ-300001",
        "JP",
        date(2025, 4, 1),
        valid_to,
        signed_off,
        "notified",
        3500,
        date(2025, 4, 1),
        REWARD,
    )


LICENCES: dict[str, tuple[Licence, ...]] = {
    "none": (),
    "art36": (_licence("entrusted_recruiting"),),
    "licence_unsigned": (_licence("paid_placement", signed_off=False),),
    "licence": (_licence("paid_placement"),),
    "expired": (_licence("paid_placement", valid_to=date(2026, 11, 22)),),
}


def test_the_table_holds_the_whole_product_once():
    names = ("kind", "country", "relation", "reward_type", "licences")

    cells = {tuple(row[name] for name in names) for row in ROWS}

    assert len(ROWS) == len(cells) == 3 * 5 * 4 * 4 * 5


@pytest.mark.parametrize("kind", ["gig", "business", "hire"])
@pytest.mark.parametrize("country", ["JP", "US", "GB", "DE", "BR"])
def test_the_engine_answers_each_row_as_the_law_page_does(kind: str, country: str):
    rows = [row for row in ROWS if (row["kind"], row["country"]) == (kind, country)]

    wrong = [
        (row, str(answer)) for row in rows if (answer := evaluate(_question(row)).answer) != row["answer"]
    ]

    assert len(rows) == 80
    assert not wrong


def _question(row: dict[str, str]) -> Question:
    reward = yen(0) if row["reward_type"] == "none" else REWARD
    return Question(
        row["kind"], frozenset({row["country"]}), row["relation"], row["reward_type"], reward, ON,
        LICENCES[row["licences"]],
    )  # fmt: skip
