"""My times, my calendar, and what mails open without signing in: as a browser without JavaScript sees them."""

from datetime import time, timedelta

import pytest

from marketplace import worker
from marketplace.alumni import (
    answers,
    asking,
    calendar_feed,
    calendars,
    free_time,
    queries,
    reconfirming,
    subscriptions,
)
from marketplace.alumni.week import Span
from marketplace.core import clock, db
from marketplace.notifications import mail
from marketplace.notifications.kinds import KINDS
from tests.alumni.test_asking import _answer, _question
from tests.alumni.test_ical_reader import calendar, event
from tests.factories.alumni import alumnus
from tests.factories.companies import company, member
from tests.factories.tasks import rows
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")

HANAKO = "hanako@example.jp"


async def _hanako(*intents):
    person, _ = await alumnus(await company("aozora"), HANAKO, *(intents or ("tasks",)))
    return person


@pytest.fixture
def sent(monkeypatch):
    """Keep the mails that would go to a server: the wall of the house."""
    letters = []

    async def keep(letter):
        letters.append(letter)

    monkeypatch.setattr(mail, "send", keep)
    return letters


async def _mailed(sent):
    """Write what waits to be mailed and return the last text: its links are made as the mail is."""
    await worker.drain_rows("mail", 60)
    return sent[-1].get_body(("plain",)).get_content()


def _links(text):
    return [
        line.removeprefix("http://localhost:8000") for line in text.splitlines() if line.startswith("http")
    ]


async def test_hours_to_ask_about_are_kept_beside_the_free_ones_which_hold_where_both_are_ticked():
    await _hanako()
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/time")
    form = {"_csrf": visitor.page.css_first("input[name=_csrf]").attributes["value"]}

    ticked = {**form, "hours": ["0-9"], "asks": ["0-9", "0-10"]}
    await visitor.client.post("/me/time/week", data=ticked, headers={"origin": "http://localhost:8000"})

    await visitor.open("/me/time")
    assert [box.attributes["value"] for box in visitor.page.css("input[name=asks][checked]")] == ["0-10"]
    assert [box.attributes["value"] for box in visitor.page.css("input[name=hours][checked]")] == ["0-9"]


