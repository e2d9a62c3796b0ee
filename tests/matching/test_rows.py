from datetime import date

import pytest
from hypothesis import given, settings

from matching import rows
from matching.entry import entry_of
from matching.model import JST, Availability, DayException, Held
from tests.matching.cast import NOW, person, profiles

TODAY = NOW.astimezone(JST).date()


def _stored(profile):
    return dict(
        zip(("company_id", "person_id", "offered", "profile"), rows.profile_row(profile), strict=True)
    )


def _numbers(profile):
    return dict(zip(rows.NAMES, rows.entry_row(profile, TODAY), strict=True))


@settings(max_examples=60, deadline=None)
@given(profiles())
def test_a_profile_and_its_numbers_survive_storage_unchanged(profile):
    assert rows.profile_from_row(_stored(profile)) == profile
    assert rows.entry_from_row(_numbers(profile)) == entry_of(profile, TODAY)


def test_exceptions_and_busy_days_survive_storage():
    stated = Availability(5, (DayException(date(2026, 11, 3), busy=1 << 47, free=3),))

    assert rows.profile_from_row(_stored(person(availability=stated))).availability == stated


def test_one_code_asks_for_a_skill_from_a_level_upwards():
    numbers = _numbers(person(skills={7: Held(3), 2: Held(1)}))

    assert numbers["skill_least"] == [17, 57, 58, 59]


@pytest.mark.parametrize(
    "change", [{"consented": False}, {"intents": frozenset()}, {"blocked": True}, {"employed": True}]
)
def test_a_person_who_may_not_be_asked_is_not_offered(change):
    assert _stored(person())["offered"]
    assert not _stored(person(**change))["offered"]
    assert _numbers(person(**change))["barred"]
