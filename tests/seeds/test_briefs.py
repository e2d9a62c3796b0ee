"""The 31 tasks of the demo world are believable: each has a home and a fate, and what is published passes every check."""

from datetime import UTC, date, datetime

import pytest

from marketplace.contracts.findings import Level
from marketplace.seeds.briefs import specs
from marketplace.seeds.cast import COMPANIES
from marketplace.seeds.fates import FATES
from marketplace.tasks import checks

TODAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)
PUBLISHED = [spec for spec in specs() if spec.fate != "draft"]


def test_there_are_thirty_one_tasks_in_every_state_and_both_languages():
    fates = {spec.fate for spec in specs()}

    assert len(specs()) == 31
    assert fates == set(FATES)
    assert any(spec.words["title"].isascii() for spec in specs())


def test_every_task_belongs_to_a_unit_of_the_cast():
    units = {company.slug: {name for name, _limit in company.units} for company in COMPANIES}

    assert all(spec.unit in units[spec.company] for spec in specs())


@pytest.mark.parametrize("spec", PUBLISHED, ids=lambda spec: spec.words["title"])
def test_what_is_published_is_complete_and_without_warnings(spec):
    brief = spec.brief(TODAY)

    wrong = checks.out_of_bounds(brief) | checks.incomplete(brief, now=NOON, today=TODAY)
    found = checks.findings(brief, rule="month_close_next_month_end", issued_on=TODAY)

    assert wrong == {}
    assert [each.rule for each in found if each.level is not Level.OK] == []