async def test_a_time_zone_is_chosen_from_the_world_s_and_another_is_refused():
    person = await _hanako()
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/time")

    await visitor.send("/me/time/zone", time_zone="Europe/Berlin")
    assert "in the time of Europe/Berlin" in visitor.text
    await visitor.send("/me/time/zone", 422, time_zone="Mars/Base")

    assert (await queries.my_profile(by=person))["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_calendar_is_seen_before_it_counts_and_removed_with_one_tap(language):
    person = await _hanako()
    visitor = await signed_in(HANAKO, language)
    async with db.transaction():
        day = await clock.today() + timedelta(days=2)
    start = f"{day:%Y%m%d}T100000"
    content = calendar(event(f"DTSTART;TZID=Asia/Tokyo:{start}", "DURATION:PT3H", "SUMMARY:秘密の面接"))
    await visitor.open("/me/calendar")

    await visitor.send("/me/calendar/file", files={"file": ("mine.ics", content, "text/calendar")})
    assert "10:00" in visitor.text
    assert "秘密の面接" not in visitor.text
    assert list(await calendars.mine(by=person)) == ["preview"]
    await visitor.send("/keeping")
    assert list(await calendars.mine(by=person)) == ["kept"]
    await visitor.send("/removal")

    assert await calendars.mine(by=person) == {}


async def test_a_file_that_is_no_calendar_is_refused_beside_its_field():
    await _hanako()
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/calendar")

    await visitor.send("/me/calendar/file", 422, files={"file": ("x.ics", b"<html>", "text/calendar")})

    assert visitor.wrong() == {"file"}
    assert "This is not a calendar file" in visitor.text


async def test_a_feed_is_read_without_signing_in_and_says_nothing_to_caches_or_of_cookies():
    person = await _hanako()
    address = await calendar_feed.renew(by=person)
    stranger = Visitor()

    answer = await stranger.client.get(address)
    head = answer.text.splitlines()[0]

    assert (answer.status_code, head) == (200, "BEGIN:VCALENDAR")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("end", ["", ".html", ".ics.bak", ".ICS"])
async def test_a_feed_has_one_name_only(end):
    person = await _hanako()
    address = await calendar_feed.renew(by=person)

    answer = await Visitor().client.get(address.removesuffix(".ics") + end)

    assert answer.status_code == 404


async def test_the_feed_s_page_shows_the_address_again_until_it_is_ended():
    person = await _hanako()
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/calendar")

    await visitor.send("/me/calendar/feed")
    shown = visitor.page.css_first("#feed-address").attributes["value"]
    await visitor.send("/feed/removal")

    assert shown.endswith(".ics")
    assert not visitor.page.css("#feed-address")
    assert await calendar_feed.address(by=person) is None


async def test_the_reminder_s_mail_confirms_with_one_press_and_without_signing_in(sent):
    person = await _hanako()
    await free_time.set_week([Span(0, time(9), time(12))], by=person)
    await clock.advance(timedelta(days=61))
    await reconfirming.remind()
    text = await _mailed(sent)
    stranger = Visitor()

    await stranger.open(_links(text)[0])
    before = (await queries.my_profile(by=person))["availability_confirmed_at"]
    assert len(stranger.page.css("main form")) == 1
    await stranger.send("/still-holds/")

    assert "your times are confirmed" in stranger.text
    after = (await queries.my_profile(by=person))["availability_confirmed_at"]
    assert after - before > timedelta(days=60)
    assert "enishi" not in stranger.client.cookies


@pytest.mark.parametrize("says", ["free", "busy", "ask"])
async def test_the_three_links_of_an_ask_s_mail_each_put_their_answer_first(says, sent):
    person = await _hanako()
    asker = await _owner()
    ask = await asking.ask(await _question(), by=asker)
    text = await _mailed(sent)
    path = next(link for link in _links(text) if link.endswith(f"answer={says}"))
    stranger = Visitor()

    await stranger.open(path)
    first = stranger.page.css_first("button[name=answer]")
    assert (first.attributes["value"], "btn-now" in first.attributes["class"]) == (says, True)
    assert (await asking.one(ask, by=asker))["waiting"] == 1
    await stranger.send("/asked/", answer=says)

    assert (await asking.one(ask, by=asker))["answers"][0]["status"] == says
    assert [day["kind"] for day in (await queries.my_profile(by=person))["exceptions"]] == [says]


async def _owner():
    return await member("aozora", "owner@aozora.example.jp")


async def test_an_answer_that_is_not_to_be_written_down_is_not():
    person = await _hanako()
    ask = await asking.ask(await _question(), by=await _owner())
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/time")
    await visitor.open(f"/me/asks/{await _answer(ask, person)}")

    await visitor.send("/me/asks/", answer="free", noted="")

    assert "Your answer: I am free" in visitor.text
    assert (await queries.my_profile(by=person))["exceptions"] == []


async def test_a_forged_link_says_so_and_changes_nothing():
    await _hanako()
    stranger = Visitor()

    for path in ("/still-holds/abc", "/asked/abc"):
        await stranger.open(path, 404)
        assert "This link is not valid" in stranger.text


async def test_a_member_counts_first_then_asks_and_watches_the_answers():
    person = await _hanako()
    visitor = await signed_in("owner@aozora.example.jp")
    on = (await _question()).on
    await visitor.open("/c/aozora/availability")
    await visitor.open("/c/aozora/availability/new")

    await visitor.open(f"/c/aozora/availability/new?on={on}&starts_at=10:00&ends_at=24:00&skill=&unit=&note=")
    assert "This reaches 1 person" in visitor.text
    assert await rows("select * from availability_ask") == []
    await visitor.send("/c/aozora/availability")
    [ask] = await rows("select * from availability_ask")
    assert "10:00–24:00" in visitor.text
    assert visitor.page.css_first("#answers").attributes["hx-trigger"] == "every 4s"

    await answers.give(await _answer(ask["id"], person), "free", noted=True, by=person)
    await visitor.open(visitor.path)
    table = await visitor.client.get(f"{visitor.path}/answers.csv")
    assert "山田 花子" in visitor.text
    assert "Free" in table.text.splitlines()[1]
    await visitor.send("/closure")
    assert "hx-get" not in visitor.page.css_first("#answers").attributes


async def test_a_wrong_question_is_given_back_with_its_fields_marked():
    await _hanako()
    visitor = await signed_in("owner@aozora.example.jp")

    await visitor.open(
        "/c/aozora/availability/new?on=2020-01-01&starts_at=12:00&ends_at=10:00&skill=&unit=&note=", 422
    )
    assert visitor.wrong() >= {"on", "ends_at"}
    await visitor.open(
        f"/c/aozora/availability/new?on={(await _question()).on}&skill=手品&unit=&note=&starts_at=10:00&ends_at=11:00",
        422,
    )

    assert visitor.wrong() == {"skill"}


def test_the_notices_that_are_answered_by_mail_still_have_a_button_on_their_page():
    for kind in ("availability.old", "availability.asked", "availability.asked_with_note"):
        assert KINDS[kind].taps is not None
        assert KINDS[kind].button


@pytest.mark.parametrize(
    ("language", "waits", "problem"),
    [("ja", "まだ読み込んでいません", "という名前のサーバーがありません"), ("en", "not been read yet", "There is no server of the name")],
)  # fmt: skip
async def test_a_calendar_is_subscribed_to_its_failure_said_and_ended_with_a_press(language, waits, problem):
    person = await _hanako()
    visitor = await signed_in(HANAKO, language)
    await visitor.open("/me/calendar")

    await visitor.send("/subscription", address="https://calendar.invalid/secret-token/basic.ics")
    assert waits in visitor.text
    await worker.drain_rows("work", 60)
    await visitor.open("/me/calendar")
    assert problem in visitor.text
    assert "secret-token" not in visitor.answer.text
    await visitor.send("/subscription/removal")

    assert await subscriptions.mine(by=person) is None


async def test_an_address_of_a_calendar_without_https_is_refused_beside_its_field():
    await _hanako()
    visitor = await signed_in(HANAKO)
    await visitor.open("/me/calendar")

    await visitor.send("/subscription", 422, address="http://calendar.example/basic.ics")

    assert visitor.wrong() == {"address"}
    assert "begins with https://" in visitor.text
