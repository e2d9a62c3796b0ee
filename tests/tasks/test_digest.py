"""The weekly mail: on Mondays, what is new and fits whole, to whoever wishes it."""

from datetime import UTC, datetime

import pytest

from marketplace.alumni import profile
from marketplace.tasks import digest
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("now", "posted"),
    [
        (
            datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
            datetime(2026, 11, 22, 23, tzinfo=UTC),
        ),  # Monday 8:00 in Japan
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), datetime(2026, 11, 15, 23, tzinfo=UTC)),
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC)),
    ],
)
def test_the_mail_goes_out_on_monday_at_eight_in_japan(now, posted):
    assert digest.posted_at(now) == posted


async def _a_week() -> list[str]:
    await tasks.later(days=7)
    await digest.sweep()
    await tasks.work()
    found = await tasks.rows("select params from notification where kind = 'task.digest' order by id")
    return [row["params"]["titles"] for row in found]


async def test_once_a_week_a_person_is_told_of_what_is_new_and_fits_whole():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    await digest.sweep()
    await tasks.published(firm, mode="apply", title="合う仕事")
    await tasks.published(
        firm, mode="apply", title="半分の仕事", musts=(tasks.wanted("figma"), tasks.wanted("sql"))
    )
    await tasks.published(firm, mode="apply", title="合わない仕事", musts=(tasks.wanted("excel"),))

    told = await _a_week()
    again = await _a_week()

    assert told == ["・合う仕事"]
    assert again == told, "the same task is named once"
    assert "task.digest" in await tasks.notices(person)


async def test_two_sweeps_of_one_week_are_one_mail_and_nothing_new_is_no_mail():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "excel")
    await digest.sweep()
    await tasks.published(firm, mode="apply")

    await _a_week()
    await digest.sweep()
    await tasks.work()

    assert "task.digest" not in await tasks.notices(person)


async def test_who_has_turned_the_mail_off_gets_none():
    firm = await tasks.firm()
    person = await tasks.alumnus(firm, "figma")
    await digest.sweep()
    await profile.choose_digest(wanted=False, by=person)
    await tasks.published(firm, mode="apply")

    assert await _a_week() == []
