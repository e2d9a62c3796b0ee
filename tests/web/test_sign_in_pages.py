"""What the way in promises to a browser."""

from datetime import timedelta

import pytest

from marketplace.core import db
from tests.factories.companies import company
from tests.web.asgi_visitor import Visitor, link, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _mails() -> list[dict]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select args from outbox where kind = 'mail.link' order by id")
    return [row["args"] for row in rows]


async def test_a_stranger_reads_the_front_page_in_both_languages():
    assert "Sign in" in await Visitor("en").open("/")
    assert "サインイン" in await Visitor("ja").open("/")


async def test_asking_with_a_known_and_an_unknown_address_leads_to_the_same_page():
    await link("hanako@example.jp")
    words = []
    for address in ("hanako@example.jp", "nobody@example.jp"):
        visitor = Visitor()
        await visitor.open("/sign-in?next=/me/skills")
        words.append(await visitor.send("/sign-in", email=address))

    assert words[0] == words[1]
    [mail] = await _mails()
    assert mail["next_path"] == "/me/skills"


async def test_an_address_that_cannot_be_one_is_marked_beside_its_field():
    visitor = Visitor()
    await visitor.open("/sign-in")

    await visitor.send("/sign-in", 422, email="hanako at example")

    assert visitor.wrong() == {"email"}


async def test_a_mail_scanner_that_opens_the_link_uses_nothing_up():
    path = await link("hanako@example.jp", "/me/skills")
    for _ in range(3):
        await Visitor().open(path)
    visitor = Visitor()
    await visitor.open(path)

    await visitor.send("/sign-in/")

    assert visitor.path == "/me/skills"


async def test_a_used_an_expired_and_a_forged_link_say_so_and_offer_a_new_one():
    used, expired = (
        await link("hanako@example.jp"),
        await link("hanako@example.jp", lives=timedelta(seconds=-1)),
    )
    first = Visitor()
    await first.open(used)
    await first.send("/sign-in/")

    for path, status, words in (
        (used, 409, "already used"),
        (expired, 409, "expired"),
        ("/sign-in/forged", 404, "not valid"),
    ):
        visitor = Visitor()
        assert words in await visitor.open(path, status)
        assert visitor.page.css_first("form input[name=email]") is not None


async def test_a_link_leads_nowhere_but_to_this_site():
    for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        visitor = Visitor()
        await visitor.open(await link("hanako@example.jp", wanted))
        await visitor.send("/sign-in/")

        assert visitor.answer.url.host == "localhost"
        assert visitor.path == "/me"


async def test_signing_in_ends_the_session_that_the_browser_had():
    visitor = await signed_in("hanako@example.jp")
    before = visitor.client.cookies["enishi"]
    await visitor.open(await link("kai@example.jp"))
    await visitor.send("/sign-in/")

    after = visitor.client.cookies["enishi"]
    visitor.client.cookies.clear()
    visitor.client.cookies["enishi"] = before

    assert before != after
    await visitor.open("/me")
    assert visitor.path == "/sign-in"


async def test_signing_out_everywhere_reaches_the_other_browser():
    here, there = await signed_in("hanako@example.jp"), await signed_in("hanako@example.jp")
    await here.open("/me/account")

    await here.send("/sign-out/everywhere")
    await there.open("/me")

    assert (here.path, there.path) == ("/", "/sign-in")


async def test_signing_out_keeps_the_other_browser():
    here, there = await signed_in("hanako@example.jp"), await signed_in("hanako@example.jp")
    await here.open("/me")

    await here.send("/sign-out")
    await there.open("/me")

    assert (here.path, there.path) == ("/", "/me")


async def test_whoever_is_not_signed_in_is_led_back_after_it():
    visitor = Visitor()

    await visitor.open("/me/skills")

    assert str(visitor.answer.url).endswith("/sign-in?next=%2Fme%2Fskills")


@pytest.mark.parametrize(
    "path",
    [
        "/c/aozora/settings",
        "/c/aozora/alumni",
        "/c/aozora/alumni/import",
        "/c/nobody/settings",
        "/operator/companies",
    ],
)
async def test_what_a_stranger_may_not_see_does_not_exist(path):
    await company("aozora")
    stranger = await signed_in("stranger@example.jp")

    assert "There is no such page" in await stranger.open(path, 404)
