"""The prose tells the truth: states, postings, tables and numbers are those of the code."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from marketplace.contracts.lifecycle import CONTRACT
from marketplace.core.money import yen
from marketplace.tasks.lifecycle import APPLICATION, INVITATION, TASK
from payouts.fees import seat_cost
from payouts.lifecycle import PAYOUT
from payouts.tax import withholding
from tests.docs.prose import files, text_of
from web.states import STATES


def statuses_in_schema() -> Iterator[tuple[str, set[str]]]:
    """Each table that has a status or a state, and its values."""
    for path in files():
        if path.suffix != ".sql":
            continue
        for table, columns in re.findall(
            r"^create table (\w+) \((.*?)^\);", text_of(path), re.MULTILINE | re.DOTALL
        ):
            found = re.search(
                r"^  (?:status|state) text .*?check \((?:status|state) in \(([^)]*)\)", columns, re.MULTILINE
            )
            if found:
                yield table, set(re.findall(r"'(\w+)'", found[1]))


def glossary_row(thing: str) -> set[str]:
    found = re.search(
        rf"^\| {re.escape(thing)} .*?\|(.*?)\|",
        text_of("docs/glossary.md").partition("## States")[2],
        re.MULTILINE,
    )
    return set(re.findall(r"`(\w+)`", found[1])) if found else set()


def test_the_glossary_names_every_state_of_every_lifecycle_and_no_other() -> None:
    lifecycles = {
        "task": TASK,
        "invitation": INVITATION,
        "application": APPLICATION,
        "contract": CONTRACT,
        "payout": PAYOUT,
    }
    shown = {thing: set(STATES[thing]) for thing in ("claim", "invoice", "break", "period")}

    expected = {
        thing: {str(state) for state in lifecycle.states} for thing, lifecycle in lifecycles.items()
    } | shown

    assert {thing: glossary_row(thing) for thing in expected} == expected


def test_the_glossary_names_the_states_that_the_schema_allows() -> None:
    words = {
        "topup": "top-up",
        "money_op": "money operation",
        "claim_flag": "claim flag",
        "reconcile_break": "break",
        "reconcile_run": "reconciliation run",
        "statement_run": "statement run",
        "ledger_month": "period",
        "company_month": "period",
        "closing_run": "close",
        "skill_word": "unknown word",
        "task_change": "task change",
        "transfer_file": "bank transfer file",
        "transfer_row": "transfer of a file",
        "transfer_result": "result of a file",
    }
    words |= {"document_export": "package"}
    words |= {"availability_ask": "availability ask", "availability_answer": "availability answer"}
    minor = {
        "payout_attempt",
        "dispute",
        "alumni_import",
        "bank_file",
        "calendar_import",
    }  # states of a part, or of a preview: not for the glossary

    expected = {
        words.get(table, table): states for table, states in statuses_in_schema() if table not in minor
    }

    assert {"seat", "contract", "top-up", "membership"} <= set(expected)
    assert {thing: glossary_row(thing) for thing in expected} == expected


def test_the_money_page_names_every_posting_and_every_account() -> None:
    page = text_of("docs/money.md")
    modules = ("payouts/postings.py", "payouts/own_postings.py", "payouts/billing/postings.py")
    keys = {key for module in modules for key in re.findall(r'f"([a-z_]+):\{', text_of(module))}
    fixed = set(
        re.findall(r'"((?:stripe|bank|revenue|tax|expense|suspense):[a-z_]+)', text_of("payouts/chart.py"))
    )

    assert len(keys) > 10
    assert [key for key in keys if f"`{key}:" not in page] == []
    assert [name for name in fixed if f"`{name}" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "docs/money.md"])
def test_the_worked_example_is_what_the_code_computes(page: str) -> None:
    price = yen(50_000)
    cost = seat_cost(
        price, tax_rate=1000, platform_rate=1500, platform_tax_rate=1000,
        withheld=withholding(price, on=date(2026, 11, 23)),
    )  # fmt: skip

    parts = (
        cost.maximum,
        cost.to_person,
        cost.platform_fee + cost.platform_tax,
        cost.withheld,
        cost.company_pays,
    )

    assert [part.amount for part in parts if f"{part.amount:,}" not in text_of(page)] == []


def test_the_compliance_page_names_every_dated_table() -> None:
    page = text_of("docs/compliance-jp.md")
    sources = ("payouts/tax.py", "payouts/tax_category.py", "marketplace/contracts/cancellation.py")

    tables = [
        name for path in sources for name in re.findall(r"^([A-Z_]+) = \($", text_of(path), re.MULTILINE)
    ]

    assert len(tables) > 5
    assert [name for name in tables if name not in page] == []
