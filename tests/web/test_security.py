"""A change is accepted only from our own pages; every answer carries its protections."""

import logging

import pytest
from litestar import Litestar

from tests.web.doors import BASE, Sessions, Settings, signed_in
from web.app import create_app
from web.front import read_cookies

FORM = {"amount": "50,000"}


async def test_a_form_with_its_token_is_accepted(browser, sessions):
    token = await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={**FORM, "_csrf": token})

    assert answer.status_code == 201
    assert answer.json() == {"amount": 50_000}


async def test_the_token_may_come_as_a_header(browser, sessions):
    token = await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data=FORM, headers={"x-csrf-token": token})

    assert answer.status_code == 201


@pytest.mark.parametrize("token", ["", "A" * 43, "あ", "\x00"])
async def test_a_form_without_its_token_is_refused(browser, sessions, token):
    await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={**FORM, "_csrf": token})

    assert answer.status_code == 403


async def test_a_token_of_another_session_is_refused(browser, sessions):
    others = await signed_in(browser, sessions)
    await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={**FORM, "_csrf": others})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": f"{BASE}.evil.test"},
    ],
)
async def test_a_form_from_another_site_is_refused_even_with_the_token(browser, sessions, headers):
    token = await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={**FORM, "_csrf": token}, headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": BASE}])
async def test_a_browser_on_our_own_page_is_believed(browser, sessions, headers):
    token = await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={**FORM, "_csrf": token}, headers=headers)

    assert answer.status_code == 201


async def test_before_sign_in_a_form_is_bound_to_a_cookie_of_its_own(browser):
    token = (await browser.get("/token")).text

    accepted = await browser.post("/parcel", data={**FORM, "_csrf": token})
    browser.cookies.clear()
    refused = await browser.post("/parcel", data={**FORM, "_csrf": token})

    assert accepted.status_code == 201
    assert refused.status_code == 403


async def test_a_door_with_its_own_proof_is_left_alone(browser):
    answer = await browser.post("/hooks/provider", content=b"{}", headers={"sec-fetch-site": "cross-site"})

    assert answer.json() == {"bytes": 2}


async def test_a_page_that_shows_no_form_sets_no_cookie(browser):
    answer = await browser.get("/nothing")

    assert "set-cookie" not in answer.headers


async def test_every_answer_carries_a_strict_policy(browser):
    for address in (
        "/styleguide",
        "/nothing",
        "/fail/bug",
        "/static/enishi.css",
        "/health",
        "/styleguide?lang=en",
    ):
        answer = await browser.get(address)

        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_pages_are_not_kept_by_caches_and_files_are(browser):
    page = await browser.get("/styleguide")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    versioned = await browser.get(address)
    plain = await browser.get("/static/enishi.css")

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in versioned.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"


async def test_a_file_outside_the_folder_does_not_exist(browser):
    for address in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/css/base.css",
        "/static//etc/passwd",
    ):
        assert (await browser.get(address)).status_code == 404


async def test_pages_hold_no_inline_script_or_style(browser):
    text = (await browser.get("/styleguide")).text

    assert " style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert text.count("<script") == text.count('<script src="/static/')


async def test_https_promises_https_and_binds_the_cookie_to_the_host():
    app: Litestar = create_app(Settings(base_url="https://enishi.test"), Sessions())

    front = app.asgi_handler

    assert (b"strict-transport-security", b"max-age=31536000; includeSubDomains") in front.headers
    assert front.session_cookie == "__Host-enishi"


async def test_a_body_that_is_too_large_is_refused(browser, sessions):
    token = await signed_in(browser, sessions)

    answer = await browser.post("/parcel", data={"amount": "1" * 1_100_000, "_csrf": token})

    assert answer.status_code == 413


async def test_signing_in_takes_a_new_token_and_forgets_the_old_one(browser, sessions):
    await signed_in(browser, sessions)
    before = set(sessions.living)

    answer = await browser.get("/enter")

    assert before.isdisjoint(sessions.living)
    assert len(sessions.living) == 1
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("enishi="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_token_that_was_chosen_by_the_client_opens_nothing(browser, sessions):
    browser.cookies.set("enishi", "chosen-by-the-client")

    await browser.get("/enter")

    assert "chosen-by-the-client" not in sessions.living


async def test_signing_out_ends_the_session(browser, sessions):
    await signed_in(browser, sessions)

    await browser.get("/leave")

    assert not sessions.living


async def test_the_access_log_names_the_route_and_no_secret(browser, caplog):
    with caplog.at_level(logging.INFO, logger="enishi.access"):
        await browser.get("/fail/not-found?token=hunter2", headers={"authorization": "Bearer hunter3"})

    line = caplog.records[-1].getMessage()
    assert line.startswith("GET /fail/{name} 404 ")
    assert "hunter" not in line


def test_of_two_cookies_with_one_name_the_first_counts():
    assert read_cookies("a=1; b=x=y; a=2; broken") == {"a": "1", "b": "x=y"}
