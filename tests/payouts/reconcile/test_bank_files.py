"""The bank's files come in once, match the postings on the operator's accounts, and name the rest."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Conflict, Invalid
from marketplace.core.money import yen
from payouts import chart, journal
from payouts.postings import post
from payouts.reconcile import bank_files
from tests.payouts.reconcile.bank import zengin
from tests.payouts.reconcile.conftest import breaks, kinds

pytestmark = pytest.mark.usefixtures("database")
MINA = {"ref": "operator:mina", "by_name": "Mina"}


async def _booked(amount: int, *, days_ago: int = 0) -> str:
    """Book money on the client account; return the end of its key."""
    number = uuid4().hex
    async with db.transaction(operator=True):
        at = await clock.now() - timedelta(days=days_ago)
        lines = (chart.bank_client(), yen(amount)), (chart.bank_suspense(), yen(-amount))
        await journal.record(post(f"operator_payout:{number}", at, "JPY", *lines))
    return number[-10:]


async def _staged(content: bytes, bank: str = "") -> UUID:
    async with db.transaction(operator=True):
        return await bank_files.stage("bank:client", bank, "lines.txt", content, **MINA)


async def _imported(content: bytes) -> tuple[int, int]:
    number = await _staged(content)
    async with db.transaction(operator=True):
        return await bank_files.take_in(number)


async def _today() -> Any:
    async with db.transaction(operator=True):
        return await clock.today()


async def _rules() -> list[str]:
    async with db.transaction(operator=True):
        return [row["rule"] for row in await db.fetch("select rule from bank_match order by rule")]


async def test_lines_match_by_reference_first_and_then_by_amount_and_nearest_day():
    named, today = await _booked(5_000), await _today()
    await _booked(5_000, days_ago=1)
    await _booked(700)

    await _imported(
        zengin((today, 5_000, "STRIPE", named), (today, 5_000, "STRIPE", ""), (today, 700, "STRIPE", ""))
    )

    assert await _rules() == ["bank_amount", "bank_amount", "bank_reference"]
    assert await kinds() == []


async def test_the_same_file_twice_brings_nothing_new():
    today = await _today()
    content = zengin((today, 5_000, "A", ""), (today, 5_000, "A", ""))

    first = await _imported(content)
    again = await _imported(content)

    assert (first, again) == ((2, 2), (2, 0))


async def test_a_line_that_nobody_booked_is_a_break():
    await _imported(zengin((await _today(), -330, "ﾃｽｳﾘﾖｳ", "")))

    assert [(row["kind"], row["difference_amount"]) for row in await breaks()] == [
        ("bank_line_unknown", -330)
    ]


async def test_a_line_of_another_amount_names_its_posting_and_the_difference():
    await _booked(5_000)

    await _imported(zengin((await _today(), 4_670, "STRIPE", "")))

    (found,) = await breaks()
    assert (found["kind"], found["expected_amount"], found["difference_amount"]) == (
        "bank_amount",
        5_000,
        -330,
    )


async def test_a_second_line_of_one_posting_is_named_so():
    await _booked(5_000)
    today = await _today()

    await _imported(zengin((today, 5_000, "STRIPE", ""), (today, 5_000, "STRIPE", "")))

    assert await kinds() == ["bank_duplicate"]


async def test_a_posting_that_the_bank_does_not_list_is_a_break_once_its_days_are_covered():
    await _booked(5_000, days_ago=20)
    today = await _today()
    await _imported(
        zengin((today - timedelta(days=30), 1, "A", ""), (today - timedelta(days=16), 1, "A", ""))
    )
    early = await kinds()

    await _imported(zengin((today, 1, "A", "")))

    assert "bank_missing" not in early
    assert "bank_missing" in await kinds()


async def test_a_posting_that_comes_late_closes_the_break_of_its_line():
    today = await _today()
    await _imported(zengin((today, 5_000, "STRIPE", "")))
    await _booked(5_000)

    await _imported(zengin((today, 1, "A", "")))

    (closed,) = await breaks(status=("closed",))
    assert closed["closed_by_rule"] == "bank_amount"


async def test_the_columns_of_a_bank_are_asked_once_and_remembered():
    today = await _today()
    content = f"日付,金額\r\n{today.isoformat()},500\r\n".encode()
    first = await _staged(content, "みずほ")
    async with db.transaction(operator=True):
        unknown = await bank_files.lines_of(await bank_files.one(first))
        await bank_files.remember(first, {"day": 0, "amount": 1}, 1)
        await bank_files.take_in(first)
    second = await _staged(content, "みずほ")

    async with db.transaction(operator=True):
        known = await bank_files.lines_of(await bank_files.one(second))

    assert unknown is None
    assert known is not None
    assert [line.amount for line in known] == [500]


async def test_columns_that_do_not_fit_are_refused_and_not_remembered():
    number = await _staged("日付,金額\r\n明日,500\r\n".encode(), "みずほ")

    with pytest.raises(Invalid):
        async with db.transaction(operator=True):
            await bank_files.remember(number, {"day": 0, "amount": 1}, 1)
    with pytest.raises(Conflict):
        async with db.transaction(operator=True):
            await bank_files.take_in(number)


async def test_a_file_is_imported_once():
    number = await _staged(zengin((await _today(), 5, "A", "")))
    async with db.transaction(operator=True):
        await bank_files.take_in(number)

    with pytest.raises(Conflict):
        async with db.transaction(operator=True):
            await bank_files.take_in(number)
