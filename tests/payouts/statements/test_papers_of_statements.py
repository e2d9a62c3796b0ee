"""The papers of statements: what a purchase statement must name, in both languages, the same bytes for ever."""

from datetime import date
from uuid import uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import onboarding
from payouts.statements import answering, months, papers, platform_invoices, queries
from payouts.statements.sheet import sheet
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to, make

pytestmark = pytest.mark.usefixtures("database")


async def stated(month: date, *, registered: bool) -> queries.One:
    company, person = str(uuid4()), str(uuid4())
    await prepay(company, yen(1_000_000))
    if registered:
        await onboarding.set_tax_profile(person, kind="individual", registration_number="T7123456789012")
    await earn(person, company)
    for _ in range(3):
        await earn(person, company, cost=seat(105, withheld=False))
    await go_to(months.last_moment(month))
    (row,) = await make(company, month)
    async with db.transaction(operator=True):
        await answering.mark_sent([row["id"]])
        return await queries.one(row["id"])


async def test_a_registered_payees_statement_names_all_that_a_purchase_statement_must(month: date):
    found = await stated(month, registered=True)

    ja = str(sheet(found.row, found.lines, "ja"))

    for needed in (
        "仕入明細書", "株式会社エース", "T7123456789012", "10%対象", "¥50,315", "¥5,031", "¥50,240", "PS-000001", "−¥5,105",
        "契約ごとに計算した消費税額等の合計（¥5,030）との差は¥1", "7日",
    ):  # fmt: skip
        assert needed in ja, needed


async def test_an_unregistered_payees_statement_is_no_purchase_statement_and_names_the_transition(
    month: date,
):
    found = await stated(month, registered=False)

    ja, en = (str(sheet(found.row, found.lines, locale)) for locale in ("ja", "en"))

    assert "仕入明細書" not in ja
    assert "経過措置" in ja
    assert "art. 52, 53" in en
    assert "Payment statement" in en
    assert "¥50,240" in en


async def test_a_sweep_that_ends_between_two_languages_prints_the_other_at_its_next_turn(
    month: date, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(papers, "AT_A_TIME", 1)
    await stated(month, registered=True)

    assert [await papers.make_missing() for _ in range(3)] == [1, 1, 0]


async def test_the_sweep_prints_each_paper_once_in_each_language_and_the_same_bytes_again(month: date):
    found = await stated(month, registered=True)
    await platform_invoices.make_month(month)

    counts = [await papers.make_missing(), await papers.make_missing()]

    stored = await papers.read("statement", found.row["id"], "ja")
    again = papers.pdf(sheet(found.row, found.lines, "ja"), timestamp=int(found.row["made_at"].timestamp()))
    assert counts == [4, 0]
    assert stored.content.startswith(b"%PDF")
    assert again == stored.content
