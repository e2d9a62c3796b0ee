"""The cast of the matching tests: one ordinary need, one ordinary person, and strategies that vary them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from matching.availability import DAY_MASK, WEEK_MASK, week_mask
from matching.model import (
    JST,
    Availability,
    DayException,
    Deadline,
    Held,
    Need,
    Place,
    Profile,
    Record,
    Responses,
    Wanted,
    Window,
    Wish,
)

COMPANY = UUID(int=1)
TASK = UUID(int=2)
UNIT = UUID(int=3)
SITE = "川崎工場"
NOW = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)  # Monday 09:00 in Japan
PYTHON, SQL, EXCEL = Wanted(1, 3, "python"), Wanted(2, 2, "sql"), Wanted(3, 1, "excel")
TUESDAY = Window(datetime(2026, 11, 3, 10, tzinfo=JST), datetime(2026, 11, 3, 14, tzinfo=JST))
OFFICE_HOURS = week_mask([(day, "09:00", "18:00") for day in range(5)])


def need(**changes):
    asked = {
        "task_id": TASK,
        "company_id": COMPANY,
        "time": TUESDAY,
        "price_yen": 50_000,
        "musts": (PYTHON, SQL, EXCEL),
    }
    return Need(**{**asked, **changes})


def person(number=10, **changes):
    known = {
        "person_id": UUID(int=number),
        "company_id": COMPANY,
        "skills": {1: Held(4), 2: Held(3), 3: Held(2)},
        "availability": Availability(OFFICE_HOURS, confirmed_at=NOW - timedelta(days=3)),
        "intents": frozenset({"tasks"}),
        "consented": True,
        "last_active_at": NOW,
    }
    return Profile(**{**known, **changes})


moments = st.datetimes(datetime(2026, 8, 1), datetime(2027, 1, 31), timezones=st.just(JST))  # noqa: DTZ001
counts = st.integers(0, 30)
levels = st.integers(1, 5)
windows = st.builds(
    lambda start, minutes: Window(start, start + timedelta(minutes=minutes)), moments, st.integers(1, 3000)
)
deadlines = st.builds(Deadline, st.dates(date(2026, 10, 1), date(2027, 6, 1)), st.integers(1, 6000))
masks = st.integers(0, DAY_MASK)
exceptions = st.builds(DayException, st.dates(date(2026, 10, 30), date(2026, 11, 20)), masks, masks, masks)
wanted = st.lists(
    st.builds(lambda skill, level: Wanted(skill, level, f"skill-{skill}"), st.integers(1, 9), levels),
    max_size=6,
    unique_by=lambda skill: skill.skill,
)


@st.composite
def needs(draw):
    skills = draw(wanted)
    cut = draw(st.integers(0, len(skills)))
    return need(
        time=draw(windows | deadlines),
        price_yen=draw(st.integers(0, 200_000)),
        musts=tuple(skills[:cut]),
        nices=tuple(skills[cut:]),
        languages=draw(st.frozensets(st.sampled_from(["ja", "en"]))),
        nice_languages=draw(st.frozensets(st.sampled_from(["en", "fr"]))),
        place=draw(st.builds(Place, st.none() | st.integers(1, 47))),
        unit_id=draw(st.sampled_from([None, UNIT])),
        site=draw(st.sampled_from(["", SITE])),
        least_met=draw(st.integers(1, 3)),
        free_only=draw(st.sampled_from([False, False, True])),
        excluded=draw(st.frozensets(st.integers(1, 30).map(lambda number: UUID(int=number)), max_size=3)),
    )


@st.composite
def profiles(draw):
    reviews = draw(counts)
    return person(
        draw(st.integers(1, 30)),
        skills=draw(
            st.dictionaries(
                st.integers(1, 9),
                st.builds(Held, levels, st.integers(0, 40), st.none() | st.integers(1990, 2027)),
                max_size=9,
            )
        ),
        availability=draw(
            st.builds(
                Availability,
                st.integers(0, WEEK_MASK),
                st.lists(exceptions, max_size=3, unique_by=lambda day: day.on).map(tuple),
                st.none() | moments,
                st.integers(0, WEEK_MASK),
            )
        ),
        languages=draw(st.frozensets(st.sampled_from(["ja", "en", "fr"]))),
        wish=draw(
            st.builds(
                Wish,
                st.sampled_from(["task", "hour"]),
                st.none() | st.integers(0, 100_000),
                st.none() | st.integers(0, 9_000),
            )
        ),
        remote_ok=draw(st.booleans()),
        prefecture=draw(st.none() | st.integers(1, 47)),
        units=draw(st.frozensets(st.just(UNIT))),
        record=draw(
            st.builds(Record, counts, counts, counts, st.just(reviews), st.integers(reviews, 5 * reviews))
        ),
        responses=draw(st.builds(Responses, counts, counts, st.integers(0, 90_000))),
        intents=draw(st.frozensets(st.sampled_from(["tasks", "hire"]))) | {"tasks"},
        consented=draw(st.sampled_from([True, True, True, False])),
        busy=tuple(draw(st.lists(windows, max_size=2))),
        running=draw(st.integers(0, 3)),
        cap=draw(st.none() | st.integers(0, 3)),
        last_active_at=draw(st.none() | moments),
        sites=draw(st.frozensets(st.just(SITE))),
        shown=draw(counts),
        waiting=draw(st.integers(0, 3)),
    )


crowds = st.lists(profiles(), max_size=8, unique_by=lambda profile: profile.person_id)
