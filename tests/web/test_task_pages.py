"""What the pages of a company's tasks promise."""

import re
from datetime import timedelta

import pytest

from marketplace.core import clock, db
from marketplace.tasks import publishing
from tests.factories import tasks
from tests.web.asgi_visitor import Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


async def _filled(**changes: object) -> dict[str, object]:
    async with db.transaction(operator=True):
        day = await clock.today()
    return {
        "title": "採用サイトのトップページ デザイン改修",
        "what": "採用サイトのトップページ1点のデザイン。Figma データで納品。",
        "quantity": "1点",
        "specification": "Figma データ",
        "rights": "著作権は受領の時に貴社へ移転し、その対価は報酬に含む。",
        "must_1": "Figma",
        "must_1_level": "3",
        "deliver_on": (day + timedelta(days=20)).isoformat(),
        "hours_estimate": "8",
        "price": "50,000",
        "tax_category": "design",
        "seats": "2",
        **changes,
    }


def _marked(visitor: Visitor) -> set[str | None]:
    return {node.attributes.get("id") for node in visitor.page.css("[aria-invalid=true]")}


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_task_is_checked_shown_to_the_yen_and_published_without_javascript(language):
    firm = await tasks.firm(balance=840_000)
    visitor = await _visit(firm.manager, language)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send("/tasks", do="check", **await _filled())
    assert "126,500" in visitor.text
    assert "713,500" in visitor.text
    await visitor.send("/tasks", do="publish", **await _filled())

    [task] = await tasks.rows("select id, status from task")
    assert task["status"] == "published"
    assert visitor.path == f"/c/{firm.slug}/tasks/{task['id']}"
    assert await tasks.money(firm, task["id"]) == (713_500, 126_500)


async def test_publishing_an_amount_that_was_not_shown_shows_it_first():
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")
    await visitor.send("/tasks", do="check", **await _filled())

    await visitor.send("/tasks", 422, do="publish", **await _filled(price="60,000"))

    assert "¥151,800 now" in visitor.text
    assert await tasks.rows("select id from task") == []


async def test_the_lint_answers_beside_its_field_and_its_button_mends_it():
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send("/tasks", do="check", **await _filled(pay_words="検収完了後、翌月末までに支払う"))
    assert "pay_words" in _marked(visitor)
    assert "Tied to inspection" in visitor.text

    await visitor.send("/tasks", fix="pay_words:due.inspection")
    assert "pay_words" not in _marked(visitor)
    assert visitor.page.css_first("#pay_words").attributes["value"].startswith("20")


async def test_typing_is_answered_in_parts_for_each_field_and_the_money():
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    token = visitor.page.css_first("input[name=_csrf]").attributes["value"]
    answer = await visitor.client.post(
        f"/c/{firm.slug}/tasks/check",
        data={"_csrf": token, **await _filled(how="毎朝9時に集合します。")},
        headers={"origin": "http://localhost:8000", "hx-request": "true"},
    )

    assert answer.status_code == 200
    assert 'id="how-answer"' in answer.text
    assert "Fixed hours" in answer.text
    assert "126,500" in answer.text
    assert "<html" not in answer.text


async def test_a_draft_with_nothing_but_a_title_is_kept_and_found_again():
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send("/tasks", do="draft", title="髙橋さんの <b>案件</b> 🎌")

    assert "髙橋さんの <b>案件</b> 🎌" in visitor.text
    await visitor.open(f"/c/{firm.slug}/tasks?tab=draft")
    assert "髙橋さんの <b>案件</b> 🎌" in visitor.text


HOSTILE = [
    ("price", "0"),
    ("price", "-1"),
    ("price", "9223372036854775808"),
    ("price", "10,000,001"),
    ("price", "５万円くらい"),
    ("price", "1e5"),
    ("seats", "0"),
    ("seats", "51"),
    ("seats", "99999999999999999999"),
    ("inspection_days", "31"),
    ("hours_estimate", "-5"),
    ("deliver_on", "2020-01-01"),
    ("deliver_on", "2026-02-30"),
    ("deliver_on", "tomorrow"),
    ("deliver_on", "9999-12-31"),
    ("title", "題" * 10_000),
    ("title", "a\u202eb"),
    ("what", "x" * 10_001),
    ("what", "null\x00byte"),
    ("tax_category", "'; drop table task; --"),
    ("tax_bp", "999"),
    ("must_1", "そんなスキルはない"),
    ("unit", "00000000-0000-0000-0000-000000000000"),
    ("unit", "x"),
    ("mode", "free"),
    ("prefecture", "48"),
]


