"""From a due payout to the bank by file: checked by another, locked, paid on its day, and what came back is owed again."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest

from marketplace.core import clock, db
from marketplace.core.bank_days import bank_day_on_or_after
from marketplace.core.errors import Conflict, Invalid, NotAllowed
from marketplace.core.money import yen
from payouts import chart, controls, journal, planning, verify
from payouts.reconcile import bank_files
from payouts.zengin import accounts, applying, files, record, results
from tests.factories import zengin
from tests.factories.payouts import earn, prepay, seat
from tests.payouts.reconcile.bank import zengin as statement


async def _payouts() -> list[dict]:
    async with db.transaction(operator=True):
        return [dict(row) for row in await db.fetch("select * from payout order by id")]


async def _states(table: str) -> list[str]:
    order = {"transfer_row": "file_id, position", "transfer_file": "number"}[table]
    async with db.transaction(operator=True):
        rows = await db.fetch(f"select status from {table} order by {order}")
    return [row["status"] for row in rows]


async def _lies(account: chart.Account) -> int:
    async with db.transaction(operator=True):
        return (await journal.balance(account)).amount


def _answer(content: bytes, results_: dict[int, str]) -> bytes:
    """Write the bank's answer: our file with a digit for each transfer."""
    lines = content.split(b"\r\n")
    for place, digit in results_.items():
        line = lines[place]
        lines[place] = line[:113] + digit.encode() + line[114:]
    return b"\r\n".join(lines)


async def clock_on(**by: int) -> None:
    await clock.advance(timedelta(**by))


