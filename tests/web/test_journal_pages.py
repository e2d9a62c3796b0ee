"""The journal on pages: finance looks, names accounts, takes files; nothing is imported twice, and every file is audited."""

import asyncio
import csv
import hashlib
import io
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from marketplace.contracts import acceptance
from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts.statements import months, registrations
from tests.factories import contracts
from tests.factories.companies import colleague
from tests.factories.payouts import prepay
from tests.factories.statements import go_to
from tests.web.browser import Browser, browser_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def scene() -> contracts.Scene:
    """A company with one approved contract of the worked example."""
    found = await contracts.scene(balance=500_000)
    contract = await contracts.delivered(found)
    await acceptance.approve(contract, by=found.owner)
    return found


@pytest.fixture
async def month(scene: contracts.Scene) -> date:
    async with db.transaction(operator=True):
        return months.first_of(await clock.today())


async def member(scene: contracts.Scene, role: str) -> AsyncIterator[Browser]:
    found = await colleague(scene.owner, scene.slug, role)
    assert found.person is not None
    async with browser_of(found.person) as browser:
        yield browser


@pytest.fixture
async def finance(scene: contracts.Scene) -> AsyncIterator[Browser]:
    async for browser in member(scene, "finance"):
        yield browser


@pytest.fixture
async def auditor(scene: contracts.Scene) -> AsyncIterator[Browser]:
    async for browser in member(scene, "auditor"):
        yield browser


async def take(
    finance: Browser,
    scene: contracts.Scene,
    month: date,
    *,
    package: str = "freee",
    encoding: str = "utf8",
    scope: str = "all",
) -> httpx.Response:
    at = f"/c/{scene.slug}/journal"
    page = await finance.get(f"{at}?month={month:%Y-%m}&package={package}")
    return await finance.press(
        page,
        f"{at}/exports",
        expect=200,
        month=f"{month:%Y-%m}",
        package=package,
        encoding=encoding,
        scope=scope,
    )


async def send(
    finance: Browser, page: httpx.Response, at: str, *, expect: int = 303, **changed: str
) -> httpx.Response:
    """Send the form of a page as it stands, but for what is changed."""
    (form,) = (
        each for each in LexborHTMLParser(page.text).css("form") if each.attributes.get("action") == at
    )
    typed = {
        str(node.attributes["name"]): node.attributes.get("value") or ""
        for node in form.css("input[name]")
        if node.attributes["name"] != "_csrf"
    }
    return await finance.press(page, at, expect=expect, **{**typed, **changed})


