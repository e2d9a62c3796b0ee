"""What the pages about ranked people promise: whom a task reaches, why this order, and what other weights would do."""

import pytest

from marketplace.alumni import profile
from marketplace.core.money import yen
from marketplace.tasks import weighting
from tests.factories import tasks
from tests.web.test_task_pages import _filled, _visit

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "ネットワークの2名が合います"), ("en", "2 people in your network fit")]
)
async def test_a_manager_counts_who_fits_while_writing_and_on_the_draft(language, said):
    firm = await tasks.firm()
    for _ in range(2):
        await tasks.alumnus(firm)
    visitor = await _visit(firm.manager, language)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send("/tasks", do="count", **await _filled())
    assert said in visitor.text
    assert await tasks.rows("select id from task") == []

    task = await tasks.draft(firm)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/reach")
    assert said in visitor.text


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_each_match_shows_its_points_which_sum_to_the_score_and_what_was_kept_with_the_invitation(
    language,
):
    firm = await tasks.firm()
    for level in (3, 5):
        await tasks.alumnus(firm, "figma", level=level)
    task = await tasks.published(firm, musts=(tasks.wanted("figma"), tasks.wanted("python")))
    visitor = await _visit(firm.manager, language)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}/matches")

    tables = visitor.page.css("table.parts")
    assert len(tables) == 4
    for table in tables:
        earned = [int(row.text().split("/")[0].replace(",", "")) for row in table.css("tbody td.num")]
        assert sum(earned) == int(table.css_first("tfoot td").text().replace(",", ""))
    [sent, _] = await tasks.invitations(task, "sent")
    assert tables[1].css_first("tfoot td").text() == f"{sent['score']:,}"
    assert sent["weights_version"] in visitor.text
    assert ("必須スキル 2件中1件" if language == "ja" else "1 of 2 required skills") in visitor.text


async def test_other_weights_are_tried_kept_and_taken_back_without_javascript():
    firm = await tasks.firm()
    able = await tasks.alumnus(firm, "figma", level=5)
    near = await tasks.alumnus(firm, "figma", level=3)
    await profile.set_conditions(
        profile.Conditions("", ["ja"], None, True, "task", yen(60_000), yen(0), 0), by=able
    )
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager)
    at = f"/c/{firm.slug}/tasks/{task}"
    other = weighting.usual() | {"skills": 0, "rate": 5000}
    await visitor.open(f"{at}/matches")

    await visitor.send("/weights", do="preview", **other)
    assert "1 places up" in visitor.text
    assert "1 places down" in visitor.text
    assert await _order(task) == [able.person, near.person]

    await visitor.open(f"{at}/matches")
    await visitor.send("/weights", do="save", **other)
    assert visitor.path == f"{at}/matches"
    assert await _order(task) == [near.person, able.person]
    assert (await tasks.row(task))["weights"] == {"skills": 0, "rate": 5000}
    assert "v2(skills=0,rate=5000)/" in visitor.text

    await visitor.send("/weights", do="reset", **other)
    assert await _order(task) == [able.person, near.person]
    assert (await tasks.row(task))["weights"] == {}


async def test_weights_out_of_bounds_are_marked_and_a_preset_is_shown_at_work():
    firm = await tasks.firm()
    await tasks.alumnus(firm)
    task = await tasks.published(firm)
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/matches")

    await visitor.send("/weights", do="save", expect=422, **weighting.usual() | {"skills": 5001})
    assert [node.attributes["name"] for node in visitor.page.css("[aria-invalid=true]")] == ["skills"]

    await visitor.open(f"/c/{firm.slug}/tasks/{task}/matches")
    await visitor.send("/weights", do="preset:proven", **weighting.usual())
    assert visitor.page.css_first("#w-reliability").attributes["value"] == "3000"
    assert (await tasks.row(task))["weights"] == {}


async def _order(task):
    rows = await tasks.rows("select person_id from task_match where task_id = $1 order by rank", task)
    return [row["person_id"] for row in rows]
