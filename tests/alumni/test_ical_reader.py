"""What an uploaded calendar says of one's time: busy, free, all day, repeated, elsewhere, broken, hostile."""

import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.alumni import calendar_file, ical_reader
from marketplace.alumni.ical_reader import Asked, Refused, joined, read
from marketplace.core.errors import Invalid
from matching.model import JST

MONDAY = datetime(2026, 11, 23, tzinfo=JST)
ASKED = Asked("Asia/Tokyo", "hanako@example.jp", MONDAY, datetime(2027, 2, 23, tzinfo=JST))


def event(*lines, uid="1"):
    return ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def calendar(*events, head=()):
    inner = [line for each in events for line in each]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *head, *inner, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def busy(*lines, asked=ASKED, head=()):
    """Return the busy stretches of a calendar with one event, as written on a clock in Japan."""
    return _shown(read(calendar(event(*lines), head=head), asked).busy)


def _shown(stretches):
    return [f"{a.astimezone(JST):%m-%d %H:%M}–{b.astimezone(JST):%m-%d %H:%M}" for a, b in stretches]


NINE = ("DTSTART;TZID=Asia/Tokyo:20261124T090000", "DTEND;TZID=Asia/Tokyo:20261124T103000")


def test_an_event_takes_its_time():
    assert busy(*NINE) == ["11-24 09:00–11-24 10:30"]


def test_a_half_hour_that_is_touched_is_taken():
    assert busy("DTSTART:20261124T001000Z", "DURATION:PT25M") == ["11-24 09:00–11-24 10:00"]


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:Hanako@example.jp",
    ],
)
def test_what_is_shown_as_free_takes_no_time(line):
    found = read(calendar(event(*NINE, line)), ASKED)

    assert (found.busy, found.events, found.free) == ([], 0, 1)


def test_what_somebody_else_declined_still_takes_time():
    assert busy(*NINE, "ATTENDEE;PARTSTAT=DECLINED:mailto:taro@example.jp")


def test_a_whole_day_is_a_day_where_its_owner_lives():
    lines = ("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261126")

    assert busy(*lines) == ["11-24 00:00–11-26 00:00"]
    assert busy(*lines, asked=ASKED._replace(zone="Europe/Berlin")) == ["11-24 08:00–11-26 08:00"]


def test_a_time_without_a_zone_is_a_time_where_its_owner_lives_or_in_the_calendar_s_zone():
    lines = ("DTSTART:20261124T090000", "DTEND:20261124T100000")

    assert busy(*lines) == ["11-24 09:00–11-24 10:00"]
    assert busy(*lines, asked=ASKED._replace(zone="Europe/Berlin")) == ["11-24 17:00–11-24 18:00"]
    assert busy(*lines, head=["X-WR-TIMEZONE:America/New_York"]) == ["11-24 23:00–11-25 00:00"]


def test_a_name_for_a_zone_as_outlook_writes_it_is_known():
    assert busy("DTSTART;TZID=Tokyo Standard Time:20261124T090000", "DURATION:PT1H") == [
        "11-24 09:00–11-24 10:00"
    ]


def test_a_zone_that_the_file_itself_describes_is_read():
    zone = [
        "BEGIN:VTIMEZONE", "TZID:Our Office", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    lines = ("DTSTART;TZID=Our Office:20261124T090000", "DTEND;TZID=Our Office:20261124T100000")

    assert busy(*lines, head=zone) == ["11-24 15:00–11-24 16:00"]


def test_a_zone_that_nobody_knows_is_refused_by_name():
    with pytest.raises(Refused) as refusal:
        busy("DTSTART;TZID=Mars/Base:20261124T090000", "DTEND;TZID=Mars/Base:20261124T100000")

    assert refusal.value.params == {"zone": "Mars/Base"}


def test_a_repeated_event_follows_summer_time_and_its_exceptions():
    weekly = event(
        "DTSTART;TZID=America/New_York:20260302T090000", "DTEND;TZID=America/New_York:20260302T100000",
        "RRULE:FREQ=WEEKLY", "EXDATE;TZID=America/New_York:20261130T090000",
    )  # fmt: skip
    moved = event(
        "RECURRENCE-ID;TZID=America/New_York:20261207T090000", "DTSTART;TZID=America/New_York:20261207T120000",
        "DTEND;TZID=America/New_York:20261207T123000",
    )  # fmt: skip
    called_off = event(
        "RECURRENCE-ID;TZID=America/New_York:20261214T090000", "DTSTART;TZID=America/New_York:20261214T090000",
        "DTEND;TZID=America/New_York:20261214T100000", "STATUS:CANCELLED",
    )  # fmt: skip
    found = read(calendar(weekly, moved, called_off), ASKED)

    assert _shown(found.busy)[:3] == ["11-23 23:00–11-24 00:00", "12-08 02:00–12-08 02:30", "12-21 23:00–12-22 00:00"]  # fmt: skip


def test_only_the_asked_days_are_read():
    assert busy("DTSTART:20261001T000000Z", "DTEND:20271001T000000Z") == ["11-23 00:00–02-23 00:00"]
    assert busy("DTSTART:20270301T000000Z", "DTEND:20270302T000000Z") == []


def test_events_of_other_days_are_not_counted():
    daily = event(*NINE, "RRULE:FREQ=DAILY;COUNT=400")
    days = Asked("Asia/Tokyo", "", MONDAY, datetime(2026, 11, 26, tzinfo=JST))

    assert read(calendar(daily), days).events == 2


def test_free_busy_entries_are_read_by_their_type():
    entry = [
        "BEGIN:VFREEBUSY", "UID:1", "DTSTAMP:20260101T000000Z",
        "FREEBUSY;FBTYPE=BUSY:20261124T000000Z/PT1H,20261125T000000Z/20261125T010000Z",
        "FREEBUSY;FBTYPE=FREE:20261126T000000Z/PT1H", "END:VFREEBUSY",
    ]  # fmt: skip

    assert _shown(read(calendar(entry), ASKED).busy) == ["11-24 09:00–11-24 10:00", "11-25 09:00–11-25 10:00"]


def test_a_broken_event_is_counted_and_the_others_are_read():
    broken = event("DTSTART:nonsense", uid="2"), event("DTSTART;TZID=Asia/Tokyo:ThisT", uid="3")
    rule = event(*NINE, "RRULE:FREQ=NONSENSE", uid="4")

    found = read(calendar(event(*NINE), *broken, rule), ASKED)

    assert (len(found.busy), found.events, found.broken) == (1, 1, 3)


def test_a_file_of_broken_events_is_refused():
    with pytest.raises(Refused):
        read(calendar(event("DTSTART:nonsense")), ASKED)


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nrubbish\r\n",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 5000,
    ],
)
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(Refused):
        read(content, ASKED)


