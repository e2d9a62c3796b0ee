"""The report on fairness as its readers see it: a page that teaches, tables with their charts, a file for a spreadsheet."""

import csv
import io

import pytest

from marketplace.core import db
from tests.factories import companies, tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


async def _compared(units=("東", "=西")):
    """A firm whose people of the first unit are invited and those of the second are not."""
    firm = await tasks.firm()
    for unit, level in zip(units, (5, 3), strict=True):
        for _ in range(6):
            person = await tasks.alumnus(firm, "figma", level=level)
            async with db.transaction(operator=True):
                await db.execute(
                    "update membership set former_unit = $2 where person_id = $1", person.person, unit
                )
    return firm, await tasks.published(firm, seats=2)


@LANGUAGES
async def test_before_the_first_list_the_page_teaches_what_it_will_show(language):
    firm = await tasks.firm()
    visitor = await _visit(firm.owner, language)

    await visitor.open(f"/c/{firm.slug}/tasks/fairness")

    assert visitor.page.css_first(".empty") is not None
    assert visitor.page.css_first("table") is None
    assert "29 CFR 1607.4" in visitor.text
    assert ("年齢" if language == "ja" else "Age, sex") in visitor.text


@LANGUAGES
async def test_groups_stand_in_a_table_with_the_chart_that_is_drawn_from_it(language):
    firm, _ = await _compared()
    visitor = await _visit(firm.owner, language)

    await visitor.open(f"/c/{firm.slug}/tasks/fairness?period=quarter")

    rows = {
        row.css_first("th").text(deep=False).strip(): [cell.text(strip=True) for cell in row.css("td")]
        for row in visitor.page.css("#t-unit ~ tbody tr, table:has(#t-unit) tbody tr")
    }
    assert rows["東"] == ["6", "6", "100%", "6", "6", "0", "100%"]
    assert rows["=西"] == ["6", "6", "100%", "0", "0", "0", "0%"]
    bars = visitor.page.css("svg[role=img] rect")
    assert [bar.attributes["width"] for bar in bars] == ["0.0%", "80.0%"]
    assert bars[0].attributes["class"] == "c-fill"
    assert visitor.page.css_first("h1").text(strip=True) == (
        "大きく遅れている区分が1つあります" if language == "ja" else "1 group falls far behind the best"
    )
    assert visitor.page.css_first(".tabs a[aria-current]").attributes["href"].endswith("period=quarter")


async def test_with_fewer_than_five_people_the_page_says_why_nothing_is_compared():
    firm = await tasks.firm()
    for _ in range(4):
        await tasks.alumnus(firm)
    await tasks.published(firm)
    visitor = await _visit(firm.owner)

    await visitor.open(f"/c/{firm.slug}/tasks/fairness")

    assert visitor.page.css_first("h1").text(strip=True) == "Too few people to compare groups"
    assert visitor.page.css_first("table") is None
    assert visitor.page.css_first(".empty") is None


async def test_the_file_opens_in_a_spreadsheet_and_runs_nothing():
    firm, _ = await _compared()
    visitor = await _visit(firm.owner, "ja")

    answer = await visitor.client.get(f"/c/{firm.slug}/tasks/fairness.csv?period=all")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[0][:4] == ["観点", "区分", "登録者", "一覧に載った方"]
    assert [row[1] for row in table[1:] if row[0] == "元の部署"] == ["'=西", "東"]
    assert 'filename="enishi-fairness-all.csv"' in answer.headers["content-disposition"]


async def test_a_period_that_does_not_exist_is_the_last_month():
    firm, _ = await _compared()
    visitor = await _visit(firm.owner)

    await visitor.open(f"/c/{firm.slug}/tasks/fairness?period=decade")

    assert visitor.page.css_first(".tabs a[aria-current]").attributes["href"].endswith("period=month")


async def test_the_way_there_is_shown_to_those_who_may_go():
    firm, task = await _compared()
    auditor = await companies.colleague(firm.owner, firm.slug, "auditor")
    there = f"a[href='/c/{firm.slug}/tasks/fairness']"

    for who, sees in ((firm.owner, True), (auditor, True), (firm.manager, False)):
        visitor = await _visit(who)
        for page in (f"/c/{firm.slug}/tasks", f"/c/{firm.slug}/tasks/{task}/matches"):
            await visitor.open(page)
            assert (visitor.page.css_first(there) is not None) is sees, (who.roles, page)
