"""The report by groups: counted from what happened, once for each person, for nobody below five."""

from datetime import date, timedelta

import pytest

from marketplace.alumni import actions as alumni
from marketplace.core import clock, db
from marketplace.core.errors import NotAllowed
from marketplace.tasks import applications, fairness, invitations, matches
from matching.fairness import OTHERS
from tests.factories import companies, tasks

pytestmark = pytest.mark.usefixtures("database")


async def _set(people, **columns):
    async with db.transaction(operator=True):
        for name, value in columns.items():
            await db.execute(
                f"update membership set {name} = $2 where person_id = any($1::uuid[])",
                [person.person for person in people],
                value,
            )


def _of(report, criterion):
    return {group.name: group for group in report.criteria[criterion]}


async def _two_units(east: int = 6, west: int = 6):
    """A company with people of two units: those of the first know the work better, so they are asked first."""
    firm = await tasks.firm()
    first = [await tasks.alumnus(firm, "figma", level=5) for _ in range(east)]
    second = [await tasks.alumnus(firm, "figma", level=3) for _ in range(west)]
    await _set(first, former_unit="東")
    await _set(second, former_unit="西")
    return firm, first, second


async def test_each_person_counts_once_at_each_step():
    firm, east, _ = await _two_units()
    task = await tasks.published(firm, seats=2)
    await tasks.published(firm)
    [asked] = [person for person in east if person.person == (await tasks.invitations(task))[0]["person_id"]]
    await invitations.accept(await tasks.invitation_of(task, asked), by=asked)
    await matches.page_of(task, 1, by=firm.manager)

    found = _of(await fairness.report("month", by=firm.owner), "unit")

    counts = found["東"].counts
    assert (counts.network, counts.listed, counts.shown, counts.invited, counts.accepted) == (6, 6, 6, 6, 1)
    counts = found["西"].counts
    assert (counts.network, counts.listed, counts.shown, counts.invited, counts.accepted) == (6, 6, 6, 0, 0)
    assert found["西"].invited.is_low
    assert not found["西"].listed.is_low


async def test_an_invitation_counts_as_shown_and_on_a_list_though_nobody_opened_the_page():
    firm, _, _ = await _two_units()
    await tasks.published(firm)

    found = _of(await fairness.report("month", by=firm.owner), "unit")

    assert (found["東"].counts.shown, found["西"].counts.shown) == (3, 0)


async def test_who_applied_and_was_chosen_is_counted_apart():
    firm, east, west = await _two_units()
    task = await tasks.published(firm, mode="apply")
    for person in (east[0], west[0]):
        application = await applications.apply(task, version=1, by=person)
    await applications.choose(application, by=firm.manager)

    found = _of(await fairness.report("month", by=firm.owner), "unit")

    assert (found["東"].counts.applied, found["東"].counts.chosen) == (1, 0)
    assert (found["西"].counts.applied, found["西"].counts.chosen) == (1, 1)
    assert found["西"].counts.invited == 0


async def test_small_groups_stand_together():
    firm, _, _ = await _two_units(east=7, west=5)
    few = [await tasks.alumnus(firm) for _ in range(5)]
    await _set(few[:2], former_unit="北")
    await _set(few[2:], former_unit="")
    await tasks.published(firm)

    found = _of(await fairness.report("month", by=firm.owner), "unit")

    assert {name: group.counts.network for name, group in found.items()} == {"東": 7, "西": 5, OTHERS: 5}


async def test_who_wants_no_tasks_or_is_of_another_company_is_not_in_the_report():
    firm, _, west = await _two_units(east=6, west=7)
    other = await tasks.firm()
    strangers = [await tasks.alumnus(other) for _ in range(5)]
    await tasks.published(other, seats=2)
    [tie] = await tasks.rows("select id from membership where person_id = $1", west[0].person)
    await alumni.choose_intents(tie["id"], ["news"], by=west[0])

    found = await fairness.report("month", by=firm.owner)

    assert found.people == 12
    assert found.is_empty
    assert found.spread.people == 12
    theirs = await fairness.report("month", by=other.owner)
    assert theirs.people == len(strangers)


async def test_who_has_left_the_network_is_in_no_report():
    firm, east, _ = await _two_units()
    await tasks.published(firm)
    [tie] = await tasks.rows("select id from membership where person_id = $1", east[0].person)

    await alumni.leave(tie["id"], by=east[0])

    found = await fairness.report("month", by=firm.owner)
    assert _of(found, "unit")["東"].counts.network == 5
    assert found.spread.people == 11


