"""What the operator's and a company's pages promise."""

import re
from urllib.parse import urlsplit

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from marketplace.tasks import stopping
from tests.factories.alumni import csv, imported, work
from tests.factories.companies import colleague, company
from tests.web.asgi_visitor import Visitor, operator, signed_in

pytestmark = pytest.mark.usefixtures("database")

YAMADA = "1,山田 花子,hanako@example.jp,デザイン部,リーダー,2014-04-01,2022-03-31"


async def _owner(slug: str = "aozora") -> Visitor:
    await company(slug)
    return await signed_in(f"owner@{slug}.example.jp")


async def test_the_operator_sees_that_publishing_is_stopped_and_lifts_it_with_a_reason():
    firm = await company("aozora")
    async with db.transaction(operator=True):
        await stopping.stop_publishing(company=str(firm.company), amount=yen(63_250))
    visitor = await operator()
    assert "Publishing is stopped since" in await visitor.open("/operator/companies/aozora")
    assert "A card payment was taken back." in visitor.text

    await visitor.send("/publishing", 422, reason="")
    assert visitor.wrong() == {"reason"}
    said = await visitor.send("/publishing", reason="The payment is settled")

    assert "may publish again" in said
    assert "Publishing is stopped" not in said


async def test_the_operator_opens_a_company_and_its_owner_builds_it_up():
    visitor = await operator()
    await visitor.open("/operator/companies/new")
    await visitor.send(
        "/operator/companies", name="青空商事", slug="aozora", owner_name="大野 恵", owner_email="o@example.jp",
        platform_fee_percent=12,
    )  # fmt: skip
    assert visitor.path == "/operator/companies/aozora"
    assert "12 %" in visitor.text

    owner = await signed_in("o@example.jp")
    await owner.open("/c/aozora/settings/units/new")
    await owner.send("/settings/units", name="デザイン部", approval_limit="300,000")
    assert "デザイン部" in owner.text
    for roles in (["manager"], ["approver"], ["finance"]):
        await owner.open("/c/aozora/settings/members/new")
        await owner.send(
            "/settings/members", name="".join(roles), email=f"{roles[0]}@example.jp", roles=roles
        )

    assert [word for word in ("manager@", "approver@", "finance@") if word in owner.text] == [
        "manager@",
        "approver@",
        "finance@",
    ]


async def test_a_wrong_company_form_marks_each_field_and_keeps_what_was_typed():
    visitor = await operator()
    await visitor.open("/operator/companies/new")

    await visitor.send(
        "/operator/companies", 422, name="<b>青空</b>", slug="青空", owner_email="x", platform_fee_percent=51
    )

    assert visitor.wrong() == {"slug", "owner_name", "owner_email", "platform_fee_percent"}
    assert visitor.page.css_first("#name").attributes["value"] == "<b>青空</b>"


async def test_a_name_with_markup_is_shown_as_text():
    owner = await _owner()
    await owner.open("/c/aozora/settings/units/new")

    await owner.send("/settings/units", name="<script>alert(1)</script>髙", approval_limit="0")

    assert "<script>alert(1)</script>髙" in owner.text
    assert "alert(1)" not in "".join(node.text() for node in owner.page.css("script"))


async def test_roles_are_changed_and_the_last_owner_cannot_be_removed():
    first = await company("aozora")
    other = await colleague(first, "aozora", "finance")
    owner = await signed_in("owner@aozora.example.jp")

    await owner.open(f"/c/aozora/settings/members/{other.member}")
    await owner.send(f"members/{other.member}", roles=["recruiter"])
    assert "Recruiter" in owner.text
    await owner.open(f"/c/aozora/settings/members/{first.member}")
    await owner.send("/removal", 409)

    assert "last owner cannot go" in owner.text


async def test_a_member_without_the_role_sees_the_settings_but_changes_nothing():
    first = await company("aozora")
    await colleague(first, "aozora", "auditor")
    async with db.transaction(operator=True):
        email = await db.fetchval("select email from member where roles = '{auditor}'")
    auditor = await signed_in(email)

    await auditor.open("/c/aozora/settings")

    assert not [
        node
        for node in auditor.page.css("form[method=post]")
        if "settings" in (node.attributes["action"] or "")
    ]
    await auditor.open("/c/aozora/settings/units/new", 403)
    await auditor.open("/c/aozora/alumni/import", 403)


async def test_an_import_goes_from_the_file_over_the_preview_to_the_network():
    owner = await _owner()
    await owner.open("/c/aozora/alumni")
    assert "Begin with the list" in owner.text
    await owner.open("/c/aozora/alumni/import")
    content = csv(YAMADA, "2,,kai@example.jp,,,,", "3,=1+1,x,,,,").decode().encode("cp932")

    await owner.send("/alumni/import", files={"file": ("../../名簿<b>.csv", content, "text/csv")})
    preview = owner.path
    assert "Shift-JIS" in owner.text
    assert "Name: This is empty." in owner.text
    assert "名簿_b_.csv" in owner.text
    refused = await owner.client.get(f"{preview}/refused.csv")
    assert refused.content.decode("utf-8-sig").count("'=1+1") == 1

    await owner.open(preview)
    await owner.send("/confirmation")
    assert "0 of 1 people are in" in owner.text
    await work()
    await owner.open(preview)
    assert "The import is done" in owner.text

    await owner.open("/c/aozora/alumni?q=花子")
    assert "山田 花子" in owner.text
    await owner.open(urlsplit(owner.page.css_first("tbody a").attributes["href"]).path)
    assert "hanako@example.jp" in owner.text


