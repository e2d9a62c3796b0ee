"""Every form on the site, filled as nobody ought to: a clear no, never a fault, nothing half done, nothing lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.crawl import crawl, kind_of
from tests.factories.world import World
from tests.web.guests import BASE, Guest
from tests.web.hostile import COMES_BACK, SCRIPT, TEXTS, Field, bodies, encoded, fields

PEOPLE = {
    "anonymous": ["/", "/sign-in", "/styleguide"],
    "newcomer": ["/me", "/home"],
    "alumnus": ["/home", "/work", "/work?tab=board", "/earnings", "/me", "/notices", "/me/payout"],
    "manager": ["/c/{slug}/tasks", "/c/{slug}/tasks/new", "/c/{slug}/contracts"],
    "approver": ["/c/{slug}/tasks/{approval}/approval", "/c/{slug}/contracts"],
    "finance": ["/c/{slug}/money", "/c/{slug}/money/refund", "/c/{slug}/money/top-up"],
    "owner": ["/c/{slug}/settings", "/c/{slug}/alumni", "/c/{slug}/alumni/import"],
    "operator": [
        "/operator",
        "/operator/companies",
        "/operator/disputes",
        "/operator/work",
        "/operator/payouts",
    ],
}
AWAY = 503
"""The payment provider is not there; that somebody wanted to begin with him is kept."""
NEVER = re.compile(r"/sign-out|/styleguide")
URLENCODED = {"content-type": "application/x-www-form-urlencoded", "origin": BASE}
LEFT_OUT = {"session", "sign_in_link", "migration", "outbox", "activity_event"}
JAPANESE = re.compile("[ぁ-んァ-ン一-龥]")


@dataclass(frozen=True)
class Found:
    """A form of the site."""

    page: str
    action: str
    controls: list[Field]


@pytest.fixture(scope="module")
async def count(world: World, owner: asyncpg.Connection) -> str:
    """A query that counts the rows of every table that the web may read."""
    names = await owner.fetch(
        """select tablename from (select * from pg_tables where schemaname = 'public' offset 0) ours
           where has_table_privilege('enishi_web', format('%I.%I', schemaname, tablename), 'select')"""
    )
    counted = [f'(select count(*) from "{name}")' for (name,) in names if name not in LEFT_OUT]
    return "select " + " + ".join(counted)


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Forms that somebody has tried already."""
    return set()


@pytest.mark.parametrize("name", PEOPLE)
async def test_no_form_breaks_half_writes_or_forgets(
    name: str, world: World, people: dict[str, Guest], count: str, known: set[str]
):
    guest, things = people[name], {"slug": world.ours.slug, **world.ours.things}
    pages = await crawl(
        lambda path: guest.ask("GET", path), [start.format(**things) for start in PEOPLE[name]], examples=2
    )

    complaints = []
    for form in _forms(pages):
        kind = kind_of(form.action)
        if kind in known or NEVER.match(form.action):
            continue
        known.add(kind)
        for said, body in bodies(form.controls):
            answer, written = await guest.weigh(
                count, "POST", form.action, content=encoded(body, guest.csrf), headers=URLENCODED
            )
            complaints += [
                f"{form.action} given {said}: {each}" for each in _wrong(answer, written, said, form)
            ]

    assert not complaints, f"{len(complaints)} complaints:\n" + "\n".join(complaints[:60])


BROKEN = {
    "JSON": ({"content-type": "application/json"}, b'{"name": "x"}'),
    "plain text": ({"content-type": "text/plain"}, b"name=x"),
    "no type": ({}, b"name=x"),
    "a broken multipart": ({"content-type": "multipart/form-data; boundary=x"}, b"--y\r\n\r\nzz"),
    "a multipart without boundary": ({"content-type": "multipart/form-data"}, b"--y\r\n\r\nzz"),
    "bytes that are no text": ({"content-type": "application/x-www-form-urlencoded"}, b"name=%FF%FE&x=\xff"),
    "a thousand fields": ({"content-type": "application/x-www-form-urlencoded"}, b"a=b&" * 1001),
    "far too much": ({"content-type": "application/x-www-form-urlencoded"}, b"a=" + b"x" * 13_000_000),
}


@pytest.mark.parametrize("said", BROKEN)
async def test_what_is_no_form_at_all_is_refused(said: str, world: World, people: dict[str, Guest]):
    headers, content = BROKEN[said]
    owner = people["owner"]
    for action in (
        f"/c/{world.ours.slug}/settings/units",
        f"/c/{world.ours.slug}/alumni/import",
        "/me/skills",
    ):
        answer = await owner.ask(
            "POST", action, content=content, headers={"x-csrf-token": owner.csrf, "origin": BASE, **headers}
        )

        assert 400 <= answer.status_code < 500, f"{action} given {said}: {answer.status_code}"
        assert JAPANESE.search(answer.text)


def _forms(pages: list) -> Iterator[Found]:
    for page in pages:
        for node in page.html.css("form[method=post]"):
            yield Found(page.path, node.attributes.get("action") or page.path, fields(node))


def _wrong(answer: httpx.Response, written: int, said: str, form: Found) -> Iterator[str]:
    status = answer.status_code
    if status >= 500 and status != AWAY:
        yield f"answers {status}"
        return
    if status >= 400:
        if written and status != AWAY:
            yield f"answers {status} but writes {written} rows"
        page = LexborHTMLParser(answer.text)
        body = page.body.text() if page.body else ""
        if not JAPANESE.search(body):
            yield f"answers {status} without a word of Japanese"
        if SCRIPT[:17] in answer.text:
            yield "lets markup through"
        if status == 422:
            yield from _forgotten(page, said, form)


def _forgotten(page: LexborHTMLParser, said: str, form: Found) -> Iterator[str]:
    """Say what a refusal has forgotten: why, and what was typed."""
    if not page.css("[data-errors], [aria-invalid=true], [id$=-says], ul.jump li"):
        yield "answers 422 without saying what is wrong"
    for field in form.controls:
        if (
            field.kind not in {"text", "textarea", "email", "search"}
            or said.removesuffix(" everywhere") not in COMES_BACK
        ):
            continue
        node = page.css_first(f'[name="{field.name}"]')
        if node is None:
            yield f"answers 422 without the field {field.name}"
            continue
        kept = node.text() if node.tag == "textarea" else node.attributes.get("value")
        if (kept or "").strip() != TEXTS[said.removesuffix(" everywhere")]:
            yield f"forgets what was typed in {field.name}: {(kept or '')[:40]!r}"
