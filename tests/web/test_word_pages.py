"""Words that nobody knows: kept on one's own page, decided on the operator's, answered in a task's form."""

import re

import pytest

from marketplace.alumni import profile, queries
from marketplace.core import db
from tests.factories.alumni import alumnus, work
from tests.factories.companies import company
from tests.web.asgi_visitor import Visitor, operator, signed_in

pytestmark = pytest.mark.usefixtures("database")

AT = "/operator/words"


async def _alumna(language: str = "en") -> Visitor:
    owner = await company("aozora")
    await alumnus(owner, "hanako@example.jp")
    return await signed_in("hanako@example.jp", language)


def _choices(visitor: Visitor, place: str = ".choices") -> list[str]:
    found = visitor.page.css_first(place)
    return [node.text() for node in found.css("b")] if found else []


async def test_a_misspelt_skill_is_asked_about_before_it_is_kept():
    person = await _alumna()
    await person.open("/me/skills")

    await person.send("/me/skills", 422, skill="javascrpt", level=3)
    assert _choices(person)[0] == "JavaScript"
    assert "Keep “javascrpt” as it is" in person.text
    await person.send("/me/skills", skill="javascrpt", level=3, do="keep")

    assert "“javascrpt” is kept" in person.text
    assert "Waiting for a look" in person.text
    await person.send("/me/words/")
    assert "Waiting for a look" not in person.text


async def test_a_word_that_resembles_nothing_is_kept_at_once_and_becomes_a_skill_when_accepted():
    person, staff = await _alumna(), await operator()
    await person.open("/me/skills")
    await person.send("/me/skills", skill="無限の力", level=4, years=7)

    await staff.open(AT)
    assert "無限の力" in staff.text
    await staff.open(staff.page.css_first("tbody th a").attributes["href"])
    await staff.send("/acceptance", 422, skill="まったく知らない")
    assert staff.wrong() == {"skill"}
    await staff.send("/acceptance", skill="エクセル")
    assert "It stands for Excel now" in staff.text
    await work()

    await person.open("/me/skills")
    assert "Waiting for a look" not in person.text
    assert re.search(r"Excel 4 · .* 7 years", person.text)
    await person.open("/notices")
    assert "“無限の力” stands for the skill Excel now" in person.text


async def test_the_operator_accepts_a_suggestion_with_one_press_and_sees_how_alike_it_is():
    person, staff = await _alumna(), await operator()
    await person.open("/me/skills")
    await person.send("/me/skills", skill="javascrpt", level=3, do="keep")

    await staff.open(AT)
    assert "JavaScript 95 %" in staff.text
    await staff.send("/acceptance")

    await staff.open(f"{AT}?status=accepted")
    assert "javascrpt" in staff.text
    assert "JavaScript" in staff.text


async def test_setting_aside_is_undone_at_once_or_later():
    person, staff = await _alumna(), await operator()
    await person.open("/me/skills")
    await person.send("/me/skills", skill="無限の力", level=4)
    await staff.open(AT)

    await staff.send("/setting-aside")
    assert "“無限の力” is set aside." in staff.text
    await person.open("/me/skills")
    assert "was not taken into the list" in person.text
    await staff.send("/return")
    assert "waits again" in staff.text
    await staff.send("/setting-aside")
    await staff.open(f"{AT}?status=set_aside")
    await staff.send("/return")

    await staff.open(AT)
    assert "無限の力" in staff.text


@pytest.mark.parametrize(
    ("language", "typed", "name", "by"),
    [
        ("ja", "ぽすぐれ", "PostgreSQL", "ポスグレ"),
        ("en", "簿記2", "Nissho bookkeeping grade 2", "簿記２"),
        ("ja", "bookk", "簿記", "Bookkeeping"),
        ("en", "postg", "PostgreSQL", ""),
    ],
)
async def test_a_suggestion_has_the_reader_s_name_and_the_spelling_that_was_recognised(
    language, typed, name, by
):
    person = await signed_in("hanako@example.jp", language)

    await person.open(f"/words/suggestions?field=skill&skill={typed}")

    first = person.page.css_first(".choice")
    assert first.css_first("b").text() == name
    assert (first.css_first("span").text() if by else first.css_first("span")) == (by or None)
    assert "<html" not in person.answer.text