def rows(content: bytes, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


async def test_finance_sees_the_worked_example_and_that_the_journal_proves_itself(
    scene: contracts.Scene, month: date, finance: Browser
):
    page = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")

    words = finance.words(page, "main")
    assert "Holds" in words
    for said in (
        "外注費",
        "仮払消費税",
        "支払手数料",
        "預り金",
        "¥49,895",
        "¥8,250",
        "¥58,145",
        "Work approved",
    ):
        assert said in words


async def test_a_file_is_noted_with_its_hash_and_the_same_month_gives_the_same_bytes(
    scene: contracts.Scene, month: date, finance: Browser
):
    first = await take(finance, scene, month)
    again = await take(finance, scene, month)

    page = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")
    async with db.transaction(operator=True):
        audited = await db.fetch("select data from activity_event where verb = 'journal.exported'")
        noted = await db.fetchval("select count(*) from journal_export")
    digest = hashlib.sha256(first.content).hexdigest()
    assert first.content == again.content
    assert first.headers["content-disposition"].endswith(f"enishi-journal-freee-{month:%Y-%m}.csv")
    assert [row["data"]["sha256"] for row in audited] == [digest, digest]
    assert noted == 2
    assert digest[:12] in finance.words(page, "main")
    assert "Nothing is new since the last file" in finance.words(page, "main")


async def test_only_what_is_new_holds_no_slip_that_was_taken_before(
    scene: contracts.Scene, month: date, finance: Browser
):
    before = rows((await take(finance, scene, month)).content)
    await prepay(str(scene.owner.company), yen(121_395))

    page = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")
    new = rows((await take(finance, scene, month, scope="new")).content)
    nothing = await finance.press(
        page,
        f"/c/{scene.slug}/journal/exports",
        month=f"{month:%Y-%m}",
        package="freee",
        encoding="utf8",
        scope="new",
    )

    assert "1 slip is new since the last file for this package" in finance.words(page, "main")
    assert not {row[2] for row in new[1:]} & {row[2] for row in before[1:]}
    assert sum(int(row[15] or 0) for row in new[1:]) == 121_395
    assert nothing.status_code == 303
    whole = rows((await take(finance, scene, month)).content)
    assert len(whole) == len(before) + len(new) - 1


async def test_two_who_take_a_month_at_once_get_the_same_numbers(
    scene: contracts.Scene, month: date, finance: Browser
):
    first, second = await asyncio.gather(take(finance, scene, month), take(finance, scene, month))

    async with db.transaction(operator=True):
        numbers = await db.fetch("select number from journal_slip order by number")
    assert first.content == second.content
    assert [row["number"] for row in numbers] == [1, 2, 3]


async def test_another_package_has_its_own_memory_of_what_is_new(
    scene: contracts.Scene, month: date, finance: Browser
):
    await take(finance, scene, month)

    taken = await take(finance, scene, month, package="yayoi", encoding="sjis", scope="new")

    assert {len(row) for row in rows(taken.content, "cp932")} == {25}
    assert rows(taken.content, "cp932")[0][1] == "1"


async def test_accounts_are_named_refused_with_every_wrong_field_and_set_back(
    scene: contracts.Scene, month: date, finance: Browser
):
    at = f"/c/{scene.slug}/journal/accounts"
    page = await finance.get(f"{at}?package=yayoi")

    wrong = await send(
        finance,
        page,
        at,
        expect=422,
        outsourcing_account="長い" * 8,
        deposit_account="",
        bank_account="𠮷銀行",
    )
    await send(finance, page, at, outsourcing_account="業務委託費", outsourcing_sub_account="アルムナイ")
    named = rows((await take(finance, scene, month, package="yayoi", encoding="sjis")).content, "cp932")
    await finance.press(page, f"{at}/defaults", package="yayoi")
    back = rows((await take(finance, scene, month, package="yayoi", encoding="sjis")).content, "cp932")

    words = finance.words(wrong, "main")
    for said in ("24 half-width places, these are 32", "Please fill this in.", "Shift-JIS has no 𠮷"):
        assert said in words
    assert ("業務委託費", "アルムナイ") in {(row[4], row[5]) for row in named}
    assert "外注費" in {row[4] for row in back}
    async with db.transaction(operator=True):
        verbs = await db.fetch(
            "select verb, data from activity_event where verb like 'journal.accounts%' order by id"
        )
    assert [row["verb"] for row in verbs] == ["journal.accounts_named", "journal.accounts_reset"]
    assert verbs[0]["data"]["changed"]["outsourcing"] == "外注費 → 業務委託費 / アルムナイ"


async def test_an_auditor_reads_and_takes_nothing(scene: contracts.Scene, month: date, auditor: Browser):
    page = await auditor.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")
    accounts = await auditor.get(f"/c/{scene.slug}/journal/accounts")

    assert "¥49,895" in auditor.words(page, "main")
    assert "/journal/exports" not in page.text
    assert "Keep these names" not in accounts.text


async def test_an_empty_month_says_so_and_gives_no_file(
    scene: contracts.Scene, month: date, finance: Browser
):
    await go_to(months.last_moment(month))

    page = await finance.get(f"/c/{scene.slug}/journal?month={months.after(month):%Y-%m}")
    default = await finance.get(f"/c/{scene.slug}/journal")

    assert "Nothing happened in this month" in finance.words(page, "main")
    assert "/journal/exports" not in page.text
    assert "¥49,895" in finance.words(default, "main")


async def test_a_remittance_that_is_noted_anew_is_told_so_that_it_is_not_booked_twice(
    scene: contracts.Scene, month: date, finance: Browser
):
    company = scene.owner.company
    async with db.transaction(operator=True):
        today = await clock.today()
        await db.execute(
            "insert into withholding_remittance (owner, month, amount, remitted_on, noted_by) values ($1, $2, 5105, $3, 'x')",
            f"company:{company}", months.before(month), today,
        )  # fmt: skip
    await take(finance, scene, month)
    async with db.transaction(operator=True):
        await db.execute(
            "update withholding_remittance set amount = 5200 where owner = $1", f"company:{company}"
        )

    page = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")
    await take(finance, scene, month)
    after = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")

    words = finance.words(page, "main")
    assert "Fell away" in words
    assert "1 slip is new" in words
    assert "Fell away" not in finance.words(after, "main")


async def test_a_registration_that_is_told_late_changes_a_slip_and_is_named_until_the_month_is_taken_again(
    scene: contracts.Scene, month: date, finance: Browser
):
    await take(finance, scene, month)
    async with db.transaction(operator=True):
        await registrations.note(str(scene.alumnus.person), "T7123456789012")

    page = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")
    await take(finance, scene, month)
    after = await finance.get(f"/c/{scene.slug}/journal?month={month:%Y-%m}")

    assert "Changed: 2." in finance.words(page, "main")
    assert "Changed" not in finance.words(after, "main")


@pytest.mark.parametrize(
    "address",
    [
        "money/statement.csv",
        "money/payouts.csv",
        "money/invoices.csv",
        "reconciliation.csv",
        "withholding.csv",
        "statements.csv",
    ],
)
async def test_every_table_of_finance_comes_in_both_encodings_and_is_audited(
    scene: contracts.Scene, finance: Browser, address: str
):
    utf8 = await finance.get(f"/c/{scene.slug}/{address}")
    sjis = await finance.get(f"/c/{scene.slug}/{address}?encoding=sjis")

    assert utf8.content.startswith(b"\xef\xbb\xbf")
    assert (
        sjis.content.decode("cp932")
        .splitlines()[0]
        .startswith(utf8.content.decode("utf-8-sig").splitlines()[0])
    )
    async with db.transaction(operator=True):
        assert await db.fetchval("select count(*) from activity_event where verb like '%.exported'") == 2
