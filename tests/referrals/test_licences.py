"""Licences: filed by one person, signed off by another, and nobody is surprised by their end."""

from datetime import timedelta

import pytest

from marketplace import clockwork
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.referrals import bounty_queries, licences
from tests.factories import bounties as factory
from tests.factories import companies, tasks

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("number", {"number": "x"}),
        ("fee_cap", {"fee_cap_bp": 5001}),
        ("fee_cap", {"scheme": "upper_limit", "fee_cap_bp": 1101}),
        ("fee_cap", {"scheme": ""}),
        ("fee_table_notified_on", {"fee_table_notified_on": None}),
    ],
)
async def test_a_filing_that_does_not_hold_names_its_field(field: str, changes: dict):
    operator = await factory.operator()

    with pytest.raises(Invalid) as refusal:
        await licences.file(await factory.filing(**changes), by=operator)

    assert set(refusal.value.fields) == {field}


async def test_an_ended_licence_or_one_that_ends_before_it_begins_is_not_filed():
    operator = await factory.operator()
    whole = await factory.filing()

    for begins, ends in (
        (whole.valid_from - timedelta(9), whole.valid_from - timedelta(1)),
        (whole.valid_to, whole.valid_from),
    ):
        with pytest.raises(Invalid) as refusal:
            await licences.file(await factory.filing(valid_from=begins, valid_to=ends), by=operator)
        assert "valid_to" in refusal.value.fields


async def test_an_owner_files_the_companys_permission_and_a_colleague_does_not():
    firm = await tasks.firm()
    with pytest.raises(NotAllowed):
        await licences.file(await factory.filing(), by=firm.manager)
    with pytest.raises(Invalid) as refusal:
        await licences.file(await factory.filing(approved=yen(0)), by=firm.owner)
    assert set(refusal.value.fields) == {"approved"}

    await factory.permitted(firm)

    [row] = await licences.listed(by=firm.owner)
    assert (row["kind"], row["status"], row["approved_amount"]) == ("entrusted_recruiting", "valid", 300_000)


async def test_a_person_with_two_hats_does_not_sign_off_what_he_filed_under_the_other():
    firm = await tasks.firm()
    licence = await licences.file(await factory.filing(), by=firm.owner)
    [row] = await tasks.rows("select email from person where id = $1", firm.owner.person)
    same = await factory.operator(row["email"], "大野 恵")

    with pytest.raises(NotAllowed):
        await licences.sign_off(licence, by=same)
    with pytest.raises(NotFound):
        await licences.sign_off(licence, by=firm.owner)


async def test_each_company_sees_its_own_permissions_and_documents_only():
    firm, other = await tasks.firm(), await tasks.firm()
    licence = await licences.file(await factory.filing(), by=firm.owner)
    operators = await factory.licensed()

    assert await licences.listed(by=other.owner) == []
    assert await licences.document(licence, by=firm.owner) == ("licence.pdf", factory.PDF)
    for by, which in ((other.owner, licence), (firm.owner, operators)):
        with pytest.raises(NotFound):
            await licences.document(which, by=by)
    with pytest.raises(NotFound):
        await licences.withdraw(licence, "x", by=other.owner)


async def test_a_withdrawal_has_a_reason_and_happens_once():
    firm = await tasks.firm()
    licence = await factory.permitted(firm)

    with pytest.raises(Invalid):
        await licences.withdraw(licence, "", by=firm.owner)
    await licences.withdraw(licence, "更新しません", by=firm.owner)

    with pytest.raises(Conflict):
        await licences.withdraw(licence, "もう一度", by=firm.owner)
    with pytest.raises(Conflict):
        await licences.sign_off(licence, by=await factory.operator())


async def test_its_end_is_announced_sixty_thirty_and_seven_days_before_once_each():
    firm = await tasks.firm()
    day = await bounty_queries.today(by=firm.owner)
    await factory.permitted(firm, valid_to=day + timedelta(days=70))
    told = []

    for step in (9, 1, 1, 28, 1, 22, 1, 1):
        await clockwork.move(timedelta(days=step))
        await licences.remind()
        await licences.remind()
        notices = await tasks.rows(
            "select params from notification where kind = 'licence.ends_soon' and person_id = $1",
            firm.owner.person,
        )
        told.append(len(notices))

    assert told == [0, 1, 1, 1, 2, 2, 3, 3]


async def test_who_did_not_file_it_is_told_that_it_waits():
    first, second = await factory.operator(), await factory.operator("second@enishi.example.jp", "運営 次郎")

    await licences.file(await factory.filing(), by=first)

    told = await tasks.rows("select person_id from notification where kind = 'licence.wanted'")
    assert [row["person_id"] for row in told] == [second.person]


async def test_a_recruiter_reads_the_permissions():
    firm = await tasks.firm()
    await factory.permitted(firm)
    recruiter = await companies.colleague(firm.owner, firm.slug, "recruiter")

    assert len(await licences.listed(by=recruiter)) == 1
