"""The worked example of docs/matching.md is what the code computes."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from matching.availability import week_mask
from matching.model import JST, Availability, Held, Record, Responses, Wanted, Window, Wish
from matching.rank import rank
from matching.weights import COMPONENTS, WEIGHTS_V2
from tests.matching.cast import need, person

PAGE = Path("docs/matching.md")
NOW = datetime(2026, 11, 16, 9, tzinfo=JST)  # a Monday
FIGMA, WRITING, HTML = Wanted(101, 3, "figma"), Wanted(102, 2, "copywriting"), Wanted(103, 1, "html")
RARITIES = {101: 350, 102: 250, 103: 100}
FRIDAY = Window(datetime(2026, 11, 20, 13, tzinfo=JST), datetime(2026, 11, 20, 17, tzinfo=JST))


def worked():
    """A task of four hours on Friday, and one person who lacks one of three required skills."""
    task = need(time=FRIDAY, price_yen=40_000, musts=(FIGMA, WRITING, HTML))
    someone = person(
        skills={101: Held(4, 5, 2026), 103: Held(2, 2, 2022)},
        availability=Availability(week_mask([(4, "13:00", "16:00")]), confirmed_at=NOW - timedelta(days=67)),
        wish=Wish("hour", 11_000),
        record=Record(completed=3, reviews=2, stars=9),
        responses=Responses(4, 3, 540),
        last_active_at=NOW,
        running=1,
    )
    return rank(task, [someone], RARITIES, NOW).matches[0]


def test_the_worked_example_is_what_the_code_computes():
    match = worked()

    rows = dict(
        re.findall(r"^\| `(\w+)` \|.*\| ([\d,]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert {name: int(points.replace(",", "")) for name, points in rows.items()} == {
        **dict(match.components),
        "total": match.score,
    }
    assert (match.met, match.missing) == (2, ("copywriting",))


def test_the_page_names_the_most_points_of_each_component():
    text = PAGE.read_text(encoding="utf-8")

    for name in COMPONENTS:
        assert re.search(rf"^\| `{name}` \| {WEIGHTS_V2.points[name]:,} \|", text, re.MULTILINE), name
