"""An alumnus gives a bank account; the operator pays it by file with another's eyes, and both see what became of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from marketplace.contracts import acceptance
from marketplace.core import clock, db
from payouts import planning, verify
from payouts.zengin import applying
from tests.factories import contracts, zengin
from tests.factories.companies import signed_in
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.web.browser import Browser, browser_of
from tests.web.hostile import SCRIPT, TEXTS

pytestmark = pytest.mark.usefixtures("database")
HOME = "/operator/bank-payments"
ACCOUNT = "/me/payout/account"
TYPED = {
    "bank": "みずほ",
    "branch": "新宿",
    "kind": "1",
    "number": "１２３４５６７",
    "holder": "さとう　みさき",
}


@pytest.fixture
def rail(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    zengin.switch_on(monkeypatch)


@pytest.fixture
async def scene() -> contracts.Scene:
    return await contracts.scene()


@pytest.fixture
async def alumnus(scene: contracts.Scene) -> AsyncIterator[Browser]:
    async with browser_of(scene.person) as browser:
        yield browser


async def _operator(address: str) -> Any:
    found = await signed_in(address)
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", found.person)
    return found.person


@pytest.fixture
async def maker() -> AsyncIterator[Browser]:
    async with browser_of(await _operator("megumi@enishi.example")) as browser:
        yield browser


@pytest.fixture
async def checker() -> AsyncIterator[Browser]:
    async with browser_of(await _operator("ken@enishi.example")) as browser:
        yield browser


async def _audited() -> list[str]:
    async with db.transaction(operator=True):
        return [row["verb"] for row in await db.fetch("select verb from activity_event order by id")]


async def _notices(person: Any) -> list[str]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select kind from notification where person_id = $1 order by id", person)
    return [row["kind"] for row in rows]


async def _given(alumnus: Browser, **changed: str) -> Any:
    page = await alumnus.get(ACCOUNT)
    return await alumnus.press(page, ACCOUNT, do="keep", **TYPED | changed)


async def _due(scene: contracts.Scene) -> None:
    contract = await contracts.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    async with db.transaction(operator=True):
        await db.execute("update payable_item set due_on = $1", await zengin.first_day())
    await planning.pay()


async def _file() -> str:
    async with db.transaction(operator=True):
        return f"{HOME}/{await db.fetchval('select id from transfer_file order by number desc limit 1')}"


async def _apply() -> None:
    async with db.transaction(operator=True):
        waiting = await db.fetch("select id from transfer_result where status = 'accepted'")
    for row in waiting:
        while await applying.step(row["id"]):
            pass


async def test_the_account_is_shown_as_the_bank_reads_it_before_it_is_kept(rail, alumnus: Browser, scene):
    page = await alumnus.follow(await alumnus.get("/me/payout"), ACCOUNT)

    shown = await alumnus.press(page, ACCOUNT, expect=200, **TYPED)
    unsaved = await alumnus.get("/me/payout")
    await alumnus.press(shown, ACCOUNT, do="keep", **TYPED)
    kept = await alumnus.get("/me/payout")

    assert "ｻﾄｳ ﾐｻｷ" in shown.text
    assert "1234567" in shown.text
    assert "•••567" not in unsaved.text
    assert "•••567" in kept.text
    assert "1234567" not in kept.text
    assert {"bank_account.given", "bank_account.read"} <= set(await _audited())
    assert "money.bank_given" in await _notices(scene.person)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("bank", "どこにもない銀行"),
        ("bank", "9999"),
        ("branch", "999"),
        ("number", "12345678"),
        ("number", "000"),
        ("number", "12a"),
        ("holder", "佐藤"),
        ("kind", "3"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    rail, alumnus: Browser, field: str, wrong: str
):
    page = await alumnus.get(ACCOUNT)

    answer = await alumnus.press(page, ACCOUNT, expect=422, **TYPED | {field: wrong})

    assert f'href="#{field}"' in answer.text
    assert wrong in answer.text or field == "kind"
    assert "みずほ" in answer.text or field == "bank"


async def test_banks_and_branches_are_suggested_by_name_kana_and_number(rail, alumnus: Browser):
    for typed in ("みずほ", "ミズホ", "0001", "みず"):
        page = await alumnus.get(f"{ACCOUNT}/suggestions?field=bank&bank={typed}")
        assert "0001 みずほ" in page.text
    branches = await alumnus.get(f"{ACCOUNT}/suggestions?field=branch&bank=0001&branch=しんじゅく")
    nothing = await alumnus.get(f"{ACCOUNT}/suggestions?field=branch&bank=&branch=しんじゅく")
    await alumnus.get(f"{ACCOUNT}/suggestions?field=number", expect=404)

    assert "240 新宿" in branches.text
    assert "choice" not in nothing.text


async def test_without_a_script_a_suggestion_is_a_button_of_the_form(rail, alumnus: Browser):
    page = await alumnus.get(ACCOUNT)
    asked = await alumnus.press(page, ACCOUNT, expect=422, **TYPED | {"branch": "しん"})

    taken = await alumnus.press(asked, ACCOUNT, expect=200, take="branch:240 新宿", **TYPED)

    assert 'value="branch:' in asked.text
    assert 'value="240 新宿"' in taken.text


async def test_a_changed_account_rests_and_the_person_is_told(rail, alumnus: Browser, scene):
    await _given(alumnus)
    await _given(alumnus, number="7654321")
    await _due(scene)

    page = await alumnus.get("/earnings")
    setup = await alumnus.get("/me/payout")

    assert "Nothing is sent to a new account at once" in page.text
    assert "Nothing is sent to it before" in setup.text
    assert [kind for kind in await _notices(scene.person) if "bank" in kind] == [
        "money.bank_given",
        "money.bank_changed",
    ]


async def test_who_leaves_is_paid_through_stripe_again(rail, alumnus: Browser):
    await _given(alumnus)

    page = await alumnus.press(await alumnus.get("/me/payout"), f"{ACCOUNT}/leaving")
    setup = await alumnus.get(page.headers["location"])

    assert "•••567" not in setup.text
    assert "Begin the set-up" in setup.text


async def test_while_the_rail_is_off_nobody_can_choose_it(alumnus: Browser, maker: Browser):
    setup = await alumnus.get("/me/payout")
    await alumnus.get(ACCOUNT, expect=409)
    desk = await maker.get(HOME)

    assert ACCOUNT not in setup.text
    assert "Bank transfers are switched off" in desk.text


async def test_a_file_is_made_by_one_checked_by_another_paid_and_seen_by_the_alumnus(
    rail, alumnus: Browser, maker: Browser, checker: Browser, scene
):
    await _given(alumnus)
    await _due(scene)
    await zengin.fund_bank(100_000)
    waiting = await alumnus.get("/earnings")
    desk = await maker.get(HOME)

    await maker.press(desk, HOME, pay_on=(await zengin.first_day()).isoformat())
    at = await _file()
    own = await maker.get(at)
    await maker.press(own, f"{at}/check", expect=403)
    await maker.press(own, f"{at}/download", expect=409)
    await checker.press(await checker.get(at), f"{at}/check")
    in_file = await alumnus.get("/earnings")
    first = await maker.press(own, f"{at}/download", expect=200)
    again = await checker.press(await checker.get(at), f"{at}/download", expect=200)
    moving = await alumnus.get("/earnings")
    await zengin.arrive(at.rpartition("/")[2])
    sent = await maker.get(at)
    listed = await maker.get(f"{at}/transfers.csv")
    result = listed.content.decode("utf-8-sig").replace(",49895,", ",49895,済").encode()
    answer = await _upload(maker, sent, at, result)
    await _apply()
    done = await maker.get(at)
    paid = await alumnus.get("/earnings")

    assert "waits for a bank transfer" in desk.text
    assert "next bank transfer file" in waiting.text
    assert "stands in a bank transfer file" in in_file.text
    assert "The bank transfer is running" in moving.text
    assert first.content == again.content
    assert b"\xbb\xc4\xb3 \xd0\xbb\xb7" in first.content  # ｻﾄｳ ﾐｻｷ
    assert first.headers["content-disposition"].startswith("attachment")
    assert "1234567" not in sent.text + listed.text
    assert answer.status_code == 303
    assert "All arrived" in done.text
    assert alumnus.yen(paid, ".stats .is-payable dd:first-of-type") == [0]
    assert alumnus.yen(paid, ".stats .is-transit dd:first-of-type") == [0]
    assert await verify.run() == []
    verbs = await _audited()
    for verb in ("made", "checked", "downloaded", "downloaded_again", "listed", "read"):
        assert f"transfer_file.{verb}" in verbs


async def _upload(browser: Browser, page: Any, at: str, content: bytes) -> Any:
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    files = {"file": ("kekka.csv", content, "text/csv")}
    return await browser.client.post(f"{at}/results", data={"_csrf": token}, files=files)


async def test_a_refused_transfer_is_owed_again_and_the_alumnus_is_asked_for_another_account(
    rail, alumnus: Browser, maker: Browser, scene
):
    await _given(alumnus)
    await _due(scene)
    await zengin.fund_bank(100_000)
    file, _ = await zengin.downloaded()
    await zengin.arrive(file)
    page = await maker.get(f"{HOME}/{file}")

    for wrong in (
        b"",
        b"no,amount,result\r\n2,49895,paid\r\n",
        b"no,amount,result\r\n1,49895,paid\r\n1,49895,paid\r\n",
        b"no,amount,result\r\n1,49895,?\r\n",
    ):
        assert (await _upload(maker, page, f"{HOME}/{file}", wrong)).status_code == 422
    await _upload(maker, page, f"{HOME}/{file}", "no,amount,result\r\n1,49895,口座なし\r\n".encode("cp932"))
    await _apply()
    shown = await maker.get(f"{HOME}/{file}")
    setup = await alumnus.get("/me/payout")

    assert "No such account" in shown.text
    assert "Please give other bank details" in setup.text
    assert "money.bank_refused" in await _notices(scene.person)


async def test_by_hand_one_says_and_another_agrees(
    rail, alumnus: Browser, maker: Browser, checker: Browser, scene
):
    await _given(alumnus)
    await _due(scene)
    await zengin.fund_bank(100_000)
    file, _ = await zengin.downloaded()
    at = f"{HOME}/{file}"
    await zengin.arrive(file)
    page = await maker.get(at)

    await maker.press(page, f"{at}/said", expect=409, what="rest", reason="seen")
    await maker.press(page, f"{at}/said", expect=422, what="one", reason="seen")
    await maker.press(page, f"{at}/said", expect=422, what="one", position="2", code="arrived", reason="seen")
    await maker.press(
        page, f"{at}/said", what="one", position="1", code="arrived", reason="the bank's page shows it"
    )
    async with db.transaction(operator=True):
        said = await db.fetchval("select id from transfer_result")
    await maker.press(await maker.get(at), f"{HOME}/results/{said}/agreement", expect=403)
    other = await checker.get(at)
    await checker.press(other, f"{HOME}/results/{said}/agreement")
    await _apply()

    assert "Agree" in other.text
    assert "All arrived" in (await maker.get(at)).text


async def test_without_cover_the_page_says_how_much_is_missing(rail, alumnus: Browser, maker: Browser, scene):
    await _given(alumnus)
    await _due(scene)
    page = await maker.get(HOME)

    refused = await maker.press(page, HOME, expect=409, pay_on=(await zengin.first_day()).isoformat())

    assert "49,895" in refused.text
    assert "lacks" in refused.text


async def test_what_has_left_stripe_is_booked_once_into_the_account(rail, maker: Browser):
    await zengin.fund_bank(1)
    async with db.transaction(operator=True):
        await zengin.prepay("0198ffff-0000-7000-8000-000000000001", zengin.yen(70_000))
        now = await clock.now()
        await db.execute(
            """insert into balance_transaction (id, kind, source, amount, fee_amount, net_amount, currency, status, made_at, available_at)
               values ('txn_p', 'payout', 'po_client', -60000, 0, -60000, 'JPY', 'available', $1, $1)""",
            now,
        )
    page = await maker.get(HOME)

    await maker.press(page, f"{HOME}/bookings/po_client")
    await maker.press(page, f"{HOME}/bookings/po_client", expect=404)
    booked = await maker.get(HOME)

    assert "po_client" in page.text
    assert "po_client" not in booked.text
    assert "60,001" in booked.text


async def test_hostile_details_are_refused_and_nothing_is_kept(rail, alumnus: Browser):
    page = await alumnus.get(ACCOUNT)
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]

    for field in TYPED:
        for text in TEXTS.values():
            sent = {"_csrf": token, "do": "keep", **TYPED, field: text}
            answer = await alumnus.client.post(ACCOUNT, data=sent)
            assert answer.status_code in {303, 422}, (field, text, answer.status_code)
            assert SCRIPT not in answer.text
    async with db.transaction(operator=True):
        kept = await db.fetch("select bank_code, branch_code, last_digits from bank_account")
    assert all(row["last_digits"].isdigit() for row in kept)
