"""A closed month is opened again by two people with a reason; the database holds to it."""

import hashlib
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, NotAllowed
from payouts.closing import months, packages, reopening
from payouts.closing.months import LEDGER
from payouts.statements.months import after, last_moment
from tests.factories.closing import KEN, MINA, shut
from tests.payouts.closing.conftest import end
from tests.payouts.closing.test_month_rule import post

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def closed(month: date) -> date:
    await end(month)
    await shut(LEDGER, month)
    return month


async def ask(month: date, by: dict[str, str] = MINA) -> None:
    async with db.transaction(operator=True):
        await reopening.ask(LEDGER, month, reason="an invoice came late", **by)


async def grant(month: date, by: dict[str, str]) -> None:
    async with db.transaction(operator=True):
        await reopening.grant(LEDGER, month, **by)


async def status(month: date) -> str:
    async with db.transaction(operator=True):
        return (await months.find(LEDGER, month)).status


async def test_a_second_person_opens_it_and_it_takes_postings_and_is_closed_anew(closed: date):
    await ask(closed)
    with pytest.raises(NotAllowed):
        await grant(closed, MINA)
    assert await status(closed) == "closed"

    await grant(closed, KEN)
    await post(last_moment(closed))
    await shut(LEDGER, closed)

    async with db.transaction(operator=True):
        found = await months.find(LEDGER, closed)
        (asked,) = await reopening.history(LEDGER, closed)
    assert (found.version, found.posting_count, found.reopened_by) == (2, 1, "Ken")
    assert (asked["asked_name"], asked["decided_name"], asked["status"]) == ("Mina", "Ken", "granted")


async def test_the_database_itself_opens_nothing_without_a_grant_for_this_very_closing(closed: date):
    sql = "update ledger_month set status = 'open' where month = $1"
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute(sql, closed)
    await ask(closed)
    await grant(closed, KEN)
    await shut(LEDGER, closed)
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute(sql, closed)


@pytest.mark.parametrize("decided", ["operator:mina", ""])
async def test_the_database_itself_takes_no_grant_of_one_person(closed: date, decided: str):
    await ask(closed)

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await db.execute(
                "update reopening set status = 'granted', decided_by = $1, decided_at = business_now()",
                decided,
            )


async def test_what_was_decided_is_never_changed_and_nothing_is_deleted(closed: date):
    await ask(closed)
    await grant(closed, KEN)

    for sql, refused in (
        ("update reopening set reason = 'another one'", asyncpg.RestrictViolationError),
        ("delete from reopening", asyncpg.InsufficientPrivilegeError),
        ("delete from ledger_month", asyncpg.InsufficientPrivilegeError),
    ):
        with pytest.raises(refused):
            async with db.transaction(operator=True):
                await db.execute(sql)


async def test_a_month_before_a_closed_one_stays_closed(closed: date):
    await end(after(closed))
    await shut(LEDGER, after(closed))

    with pytest.raises(Conflict, match="later month is closed"):
        await ask(closed)


async def test_a_request_is_refused_or_taken_back_and_may_be_made_again(closed: date):
    await ask(closed)
    with pytest.raises(Conflict, match="asked for this already"):
        await ask(closed, KEN)
    async with db.transaction(operator=True):
        await reopening.refuse(LEDGER, closed, answer="no need", **KEN)
    await ask(closed)
    async with db.transaction(operator=True):
        await reopening.refuse(LEDGER, closed, answer="", **MINA)
        told = [row["status"] for row in await reopening.history(LEDGER, closed)]

    assert told == ["withdrawn", "refused"]
    assert await status(closed) == "closed"
    with pytest.raises(Conflict):
        await grant(closed, KEN)


async def test_a_softly_closed_month_is_opened_by_one(month: date):
    await end(month)
    await shut(LEDGER, month, softly=True)

    async with db.transaction(operator=True):
        await months.open_again(LEDGER, month, by="Mina", reason="too early")

    assert await status(month) == "open"


async def test_a_package_is_kept_for_ever_in_parts_and_once(
    closed: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packages, "PART", 10)
    file, content = tmp_path / "a.zip", b"PK and twenty-odd more bytes"
    file.write_bytes(content)
    owner, told = f"company:{uuid4()}", {"name": "a.zip", "path": file, "number": 1, "head": "0" * 64}
    with pytest.raises(ValueError, match="not the file"):
        async with db.transaction(operator=True):
            await packages.keep(owner, closed, 1, sha256="0" * 64, **told)
    sha256 = hashlib.sha256(content).hexdigest()
    async with db.transaction(operator=True):
        assert await packages.keep(owner, closed, 1, sha256=sha256, **told)
        assert not await packages.keep(owner, closed, 1, sha256=sha256, **told)

    parts = [part async for part in packages.parts(owner, closed, 1)]

    assert (len(parts), b"".join(parts)) == (3, content)
    for change in (
        "update closing_package set name = 'b.zip'",
        "update closing_package_part set content = 'x'",
    ):
        with pytest.raises(asyncpg.PostgresError):
            async with db.transaction(operator=True):
                await db.execute(change)
