"""Every route, every visitor, every thing: who sees it, who is told no, and for whom it does not exist."""

import re
from collections.abc import Iterator
from difflib import ndiff
from html import escape
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from marketplace.people import sessions
from tests.factories.world import House, World
from tests.web.access_table import ACCESS, EVERYBODY, Rule
from tests.web.guests import BASE, SETTINGS, Guest
from web.app import create_app

ABSENT = UUID("0199ffff-ffff-7fff-bfff-ffffffffffff")
AWAY = 503
SOME = ("anonymous", "owner", "manager", "auditor", "other", "newcomer")
"""People of our company and alumni who have nothing at the other one."""
NOT_THERE = {True: {403, 404}, False: {403, 404, 409, 422}}
"""How a page, and how a change, answers about what is not there: a form may be judged before the thing is looked up."""
NO_NUMBER = "2147483000"
SEEN = frozenset({200, 303, 409, 422})
"""Answers of a page that one may see: shown, done, or a refusal of what was (not) filled in."""


def _routes() -> Iterator[str]:
    for route in create_app(SETTINGS, sessions).routes:
        path = re.sub(r":\w+}", "}", route.path)
        yield from (f"{method} {path}" for method in sorted(route.methods - {"OPTIONS", "HEAD"}))


ROUTES = sorted(_routes())


def test_every_route_says_who_may_see_it():
    unclassified, gone = set(ROUTES) - set(ACCESS), set(ACCESS) - set(ROUTES)

    assert not unclassified, f"add a row to tests/web/access_table.py for: {sorted(unclassified)}"
    assert not gone, f"there are no such routes any more: {sorted(gone)}"


@pytest.mark.parametrize("route", [route for route in ROUTES if route in ACCESS])
async def test_only_those_who_may_see_it_do(route: str, world: World, people: dict[str, Guest]):
    rule = ACCESS[route]
    path = _fill(route, rule, world.ours, world.ours)

    found = {name: _class(await _ask(guest, route, path), rule) for name, guest in people.items()}

    wrong = {name: got for name, got in found.items() if got != _expected(rule, name)}
    assert not wrong, f"{route}: {wrong}"


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route in ACCESS and "{" in route and not ACCESS[route].own_proof]
)
async def test_what_is_not_there_and_what_is_another_companys_look_the_same(
    route: str, world: World, people: dict[str, Guest]
):
    rule = ACCESS[route]
    absent, foreign = _nowhere(route, rule, world)

    for name in SOME:
        missing = await _ask(people[name], route, absent)
        if name != "anonymous" or not rule.leads:
            assert missing.status_code in NOT_THERE[route.startswith("GET")], (
                f"{name}: {absent}: {missing.status_code}"
            )
        if rule.sees != EVERYBODY and "{skill}" not in route:
            other = await _ask(people[name], route, foreign)
            assert not _differences(other, foreign, missing, absent), (
                f"{name}: {foreign} differs from {absent}"
            )


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET /c/{slug}")])
async def test_another_company_and_no_company_look_the_same(
    route: str, world: World, people: dict[str, Guest]
):
    rule = ACCESS[route]
    theirs = _fill(route, rule, world.theirs, world.theirs)
    nobodys = theirs.replace(f"/c/{world.theirs.slug}/", "/c/nobody/")

    for name in ("owner", "auditor", "alumnus", "operator"):
        seen, missing = await _ask(people[name], route, theirs), await _ask(people[name], route, nobodys)

        assert seen.status_code == 404, f"{name} sees {theirs}: {seen.status_code}"
        assert not _differences(seen, theirs, missing, nobodys), f"{name}: {theirs} differs from {nobodys}"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("POST ")])
async def test_no_change_without_the_token_of_the_form_or_from_another_site(
    route: str, world: World, people: dict[str, Guest]
):
    rule = ACCESS[route]
    if rule.own_proof:
        pytest.skip("this door has a proof of its own")
    path = _fill(route, rule, world.ours, world.ours)
    guest = people[min(rule.sees or people)]

    bare = await guest.ask("POST", path, data={"name": "x"}, headers={"origin": BASE})
    strange = await guest.ask("POST", path, data={"_csrf": people["stranger"].csrf}, headers={"origin": BASE})
    crossed = await guest.ask(
        "POST", path, data={"_csrf": guest.csrf}, headers={"sec-fetch-site": "cross-site"}
    )

    assert [answer.status_code for answer in (bare, strange, crossed)] == [403, 403, 403]


async def _ask(guest: Guest, route: str, path: str) -> httpx.Response:
    return await (guest.ask("GET", path) if route.startswith("GET") else guest.send(path))


def _class(answer: httpx.Response, rule: Rule) -> str:
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next="):
        return "led to sign in"
    if rule.own_proof and answer.status_code in {400, 404}:
        return "is not believed"
    if answer.status_code in SEEN or (rule.far and answer.status_code == AWAY):
        return "sees"
    return {403: "is told no", 404: "finds nothing"}.get(answer.status_code, f"gets {answer.status_code}")


def _expected(rule: Rule, name: str) -> str:
    if rule.own_proof:
        return "is not believed"
    if name in rule.sees:
        return "sees"
    if name == "anonymous" and rule.leads:
        return "led to sign in"
    return "is told no" if name in rule.told else "finds nothing"


def _fill(route: str, rule: Rule, company: House, house: House) -> str:
    """Return the address of a route with a company's name and the things of a house."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return company.slug if name == "slug" else str(house.things[rule.things.get(name, name)])

    return re.sub(r"{(\w+)}", value, route.partition(" ")[2])


def _nowhere(route: str, rule: Rule, world: World) -> tuple[str, str]:
    """Return the address of a thing that nobody has, and of one that only another company has."""
    pattern = route.partition(" ")[2]
    names = [name for name in re.findall(r"{(\w+)}", pattern) if name != "slug"]
    if not names:
        return pattern.replace("{slug}", "nobody"), pattern.replace("{slug}", world.theirs.slug)
    foreign = _fill(route, rule, world.ours, world.theirs)
    given = str(world.theirs.things[rule.things.get(names[-1], names[-1])])
    return foreign.replace(given, NO_NUMBER if given.isdigit() else str(ABSENT)), foreign


def _differences(one: httpx.Response, path: str, other: httpx.Response, other_path: str) -> list[str]:
    """Return the lines in which two answers differ, apart from the address that was asked for."""
    return [line for line in ndiff(_told(one, path), _told(other, other_path)) if line[0] in "-+"]


def _told(answer: httpx.Response, path: str) -> list[str]:
    text = answer.text
    for said in (path, quote(path, safe=""), escape(path)):
        text = text.replace(said, "ADDRESS")
    return [str(answer.status_code), *text.splitlines()]
