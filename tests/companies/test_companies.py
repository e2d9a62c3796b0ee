"""What companies, units and members promise."""

import asyncio

import pytest

from marketplace.companies import actions, members, queries
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from tests.factories.companies import OPERATOR, colleague, company, member

pytestmark = pytest.mark.usefixtures("database")


async def _mails() -> list[dict]:
    async with db.transaction(operator=True):
        rows = await db.fetch("select args from outbox where kind = 'mail.link' order by id")
    return [row["args"] for row in rows]


async def test_the_operator_opens_a_company_with_first_terms_and_mails_its_owner_a_link():
    opened = await actions.create(
        "aozora",
        "青空商事",
        owner_email="Owner@Aozora.example.jp",
        owner_name="大野 恵",
        platform_fee_bp=1200,
        by=OPERATOR,
    )

    assert [row["platform_fee_bp"] for row in await queries.terms(opened, by=OPERATOR)] == [1200]
    [mail] = await _mails()
    assert (mail["kind"], mail["next_path"]) == ("member", "/c/aozora/tasks")
    owner = await member("aozora", "owner@aozora.example.jp")
    assert (owner.company, owner.roles) == (opened, frozenset({"owner"}))


async def test_new_terms_are_a_new_version_and_the_old_one_stays():
    owner = await company()

    version = await actions.change_terms(owner.company, platform_fee_bp=900, by=OPERATOR)

    assert version == 2
    assert [row["platform_fee_bp"] for row in await queries.terms(owner.company, by=owner)] == [900, 1500]


@pytest.mark.parametrize("slug", ["a", "Ａｏｚｏｒａ", "two--hyphens", "-x", "../etc", "a" * 41, "青空"])
async def test_a_short_name_that_does_not_fit_into_an_address_is_refused(slug):
    with pytest.raises(Invalid) as refusal:
        await actions.create(slug, "", owner_email="nobody", owner_name="", by=OPERATOR)

    assert set(refusal.value.fields) == {"slug", "name", "owner_name", "owner_email"}


async def test_a_taken_short_name_is_refused_and_nothing_is_mailed():
    await company("aozora")
    before = await _mails()

    with pytest.raises(Invalid) as refusal:
        await actions.create("aozora", "別の会社", owner_email="x@example.jp", owner_name="X", by=OPERATOR)

    assert list(refusal.value.fields) == ["slug"]
    assert await _mails() == before


async def test_only_the_operator_opens_companies():
    owner = await company()

    with pytest.raises(NotFound):
        await actions.create("second", "二社目", owner_email="x@example.jp", owner_name="X", by=owner)


async def test_a_company_describes_itself_and_a_wrong_registration_number_is_named():
    owner = await company("aozora")
    await actions.describe(
        name="青空商事株式会社",
        name_en="Aozora",
        registration_number="ｔ７１２３４５６７８９０１２",
        by=owner,
    )

    with pytest.raises(Invalid) as refusal:
        await actions.describe(name="青空商事", registration_number="T5011001098993", by=owner)

    assert list(refusal.value.fields) == ["registration_number"]
    assert (await queries.by_slug("aozora", by=owner))["registration_number"] == "T7123456789012"


async def test_an_owner_adds_units_and_a_manager_may_not():
    owner = await company("aozora")
    unit = await actions.add_unit("デザイン部", yen(300_000), by=owner)
    manager = await colleague(owner, "aozora", "manager", unit=unit)

    with pytest.raises(NotAllowed):
        await actions.add_unit("開発部", yen(1), by=manager)
    with pytest.raises(Invalid):
        await actions.add_unit(" デザイン部 ", yen(1), by=owner)

    assert manager.unit == unit
    [row] = await queries.units(owner.company, by=manager)
    assert (row["name"], row["approval_limit_amount"], row["members"]) == ("デザイン部", 300_000, 1)


async def test_a_unit_with_members_stays_and_an_empty_one_goes():
    owner = await company("aozora")
    full, empty = [await actions.add_unit(name, yen(0), by=owner) for name in ("営業部", "総務部")]
    await colleague(owner, "aozora", "manager", unit=full)

    with pytest.raises(Conflict):
        await actions.remove_unit(full, by=owner)
    await actions.remove_unit(empty, by=owner)

    assert [row["name"] for row in await queries.units(owner.company, by=owner)] == ["営業部"]


async def test_another_companys_unit_and_member_are_not_there():
    ours, theirs = await company("ours"), await company("theirs")
    unit = await actions.add_unit("営業部", yen(0), by=theirs)

    with pytest.raises(NotFound):
        await actions.change_unit(unit, "うち", yen(0), by=ours)
    with pytest.raises(Invalid):
        await members.add(ours.company, "x@example.jp", "X", ["manager"], unit=unit, by=ours)
    with pytest.raises(NotFound):
        await members.add(theirs.company, "x@example.jp", "X", ["owner"], by=ours)
    with pytest.raises(NotFound):
        await members.remove(theirs.member, by=ours)
    with pytest.raises(NotFound):
        await queries.by_slug("theirs", by=ours)
    assert await queries.members(theirs.company, by=ours) == []


async def test_the_last_owner_cannot_go_nor_lay_the_role_down():
    owner = await company("aozora")
    await members.add(owner.company, "late@example.jp", "まだ 来ない", ["owner"], by=owner)

    with pytest.raises(Conflict):
        await members.remove(owner.member, by=owner)
    with pytest.raises(Conflict):
        await members.change_roles(owner.member, ["finance"], by=owner)

    assert (await member("aozora", "owner@aozora.example.jp")).roles == frozenset({"owner"})


async def test_two_owners_who_remove_each_other_leave_one():
    owner = await company("aozora")
    other = await colleague(owner, "aozora", "owner")

    results = await asyncio.gather(
        members.remove(other.member, by=owner), members.remove(owner.member, by=other), return_exceptions=True
    )

    assert sorted(type(result) for result in results if result) == [Conflict]
    rows = await queries.members(owner.company, by=OPERATOR)
    assert [row["roles"] for row in rows] == [["owner"]]


async def test_a_removed_member_is_a_stranger_and_may_be_brought_back_by_a_new_mail():
    owner = await company("aozora")
    gone = await colleague(owner, "aozora", "finance")
    email = next(
        row["email"] for row in await queries.members(owner.company, by=owner) if row["id"] == gone.member
    )

    await members.remove(gone.member, by=owner)
    with pytest.raises(AssertionError):
        await member("aozora", email)
    again = await members.add(owner.company, email, "佐々木 亮", ["finance"], by=owner)

    assert again == gone.member
    assert (await member("aozora", email)).roles == frozenset({"finance"})


async def test_the_same_person_is_not_added_twice():
    owner = await company("aozora")
    await members.add(owner.company, "x@example.jp", "X", ["finance"], by=owner)

    with pytest.raises(Invalid) as refusal:
        await members.add(owner.company, "X@EXAMPLE.jp", "X", ["manager"], by=owner)

    assert list(refusal.value.fields) == ["email"]


async def test_a_link_is_mailed_again_only_to_whom_it_still_serves():
    owner = await company("aozora")
    invited = await members.add(owner.company, "x@example.jp", "X", ["finance"], by=owner)
    before = len(await _mails())

    await members.mail_again(invited, company=owner.company, by=OPERATOR)
    with pytest.raises(Conflict):
        await members.mail_again(owner.member, company=owner.company, by=owner)

    assert len(await _mails()) == before + 1
