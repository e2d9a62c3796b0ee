"""A reader chooses a language once, and every page, amount and date follows."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from marketplace.core import formats
from marketplace.core.errors import Message
from marketplace.core.money import Money, yen
from web import i18n, marks
from web.visit import pack_notice, unpack_notice


@pytest.fixture
def english():
    token = i18n.locale.set("en")
    yield
    i18n.locale.reset(token)


@pytest.mark.parametrize("address", ["/styleguide", "/styleguide?form=wrong", "/nothing"])
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_page_is_written_in_one_language(browser, address, language):
    answer = await browser.get(address, headers={"accept-language": language})

    assert f'<html lang="{language}"' in answer.text
    assert ("本文へ" in answer.text) == (language == "ja")
    assert ("Skip to the content" in answer.text) == (language == "en")


async def test_the_choice_is_kept_and_leads_back_to_the_same_page(browser):
    answer = await browser.get("/styleguide?form=wrong&lang=en&page=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/styleguide?form=wrong&page=2"
    assert '<html lang="en"' in (await browser.get("/nothing")).text


async def test_a_choice_leads_to_no_other_site(browser):
    answer = await browser.get("http://enishi.test//evil.test/x?lang=en")

    assert answer.headers["location"] == "/evil.test/x"


async def test_a_choice_smuggles_no_header(browser):
    answer = await browser.get("/a%0d%0aset-cookie:%20x=1?lang=en")

    assert "\r" not in answer.headers["location"]
    assert all(line.startswith("lang=") for line in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("query", ["lang=xx", "lang=", "theme=<script>"])
async def test_an_unknown_choice_is_ignored(browser, query):
    answer = await browser.get(f"/styleguide?{query}")

    assert answer.status_code == 200
    assert "<script>" not in answer.text


async def test_the_theme_is_chosen_the_same_way(browser):
    await browser.get("/styleguide?theme=dark")

    assert 'data-theme="dark"' in (await browser.get("/styleguide")).text


async def test_the_persons_own_language_comes_before_the_browsers(browser, sessions):
    token = await sessions.start(None)
    sessions.living[token] = replace(sessions.living[token], locale="en")
    browser.cookies.set("enishi", token)

    answer = await browser.get("/nothing", headers={"accept-language": "ja"})

    assert '<html lang="en"' in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("en", "en"),
        ("ja,en;q=0.9", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("ja;q=0.2, en;q=0.7", "en"),
        ("fr,de", "ja"),
        ("fr,en;q=0.1", "en"),
        ("en;q=0", "ja"),
        ("en;q=much", "ja"),
        ("," * 5000, "ja"),
    ],
)
def test_the_browsers_wish_is_read(header, language):
    assert i18n.preferred(header) == language


async def test_a_notice_is_said_once_on_the_next_page(browser):
    await browser.get("/enter")

    first = await browser.get("/styleguide")
    second = await browser.get("/styleguide")

    assert "読み取りました：x、¥5,000" in first.text
    assert "読み取りました" not in second.text


async def test_a_forged_notice_says_nothing(browser):
    packed = pack_notice(b"another secret", Message("Paid"))
    browser.cookies.set("enishi_said", packed)

    answer = await browser.get("/styleguide")

    assert 'role="status"' not in answer.text
    assert unpack_notice(b"another secret", packed) == Message("Paid")


def test_amounts_and_days_in_japanese():
    assert formats.money(yen(-5105)) == "−¥5,105"
    assert formats.money(Money(1999, "USD")) == "1,999 USD"
    assert formats.day(date(2026, 11, 26), "ja") == "11月26日(木)"
    assert formats.moment(datetime(2026, 11, 26, 9, 5, tzinfo=UTC), "ja") == "11月26日(木)18:05"
    assert formats.month(date(2026, 11, 1), "ja") == "2026年11月"


def test_amounts_and_days_in_english():
    assert formats.day(date(2027, 1, 29), "en", year=True) == "Fri 29 Jan 2027"
    assert formats.moment(datetime(2026, 11, 26, 9, 0, tzinfo=UTC), "en") == "Thu 26 Nov, 18:00"


def test_midnight_in_japan_is_the_next_day_there():
    assert formats.day(datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "ja", year=True) == "2027年1月1日(金)"
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(datetime(2026, 12, 31), "ja")  # noqa: DTZ001 - the naive moment is the point


@pytest.mark.usefixtures("english")
def test_a_message_says_its_values_in_the_readers_language():
    said = i18n.tr(
        Message("%(who)s: %(sum)s, %(on)s", {"who": Message("Paid"), "sum": yen(1), "on": date(2026, 1, 5)})
    )

    assert said == "Paid: ¥1, Mon 5 Jan"


@pytest.mark.usefixtures("english")
def test_counted_sentences_follow_the_language():
    assert i18n.nmark("%(num)s contract", "%(num)s contracts", 1) == "1 contract"
    assert i18n.nmark("%(num)s contract", "%(num)s contracts", 1200) == "1,200 contracts"
    i18n.locale.set("ja")
    assert i18n.nmark("%(num)s contract", "%(num)s contracts", 1) == "計 1件"


def test_what_fills_a_hole_in_a_template_is_escaped():
    assert i18n.mark("Enishi, operated by %(name)s", name="<b>") == "Enishi 運営 &lt;b&gt;"
    assert marks.money(yen(-5105)) == '<data class="money" value="-5105">−<i>¥</i>5,105</data>'


def test_an_icon_that_does_not_exist_is_a_bug():
    with pytest.raises(KeyError):
        marks.icon("no-such-drawing")
