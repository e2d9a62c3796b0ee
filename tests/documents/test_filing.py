"""The index is the documents: filed in the transaction that makes them, for both sides, and mended if it ever differs."""

from datetime import date

import pytest

from marketplace.core import db
from marketplace.core.clock import JST
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.documents import book, filing, search
from marketplace.documents.criteria import Criteria
from marketplace.funds import withholding
from tests.factories import billing, companies
from tests.factories.documents import OPERATOR, Files, filled, one

pytestmark = [pytest.mark.usefixtures("database", "seal_folder")]


async def _different() -> list[object]:
    async with db.transaction(operator=True):
        return [*await db.fetch(filing.different()), *await db.fetch(filing.PARTIES)]


async def _kinds(owner: str) -> dict[str, str]:
    async with db.transaction(operator=True):
        rows = await search.whole(owner, Criteria(), most=100)
    return {row["kind"]: row["counterparty"] for row in rows}


async def test_every_kind_is_filed_for_its_sides_under_the_other_sides_name():
    files = await filled()

    ours, theirs = await _kinds(files.owner), await _kinds("operator")

    assert set(ours) == {
        "contract",
        "statement",
        "invoice",
        "credit_note",
        "platform_invoice",
        "payment_record",
    }
    assert set(theirs) == {"invoice", "credit_note", "platform_invoice"}
    assert ours["invoice"] == ours["platform_invoice"] == "縁結び株式会社"
    assert set(theirs.values()) == {"青空商事"}
    assert await _different() == []


async def test_day_amount_and_number_are_those_of_the_paper():
    files = await filled()

    async with db.transaction(operator=True):
        rows = await search.named(
            files.owner,
            [files.contract, files.statement, files.invoice, files.note, files.platform, files.record],
        )
        contract = await db.fetchrow("select * from contract where id = $1", files.contract)
    amounts = {row["kind"]: row["amount"] for row in rows.values()}

    assert amounts == {
        "contract": 55_000, "statement": 55_000, "invoice": 430_000, "credit_note": 33_000, "platform_invoice": 8_250,
        "payment_record": 55_000,
    }  # fmt: skip
    assert rows[files.contract]["number"] == str(files.contract)
    assert rows[files.contract]["dealt_on"] == contract["concluded_at"].astimezone(JST).date()
    assert rows[files.invoice]["number"] == "INV-000001"
    assert rows[files.statement]["number"] == "PS-000001"
    assert rows[files.record]["dealt_on"] == date(contract["concluded_at"].astimezone(JST).year, 12, 31)


async def test_a_draft_is_no_document_and_what_is_rolled_back_is_not_filed():
    drafted = await billing.succeed()

    assert await one("select count(*) from document_index") == 0

    with pytest.raises(ZeroDivisionError):
        async with db.transaction(operator=True):
            await db.execute(
                "update invoice set number = 1, issued_on = business_today(), due_on = business_today(), status = 'open' where id = $1",
                drafted.invoice,
            )
            assert await db.fetchval("select count(*) from document_index") == 2
            raise ZeroDivisionError
    assert await one("select count(*) from document_index") == 0


async def test_a_person_who_is_called_otherwise_later_keeps_the_name_on_the_documents_of_before():
    files = await filled()
    before = await _kinds(files.owner)

    async with db.transaction(operator=True):
        await db.execute("update person set name = '改姓 花子' where id = $1", files.scene.person)
        await db.execute("update membership set name = '改姓 花子' where person_id = $1", files.scene.person)

    assert await _kinds(files.owner) == before
    assert before["contract"] != "改姓 花子"
    assert await _different() == []


@pytest.mark.parametrize(
    "harm",
    [
        "delete from document_index",
        "update document_index set amount = amount + 1",
        "update document_index set counterparty = 'だれか'",
        "update document_index set dealt_on = dealt_on - 1 where kind = 'contract'",
        """insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty)
           values ('operator', 'invoice', uuidv7(), 'INV-999999', '2026-01-01', 1, 'JPY', 'x')""",
    ],
)
async def test_an_index_that_differs_is_found_and_filed_anew(harm: str):
    await filled()
    async with db.transaction(operator=True):
        before = {tuple(row) for row in await db.fetch("select * from document_index")}
        await db.execute(harm)

    assert await _different()
    assert await filing.mend() > 0

    assert await _different() == []
    async with db.transaction(operator=True):
        assert {tuple(row) for row in await db.fetch("select * from document_index")} == before
    assert await filing.mend(filing.EVER) == 0
    assert await one("select count(*) from activity_event where verb = 'documents.mended'") == 1


async def test_the_same_record_is_the_same_paper_and_a_changed_one_its_next_version():
    files = await filled()
    year = await one("select year from payment_record")

    first, _ = await withholding.record_paper(files.scene.person, year, "ja", by=files.finance)
    again, _ = await withholding.record_paper(files.scene.person, year, "ja", by=files.finance)
    await _renamed(files)
    changed, _ = await withholding.record_paper(files.scene.person, year, "ja", by=files.finance)

    assert first == again
    assert changed != first
    assert await one("select count(*) from payment_record") == 2
    story = await book.story(files.record, by=files.finance)
    assert story.standing == "replaced"
    assert [link.relation for link in story.links] == ["replaced_by"]
    assert await _different() == []


async def _renamed(files: Files) -> None:
    async with db.transaction(operator=True):
        await db.execute("update person set name = '改姓 花子' where id = $1", files.scene.person)


async def test_an_invoice_and_its_credit_note_show_one_another_and_why():
    files = await filled()

    invoice = await book.story(files.invoice, by=files.finance)
    note = await book.story(files.note, by=OPERATOR)

    assert invoice.standing == "corrected"
    assert [(link.relation, link.why, link.row["number"]) for link in invoice.links] == [
        ("credited_by", "一部返金のため", "CN-000001")
    ]
    assert [(link.relation, link.row["document_id"]) for link in note.links] == [("credits", files.invoice)]


async def test_a_members_search_needs_a_role_that_reads_money():
    files = await filled()
    manager = await companies.colleague(files.scene.owner, files.scene.slug, "manager")

    with pytest.raises(NotAllowed):
        await book.page(Criteria(), by=manager)
    with pytest.raises(NotFound):
        await book.page(Criteria(), by=files.scene.alumnus)
