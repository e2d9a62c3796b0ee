"""What consent, intents, profiles and projections promise."""

import asyncio
import json
from datetime import time

import pytest

from marketplace.alumni import actions, csv_export, free_time, imports, profile, projection, queries
from marketplace.alumni.week import Span
from marketplace.companies import actions as companies
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from matching.rows import profile_from_row
from tests.factories.alumni import alumnus, imported, work
from tests.factories.companies import colleague, company, signed_in

pytestmark = pytest.mark.usefixtures("database")

CONDITIONS = {
    "headline": "UIデザイナー",
    "languages": ["en", "ja"],
    "prefecture": 13,
    "remote_ok": True,
    "rate_basis": "hour",
    "wish": yen(6_000),
    "floor": yen(4_000),
    "most_at_once": 2,
}


async def _matchable(owner) -> list:
    """Return the profiles that the matcher finds in a company's network."""
    async with db.transaction(company=owner.company), db.matcher():
        rows = await db.fetch(
            "select company_id, person_id, offered, profile::text as profile from match_profile where company_id = $1",
            owner.company,
        )
    return [(row["offered"], profile_from_row(row)) for row in rows]


async def _mails(kind: str) -> list[dict]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select args from outbox where kind = 'mail.link' order by id")
    return [row["args"] for row in rows if row["args"]["kind"] == kind]


async def test_an_invitation_is_mailed_once_a_day_and_leads_to_the_welcome_page():
    owner = await company()
    await imported(owner, "1,山田 花子,hanako@example.jp,,,,", "2,佐藤 海,kai@example.jp,,,,")
    hanako, kai = [row["id"] for row in await queries.everybody(by=owner)]

    assert await actions.invite([hanako], by=owner) == 1
    with pytest.raises(Conflict):
        await actions.invite([hanako], by=owner)
    assert await actions.invite([hanako, kai], by=owner) == 1

    mails = await _mails("invitation")
    assert [mail["next_path"] for mail in mails] == [f"/welcome/{hanako}", f"/welcome/{kai}"]
    assert mails[0]["params"] == {
        "company": {"name": "青空商事", "name_en": "Aozora"},
        "name": "山田 花子",
    }


async def test_inviting_everybody_reaches_each_who_was_never_invited_once(monkeypatch):
    monkeypatch.setattr(actions, "_INVITED_AT_ONCE", 2)
    owner = await company()
    await imported(owner, *(f"{n},人{n},p{n}@example.jp,,,," for n in range(5)))

    await actions.invite_everybody(by=owner)
    await actions.invite_everybody(by=owner)
    await asyncio.gather(work(), work())

    assert len({mail["next_path"] for mail in await _mails("invitation")}) == 5
    assert len(await _mails("invitation")) == 5


async def test_joining_needs_consent_to_the_present_text_and_every_intent_is_off_unless_chosen():
    owner = await company()
    await imported(owner, "1,山田 花子,hanako@example.jp,,,,")
    person = (await signed_in("hanako@example.jp")).as_alumnus()
    [before] = await queries.my_networks(by=person)

    with pytest.raises(Conflict):
        await actions.choose_intents(before["id"], ["tasks"], by=person)
    with pytest.raises(Conflict):
        await actions.consent(before["id"], "2020-01-01", ["tasks"], by=person)
    with pytest.raises(Invalid):
        await actions.consent(before["id"], actions.CONSENT_VERSION, ["everything"], by=person)
    await actions.consent(before["id"], actions.CONSENT_VERSION, [], by=person)

    [after] = await queries.my_networks(by=person)
    assert (before["status"], after["status"]) == ("invited", "active")
    assert [after[f"intent_{intent}"] for intent in actions.INTENTS] == [False] * 4


async def test_nothing_of_a_person_is_shown_before_consent():
    owner = await company()
    await imported(owner, "1,山田 花子,hanako@example.jp,,,,")
    person = (await signed_in("hanako@example.jp")).as_alumnus()

    await profile.put_skill("Python", 4, 6, by=person)
    await projection.refresh(person.person)

    [row] = await queries.everybody(by=owner)
    assert row["card"] == {}
    assert await _matchable(owner) == []


async def test_consent_shows_the_card_and_leaving_takes_all_of_it_back():
    owner = await company()
    person, membership = await alumnus(owner, "", "tasks")
    await profile.put_skill("Python", 4, 6, by=person)
    await profile.set_conditions(profile.Conditions(**CONDITIONS), by=person)

    card = (await queries.one(membership, by=owner))["card"]
    [(offered, found)] = await _matchable(owner)
    assert [(skill["slug"], skill["level"]) for skill in card["skills"]] == [("python", 4)]
    assert (card["languages"], card["rate"]["wished"]) == (["en", "ja"], 6_000)
    assert (offered, found.wish.floor, found.cap, found.intents) == (True, 4_000, 2, frozenset({"tasks"}))

    await actions.leave(membership, by=person)

    assert (await queries.one(membership, by=owner))["card"] == {}
    assert await _matchable(owner) == []
    with pytest.raises(Conflict):
        await actions.leave(membership, by=person)


async def test_the_least_rate_and_the_week_stay_out_of_the_companys_sight():
    owner = await company()
    person, membership = await alumnus(owner, "", "tasks")
    await profile.set_conditions(profile.Conditions(**CONDITIONS), by=person)
    await free_time.set_week([Span(0, time(19), time(0))], by=person)

    row = await queries.one(membership, by=owner)

    assert row["card"]["hours_a_week"] == 5
    assert "4000" not in json.dumps(row, default=str)
    async with db.transaction(**owner.scope):
        for table in ("alumnus_profile", "person_skill", "availability_pattern", "availability_exception"):
            assert await db.fetchval(f"select count(*) from {table}") == 0


