"""Finding documents: each criterion, each pair and all three give what a plain reading of all rows gives, page by page."""

import itertools
import unicodedata
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.core import db
from marketplace.core.errors import Invalid, NotFound
from marketplace.documents import search
from marketplace.documents.criteria import KINDS, ORDERS, Criteria
from tests.factories.documents import FIRST, many

pytestmark = pytest.mark.usefixtures("database")

NAMES = (
    "株式会社エース",
    "エース商事",
    "佐藤 美咲",
    "鈴木 一郎",
    "Straße GmbH",
    "縁結び株式会社",
    "ｱｵﾊﾞ製作所",
)
DAYS = {"first": FIRST + timedelta(days=10), "last": FIRST + timedelta(days=30)}
AMOUNTS = {"least": 8_000, "most": 24_000}
PARTY = {"counterparty": "エース"}
PARTS = (DAYS, AMOUNTS, PARTY)
SETS = [
    {name: value for part in chosen for name, value in part.items()}
    for size in range(4)
    for chosen in itertools.combinations(PARTS, size)
]
SETS += [{"first": DAYS["first"]}, {"last": DAYS["last"]}, {"least": 8_000}, {"most": 24_000}]
SETS += [{"kind": kind, **DAYS} for kind in KINDS[:2]]


@pytest.fixture
def whose() -> str:
    return f"company:{uuid4()}"


@pytest.mark.parametrize("order", list(ORDERS))
async def test_a_search_finds_what_a_plain_reading_finds_in_its_order_page_by_page(order: str, whose: str):
    rows = await many(whose, 130, NAMES)
    await many(f"company:{uuid4()}", 20, NAMES, seed=8)

    for asked in SETS:
        wanted = Criteria(**asked, order=order)
        pages = await _pages(whose, wanted)

        expected = [row for row in rows if _fits(row, wanted)]
        assert [row["document_id"] for row in itertools.chain(*pages)] == _in_order(expected, order), asked
        assert all(len(page) == search.PAGE for page in pages[:-1])


async def _pages(owner: str, wanted: Criteria) -> list[list[Any]]:
    pages: list[list[Any]] = []
    after: UUID | None = None
    async with db.transaction(operator=True):
        while True:
            found = await search.find(owner, wanted, after=after)
            pages.append(found.rows)
            after = found.after
            if after is None:
                return pages


def _fits(row: dict[str, Any], wanted: Criteria) -> bool:
    return (
        (wanted.first is None or row["dealt_on"] >= wanted.first)
        and (wanted.last is None or row["dealt_on"] <= wanted.last)
        and (wanted.least is None or row["amount"] >= wanted.least)
        and (wanted.most is None or row["amount"] <= wanted.most)
        and _key(wanted.counterparty) in _key(row["counterparty"])
        and wanted.kind in ("", row["kind"])
    )


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _in_order(rows: list[dict[str, Any]], order: str) -> list[UUID]:
    columns = [column.replace("counterparty_key", "key") for column in ORDERS[order].columns]
    keyed = [{**row, "key": _key(row["counterparty"]).encode()} for row in rows]
    ordered = sorted(keyed, key=lambda row: [row[column] for column in columns], reverse=ORDERS[order].down)
    return [row["document_id"] for row in ordered]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("エース", {"株式会社エース", "エース商事"}),
        ("ｴｰｽ", {"株式会社エース", "エース商事"}),
        ("佐藤美咲", {"佐藤 美咲"}),
        ("佐藤　美咲", {"佐藤 美咲"}),
        ("STRASSE", {"Straße GmbH"}),
        ("ｇｍｂｈ", {"Straße GmbH"}),
        ("アオバ", {"ｱｵﾊﾞ製作所"}),
        ("100%", set()),
        ("_", set()),
    ],
)
async def test_a_name_is_found_by_a_part_of_it_however_it_is_written(typed: str, found: set[str], whose: str):
    await many(whose, 60, NAMES)

    async with db.transaction(operator=True):
        rows = (await search.find(whose, Criteria(counterparty=typed))).rows

    assert {row["counterparty"] for row in rows} == found


async def test_a_part_of_very_many_names_is_found_too(whose: str):
    names = [f"取引先{number:04}" for number in range(search.MOST_PARTIES + 60)]
    rows = await many(whose, 600, names)

    async with db.transaction(operator=True):
        found = await search.find(whose, Criteria(counterparty="取引先"))
        rare = await search.find(whose, Criteria(counterparty="先0007"))

    assert found.count == len(rows)
    assert {row["counterparty"] for row in rare.rows} == {"取引先0007"}


@pytest.mark.parametrize("typed", ["INV-000012", "inv-000012", "ＩＮＶ－０００012", "12", "１２"])
async def test_a_number_is_found_as_it_is_printed_or_by_its_digits(typed: str, whose: str):
    await many(whose, 130, NAMES)

    async with db.transaction(operator=True):
        rows = (await search.find(whose, Criteria(number=typed))).rows

    assert [row["number"] for row in rows] == ["INV-000012"]


async def test_a_number_may_be_begun_only(whose: str):
    await many(whose, 130, NAMES)

    async with db.transaction(operator=True):
        rows = (await search.find(whose, Criteria(number="INV-00012"))).rows

    assert {row["number"] for row in rows} == {f"INV-{number:06}" for number in range(120, 130)}


async def test_what_is_found_is_counted_up_to_a_bound(whose: str):
    await many(whose, search.MOST_COUNTED + 5, NAMES[:1])

    async with db.transaction(operator=True):
        found = await search.find(whose, Criteria())

    assert found.many
    assert len(found.rows) == search.PAGE


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Criteria(first=date(2026, 2, 1), last=date(2026, 1, 31)), "last"),
        (Criteria(least=2, most=1), "most"),
    ],
)
async def test_a_range_that_is_turned_round_is_refused_by_its_field(wanted: Criteria, field: str, whose: str):
    with pytest.raises(Invalid) as refused:
        await search.find(whose, wanted)

    assert list(refused.value.fields) == [field]


async def test_a_range_of_one_day_and_of_one_amount_is_a_range(whose: str):
    rows = await many(whose, 130, NAMES)
    one = rows[0]

    async with db.transaction(operator=True):
        found = await search.find(
            whose,
            Criteria(first=one["dealt_on"], last=one["dealt_on"], least=one["amount"], most=one["amount"]),
        )

    assert one["document_id"] in {row["document_id"] for row in found.rows}
    assert {(row["dealt_on"], row["amount"]) for row in found.rows} == {(one["dealt_on"], one["amount"])}


async def test_a_page_cannot_begin_behind_another_owners_document(whose: str):
    await many(whose, 5, NAMES)
    [foreign, *_] = await many(f"company:{uuid4()}", 5, NAMES)

    async with db.transaction(operator=True):
        with pytest.raises(NotFound):
            await search.find(whose, Criteria(), after=foreign["document_id"])


async def test_row_level_security_keeps_companies_apart_whatever_the_code_asks():
    ours, theirs = uuid4(), uuid4()
    await many(f"company:{theirs}", 5, NAMES)

    async with db.transaction(company=ours):
        found = await search.find(f"company:{theirs}", Criteria())

    assert found.rows == []