@pytest.mark.parametrize(("language", "label"), [("en", "What would change"), ("ja", "変わるところ")])
async def test_a_preview_shows_the_old_value_beside_the_new_for_each_person_it_updates(language, label):
    await company("aozora")
    owner = await signed_in("owner@aozora.example.jp", language)
    for row in (YAMADA, "1,山田 <はな>,hanako@example.jp,,,,"):
        await owner.open("/c/aozora/alumni/import")
        await owner.send("/alumni/import", files={"file": ("名簿.csv", csv(row), "text/csv")})
        if "<はな>" not in row:
            await owner.send("/confirmation")
            await work()

    assert label in owner.text
    changed = owner.page.css_first("del").text(), owner.page.css_first("ins").text()
    assert changed == ("山田 花子", "山田 <はな>")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (None, "Please fill this in"),
        ({"file": ("x.csv", b"", "text/csv")}, "empty"),
        ({"file": ("x.xlsx", b"PK\x03\x04", "application/zip")}, "not a text file"),
        ({"file": ("x.csv", "氏名\n".encode("utf-16"), "text/csv")}, "UTF-16"),
        ({"file": ("x.csv", b"a,b\n1,2\n", "text/csv")}, "lacks these columns"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_beside_its_field(files, words):
    owner = await _owner()
    await owner.open("/c/aozora/alumni/import")

    await owner.send("/alumni/import", 422, files=files or {"other": ("x", b"x")})

    assert words in owner.text
    assert owner.wrong() == {"file"}


async def test_a_file_that_is_too_large_is_refused():
    owner = await _owner()
    await owner.open("/c/aozora/alumni/import")

    await owner.send("/alumni/import", 413, files={"file": ("x.csv", b"x" * 20_200_000, "text/csv")})


async def test_the_sample_file_imports_and_the_export_carries_the_network():
    owner = await _owner()
    sample = (await owner.client.get("/c/aozora/alumni/import/sample.csv")).content
    await owner.open("/c/aozora/alumni/import")
    await owner.send("/alumni/import", files={"file": ("sample.csv", sample, "text/csv")})
    await owner.send("/confirmation")
    await work()

    export = await owner.client.get("/c/aozora/alumni/export.csv")

    assert export.headers["content-disposition"] == 'attachment; filename="alumni-aozora.csv"'
    assert "髙橋 健" in export.content.decode("utf-8-sig")


async def test_everybody_who_waits_is_invited_by_one_button():
    first = await company("aozora")
    await imported(first, YAMADA, "2,佐藤 海,kai@example.jp,,,,")
    owner = await signed_in("owner@aozora.example.jp")
    await owner.open("/c/aozora/alumni")
    assert "Invite 2 people" in owner.text

    await owner.send("/invitations")
    await work()

    await owner.open("/c/aozora/alumni")
    assert "not been invited" not in owner.text
    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select args from outbox where kind = 'mail.link' and args->>'kind' = 'invitation'"
        )
    assert len(rows) == 2


async def test_another_companys_pages_do_not_exist():
    ours, theirs = await company("ours"), await company("theirs")
    await imported(theirs, YAMADA)
    async with db.transaction(operator=True):
        foreign = await db.fetchval("select id from membership where company_id = $1", theirs.company)
        file = await db.fetchval("select id from alumni_import where company_id = $1", theirs.company)
    owner = await signed_in("owner@ours.example.jp")

    for path in (f"/c/ours/alumni/{foreign}", f"/c/ours/alumni/import/{file}", f"/c/theirs/alumni/{foreign}"):
        await owner.open(path, 404)
    await owner.open(f"/c/ours/settings/members/{ours.member}")
    token = owner.page.css_first("input[name=_csrf]").attributes["value"]
    for path in (f"/c/ours/alumni/{foreign}/block", f"/c/ours/settings/members/{theirs.member}/removal"):
        answer = await owner.client.post(
            path, data={"_csrf": token}, headers={"origin": "http://localhost:8000"}
        )
        assert answer.status_code == 404


async def test_a_change_without_its_token_is_refused():
    owner = await _owner()

    answer = await owner.client.post(
        "/c/aozora/settings/units", data={"name": "X"}, headers={"origin": "http://localhost:8000"}
    )

    assert answer.status_code == 403


async def test_a_page_number_that_is_none_shows_the_first_page():
    first = await company("aozora")
    await imported(first, *(f"{n:03},人{n:03},p{n}@example.jp,,,," for n in range(60)))
    owner = await signed_in("owner@aozora.example.jp")

    for number, expected in (("x", 50), ("²", 50), ("2", 10), ("99", 10)):
        await owner.open(f"/c/aozora/alumni?page={number}")
        assert len(owner.page.css("tbody tr")) == expected, number
    assert re.search(r"60 people", owner.text)
