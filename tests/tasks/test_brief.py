"""What a brief says of its days: when the work is received, until when somebody is taken on."""

from datetime import date, datetime, timedelta

import pytest

from marketplace.core import clock, db
from marketplace.core.errors import Invalid
from marketplace.tasks import brief as briefs
from marketplace.tasks.brief import Brief
from tests.factories import tasks

pytestmark = pytest.mark.usefixtures("database")


async def test_a_window_that_ends_at_midnight_in_japan_is_received_on_the_day_before():
    async with db.transaction(operator=True):
        day = (await clock.now()).astimezone(clock.JST).replace(hour=18, minute=0, second=0, microsecond=0)
    midnight = (day + timedelta(days=5)).replace(hour=0)

    brief = await tasks.brief(window_starts_at=midnight - timedelta(hours=4), window_ends_at=midnight)

    assert brief.received_on == midnight.date() - timedelta(days=1)
    assert brief.offer_ends_at == midnight - timedelta(hours=4)


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        ({"deliver_on": date(2027, 1, 8)}, datetime(2027, 1, 7, 18, tzinfo=clock.JST)),
        (
            {"starts_on": date(2027, 1, 5), "deliver_on": date(2027, 1, 8)},
            datetime(2027, 1, 4, 18, tzinfo=clock.JST),
        ),
        ({}, None),
    ],
)
def test_an_offer_without_an_hour_ends_on_the_evening_before_its_first_day(days, ends):
    assert Brief(**days).offer_ends_at == ends


async def test_what_a_brief_wishes_is_kept_and_asked_of_the_matching():
    firm = await tasks.firm()
    wishes = {"nice_languages": ("en", "fr"), "least_met": 2, "free_only": True}

    task = await tasks.draft(firm, musts=(tasks.wanted("figma"), tasks.wanted("python")), **wishes)

    brief = briefs.from_row(await tasks.row(task))
    need = brief.need(task, firm.company, unit=firm.unit, poster=firm.manager.person)
    assert {name: getattr(brief, name) for name in wishes} == wishes
    assert (need.nice_languages, need.least_met, need.free_only) == ({"en", "fr"}, 2, True)


@pytest.mark.parametrize("wrong", [{"nice_languages": ("xx",)}, {"least_met": 0}, {"least_met": 13}], ids=str)
async def test_a_wish_out_of_bounds_is_refused_by_its_field(wrong):
    firm = await tasks.firm()

    with pytest.raises(Invalid) as refused:
        await tasks.draft(firm, **wrong)

    assert set(refused.value.fields) == set(wrong)
