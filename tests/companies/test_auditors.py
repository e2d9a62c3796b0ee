"""Auditors: a last day that must be given, can be moved, and ends everything by itself; told a week before and at its end."""

from datetime import date, datetime, timedelta

import pytest

from marketplace.companies import auditors, members, queries
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import Invalid
from marketplace.people import sessions
from tests.factories.companies import colleague, company, last_day, member
from tests.factories.statements import go_to

pytestmark = pytest.mark.usefixtures("database")


async def _add(owner: Actor, *roles: str, **named: object) -> None:
    assert owner.company is not None
    await members.add(owner.company, "audit@example.jp", "監査 一郎", roles, by=owner, **named)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("roles", "days", "wrong"),
    [
        (["auditor"], None, "until"),
        (["auditor"], -1, "until"),
        (["auditor"], 367, "until"),
        (["auditor", "finance"], 10, "roles"),
        (["owner", "auditor"], 10, "roles"),
    ],
)
async def test_an_auditor_stands_alone_and_has_a_last_day_within_a_year(
    roles: list[str], days: int | None, wrong: str
):
    owner = await company("aozora")
    until = None if days is None else await last_day(days)

    with pytest.raises(Invalid) as refused:
        await _add(owner, *roles, until=until)
    with pytest.raises(Invalid) as changing:
        await members.change_roles(owner.member, roles, until=until, by=owner)

    assert list(refused.value.fields) == list(changing.value.fields) == [wrong]


@pytest.mark.parametrize("days", [0, 366])
async def test_today_and_a_year_are_last_days(days: int):
    owner = await company("aozora")

    await _add(owner, "auditor", until=await last_day(days))

    rows = await queries.members(owner.company, by=owner)
    assert [row["days_left"] for row in rows if row["until_on"]] == [days]


async def test_other_roles_have_no_last_day_whatever_the_form_says():
    owner = await company("aozora")

    await _add(owner, "finance", until=await last_day(5))

    assert {row["until_on"] for row in await queries.members(owner.company, by=owner)} == {None}


async def test_the_database_itself_refuses_an_auditor_without_an_end_or_with_other_roles():
    owner = await company("aozora")

    for change in (
        "roles = '{auditor}'",
        "roles = '{auditor,owner}', until_on = business_today()",
        "until_on = business_today()",
    ):
        with pytest.raises(Exception, match="member_auditor"):
            async with db.transaction(company=owner.company):
                await db.execute(f"update member set {change} where id = $1", owner.member)


async def test_access_is_over_on_the_day_after_the_last_without_any_sweep_and_in_a_session_that_is_open():
    owner = await company("aozora")
    auditor = await colleague(owner, "aozora", "auditor")
    assert auditor.person is not None
    token = await sessions.start(auditor.person)
    async with db.transaction(company=owner.company):
        until = await db.fetchval("select until_on from member where id = $1", auditor.member)

    await go_to(_midnight(until) + timedelta(hours=23))
    on_the_last_day = await sessions.find(token)
    await go_to(_midnight(until + timedelta(days=1)))
    after = await sessions.find(token)

    assert on_the_last_day is not None
    assert on_the_last_day.as_member("aozora") is not None
    assert after is not None
    assert after.as_member("aozora") is None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.JST)


async def test_the_owner_prolongs_shortens_and_opens_again():
    owner = await company("aozora")
    auditor = await colleague(owner, "aozora", "auditor")
    email = await _value("select email from member where id = $1", auditor.member)

    await members.change_roles(auditor.member, ["auditor"], until=await last_day(200), by=owner)
    longer = await _value("select until_on from member where id = $1", auditor.member)
    await members.change_roles(auditor.member, ["auditor"], until=await last_day(0), by=owner)
    await clock.advance(timedelta(days=1))
    with pytest.raises(AssertionError):
        await member("aozora", email)
    await members.change_roles(auditor.member, ["auditor"], until=await last_day(10), by=owner)

    assert longer == await last_day(199)
    assert (await member("aozora", email)).roles == {"auditor"}
    said = await _value(
        "select data ->> 'until' from activity_event where verb = 'roles_changed' order by id desc limit 1"
    )
    assert said == (await last_day(10)).isoformat()


async def _value(sql: str, *values: object) -> object:
    async with db.transaction(operator=True):
        return await db.fetchval(sql, *values)


async def _told() -> list[tuple[str, str]]:
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select n.kind, p.email from notification n join person p on p.id = n.person_id
               where n.kind like 'auditor.%' order by n.id"""
        )
    return [(row["kind"], row["email"].partition("@")[0].partition("-")[0]) for row in rows]


async def test_owner_and_auditor_are_told_a_week_before_and_at_the_end_each_once():
    owner = await company("aozora")
    await colleague(owner, "aozora", "finance")
    await colleague(owner, "aozora", "auditor")

    await auditors.tell()
    early = await _told()
    await clock.advance(timedelta(days=83))
    await auditors.tell()
    await auditors.tell()
    near = await _told()
    await clock.advance(timedelta(days=8))
    await auditors.tell()
    await auditors.tell()
    ended = await _told()

    assert early == []
    assert sorted(near) == [("auditor.ending", "auditor"), ("auditor.ending", "owner")]
    assert sorted(ended[2:]) == [("auditor.ended", "auditor"), ("auditor.ended", "owner")]


async def test_a_later_last_day_is_told_anew():
    owner = await company("aozora")
    auditor = await colleague(owner, "aozora", "auditor")
    await members.change_roles(auditor.member, ["auditor"], until=await last_day(3), by=owner)
    await auditors.tell()

    await members.change_roles(auditor.member, ["auditor"], until=await last_day(5), by=owner)
    await auditors.tell()

    assert len(await _told()) == 4
