from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.model import Availability, Deadline, Held, Place, Record, Responses, Wish
from matching.rank import rank
from matching.reasons import localise
from matching.vocabulary import shipped
from tests.matching.cast import NOW, OFFICE_HOURS, UNIT, need, person

VOCABULARY = shipped()


def said(profile, asked=None, lang="en"):
    match = rank(asked or need(), [profile], {}, NOW).matches[0]
    return [str(localise(reason, lang, VOCABULARY)) for reason in (*match.reasons, *match.checks)]


def checks(profile, asked=None):
    match = rank(asked or need(), [profile], {}, NOW).matches[0]
    return [str(localise(reason, "en", VOCABULARY)) for reason in match.checks]


@pytest.mark.parametrize(
    ("known", "asked", "sentence"),
    [
        ({}, {}, "All 3 required skills match (Python, SQL, Excel)."),
        ({"skills": {1: Held(3), 2: Held(2)}}, {}, "2 of 3 required skills match (Python, SQL)."),
        ({"skills": {1: Held(3), 2: Held(2)}}, {}, "Missing: Excel."),
        ({"skills": {1: Held(2), 2: Held(2)}}, {}, "Has experience, but below the level asked: Python."),
        ({"skills": {1: Held(3, 9, 2014)}}, {}, "Not used for some years: Python."),
        ({}, {}, "Free for the whole time of the task."),
        ({}, {}, "Free hours a week: 45, confirmed 3 days ago."),
        ({}, {"time": Deadline(date(2026, 11, 3), 600)}, "Has about 18 free hours until the delivery date."),
        ({}, {"time": Deadline(date(2026, 11, 2), 1080)}, "Free for only 50% of the time asked."),
        ({"availability": Availability()}, {}, "Has not said yet when there is time."),
        ({"wish": Wish("task", 55_000)}, {}, "Wishes from ¥55,000; this task pays ¥50,000."),
        ({"wish": Wish("task", 40_000)}, {}, "The price meets the wish (from ¥40,000)."),
        (
            {"wish": Wish("hour", 13_000)},
            {},
            "Wishes from ¥13,000 an hour; this task comes to ¥12,500 an hour.",
        ),
        ({}, {}, "This would be the first task; there is no record yet."),
        ({"record": Record(completed=4)}, {}, "Tasks completed, all on time: 4."),
        ({"record": Record(4, 1, 2)}, {}, "Tasks completed: 4, of which late: 1."),
        ({"record": Record(4, 1, 2)}, {}, "Tasks this person cancelled: 2."),
        ({"record": Record(reviews=2, stars=9)}, {}, "Rated 4.5 of 5 in reviews."),
        ({"record": Record(reviews=2, stars=5)}, {}, "Rated only 2.5 of 5 in reviews."),
        ({"prefecture": 13}, {"place": Place(13)}, "Lives in the prefecture where the work is."),
        ({"prefecture": 1}, {"place": Place(13)}, "Lives in another prefecture than the place of work."),
        ({}, {"place": Place(13)}, "Has not said where they live."),
        ({"remote_ok": False}, {}, "Prefers not to work online."),
        ({"units": frozenset({UNIT})}, {"unit_id": UNIT}, "Used to work in the unit that offers this task."),
        ({"responses": Responses(4, 4, 600)}, {}, "Usually answers within 3 hours."),
        ({"responses": Responses(9, 1, 600)}, {}, "Answered 1 of 9 invitations."),
        ({"last_active_at": NOW - timedelta(days=150)}, {}, "Last active 150 days ago."),
        ({}, {"languages": frozenset({"ja"})}, "Speaks Japanese."),
    ],
)
def test_each_fact_is_said_as_a_whole_sentence(known, asked, sentence):
    assert sentence in said(person(**known), need(**asked))


def test_old_free_time_is_something_to_check():
    old = replace(person(), availability=Availability(OFFICE_HOURS, confirmed_at=NOW - timedelta(days=40)))

    assert "Free time was last confirmed 40 days ago." in checks(old)


def test_what_is_missing_is_checked_and_what_fits_is_not():
    found = checks(person(skills={1: Held(3), 2: Held(2)}, record=Record(completed=4)))

    assert found == ["Missing: Excel."]


def test_skills_are_named_in_the_language_of_the_page():
    reason = {"key": "Missing: %(skills)s.", "params": {"skills": ["accounting", "sales"]}, "kind": "check"}

    assert localise(reason, "ja", VOCABULARY).params == {"skills": "経理・会計、営業"}
    assert localise(reason, "en", VOCABULARY).params == {"skills": "Accounting, Sales"}


def test_a_skill_that_has_left_the_vocabulary_keeps_its_slug():
    reason = {"key": "Missing: %(skills)s.", "params": {"skills": ["fax-operation"]}, "kind": "check"}

    assert str(localise(reason, "ja", VOCABULARY)) == "Missing: fax-operation."