async def test_suggestions_are_for_fields_that_take_a_skill():
    person = await signed_in("hanako@example.jp")

    await person.open("/words/suggestions?field=must_2&must_2=exce")
    assert person.page.css_first(".choice").attributes["value"] == "must_2:excel"
    await person.open("/words/suggestions?field=<b>&skill=exce", 404)


async def test_what_the_headline_and_a_company_say_is_offered_and_nothing_is_added():
    owner = await company("aozora")
    person, _ = await alumnus(owner, "hanako@example.jp")
    async with db.transaction(person=person.person):
        await db.execute(
            "insert into alumnus_profile (person_id, headline) values ($1, 'Figmaと簿記2級') "
            "on conflict (person_id) do update set headline = excluded.headline",
            person.person,
        )
        await db.execute(
            "insert into skill_mention (key, term, place, person_id, company_id) values ('エクセル', 'エクセル', 'import', $1, $2)",
            person.person,
            owner.company,
        )
    visitor = await signed_in("hanako@example.jp")

    await visitor.open("/me/skills")
    assert "Figma" in visitor.text
    assert "Excel エクセル written by Aozora" in visitor.text
    assert (await queries.my_profile(by=person))["skills"] == []
    await profile.put_skill("Excel", 3, by=person)
    await profile.put_skill("Figma", 3, by=person)

    await visitor.open("/me/skills")
    assert "written by" not in visitor.text
    assert [node.text() for node in visitor.page.css("[aria-label='Mentioned in your headline'] span")] == [
        "Nissho bookkeeping grade 2"
    ]


async def test_a_task_s_form_offers_what_its_text_mentions_and_takes_it_over_by_a_press():
    await company("aozora")
    member = await signed_in("owner@aozora.example.jp")
    await member.open("/c/aozora/tasks/new")

    await member.send("/c/aozora/tasks", what="Figmaでバナー制作をお願いします。", do="check")
    mentioned = member.page.css_first("#mentioned")
    values = [node.attributes["value"] for node in mentioned.css("button[name=take]")]
    assert values == ["must_1:figma", "nice_1:figma", "must_1:banner-design", "nice_1:banner-design"]
    await member.send("/c/aozora/tasks", take="must_1:figma", do="")

    assert member.page.css_first("#must_1").attributes["value"] == "Figma"
    values = [node.attributes["value"] for node in member.page.css("#mentioned button[name=take]")]
    assert values == ["must_2:banner-design", "nice_1:banner-design"]


async def test_an_unknown_skill_of_a_task_is_answered_with_similar_ones_and_passed_on():
    await company("aozora")
    member, staff = await signed_in("owner@aozora.example.jp"), await operator()
    await member.open("/c/aozora/tasks/new")

    await member.send("/c/aozora/tasks", must_1="javascrpt", do="check")
    assert _choices(member, "#must_1-answer .choices")[0] == "JavaScript"
    await staff.open(AT)
    assert "javascrpt" not in staff.text
    await member.send("/c/aozora/tasks", 422, must_1="javascrpt", do="draft")
    assert "passed it on" in member.text

    await staff.open(AT)
    assert "javascrpt 0 people · tasks of 1 company" in staff.text


async def test_the_list_of_companies_leads_to_the_words():
    staff = await operator()

    await staff.open("/operator/companies")

    assert "Unknown words (0)" in staff.text
    await staff.open(AT)
    assert "No word here" in staff.text


async def test_a_wrong_acceptance_is_taken_back_after_a_question():
    person, staff = await _alumna(), await operator()
    await person.open("/me/skills")
    await person.send("/me/skills", skill="無限の力", level=4)
    await staff.open(AT)
    page = staff.page.css_first("tbody th a").attributes["href"]
    await staff.open(page)
    await staff.send("/acceptance", skill="Excel")
    await work()

    await staff.open(page)
    await staff.send("/return")
    await work()

    assert "“無限の力” waits again" in staff.text
    await person.open("/me/skills")
    assert "Waiting for a look" in person.text
    assert "Excel 4" not in person.text