@pytest.mark.parametrize("frequency", ["SECONDLY", "MINUTELY", "secondly"])
def test_an_event_that_repeats_too_often_is_refused(frequency):
    with pytest.raises(Refused):
        busy(*NINE, f"RRULE:FREQ={frequency}")


def test_more_events_than_anybody_has_are_refused(monkeypatch):
    monkeypatch.setattr(ical_reader, "MOST_EVENTS", 3)

    with pytest.raises(Refused) as refusal:
        read(calendar(*(event(*NINE, uid=str(number)) for number in range(4))), ASKED)

    assert refusal.value.params == {"most": 3}


def test_more_repetitions_than_anybody_lives_through_are_refused(monkeypatch):
    monkeypatch.setattr(ical_reader, "MOST_OCCURRENCES", 50)

    with pytest.raises(Refused):
        busy(*NINE, "RRULE:FREQ=HOURLY")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 5), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(st.tuples(moments, moments).map(sorted).filter(lambda pair: pair[0] < pair[1]), max_size=8))
def test_joined_times_are_apart_in_order_and_cover_every_event(stretches):
    found = joined([tuple(pair) for pair in stretches])

    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert all(moment.minute in {0, 30} and not moment.second for pair in found for moment in pair)
    assert all(any(a <= start and end <= b for a, b in found) for start, end in stretches)
    assert sum((b - a for a, b in found), start=MONDAY - MONDAY) <= sum(
        (2 * ical_reader._HALF_HOUR + end - start for start, end in stretches), start=MONDAY - MONDAY
    )


async def test_the_program_answers_as_the_function_does():
    content = calendar(event(*NINE), event(*NINE, "TRANSP:TRANSPARENT", uid="2"))

    assert await calendar_file.read(b"\xef\xbb\xbf" + content, ASKED) == read(content, ASKED)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<html>", b"BEGIN:VCALENDAR" + b" " * calendar_file.MOST_BYTES]
)
async def test_what_cannot_be_a_calendar_is_refused_before_it_is_read(content):
    with pytest.raises(Invalid) as refusal:
        await calendar_file.read(content, ASKED)

    assert list(refusal.value.fields) == ["file"]


async def test_a_calendar_that_would_be_read_for_hours_is_refused(monkeypatch):
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    hostile = calendar(*(event("DTSTART:19000101T000000Z", never, uid=str(number)) for number in range(500)))
    monkeypatch.setattr(calendar_file, "_SECONDS", 2)

    with pytest.raises(Invalid) as refusal:
        await calendar_file.read(hostile, ASKED)

    assert refusal.value.fields["file"].text.startswith("This calendar takes too long to read.")


def test_the_program_ends_itself_when_nobody_waits_for_it():
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    hostile = calendar(*(event("DTSTART:19000101T000000Z", never, uid=str(number)) for number in range(500)))
    start = "from marketplace.alumni import ical_reader; ical_reader.SECONDS = 1; ical_reader.main()"  # fmt: skip

    ended = subprocess.run(
        [sys.executable, "-c", start, *ASKED[:2], *(moment.isoformat() for moment in ASKED[2:])],
        input=hostile, capture_output=True, check=False,
    )  # fmt: skip

    assert ended.returncode < 0
    assert not ended.stdout


LINES = [
    *calendar(event(*NINE, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=2"), event("RECURRENCE-ID:20261208T000000Z"))
    .decode()
    .splitlines(),
    "DTSTART:99991231T235959Z", "DTSTART:00010101T000000", "DURATION:-P99999W", "RRULE:FREQ=DAILY;COUNT=-1", "EXDATE:x",
    "RRULE:FREQ=YEARLY;BYDAY=9XX", "RDATE;VALUE=PERIOD:20261124T090000Z/PT1H", "DTEND;TZID=:", "UID", "X\x00Y:1", 'A;B="',
    "FREEBUSY:20261124T090000Z", "BEGIN:VFREEBUSY", "END:VFREEBUSY", "X-WR-TIMEZONE:Nowhere", "TRANSP;X:",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_any_lines_are_read_or_refused_and_never_fail(lines):
    content = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode()

    try:
        found = read(content, ASKED)
    except Refused:
        return

    assert all(ASKED.starts_at <= start < end <= ASKED.ends_at for start, end in found.busy)
