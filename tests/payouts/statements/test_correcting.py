"""A statement with a mistake becomes void and its things are stated anew: once, to the yen, with nothing else changed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.money import yen
from payouts.billing import invariants as billing_invariants
from payouts.statements import (
    answering,
    correcting,
    invariants,
    months,
    papers,
    queries,
    registrations,
    years,
)
from payouts.statements.transition import share_on
from tests.factories.payouts import earn, prepay, seat
from tests.factories.statements import go_to, know, make

pytestmark = pytest.mark.usefixtures("database")
NUMBER = "T7123456789012"


@pytest.fixture
async def company() -> str:
    made = str(uuid4())
    await prepay(made, yen(900_000_000))
    return made


@pytest.fixture
async def month(month: date) -> date:
    """The next month, on its tenth day: days can pass within it."""
    begun = months.after(month)
    await go_to(months.last_moment(month) + timedelta(days=9))
    return begun


async def restate(statement: UUID, company: str, reason: str = "宛名の誤り") -> correcting.Corrected:
    async with db.transaction(operator=True):
        return await correcting.restate(
            statement, company, reason=reason, ref="member:1", name="経理 花子", know=know
        )


async def sent(company: str, month: date) -> list[Any]:
    """Make and send a month's statements."""
    rows = await make(company, month)
    async with db.transaction(operator=True):
        return await answering.mark_sent([row["id"] for row in rows])


async def living(company: str, month: date) -> list[Any]:
    async with db.transaction(operator=True):
        return (await queries.of_month(company, month, whole=True))[0]


async def broken() -> list[str]:
    found = []
    async with db.transaction(operator=True):
        for name, sql in {**invariants.RULES, **billing_invariants.RULES}.items():
            found += [name for _ in await db.fetch(sql)]
    return found


async def test_what_a_void_statement_said_is_said_once_more_under_the_next_number(company: str, month: date):
    person, other = str(uuid4()), str(uuid4())
    for one in (person, person, other):
        await earn(one, company)
    await go_to(months.last_moment(month))
    rows = await sent(company, month)
    wrong = next(row for row in rows if row["owner"] == f"person:{person}")

    done = await restate(wrong["id"], company)

    (made,) = done.made
    async with db.transaction(operator=True):
        tie = await queries.tie(company, month)
        old, new = await queries.one(wrong["id"]), await queries.one(made["id"])
        (summed,) = await queries.months_of(company)
    assert (made["number"], made["status"], made["net_amount"]) == (3, "sent", wrong["net_amount"])
    assert (old.row["status"], old.row["number"], len(old.lines)) == ("void", wrong["number"], 2)
    assert [line["item_id"] for line in new.lines] == [line["item_id"] for line in old.lines]
    assert (
        [each["number"] for each in old.chain]
        == [each["number"] for each in new.chain]
        == [wrong["number"], 3]
    )
    assert [each["reason"] for each in new.chain] == ["宛名の誤り", None]
    assert (tie.holds, tie.owed) == (True, summed.net + summed.withheld)
    assert {row["number"] for row in await living(company, month)} == {1, 2, 3} - {wrong["number"]}
    assert await broken() == []


async def test_a_corrected_statement_can_be_corrected_again_and_shows_the_whole_chain(
    company: str, month: date
):
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    (first,) = await sent(company, month)

    second = (await restate(first["id"], company)).made[0]
    third = (await restate(second["id"], company, "登録番号の誤り")).made[0]

    async with db.transaction(operator=True):
        chain = await queries.chain(first["id"])
    assert [(each["number"], each["status"]) for each in chain] == [(1, "void"), (2, "void"), (3, "sent")]
    assert third["number"] == 3
    assert await broken() == []


async def test_one_that_was_not_sent_is_made_anew_unsent(company: str, month: date):
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    (row,) = await make(company, month)

    (made,) = (await restate(row["id"], company)).made

    assert made["status"] == "made"


async def test_a_registration_that_is_told_later_joins_the_parts_of_the_month(company: str, month: date):
    person = str(uuid4())
    await earn(person, company)
    async with db.transaction(operator=True):
        await registrations.note(person, NUMBER, await clock.today() + timedelta(days=1))
    await clock.advance(timedelta(days=2))
    await earn(person, company)
    await go_to(months.last_moment(month))
    registered, plain = sorted(await sent(company, month), key=lambda row: row["registration"], reverse=True)
    async with db.transaction(operator=True):
        await registrations.note(person, NUMBER, month)

    done = await restate(plain["id"], company, "登録日の誤り")

    (made,) = done.made
    assert [row["id"] for row in done.void] == [plain["id"], registered["id"]]
    assert (made["registration"], made["net_amount"]) == (
        NUMBER,
        plain["net_amount"] + registered["net_amount"],
    )
    assert made["deductible_amount"] == made["document_tax_amount"] == 10_000
    assert await broken() == []


