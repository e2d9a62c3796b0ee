"""What an alumnus's own pages promise."""

import pytest

from marketplace.alumni import actions, queries
from marketplace.core import db
from tests.factories.alumni import alumnus, imported
from tests.factories.companies import company
from tests.web.asgi_visitor import Visitor, link, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _invited(owner) -> str:
    """Import and invite one person; return the path to which the mail leads."""
    await imported(owner, "1,山田 花子,hanako@example.jp,デザイン部,,,")
    [row] = await queries.everybody(by=owner)
    await actions.invite([row["id"]], by=owner)
    return f"/welcome/{row['id']}"


async def test_an_invited_alumnus_has_joined_after_three_taps():
    owner = await company()
    path = await link("hanako@example.jp", await _invited(owner))
    visitor = Visitor()

    await visitor.open(path)  # the button in the mail
    await visitor.send("/sign-in/")  # sign in
    assert not visitor.page.css("input[name=intents][checked]")
    await visitor.send("/consent")  # agree and join

    [row] = await queries.everybody(by=owner)
    assert (visitor.path, row["status"]) == ("/me", "active")
    assert [row[f"intent_{intent}"] for intent in actions.INTENTS] == [False] * 4


async def test_ticked_intents_and_only_those_are_on():
    owner = await company()
    path = await _invited(owner)
    visitor = await signed_in("hanako@example.jp")
    await visitor.open(path)

    await visitor.send("/consent", intents=["tasks", "news"])

    [row] = await queries.everybody(by=owner)
    assert [row[f"intent_{intent}"] for intent in actions.INTENTS] == [True, False, True, False]


async def test_the_company_sees_no_card_before_consent_and_none_after_leaving():
    owner = await company("aozora")
    _, membership = await alumnus(owner, "hanako@example.jp", "tasks")
    member, person = await signed_in("owner@aozora.example.jp"), await signed_in("hanako@example.jp")
    await person.open("/me/skills")
    await person.send("/me/skills", skill="パイソン", level=4, years=6)
    assert "Python" in await member.open(f"/c/aozora/alumni/{membership}")

    await person.open(f"/me/networks/{membership}")
    await person.send("/leaving")

    assert "Python" not in await member.open(f"/c/aozora/alumni/{membership}")


async def test_somebody_elses_welcome_and_network_pages_do_not_exist():
    owner = await company()
    path = await _invited(owner)
    stranger = await signed_in("stranger@example.jp")

    await stranger.open(path, 404)
    await stranger.open(path.replace("/welcome/", "/me/networks/"), 404)


async def test_a_skill_is_found_in_any_spelling_and_an_unknown_one_gets_suggestions():
    owner = await company()
    await alumnus(owner, "hanako@example.jp")
    person = await signed_in("hanako@example.jp", "ja")
    await person.open("/me/skills")

    await person.send("/me/skills", 422, skill="Pythom", level=3)
    assert person.wrong() == {"skill"}
    assert "Python" in person.page.css_first("#skill-suggestions").text()
    await person.open("/me/skills?skill=Python")
    await person.send("/me/skills", level=3)
    await person.send("/removal")

    assert "まだスキルがありません" in person.text


async def test_suggestions_come_as_a_fragment_of_links():
    person = await signed_in("hanako@example.jp")

    await person.open("/words/suggestions?field=skill&skill=pyth")

    assert "Python" in person.text
    assert "<html" not in person.answer.text


async def test_the_week_is_ticked_or_set_in_one_tap_and_confirmed():
    owner = await company()
    await alumnus(owner, "hanako@example.jp", "tasks")
    person = await signed_in("hanako@example.jp")
    await person.open("/me/time")

    await person.send("/me/time/week", preset="evenings")
    assert "15 hours a week" in person.text
    assert len(person.page.css("input[name=hours][checked]")) == 15
    forms = [form for form in person.page.css("form") if form.css("input[name=hours]")]
    token = forms[0].css_first("input[name=_csrf]").attributes["value"]
    await person.client.post("/me/time/week", data={"_csrf": token, "hours": ["0-9", "0-10"]})
    await person.open("/me/time")
    assert "2 hours a week" in person.text
    await person.send("/confirmation")

    assert "is confirmed" in person.text


async def test_hours_that_no_week_has_are_refused():
    person = await signed_in("hanako@example.jp")
    await person.open("/me/time")
    token = person.page.css_first("input[name=_csrf]").attributes["value"]

    for hours in ("9-9", "0-24", "x", "0-"):
        answer = await person.client.post("/me/time/week", data={"_csrf": token, "hours": [hours]})
        assert answer.status_code == 422, hours


async def test_days_unlike_the_week_come_and_go():
    person = await signed_in("hanako@example.jp")
    async with db.transaction():
        day = await db.fetchval("select business_today() + 7")
    await person.open("/me/time")

    await person.send("/me/time/exceptions", on=day, kind="busy", starts_at="09:00", ends_at="12:00")
    assert "09:00–12:00" in person.text
    await person.send("/removal")
    assert "09:00–12:00" not in person.text
    await person.send(
        "/me/time/exceptions", 422, on="2020-01-01", kind="free", starts_at="12:00", ends_at="09:00"
    )

    assert person.wrong() == {"on", "ends_at"}


async def test_wrong_conditions_are_marked_and_right_ones_are_kept():
    owner = await company()
    await alumnus(owner, "hanako@example.jp")
    person = await signed_in("hanako@example.jp")
    await person.open("/me/conditions")

    await person.send(
        "/me/conditions", 422, languages=["xx"], wish="5万円", prefecture="48", most_at_once="99"
    )
    assert {"wish", "prefecture", "most_at_once"} <= person.wrong()
    await person.open("/me/conditions")
    await person.send(
        "/me/conditions", headline="UI <b>デザイン</b>", languages=["ja", "en"], prefecture=13, remote_ok="on",
        rate_basis="hour", wish="６，０００円", floor="4,000", most_at_once=2,
    )  # fmt: skip

    assert [word for word in ("UI <b>デザイン</b>", "Tokyo", "6,000", "4,000") if word in person.text] == [
        "UI <b>デザイン</b>", "Tokyo", "6,000", "4,000",
    ]  # fmt: skip


async def test_the_chosen_language_speaks_at_once():
    person = await signed_in("hanako@example.jp", "en")
    await person.open("/me/account")

    await person.send("/me/account", name="山田 はな", locale="en")
    assert "Your name and language are saved" in person.text
    await person.open("/me/account")
    await person.send("/me/account", locale="ja")

    assert "保存しました" in person.text