@pytest.mark.parametrize(("field", "value"), HOSTILE)
async def test_bad_input_is_refused_with_words_and_keeps_what_was_typed(field, value):
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")
    await visitor.send("/tasks", do="check", **await _filled())
    extra = {"where": "onsite", "place": "東京都港区"} if field == "prefecture" else {}

    await visitor.send("/tasks", 422, do="publish", **await _filled(**{field: value}, **extra))

    assert await tasks.rows("select id from task") == []
    assert visitor.page.css_first("#title").attributes["value"] in {
        "採用サイトのトップページ デザイン改修",
        value,
    }


async def test_a_window_that_ends_before_it_starts_is_refused_beside_its_end():
    firm = await tasks.firm()
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    await visitor.send(
        "/tasks", 422, do="draft",
        **await _filled(time="window", window_starts_at="2026-12-20T18:00", window_ends_at="2026-12-20T10:00"),
    )  # fmt: skip

    assert "window_ends_at" in _marked(visitor)


async def test_short_money_says_the_exact_shortfall_and_leads_to_the_money():
    firm = await tasks.firm(balance=100_000)
    visitor = await _visit(firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/new")
    await visitor.send("/tasks", do="check", **await _filled())

    await visitor.send("/tasks", do="publish", **await _filled())

    assert "26,500 is missing" in visitor.text
    assert visitor.page.css_first(f'a[href="/c/{firm.slug}/money?amount=26500"]') is not None


async def test_an_approver_sees_the_terms_and_the_money_and_approves_or_sends_back():
    firm = await tasks.firm(limit=100_000)
    task = await tasks.draft(firm, seats=2)
    await publishing.publish(task, by=firm.manager)
    visitor = await _visit(firm.approver)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}/approval")
    assert "126,500" in visitor.text
    await visitor.send("/return", 422, note="")
    await visitor.send("/return", note="一名で足りませんか。")
    assert (await tasks.row(task))["approval_note"] == "一名で足りませんか。"

    await publishing.publish(task, by=firm.manager)
    await visitor.open(f"/c/{firm.slug}/tasks/{task}/approval")
    await visitor.send("/approval")
    assert (await tasks.row(task))["status"] == "published"


@pytest.mark.parametrize(("rights", "publishes"), [("", False), ("著作権は譲渡し、対価は報酬に含む。", True)])
async def test_a_draft_offers_to_be_published_only_when_it_is_written_to_the_end(rights, publishes):
    firm = await tasks.firm()
    task = await tasks.draft(firm, rights=rights)
    visitor = await _visit(firm.manager)

    await visitor.open(f"/c/{firm.slug}/tasks/{task}")

    assert bool(visitor.page.css("form[action$=publication]")) is publishes
    assert ("Go on writing" in visitor.text) is not publishes


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_wished_languages_the_least_number_of_skills_and_free_time_are_asked_kept_and_shown(language):
    firm = await tasks.firm()
    visitor = await _visit(firm.manager, language)
    await visitor.open(f"/c/{firm.slug}/tasks/new")

    wishes = {"must_2": "Python", "least_met": "2", "free_only": "on", "languages": "ja", "nice_languages": ["ja", "en"]}  # fmt: skip
    await visitor.send("/tasks", do="draft", **await _filled(**wishes))

    [task] = await tasks.rows("select id, languages, nice_languages, least_met, free_only from task")
    assert (task["languages"], task["nice_languages"], task["least_met"], task["free_only"]) == (["ja"], ["en"], 2, True)  # fmt: skip
    words = {
        "ja": ("あるとよい言語", "すべて必要", "全時間空いている方だけ"),
        "en": ("Languages that are wished", "all of them", "Only people who are free the whole time"),
    }[language]
    assert all(word in visitor.text for word in words)
    await visitor.open(f"/c/{firm.slug}/tasks/{task['id']}/edit")
    ticked = {node.attributes["value"] for node in visitor.page.css("input[name=nice_languages][checked]")}
    assert ticked == {"en"}
    assert visitor.page.css_first("#free_only[checked]") is not None
    assert re.search(r'id="least_met".*?<option value="2" selected>', visitor.answer.text)