async def test_somebody_who_left_may_come_back_by_consenting_again():
    owner = await company()
    person, membership = await alumnus(owner)
    await actions.leave(membership, by=person)

    await actions.consent(membership, actions.CONSENT_VERSION, ["news"], by=person)

    [row] = await queries.my_networks(by=person)
    assert (row["status"], row["intent_news"], row["intent_tasks"]) == ("active", True, False)


async def test_two_companies_that_share_an_alumnus_see_nothing_of_each_other():
    ours, theirs = await company("ours"), await company("theirs")
    person, at_ours = await alumnus(ours, "hanako@example.jp", "tasks")
    same, at_theirs = await alumnus(theirs, "hanako@example.jp", "news")

    assert same.person == person.person
    assert [row["id"] for row in await queries.everybody(by=ours)] == [at_ours]
    assert (await queries.one(at_ours, by=ours))["intent_news"] is False
    for act in (queries.one(at_theirs, by=ours), actions.invite([at_theirs], by=ours)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await actions.set_blocked_by_company(at_theirs, blocked=True, by=ours)
    [(_, found)] = await _matchable(ours)
    assert (found.company_id, found.intents) == (ours.company, frozenset({"tasks"}))

    await actions.leave(at_ours, by=person)
    assert len(await _matchable(theirs)) == 1


async def test_somebody_elses_membership_is_not_there():
    owner = await company()
    _, hers = await alumnus(owner)
    other, _ = await alumnus(owner)

    for act in (
        actions.consent(hers, actions.CONSENT_VERSION, [], by=other),
        actions.choose_intents(hers, [], by=other),
        actions.leave(hers, by=other),
        actions.set_blocked_by_person(hers, blocked=True, by=other),
        queries.my_network(hers, by=other),
        actions.leave(hers, by=owner),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_block_by_either_side_ends_offers_and_lifting_it_brings_them_back():
    owner = await company()
    person, membership = await alumnus(owner, "", "tasks")

    await actions.set_blocked_by_company(membership, blocked=True, by=owner)
    at_once = await _matchable(owner)
    await work()
    blocked = await _matchable(owner)
    await actions.set_blocked_by_company(membership, blocked=False, by=owner)
    await work()
    lifted = await _matchable(owner)
    await actions.set_blocked_by_person(membership, blocked=True, by=person)

    assert (at_once, [offered for offered, _ in blocked]) == ([], [False])
    assert [offered for offered, _ in lifted] == [True]
    assert [offered for offered, _ in await _matchable(owner)] == [False]


async def test_only_those_who_look_after_the_network_invite_and_block():
    owner = await company("aozora")
    _, membership = await alumnus(owner)
    approver = await colleague(owner, "aozora", "approver")

    with pytest.raises(NotAllowed):
        await actions.invite_everybody(by=approver)
    with pytest.raises(NotAllowed):
        await actions.set_blocked_by_company(membership, blocked=True, by=approver)


async def test_a_member_of_the_company_is_marked_as_employed_and_is_not_offered():
    owner = await company("aozora")
    person, _ = await alumnus(owner, "owner@aozora.example.jp", "tasks")

    [(offered, found)] = await _matchable(owner)

    assert (found.person_id, found.employed, offered) == (person.person, True, False)


async def test_the_former_department_is_found_among_the_companys_units():
    owner = await company()
    unit = await companies.add_unit("デザイン部", yen(0), by=owner)

    await alumnus(owner, "", "tasks", unit="デザイン部")

    [(_, found)] = await _matchable(owner)
    assert found.units == frozenset({unit})


async def test_the_network_is_searched_by_name_number_department_and_skill():
    owner = await company()
    await imported(
        owner, "1,山田 花子,hanako@example.jp,デザイン部,,,", "2,佐藤 100%,kai@example.jp,開発部,,,"
    )
    person, _ = await alumnus(owner, "sakura@example.jp", unit="広報部")
    await profile.put_skill("Python", 4, by=person)

    async def found(search: str = "", only: str = "") -> list[str]:
        return sorted(
            row["email"] for row in (await queries.network(search=search, only=only, by=owner))["people"]
        )

    assert await found("花子") == ["hanako@example.jp", "sakura@example.jp"]
    assert await found("開発") == ["kai@example.jp"]
    assert await found("100%") == ["kai@example.jp"]
    assert await found("%") == ["kai@example.jp"]
    assert await found("パイソン") == ["sakura@example.jp"]
    assert await found(only="active") == ["sakura@example.jp"]
    assert await found(only="invited") == ["hanako@example.jp", "kai@example.jp"]


async def test_the_network_is_read_a_page_at_a_time():
    owner = await company()
    await imported(owner, *(f"{n:03},人{n:03},p{n}@example.jp,,,," for n in range(101)))

    pages = [await queries.network(page=page, by=owner) for page in (1, 2, 3, 99)]

    assert [len(page["people"]) for page in pages] == [50, 50, 1, 1]
    assert (pages[0]["found"], pages[0]["pages"], pages[3]["page"]) == (101, 3, 3)


async def test_an_exported_network_can_be_imported_again():
    owner = await company()
    await imported(
        owner, "1,山田 花子,hanako@example.jp,デザイン部,,2014-04-01,2022-03-31", "2,佐藤,kai@example.jp,,,,"
    )

    content = csv_export.network(await queries.everybody(by=owner), str)

    again = await imports.stage("export.csv", content, by=owner)
    assert (await queries.one_import(again, by=owner))["counts"] == {"same": 2}
