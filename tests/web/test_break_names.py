"""Every kind of break has its name and what probably happened on the operator's pages, in both languages."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from marketplace.core import clock, db
from payouts.reconcile import found
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import BANK_KINDS, NAMES, ONLY_EXPLAINED, SUGGESTIONS, Kind
from tests.factories.companies import signed_in
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures
from tests.payouts.reconcile import test_breaks_found as injected
from tests.payouts.reconcile.conftest import World, breaks, later, reconcile, world  # noqa: F401 - fixture
from tests.web.browser import Browser, browser_of
from web import i18n

pytestmark = pytest.mark.usefixtures("database")
HOME = "/operator/reconciliation/breaks"


@pytest.fixture
async def operator() -> AsyncIterator[Browser]:
    person = (await signed_in("megumi@enishi.example")).person
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", person)
    assert person
    async with browser_of(person) as browser:
        yield browser


def said(text: str, language: str) -> str:
    """Return a sentence as a page says it."""
    token = i18n.locale.set(language)
    try:
        return i18n.tr(text)
    finally:
        i18n.locale.reset(token)


def test_every_kind_is_injected_by_a_test_and_none_is_left_without_words():
    spoiled = {kind for _, kind, _ in injected.NAMED.values()}

    assert spoiled | {Kind.BALANCE, Kind.BANK_RESULT} | BANK_KINDS == set(Kind)
    assert set(NAMES) == set(SUGGESTIONS) == set(Kind)
    assert len(set(NAMES.values())) == len(set(SUGGESTIONS.values())) == len(Kind) == 20
    assert all(said(text, "ja") != text for text in [*NAMES.values(), *SUGGESTIONS.values()])


@pytest.mark.parametrize("kind", Kind)
async def test_a_kind_is_named_and_explained_on_its_page_in_both_languages(kind: Kind, operator: Browser):
    async with db.transaction(operator=True):
        account = "bank:client" if kind in BANK_KINDS else "stripe:platform"
        one = Found(
            subject="transaction:txn_x", kind=kind, account=account, found=-400, expected=0, difference=-400,
            corrections={} if kind in ONLY_EXPLAINED else {account: -400}, object_id="txn_x",
            happened_at=await clock.now() - timedelta(days=9),
        )  # fmt: skip
        await found.write([one], None)
        number = await db.fetchval("select id from reconcile_break")

    for language in ("en", "ja"):
        operator.client.cookies.set("lang", language)
        listed = await operator.get(f"{HOME}?kind={kind}&age=2")
        other_age = await operator.get(f"{HOME}?kind={kind}&age=1")
        page = await operator.get(f"{HOME}/{number}")

        assert said(NAMES[kind], language) in operator.words(listed, "tbody")
        assert operator.words(other_age, "tbody") == ""
        assert said(NAMES[kind], language) in operator.words(page, "h1")
        assert said(SUGGESTIONS[kind], language) in operator.words(page, "main")
        assert ('value="entry"' in page.text) is (kind not in ONLY_EXPLAINED)


@pytest.mark.parametrize("name", ["fee kept", "wrong account"])
async def test_an_injected_difference_is_read_from_the_list_to_its_posting(
    name: str,
    world: World,  # noqa: F811
    operator: Browser,
):
    spoil, kind, difference = injected.NAMED[name]
    await spoil(world)
    await later(world)
    await reconcile()
    (row,) = [each for each in await breaks() if each["kind"] == kind]

    page = await operator.follow(await operator.get(f"{HOME}?kind={kind}"), f"{HOME}/{row['id']}")

    assert NAMES[kind] in operator.words(page, "h1")
    assert difference in operator.yen(page, "section[aria-labelledby=difference]")
    assert row["object_id"] in operator.words(page, "main")
    assert row["transfer_key"] in operator.words(page, "main")
