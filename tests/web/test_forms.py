"""A form reads whatever people type, collects every error, and gives back what was typed."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, model_validator

from marketplace.core.errors import Invalid, Message
from marketplace.core.money import Money, yen
from web.fields import Day, Email, Line, Moment, Prose, Whole, Yen, wrong
from web.forms import Form


class Colour(StrEnum):
    RED = "red"


class Offer(BaseModel):
    title: Annotated[str, Line(80)] = Field(title="Title")
    code: Annotated[str, Line(10, folded=True)] = ""
    text: Annotated[str, Prose(2000)] = ""
    price: Annotated[Money, Yen()] = Field(title="Price")
    hours: Annotated[int, Whole(1, 160)] = 1
    due_on: Annotated[date, Day()] | None = None
    last_on: Annotated[date, Day()] | None = None
    mail: Annotated[str, Email()] | None = None
    unit: UUID | None = None
    colour: Colour = Colour.RED
    skills: list[Annotated[str, Line(20)]] = Field(default_factory=list, max_length=3)
    sure: bool = False

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.due_on and self.last_on and self.last_on < self.due_on:
            raise wrong("The end lies before the start.", field="last_on")
        return self


def filled(**typed: str | list[str]) -> Form[Offer]:
    data = {"title": "案件", "price": "1", **typed}
    return Form.of(
        Offer, {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    )


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("50,000", 50_000),
        ("５０，０００", 50_000),
        ("¥50,000", 50_000),
        ("￥５００円", 500),
        (" 7 ", 7),
        ("10000000", 10_000_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, amount):
    assert filled(price=typed).data.price == yen(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "-1",
        "1.5",
        "1e9",
        "10000001",
        "9223372036854775808",
        "9" * 5000,
        "五万",
        "5万円",
        "<b>1</b>",
        "１２３４５６７８９０１２",
        "٣",
    ],
)
def test_what_is_no_amount_is_refused(typed):
    form = filled(price=typed)

    assert set(form.errors) == {"price"}
    assert form.text("price") == typed


@pytest.mark.parametrize(
    "title",
    [
        "髙橋の案件",
        "𠮷野家",
        "🎉 お祝い",
        "👨‍👩‍👧",
        "<script>alert(1)</script>",
        "' or 1=1 --",
        "%(hole)s {0}",
    ],
)
def test_text_stays_what_was_typed(title):
    assert filled(title=title).data.title == title


def test_text_is_composed_and_trimmed_of_wide_spaces():
    form = filled(title="　か\u3099っこう  ", code="ＡＢ１２")

    assert form.data.title == "がっこう"
    assert form.data.code == "AB12"


@pytest.mark.parametrize("title", ["a\x00b", "a\nb", "a\x1bb", "txt.\u202efdp", "a\ud800b", "\ufffe"])
def test_hidden_characters_are_refused(title):
    assert set(filled(title=title).errors) == {"title"}


def test_prose_keeps_its_lines():
    assert filled(text="one\r\ntwo\rthree\n").data.text == "one\ntwo\nthree"


def test_ten_thousand_characters_are_counted_and_given_back():
    form = filled(title="あ" * 10_000)

    assert form.errors["title"].params == {"most": 80, "given": 10_000}
    assert len(form.text("title")) == 10_000


def test_emoji_count_as_what_they_are():
    assert not filled(title="🎉" * 80).errors
    assert filled(title="🎉" * 81).errors


@pytest.mark.parametrize("typed", ["2026-12-11", "2026/12/11", "２０２６年１２月１１日", "2026.12.11"])
def test_a_day_is_read_as_people_write_it(typed):
    assert filled(due_on=typed).data.due_on == date(2026, 12, 11)


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "11/12/2026", "明日", "0000-00-00", "9999-12-31", "2026-12-11T00:00"]
)
def test_what_is_no_day_is_refused(typed):
    assert set(filled(due_on=typed).errors) == {"due_on"}


def test_a_moment_is_japanese_time():
    assert Moment().read("2026-12-11T18:00").isoformat() == "2026-12-11T18:00:00+09:00"
    for typed in ("2026-12-11", "2026-12-11T24:00", "2026-12-11T18:60", "T"):
        with pytest.raises(ValueError, match="wrong"):
            Moment().read(typed)


@pytest.mark.parametrize("typed", ["0", "161", "1.0", "", "9" * 400, "one", "--1"])
def test_a_whole_number_keeps_its_bounds(typed):
    form = filled(hours=typed)

    assert ("hours" in form.errors) == bool(typed)


@pytest.mark.parametrize(
    "typed",
    ["a@b", "a b@c.jp", "@c.jp", "a@c..jp", "a@c.jp\nbcc: x@y.jp", "a@c.jp,b@c.jp", "x" * 300 + "@c.jp"],
)
def test_what_is_no_mail_address_is_refused(typed):
    assert set(filled(mail=typed).errors) == {"mail"}


def test_a_mail_address_is_folded():
    assert filled(mail="Ｔａｒｏ＠Example.JP").data.mail == "Taro@example.jp"


def test_choices_take_only_what_is_offered():
    form = filled(unit="1' or '1'='1", colour="blue")

    assert set(form.errors) == {"unit", "colour"}


def test_repeated_fields_become_a_list():
    form = filled(skills=["UI", "", "Figma"], sure="on")

    assert form.data.skills == ["UI", "Figma"]
    assert form.data.sure is True
    assert filled(skills=["1", "2", "3", "4"]).errors["skills"].params["max_length"] == "3"


def test_every_error_is_collected_in_the_order_of_the_form():
    form = Form.of(Offer, {"price": ["x"], "due_on": ["y"], "unknown": ["z"]})

    assert list(form.errors) == ["title", "price", "due_on"]
    with pytest.raises(Invalid) as refusal:
        _ = form.data
    assert refusal.value.fields == form.errors


def test_a_rule_between_fields_points_at_one():
    form = filled(due_on="2026-12-11", last_on="2026-12-10")

    assert form.errors == {"last_on": Message("The end lies before the start.")}


def test_an_actions_refusal_is_shown_in_the_form():
    form = filled()

    form.refuse(Invalid(fields={"price": Message("Too little.")})).refuse(Invalid("The balance is too low."))

    assert form.error("price") == Message("Too little.")
    assert form.errors[""] == Message("The balance is too low.")


def test_a_form_opens_with_the_values_of_a_thing():
    form = Form(
        Offer,
        {"title": "案件", "price": yen(50_000), "due_on": date(2026, 12, 11), "skills": ["UI"], "sure": True},
    )

    assert (form.text("price"), form.text("due_on"), form.text("sure")) == ("50,000", "2026-12-11", "on")
    assert form.all("skills") == ["UI"]
    assert Form(Offer).text("hours") == "1"


def test_a_form_opens_with_the_values_of_a_model():
    read = filled(price="50,000").data

    assert Form(Offer, read).text("price") == "50,000"


async def test_what_was_typed_comes_back_escaped_with_every_error(browser):
    token = (await browser.get("/token")).text
    typed = {"title": '"><script>alert(1)</script>', "price": "free", "_csrf": token}

    answer = await browser.post("/styleguide", data=typed)

    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    assert answer.text.count('aria-invalid="true"') == 4
    assert 'href="#price"' in answer.text
    assert 'aria-describedby="price-says"' in answer.text


async def test_a_good_form_leads_to_its_page_with_a_notice(browser):
    token = (await browser.get("/token")).text
    typed = {
        "title": "髙橋",
        "what": "x",
        "price": "５０,０００",
        "due_on": "2026-12-11",
        "unit": "hr",
        "_csrf": token,
    }

    answer = await browser.post("/styleguide", data=typed, follow_redirects=True)

    assert answer.status_code == 200
    assert "読み取りました：髙橋、¥50,000" in answer.text


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"a=%ff", b"&".join([b"a=1"] * 2000)])
async def test_a_body_that_is_no_form_is_refused_without_a_bug(browser, body):
    answer = await browser.post(
        "/parcel", content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_broken_multipart_body_is_refused_without_a_bug(browser, kind):
    answer = await browser.post("/parcel", content=b"--x\r\nbroken", headers={"content-type": kind})

    assert answer.status_code in {400, 403}


def test_a_name_keeps_its_compatibility_ideographs_and_other_text_is_composed():
    assert Line(20).read(" 福\ufa19 髙\u3000") == "福\ufa19 髙"
    assert Prose(20).read("カ\u3099\r\n\ufa19") == "ガ\n\ufa19"
