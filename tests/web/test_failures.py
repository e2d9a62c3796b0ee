"""Every failure is told: to people as a page with a way out, to programs as problem+json."""

import httpx
import pytest

from tests.web.doors import BASE

PROBLEM = "application/problem+json"

TOLD = [
    ("not-found", 404, "ページが見つかりません"),
    ("not-allowed", 403, "この操作はできません"),
    ("conflict", 409, "先に状態が変わっていました"),
    ("invalid", 422, "まだ直すところがあります"),
    ("too-many", 429, "回数が多すぎます"),
    ("unavailable", 503, "ただいま利用できません"),
    ("bug", 500, "こちらの不具合で表示できませんでした"),
]


@pytest.mark.parametrize(("name", "status", "title"), TOLD)
async def test_a_person_reads_what_happened_and_finds_a_way_out(browser, name, status, title):
    answer = await browser.get(f"/fail/{name}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(("name", "status", "title"), TOLD)
async def test_a_program_gets_problem_json(browser, name, status, title):
    answer = await browser.get(f"/api/fail/{name}")

    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["status"] == answer.status_code == status
    assert answer.json()["title"] == title


async def test_the_same_failure_is_told_in_english(browser):
    answer = await browser.get("/fail/conflict", headers={"accept-language": "en-GB,en;q=0.9"})

    assert '<html lang="en"' in answer.text
    assert "Somebody else took the last seat." in answer.text


async def test_a_page_that_no_route_knows_is_dressed_like_every_other(browser):
    answer = await browser.get("/there/is/nothing")

    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
    assert "content-security-policy" in answer.headers


async def test_accepting_only_json_is_enough_to_be_a_program(browser):
    answer = await browser.get("/fail/invalid", headers={"accept": "application/json"})

    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["fields"] == {"price": "整数で書いてください。"}


async def test_a_bug_is_loud_in_the_log_and_silent_about_its_inside(browser, caplog):
    answer = await browser.get("/fail/bug")

    record = next(record for record in caplog.records if record.name == "enishi.web")
    reference = record.getMessage().split()[1]
    assert reference in answer.text
    assert record.exc_info is not None
    assert "recipe" not in answer.text


async def test_who_must_sign_in_is_led_there_and_back(browser):
    answer = await browser.get("/fail/sign-in?page=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Ffail%2Fsign-in%3Fpage%3D2"


async def test_a_program_that_must_sign_in_is_told_so(browser):
    answer = await browser.get("/api/fail/sign-in")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM


async def test_headers_of_a_refusal_are_kept(browser):
    answer = await browser.get("/fail/too-many")

    assert answer.headers["retry-after"] == "30"


async def test_a_database_that_is_away_is_a_page_too(browser, sessions):
    browser.cookies.set("enishi", "some-token")
    sessions.broken = True

    answer = await browser.get("/styleguide")

    assert answer.status_code == 500
    assert "こちらの不具合で表示できませんでした" in answer.text
    assert "content-security-policy" in answer.headers


async def test_a_wrong_method_is_no_bug(browser: httpx.AsyncClient):
    answer = await browser.delete("/styleguide")

    assert answer.status_code == 405
    assert "このアドレスでは行えない操作です" in answer.text


async def test_the_choices_of_a_failed_change_lead_to_the_page_before(browser: httpx.AsyncClient):
    sent = {"origin": BASE, "referer": f"{BASE}/styleguide?tone=ok"}

    answer = await browser.post("/parcel", data={}, headers=sent)

    assert answer.status_code == 403
    assert 'href="/styleguide?tone=ok&amp;lang=en"' in answer.text
    assert 'href="/parcel' not in answer.text


async def test_the_choices_of_a_failed_change_lead_to_no_other_site(browser: httpx.AsyncClient):
    answer = await browser.post("/parcel", data={}, headers={"referer": "https://evil.example/page"})

    assert 'href="/?lang=en"' in answer.text
    assert "evil.example" not in answer.text