async def test_what_a_later_statement_said_of_the_withholding_is_not_said_twice(company: str, month: date):
    person = str(uuid4())
    item = await earn(person, company)
    await go_to(months.last_moment(month))
    (first,) = await sent(company, month)
    async with db.transaction(operator=True):
        await db.execute(
            "update payable_item set adjusted_amount = 500, net_amount = net_amount - 500 where id = $1", item
        )
    after = months.after(month)
    await go_to(months.last_moment(after))
    (later,) = await sent(company, after)

    (made,) = (await restate(first["id"], company)).made

    await go_to(months.last_moment(months.after(after)))
    assert (later["withheld_amount"], later["net_amount"]) == (500, -500)
    assert made["withheld_amount"] == first["withheld_amount"]
    assert await make(company, months.after(after)) == []
    assert [row["id"] for row in await make(company, after)] == [later["id"]]


async def test_a_correction_that_is_void_is_said_again_on_the_new_one(company: str, month: date):
    person = str(uuid4())
    item = await earn(person, company)
    await go_to(months.last_moment(month))
    await sent(company, month)
    async with db.transaction(operator=True):
        await db.execute(
            "update payable_item set adjusted_amount = 500, net_amount = net_amount - 500 where id = $1", item
        )
    after = months.after(month)
    await earn(person, company)
    await go_to(months.last_moment(after))
    (later,) = await sent(company, after)

    (made,) = (await restate(later["id"], company)).made

    assert made["net_amount"] == later["net_amount"] == 49_895 - 500


async def test_a_reason_is_needed_another_company_s_is_not_found_and_a_void_one_stays_void(
    company: str, month: date
):
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    (row,) = await sent(company, month)

    with pytest.raises(Invalid):
        await restate(row["id"], company, "  ")
    with pytest.raises(NotFound):
        await restate(row["id"], str(uuid4()))
    await restate(row["id"], company)
    with pytest.raises(Conflict):
        await restate(row["id"], company)


async def test_the_payee_can_neither_confirm_nor_dispute_a_void_one_and_silence_does_not_reach_it(
    company: str, month: date
):
    person = str(uuid4())
    await earn(person, company)
    await go_to(months.last_moment(month))
    (row,) = await sent(company, month)
    await restate(row["id"], company)
    await clock.advance(timedelta(days=30))

    deemed = await answering.deem()

    assert deemed == 1
    async with db.transaction(operator=True):
        with pytest.raises(Conflict):
            await answering.confirm(row["id"], person)
        with pytest.raises(Conflict):
            await answering.dispute(row["id"], person, "違います")
        assert (await queries.one(row["id"])).row["status"] == "void"


async def test_the_paper_that_was_sent_stays_and_the_stamped_one_is_another(company: str, month: date):
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    (row,) = await sent(company, month)
    before = await papers.read("statement", row["id"], "ja")
    with pytest.raises(NotFound):
        await papers.read("statement_void", row["id"], "ja")

    await restate(row["id"], company)

    stamped = [await papers.read("statement_void", row["id"], locale) for locale in ("ja", "en")]
    again = await papers.read("statement_void", row["id"], "ja")
    assert (await papers.read("statement", row["id"], "ja")).content == before.content
    assert stamped[0].content == again.content
    assert len({before.content, stamped[0].content, stamped[1].content}) == 3


@pytest.mark.parametrize(
    "change",
    [
        "update statement_line set net_amount = net_amount + 1, base_amount = base_amount + 1",
        "update statement_line set void = true",
        "delete from statement_line",
    ],
)
async def test_a_line_is_kept_as_it_is_even_by_the_owner_of_the_database(
    company: str, month: date, change: str, owner: asyncpg.Connection
):
    await earn(str(uuid4()), company)
    await go_to(months.last_moment(month))
    await sent(company, month)

    with pytest.raises(asyncpg.PostgresError, match="kept as it is"):
        await owner.execute(change)


async def test_above_the_cap_of_the_business_year_the_statement_deducts_nothing(company: str, month: date):
    async with db.transaction(operator=True):
        await years.note_first_month(f"company:{company}", month.month)
    person = str(uuid4())
    await earn(person, company, cost=seat(80_000_000, withheld=False))
    await go_to(months.last_moment(month))
    (first,) = await sent(company, month)
    after = months.after(month)
    await earn(person, company, cost=seat(20_000_000, withheld=False))
    await go_to(months.last_moment(after))

    (second,) = await sent(company, after)

    async with db.transaction(operator=True):
        near = await years.near_the_cap(f"company:{company}", months.after(after))
    assert first["deductible_amount"] == 8_000_000 * share_on(month) // 10_000
    # ¥88 M is used, ¥12 M of ¥22 M is left: 12/22 of the tax of ¥2 M.
    assert second["rates"][0]["covered"] == 1_090_909
    assert second["deductible_amount"] == 1_090_909 * share_on(after) // 10_000
    assert second["cap_amount"] == 100_000_000
    assert near == [(f"person:{person}", yen(110_000_000), yen(100_000_000))]
