"""Documents on pages: found by day, amount and counterparty, opened with their fingerprint, saved as files, packed."""

import csv
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from marketplace.core import db
from marketplace.funds import statement_corrections
from tests.factories.companies import signed_in
from tests.factories.documents import Files, filled, many, one, work
from tests.web.browser import Browser, browser_of

pytestmark = [pytest.mark.usefixtures("database", "seal_folder")]


@pytest.fixture
async def files() -> Files:
    return await filled()


@pytest.fixture
async def finance(files: Files) -> AsyncIterator[Browser]:
    assert files.finance.person is not None
    async with browser_of(files.finance.person) as browser:
        yield browser


def at(files: Files, path: str = "", **query: object) -> str:
    return f"/c/{files.scene.slug}/documents{path}" + (f"?{urlencode(query)}" if query else "")


async def test_every_document_is_listed_and_a_search_narrows_it(files: Files, finance: Browser):
    everything = await finance.get(at(files))
    by_amount = await finance.get(at(files, least="４３０，０００", most="430,000円"))
    by_party = await finance.get(at(files, counterparty="縁結び", kind="credit_note"))

    assert "6 documents" in finance.words(everything, "main caption")
    assert "INV-000001" in finance.words(by_amount, "tbody")
    assert "1 document" in finance.words(by_amount, "main caption")
    assert "CN-000001" in finance.words(by_party, "tbody")
    assert finance.yen(by_party, "tbody") == [33_000]


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"first": "2026-02-01", "last": "2026/1/31"}, "last", "before the first"),
        ({"least": "2000", "most": "1000"}, "most", "below the smallest"),
        ({"first": "2026-02-30"}, "first", "does not exist"),
        ({"least": "many"}, "least", "whole yen"),
        ({"kind": "letter"}, "kind", "offered answers"),
    ],
)
async def test_what_cannot_be_meant_is_said_at_its_field(
    query: dict[str, str], field: str, said: str, files: Files, finance: Browser
):
    page = await finance.get(at(files, **query), expect=422)
    file = await finance.get(at(files, ".csv", **query), expect=422)

    for answer in (page, file):
        assert said in finance.words(answer, f".jump a[href='#{field}']")
    assert "<tbody>" not in page.text


async def test_nothing_found_says_what_to_do(files: Files, finance: Browser):
    page = await finance.get(at(files, counterparty="どこにもない"))

    assert "Nothing was found" in finance.words(page, ".empty")


async def test_a_paper_has_the_fingerprint_that_its_page_shows_and_is_the_same_bytes_again(
    files: Files, finance: Browser
):
    first = await finance.get(at(files, f"/{files.invoice}/papers/ja.pdf"))
    again = await finance.get(at(files, f"/{files.invoice}/papers/ja.pdf"))
    page = await finance.get(at(files, f"/{files.invoice}"))
    sealed = await finance.get(at(files, f"/{files.contract}/papers/ja.pdf"))
    await finance.get(at(files, f"/{files.contract}/papers/en.pdf"), expect=404)

    assert first.content == again.content
    assert hashlib.sha256(first.content).hexdigest() in finance.words(page, "#papers + *, .hash")
    assert sealed.content.startswith(b"%PDF")
    opened = await one("select count(*) from activity_event where verb = 'document.opened'")
    assert opened == 3


async def test_an_invoice_tells_of_its_credit_note_who_when_and_why(files: Files, finance: Browser):
    page = await finance.get(at(files, f"/{files.invoice}"))

    told = finance.words(page, "section[aria-labelledby='chain']")
    assert "CN-000001" in told
    assert "一部返金のため" in told
    assert "Partly credited" in finance.words(page, ".head")


async def test_a_void_statement_and_what_took_its_place_lead_to_one_another(files: Files, finance: Browser):
    old = files.statement
    new = await statement_corrections.restate(old, "件名が違いました。", by=files.finance)

    void, living = [await finance.get(at(files, f"/{each}")) for each in (old, new)]

    told = finance.words(void, "section[aria-labelledby='chain']")
    assert "件名が違いました。" in told
    assert f"/documents/{new}" in void.text
    assert f"/documents/{old}" in living.text
    assert old != new


@pytest.mark.parametrize(("encoding", "codec"), [("", "utf-8-sig"), ("sjis", "cp932")])
async def test_what_is_found_is_a_file_in_both_encodings(
    encoding: str, codec: str, files: Files, finance: Browser
):
    answer = await finance.get(at(files, ".csv", counterparty="縁結び", encoding=encoding))

    rows = list(csv.reader(io.StringIO(answer.content.decode(codec))))
    assert {row[1] for row in rows[1:]} == {"INV-000001", "CN-000001", "PF-000001"}
    assert await one("select data ->> 'count' from activity_event where verb = 'documents.exported'") == "3"


async def test_a_package_is_asked_for_watched_and_saved_with_its_index(files: Files, finance: Browser):
    page = await finance.get(at(files, kind="invoice"))
    begun = await finance.press(page, at(files, "/packages"), kind="invoice", order="newest")
    running = await finance.get(begun.headers["location"])
    await work()
    ready = await finance.get(begun.headers["location"])

    saved = await finance.get(f"{begun.headers['location']}/documents.zip")

    assert "0 of 1 documents" in finance.words(running, "h1")
    assert "ready" in finance.words(ready, "h1")
    packed = zipfile.ZipFile(io.BytesIO(saved.content))
    assert set(packed.namelist()) == {"index.csv", "invoice/INV-000001-ja.pdf", "invoice/INV-000001-en.pdf"}
    index = packed.read("index.csv").decode("utf-8-sig")
    assert hashlib.sha256(packed.read("invoice/INV-000001-ja.pdf")).hexdigest() in index


async def test_a_package_is_not_saved_before_it_is_ready_and_can_be_stopped_and_gone_on_with(
    files: Files, finance: Browser
):
    page = await finance.get(at(files))
    begun = await finance.press(page, at(files, "/packages"), order="newest")
    there = begun.headers["location"]

    await finance.get(f"{there}/documents.zip", expect=409)
    await finance.press(page, f"{there}/stop")
    stopped = await finance.get(there)
    await finance.press(page, f"{there}/resumption")
    await work()

    assert "Go on" in finance.words(stopped, "main")
    await finance.get(f"{there}/documents.zip")


async def test_the_operator_finds_its_own_documents_and_no_contracts(files: Files):
    found = await signed_in("ops@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    async with browser_of(found.person) as browser:
        page = await browser.get("/operator/documents")
        by_company = await browser.get(f"/operator/documents?{urlencode({'counterparty': '青空'})}")
        await browser.get(f"/operator/documents/{files.contract}", expect=404)
        await browser.get(f"/operator/documents/{files.invoice}/papers/en.pdf")

    assert "3 documents" in browser.words(page, "main caption")
    assert "3 documents" in browser.words(by_company, "main caption")


async def test_a_second_page_begins_where_the_first_ended(files: Files, finance: Browser):
    await many(files.owner, 70, ["株式会社エース"])

    first = await finance.get(at(files, counterparty="エース", order="oldest"))
    second = await finance.follow(first, at(files) + "?after=")

    shown = [finance.words(page, "tbody th small.letter").split() for page in (first, second)]
    assert [len(numbers) for numbers in shown] == [50, 20]
    assert not set(shown[0]) & set(shown[1])
