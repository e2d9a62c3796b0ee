"""What a bank transfer file needs: payees with bank accounts of their own, and money on the account for client money."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from marketplace.core import clock, db
from marketplace.core.money import yen
from marketplace.core.settings import settings
from payouts import chart, journal, own_postings, planning
from payouts.zengin import accounts, applying, files, rail, results
from tests.factories.payouts import earn, prepay

MAKER = {"ref": "operator:maker", "by_name": "運営 花子"}
CHECKER = {"ref": "operator:checker", "by_name": "経理 次郎"}
SETTINGS = {
    "ENISHI_ZENGIN_RAIL": "true",
    "ENISHI_ZENGIN_CLIENT_CODE": "1234567890",
    "ENISHI_ZENGIN_NAME": "エンムスビ（カ",
    "ENISHI_ZENGIN_ACCOUNT": "0001-240-1-0765432",
}
DETAILS = ("0005 三菱ＵＦＪ", "新宿", 1, "1234567", "サトウ　ミサキ")


def switch_on(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Switch the rail on for a test, with the settings of the process as they are otherwise."""
    fresh = type(settings())(**{name: SETTINGS[name] for name in SETTINGS} | more)
    names = [name for name in type(fresh).model_fields if name.startswith(("zengin", "bank_change"))]
    changed = {name: getattr(fresh, name) for name in names}
    monkeypatch.setattr(settings(), "__dict__", {**settings().__dict__, **changed})


async def payee(*, number: str = "1234567", person: str = "") -> str:
    """Give a person a bank account of his own; return the person."""
    person = person or str(uuid4())
    bank, branch, kind, _, holder = DETAILS
    async with db.transaction(person=UUID(person)):
        await accounts.give(UUID(person), accounts.judge(bank, branch, kind, number, holder))
    return person


async def fund_bank(amount: int) -> None:
    """Bring money of companies to the account for client money, as the operator does from Stripe."""
    company = str(uuid4())
    await prepay(company, yen(amount))
    async with db.transaction(operator=True):
        position = chart.safeguarding(await journal.balances())
        fact = own_postings.operator_payout(
            payout=f"po_{uuid4().hex}", into=chart.bank_client(), amount=yen(amount), position=position,
            happened_at=await clock.now(),
        )  # fmt: skip
        await journal.record(fact)


async def owed(people: int = 1, *, due_on: date | None = None) -> list[str]:
    """Let people with bank accounts of their own be owed 49,895 yen each, planned; return them."""
    company, due = str(uuid4()), due_on or await first_day()
    await prepay(company, yen(100_000 * people))
    found = [await payee(number=f"{1_000_000 + each}") for each in range(people)]
    for person in found:
        await earn(person, company, due_on=due)
    await planning.pay()
    return found


async def first_day() -> date:
    """Return the first day that a file of now can name."""
    async with db.transaction(operator=True):
        return (await rail.days())[0]


async def made(pay_on: date | None = None) -> UUID:
    """Make a file of everything that waits."""
    day = pay_on or await first_day()
    async with db.transaction(operator=True):
        return await files.make(day, None, **MAKER)


async def downloaded() -> tuple[UUID, bytes]:
    """Make a file, let another check it, and download it."""
    file = await made()
    async with db.transaction(operator=True):
        await files.check(file, **CHECKER)
    return file, await download(file)


async def download(file: UUID) -> bytes:
    """Return the bytes of a file that was checked."""
    async with db.transaction(operator=True):
        return (await files.download(file, **MAKER))[0]


async def arrive(file: UUID) -> None:
    """Let the day of payment come."""
    async with db.transaction(operator=True):
        day = await db.fetchval("select pay_on from transfer_file where id = $1", file)
        ahead = (day - await clock.today()).days
    if ahead > 0:
        await clock.advance(timedelta(days=ahead))


async def told(file: UUID, content: bytes) -> UUID:
    """Take in what the bank says of a file, and apply all of it."""
    async with db.transaction(operator=True):
        result = await results.take_file(file, "kekka.txt", content, **MAKER)
    await applied(result)
    return result


async def applied(result: UUID) -> None:
    """Work a result to its end."""
    while await applying.step(result):
        pass


async def things() -> dict[str, object]:
    """Write down a file and what was said of it; return them by the names of the access table."""
    async with db.transaction(operator=True):
        file = await db.fetchval(
            """insert into transfer_file (pay_on, row_count, amount, made_ref, made_by)
               values (business_today(), 1, 1, 'operator:maker', '運営 花子') returning id"""
        )
        result = await db.fetchval(
            """insert into transfer_result (file_id, kind, told, by_ref, by_name)
               values ($1, 'hand', '{"1": ""}', 'operator:maker', '運営 花子') returning id""",
            file,
        )
    return {"transfer_file": file, "transfer_result": result}
