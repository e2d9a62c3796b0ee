"""Papers of invoices and credit notes: what the law asks for, in both languages, the same bytes for the same data."""

from datetime import date

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts.billing import credit_notes, documents
from payouts.billing.documents import pdf
from payouts.billing.sheet import Paper, numbered, sheet
from payouts.billing.terms import invoiced
from tests.factories.billing import BUYER, opened

SELLER = {
    "name": "縁結び株式会社",
    "name_en": "Enmusubi Inc.",
    "address": "東京都千代田区丸の内1-1-1",
    "registration_number": "T7123456789012",
}
PAPER = Paper(
    kind="invoice",
    number=12,
    issued_on=date(2026, 11, 23),
    success_on=date(2026, 11, 20),
    title="紹介成功報酬: 経理担当の採用",
    amounts=invoiced(yen(300_000), tax_bp=1000, bounty=yen(100_000)),
    tax_bp=1000,
    seller=SELLER,
    buyer=BUYER.record,
    due_on=date(2026, 12, 23),
)


def said(locale: str) -> str:
    return str(sheet(PAPER, locale))


def test_it_names_all_that_a_qualified_invoice_must_name():
    words = said("ja")

    for needed in (
        "適格請求書", "縁結び株式会社", "T7123456789012", "2026年11月20日", "紹介成功報酬", "10%対象", "¥300,000", "¥30,000",
        "株式会社エース 御中", "INV-000012", "2026年12月23日",
    ):  # fmt: skip
        assert needed in words


def test_the_bounty_is_shown_as_collected_and_outside_the_tax():
    laid = sheet(PAPER, "ja")

    assert laid["lines"][-1]["what"] == "紹介者への報酬（立替・預り）"
    assert laid["lines"][-1]["rate"] == "対象外"
    assert [row["base"] for row in laid["rates"]] == ["¥300,000", "¥100,000"]
    assert [row["tax"] for row in laid["rates"]] == ["¥30,000", "–"]
    assert laid["total"]["value"] == "¥430,000"


@pytest.mark.parametrize(
    ("locale", "reason"), [("ja", "候補者が離れました。"), ("en", "The candidate has left.")]
)
def test_a_credit_note_says_its_reason_in_its_language_and_the_invoice_it_belongs_to(locale, reason):
    parts = {**_parts(), "kind": "credit_note", "due_on": None, "invoice": 12}

    words = str(sheet(Paper(**{**parts, "reason": "The candidate has left."}), locale))
    free = str(sheet(Paper(**{**parts, "reason": "100%返金のお約束"}), locale))

    assert reason in words
    assert "INV-000012" in words
    assert "100%返金のお約束" in free


def test_the_english_paper_says_the_same_numbers_and_both_names():
    words = said("en")

    for needed in (
        "Qualified invoice",
        "Enmusubi Inc.",
        "縁結び株式会社",
        "Ace Inc.",
        "Taxed at 10%",
        "¥430,000",
    ):
        assert needed in words


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_same_data_gives_the_same_bytes_and_other_data_others(locale):
    first, again = (pdf(PAPER, locale, timestamp=1_790_000_000) for _ in range(2))
    other = pdf(Paper(**{**_parts(), "number": 13}), locale, timestamp=1_790_000_000)

    assert first == again
    assert first != other


def _parts():
    return {name: getattr(PAPER, name) for name in Paper.__slots__}


def test_numbers_say_what_they_number():
    assert (numbered("invoice", 7), numbered("credit_note", 7)) == ("INV-000007", "CN-000007")


@pytest.mark.usefixtures("database")
async def test_a_sweep_that_ends_between_two_languages_prints_the_other_at_its_next_turn(monkeypatch):
    monkeypatch.setattr(documents, "AT_A_TIME", 1)
    await opened()

    assert [await documents.make_missing() for _ in range(3)] == [1, 1, 0]


@pytest.mark.usefixtures("database")
async def test_the_sweep_stores_each_paper_once_in_each_language():
    made = await opened()
    async with db.transaction(operator=True):
        note = await credit_notes.issue(made.invoice, refund_bp=5000, bounty_back=yen(0), reason="left")

    counts = [await documents.make_missing(), await documents.make_missing()]

    assert counts == [4, 0]
    async with db.transaction(operator=True):
        rows = await db.fetch("select kind, document_id, locale from billing_document")
    assert {tuple(row) for row in rows} == {
        (kind, number, locale)
        for kind, number in (("invoice", made.invoice), ("credit_note", note))
        for locale in ("ja", "en")
    }
    stored = await documents.read("invoice", made.invoice, "ja")
    assert stored.content.startswith(b"%PDF")