async def test_the_criteria_are_what_the_law_leaves_and_each_person_is_in_one_group_of_each():
    firm, east, west = await _two_units()
    today = (await tasks.rows("select business_today() as today"))[0]["today"]
    await _set(
        east, card={"languages": ["en", "ja"], "prefecture": 13}, left_on=today.replace(year=today.year - 2)
    )
    await _set(west, card={"languages": ["ja"], "prefecture": 27}, left_on=None)
    await tasks.published(firm)
    await _set(east, card={"languages": ["en", "ja"], "prefecture": 13})

    found = await fairness.report("month", by=firm.owner)

    named = {criterion: [group.name for group in groups] for criterion, groups in found.criteria.items()}
    assert named == {
        "unit": ["東", "西"],
        "region": ["3", "5"],
        "language": ["ja", "more"],
        "left": ["", "1"],
    }


async def test_only_work_before_the_period_makes_somebody_known():
    firm, east, _ = await _two_units()
    for person in east[:5]:
        task = await tasks.published(firm, mode="apply")
        await applications.apply(task, version=1, by=person)
        [application] = await tasks.rows("select id from application where task_id = $1", task)
        await applications.choose(application["id"], by=firm.manager)

    assert "experience" not in (await fairness.report("month", by=firm.owner)).criteria
    await tasks.later(days=40)
    await tasks.work()

    found = _of(await fairness.report("month", by=firm.owner), "experience")
    assert {name: group.counts.network for name, group in found.items()} == {"new": 7, "known": 5}
    assert "experience" not in (await fairness.report("all", by=firm.owner)).criteria


async def test_what_lies_before_the_period_is_not_counted():
    firm, _, _ = await _two_units()
    await tasks.published(firm)
    await tasks.later(days=40)

    assert (await fairness.report("month", by=firm.owner)).is_empty
    assert not (await fairness.report("quarter", by=firm.owner)).is_empty
    assert not (await fairness.report("all", by=firm.owner)).is_empty


async def test_the_spread_is_told_beside_that_of_as_many_days_before():
    firm, _, _ = await _two_units(east=4, west=4)
    await tasks.published(firm)
    await tasks.later(days=31)
    task = await tasks.published(firm, mode="apply")
    await matches.page_of(task, 1, by=firm.manager)

    spread = (await fairness.report("month", by=firm.owner)).spread

    assert (spread.gini, spread.before) == (0, 6_250)
    assert (spread.people, spread.shown, spread.most) == (8, 8, 1)
    assert (await fairness.report("all", by=firm.owner)).spread.before is None


async def test_only_who_looks_after_the_network_or_checks_reads_the_report():
    firm = await tasks.firm()
    for role in ("recruiter", "coordinator", "auditor"):
        by = await companies.colleague(firm.owner, firm.slug, role)
        assert (await fairness.report("all", by=by)).people == 0
    for by in (firm.manager, firm.approver, await companies.colleague(firm.owner, firm.slug, "finance")):
        with pytest.raises(NotAllowed):
            await fairness.report("all", by=by)


async def test_a_day_begins_at_midnight_in_japan():
    async with db.transaction(operator=True):
        today = await clock.today()

    assert fairness._midnight(today).utcoffset().total_seconds() == 9 * 3600


@pytest.mark.parametrize(
    ("today", "years", "first"),
    [
        (date(2026, 11, 24), 1, date(2025, 11, 25)),
        (date(2028, 2, 29), 1, date(2027, 3, 1)),
        (date(2028, 2, 28), 10, date(2018, 3, 1)),
    ],
)
def test_years_are_over_on_their_day(today, years, first):
    assert fairness._years_before(today, years) == first


async def test_years_since_leaving_are_told_in_steps():
    firm, east, west = await _two_units(east=5, west=5)
    today = (await tasks.rows("select business_today() as today"))[0]["today"]
    await _set(east, left_on=fairness._years_before(today, 10) - timedelta(days=1))
    await _set(west, left_on=fairness._years_before(today, 10))
    await tasks.published(firm)

    found = await fairness.report("month", by=firm.owner)

    assert [group.name for group in found.criteria["left"]] == ["3", "4"]


async def test_a_large_network_is_counted_once_a_day_and_the_report_says_so(monkeypatch):
    monkeypatch.setattr(fairness, "LARGE", 12)
    firm, east, _ = await _two_units()
    task = await tasks.published(firm)
    first = await fairness.report("month", by=firm.owner)
    await invitations.accept(
        (await tasks.invitations(task))[0]["id"], by=_asked(east, await tasks.invitations(task))
    )

    again = await fairness.report("month", by=firm.owner)
    async with db.transaction(operator=True):
        today = await clock.today()
        await db.execute("update fairness_count set counted_on = counted_on - 1")
    later = await fairness.report("month", by=firm.owner)

    assert again == first
    assert first.counted_on == today
    assert _of(later, "unit")["東"].counts.accepted == _of(first, "unit")["東"].counts.accepted + 1


def _asked(people, sent):
    return next(person for person in people if person.person == sent[0]["person_id"])
