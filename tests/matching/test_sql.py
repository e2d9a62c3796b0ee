from datetime import date
from uuid import UUID

from hypothesis import given, settings

from matching.model import Availability, DayException, Held, Wanted
from matching.sql import candidates, profile_from_row, profile_to_row, store
from tests.matching.cast import COMPANY, PYTHON, SQL, need, person, profiles


@settings(max_examples=60, deadline=None)
@given(profiles())
def test_a_profile_survives_storage_unchanged(profile):
    assert profile_from_row(profile_to_row(profile)) == profile


def test_exceptions_and_busy_days_survive_storage():
    stated = Availability(5, (DayException(date(2026, 11, 3), busy=1 << 47, free=3, ask=4),), ask=8)

    assert profile_from_row(profile_to_row(person(availability=stated))).availability == stated


def test_skill_codes_hold_the_level_in_their_last_three_bits():
    assert profile_to_row(person(skills={7: Held(5), 2: Held(1)}))["skill_codes"] == [17, 61]


def test_a_person_who_may_not_be_asked_is_not_offered():
    assert profile_to_row(person())["offered"]
    for change in ({"consented": False}, {"intents": frozenset()}, {"blocked": True}, {"employed": True}):
        assert not profile_to_row(person(**change))["offered"], change


def test_candidates_are_asked_for_each_required_skill_from_its_level_up():
    query = candidates(need(musts=(PYTHON, SQL), nices=(Wanted(9, 1, "x"),)))

    assert query.parameters[0] == COMPANY
    assert query.parameters[1] == [11, 12, 13, 18, 19, 20, 21]


def test_without_required_skills_the_wished_ones_are_asked_for_and_without_any_everybody():
    wished = candidates(need(musts=(), nices=(SQL,)), limit=7)
    everybody = candidates(need(musts=()), limit=7)

    assert wished.parameters[1:] == ([18, 19, 20, 21], [], 7)
    assert everybody.parameters == (COMPANY, [], 7)


def test_excluded_people_and_the_poster_are_left_out_of_the_query():
    query = candidates(need(excluded=frozenset({UUID(int=5)}), poster_id=UUID(int=4)))

    assert query.parameters[2] == [UUID(int=4), UUID(int=5)]


def test_every_hole_of_a_query_is_filled_and_every_query_names_its_company():
    for query in (candidates(need()), candidates(need(musts=())), store(person())):
        holes = {number for number in range(1, 10) if f"${number}" in query.text}
        assert holes == set(range(1, len(query.parameters) + 1))
        assert query.parameters[0] == COMPANY
        assert "company_id" in query.text