def _sunday_after(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _bank_day_after(day: date) -> date:
    return bank_day_on_or_after(day + timedelta(days=1))


async def bank_says(*amounts: int) -> None:
    """Import lines of today on the account for client money."""
    async with db.transaction(operator=True):
        today = await clock.today()
        content = statement(*((today, amount, "ｿｳｺﾞｳﾌﾘｺﾐ", "") for amount in amounts))
        number = await bank_files.stage("bank:client", "", "m.txt", content, ref="operator", by_name="x")
        await bank_files.take_in(number)


async def matched() -> list[tuple]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select rule, count(*) from bank_match group by 1 order by 1")
    return [tuple(row) for row in rows]


async def open_breaks() -> int:
    async with db.transaction(operator=True):
        return await db.fetchval(
            "select count(*) from reconcile_break where status in ('open', 'proposed') and subject like 'line:%'"
        )


async def test_a_due_payout_goes_by_file_and_one_comes_back(rail):
    people = await zengin.owed(3)
    await zengin.fund_bank(200_000)
    file, content = await zengin.downloaded()
    on_its_way = await _payouts()
    await zengin.arrive(file)

    await zengin.told(file, _answer(content, {2: "2"}))

    assert [(p["status"], p["rail"], p["attempt"]) for p in on_its_way] == [("in_transit", "zengin", 1)] * 3
    assert [p["status"] for p in await _payouts()] == ["paid", "failed", "paid"]
    assert await _states("transfer_row") == ["paid", "failed", "paid"]
    assert await _states("transfer_file") == ["partly_returned"]
    assert await _lies(chart.bank_client()) == 200_000 - 2 * 49_895
    assert sorted([await _lies(chart.person_payable(person)) for person in people]) == [-49_895, 0, 0]
    assert await verify.run() == []


async def test_a_file_is_the_same_to_the_byte_whenever_it_is_downloaded(rail):
    await zengin.owed(2)
    await zengin.fund_bank(200_000)
    file, first = await zengin.downloaded()

    again = await asyncio.gather(*(zengin.download(file) for _ in range(4)))

    read = record.parse(first, near=await zengin.first_day())
    assert set(again) == {first}
    assert (len(read.rows), read.total) == (2, 99_790)
    assert [p["attempt"] for p in await _payouts()] == [1, 1]


async def test_many_who_download_at_once_send_it_once(rail):
    await zengin.owed(2)
    await zengin.fund_bank(200_000)
    file = await zengin.made()
    async with db.transaction(operator=True):
        await files.check(file, **zengin.CHECKER)

    got = await asyncio.gather(*(zengin.download(file) for _ in range(8)))

    assert len(set(got)) == 1
    assert [(p["status"], p["attempt"]) for p in await _payouts()] == [("in_transit", 1)] * 2
    assert await verify.run() == []


async def test_who_made_a_file_cannot_check_it_and_neither_can_a_program(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file = await zengin.made()

    with pytest.raises(NotAllowed):
        async with db.transaction(operator=True):
            await files.check(file, **zengin.MAKER)
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute(
                "update transfer_file set status = 'checked', checked_ref = made_ref, checked_at = business_now()"
            )
    with pytest.raises(Conflict):
        await zengin.download(file)

    assert await _states("transfer_file") == ["made"]


async def test_what_was_made_cannot_be_changed_or_deleted(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    await zengin.made()

    for change in (
        "update transfer_file set amount = amount + 1",
        "update transfer_file set sealed = 'x'",
        "delete from transfer_file",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with db.transaction(operator=True):
                await db.execute(change)


async def test_a_file_that_is_cancelled_frees_its_payouts_and_a_downloaded_one_stands(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    first = await zengin.made()
    with pytest.raises(Conflict, match="waits"):
        await zengin.made()
    async with db.transaction(operator=True):
        await files.cancel(first, **zengin.MAKER)

    second, _ = await zengin.downloaded()
    with pytest.raises(Conflict):
        async with db.transaction(operator=True):
            await files.cancel(second, **zengin.MAKER)

    assert await _states("transfer_file") == ["cancelled", "downloaded"]
    assert await _states("transfer_row") == ["dropped", "sent"]


async def test_without_the_money_on_the_account_no_file_is_made(rail):
    await zengin.owed(3)
    await zengin.fund_bank(100_000)

    with pytest.raises(Conflict) as refused:
        await zengin.made()

    assert refused.value.message.params["missing"] == yen(3 * 49_895 - 100_000)
    assert await _states("transfer_file") == []


async def test_money_is_promised_to_one_file_only(rail):
    await zengin.owed()
    await zengin.fund_bank(60_000)
    await zengin.made()
    await zengin.owed()

    with pytest.raises(Conflict) as refused:
        await zengin.made()

    assert refused.value.message.params["free"] == yen(60_000 - 49_895)


async def test_two_payouts_of_one_person_in_one_file_are_one_base_of_withholding(rail):
    company, person = str(uuid4()), await zengin.payee()
    await prepay(company, yen(3_000_000))
    for days_ago in (2, 1):  # one payout a day and person: these two were planned on days of their own
        await earn(person, company, cost=seat(600_000), due_on=await zengin.first_day())
        await planning.pay()
        async with db.transaction(operator=True):
            await db.execute(
                "update payout set planned_on = planned_on - $1::int where planned_on = business_today()",
                days_ago,
            )
    await zengin.fund_bank(2_000_000)

    _, content = await zengin.downloaded()

    total = record.parse(content, near=await zengin.first_day()).total
    assert total == 2 * 660_000 - 142_940
    assert await verify.run() == []


async def test_a_changed_account_stops_the_file_that_names_the_old_one(rail):
    (person,) = await zengin.owed()
    await zengin.fund_bank(100_000)
    file = await zengin.made()
    await zengin.payee(number="7654321", person=person)

    with pytest.raises(Conflict, match="changed"):
        async with db.transaction(operator=True):
            await files.check(file, **zengin.CHECKER)
    async with db.transaction(operator=True):
        await files.cancel(file, **zengin.MAKER)
    await planning.pay()
    held = (await _payouts())[0]
    await clock_on(hours=25)
    await planning.pay()

    assert (held["status"], held["hold_reason"]) == ("held", "bank_account_new")
    assert held["hold_until"] is not None
    assert (await _payouts())[0]["status"] == "planned"


async def test_the_kill_switch_holds_a_checked_file_back(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file = await zengin.made()
    async with db.transaction(operator=True):
        await files.check(file, **zengin.CHECKER)
        await db.execute("update kill_switch set stopped_at = now() where name = 'payouts'")

    with pytest.raises(Conflict, match="stopped"):
        await zengin.download(file)


async def test_a_file_comes_too_late_for_its_day(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file = await zengin.made()
    async with db.transaction(operator=True):
        await files.check(file, **zengin.CHECKER)
    await zengin.arrive(file)

    with pytest.raises(Conflict, match="too late"):
        await zengin.download(file)


async def test_days_on_which_no_bank_pays_or_something_would_be_late_are_refused(rail):
    first = await zengin.first_day()
    await zengin.owed(due_on=first)
    await zengin.fund_bank(100_000)
    async with db.transaction(operator=True):
        today = await clock.today()

    for day in (today, _sunday_after(first), first.replace(year=first.year + 1), _bank_day_after(first)):
        with pytest.raises(Invalid) as refused:
            await zengin.made(day)
        assert "pay_on" in refused.value.fields


async def test_a_result_stops_anywhere_and_goes_on_and_says_nothing_twice(rail):
    await zengin.owed(applying.BATCH + 2)
    await zengin.fund_bank(3_000_000)
    file, content = await zengin.downloaded()
    await zengin.arrive(file)
    answer = _answer(content, {1: "1"})
    async with db.transaction(operator=True):
        result = await results.take_file(file, "kekka.txt", answer, **zengin.MAKER)

    await applying.step(result)
    half = await _states("transfer_row")
    async with db.transaction(operator=True):
        await db.execute("update outbox set done_at = now()")
    rung = await applying.ring()
    await asyncio.gather(*(zengin.applied(result) for _ in range(3)))
    with pytest.raises(Invalid):
        await zengin.told(file, answer)

    assert half.count("sent") == 2
    assert rung == 1
    assert await _states("transfer_row") == ["failed"] + ["paid"] * (applying.BATCH + 1)
    assert await verify.run() == []


async def test_what_arrived_may_come_back_days_later(rail):
    (person,) = await zengin.owed()
    await zengin.fund_bank(100_000)
    file, content = await zengin.downloaded()
    await zengin.arrive(file)
    await zengin.told(file, content)
    paid = await _states("transfer_file")

    await zengin.told(file, _answer(content, {1: "8"}))

    assert paid == ["settled"]
    assert await _states("transfer_file") == ["partly_returned"]
    assert [p["status"] for p in await _payouts()] == ["returned"]
    assert await _lies(chart.bank_client()) == 100_000
    assert await _lies(chart.person_payable(person)) == -49_895
    assert await verify.run() == []


async def test_another_amount_is_a_break_and_the_transfer_waits(rail):
    await zengin.owed(2)
    await zengin.fund_bank(100_000)
    file, _ = await zengin.downloaded()
    await zengin.arrive(file)

    await zengin.told(file, "no,amount,result\r\n1,49894,済\r\n2,49895,済\r\n".encode("cp932"))
    async with db.transaction(operator=True):
        opened = await db.fetch("select kind, status, difference_amount from reconcile_break")
    await zengin.told(file, b"no,amount,result\r\n1,49895,paid\r\n")
    async with db.transaction(operator=True):
        closed = await db.fetch("select kind, status, difference_amount from reconcile_break")

    assert [tuple(row) for row in opened] == [("bank_result", "open", 1)]
    assert [tuple(row) for row in closed] == [("bank_result", "closed", 1)]
    assert await _states("transfer_file") == ["settled"]


async def test_a_file_that_never_was_sent_is_void_when_two_people_say_so(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file, first = await zengin.downloaded()

    async with db.transaction(operator=True):
        said = await results.propose_void(file, "the bank's page refused it", **zengin.MAKER)
    with pytest.raises(NotAllowed):
        async with db.transaction(operator=True):
            await results.agree(said, **zengin.MAKER)
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute("update transfer_result set status = 'accepted', decided_ref = by_ref")
    async with db.transaction(operator=True):
        await results.agree(said, **zengin.CHECKER)
    await zengin.applied(said)
    await planning.pay()
    _, second = await zengin.downloaded()

    assert await _states("transfer_file") == ["void", "downloaded"]
    assert [(p["status"], p["attempt"]) for p in await _payouts()] == [("in_transit", 2)]
    assert first != second
    assert await verify.run() == []


async def test_by_hand_the_rest_has_arrived_only_with_the_banks_line_and_another_person(rail):
    await zengin.owed(2)
    await zengin.fund_bank(100_000)
    file, _ = await zengin.downloaded()
    await zengin.arrive(file)

    with pytest.raises(Conflict, match="line"):
        async with db.transaction(operator=True):
            await results.propose_rest(file, "seen in the bank's page", **zengin.MAKER)
    await bank_says(-99_790)
    async with db.transaction(operator=True):
        said = await results.propose_rest(file, "seen in the bank's page", **zengin.MAKER)
        await results.agree(said, **zengin.CHECKER)
    await zengin.applied(said)

    assert await _states("transfer_file") == ["settled"]
    assert await matched() == [("bank_transfer_file", 2)]
    assert await open_breaks() == 0


async def test_the_banks_lines_agree_with_a_file_of_which_one_came_back(rail):
    await zengin.owed(3)
    await zengin.fund_bank(200_000)
    file, content = await zengin.downloaded()
    await zengin.arrive(file)
    await bank_says(-3 * 49_895, 49_895)

    await zengin.told(file, _answer(content, {3: "1"}))

    assert await matched() == [("bank_transfer_back", 1), ("bank_transfer_file", 2)]
    assert await open_breaks() == 0


async def test_over_the_limit_a_payout_waits_for_a_second_person_before_any_file(rail):
    company, person = str(uuid4()), await zengin.payee()
    await prepay(company, yen(3_000_000))
    await earn(person, company, cost=seat(1_200_000), due_on=await zengin.first_day())
    await zengin.fund_bank(2_000_000)
    await planning.pay()

    with pytest.raises(Conflict):
        await zengin.made()
    payout = (await _payouts())[0]
    async with db.transaction(operator=True):
        await controls.approve(payout["id"], by="operator:checker")
    await planning.pay()

    assert payout["hold_reason"] == "over_limit"
    assert await zengin.made()


async def test_bank_details_lie_sealed(rail, owner):
    await zengin.payee(number="7654321")

    row = await owner.fetchrow("select sealed, last_digits, bank_name from bank_account")

    assert b"7654321" not in bytes(row["sealed"])
    assert (row["last_digits"], row["bank_name"]) == ("321", "三菱ＵＦＪ")
    async with db.transaction(operator=True):
        kept = await db.fetchrow("select * from bank_account")
    assert accounts.opened(kept)[0].number == "7654321"


async def test_what_arrived_in_a_month_that_is_closed_is_dated_when_the_bank_tells(rail, owner):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file, content = await zengin.downloaded()
    await zengin.arrive(file)
    await clock_on(days=40)
    await owner.execute(
        """create function a_closed_month() returns trigger language plpgsql as $$ begin
             raise exception 'closed' using errcode = 'check_violation', constraint = 'ledger_month_closed'; end $$;
           create trigger a_closed_month before insert on ledger_transfer for each row
             when (new.happened_at < business_now() - interval '20 days') execute function a_closed_month()"""
    )
    try:
        await zengin.told(file, content)
    finally:
        await owner.execute("drop function a_closed_month cascade")

    async with db.transaction(operator=True):
        at = await db.fetchval("select happened_at from ledger_transfer where kind = 'paid'")
        now = await clock.now()
    assert now - at < timedelta(minutes=5)
    assert await _states("transfer_file") == ["settled"]


async def test_what_arrived_is_dated_on_the_day_of_payment(rail):
    await zengin.owed()
    await zengin.fund_bank(100_000)
    file, content = await zengin.downloaded()
    await zengin.arrive(file)
    await clock_on(days=3)

    await zengin.told(file, content)

    async with db.transaction(operator=True):
        day = await db.fetchval("select pay_on from transfer_file")
        at = await db.fetchval("select happened_at from ledger_transfer where kind = 'paid'")
    assert clock.day_of(at) == day
