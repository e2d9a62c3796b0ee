"""A company sees its whole money by legs: referral successes and platform fees as well as contracts, each difference named."""

from datetime import timedelta

import pytest

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.funds import legs
from payouts.statements import months, platform_invoices
from tests.factories import pipeline as make
from tests.factories.companies import colleague, company
from tests.factories.payouts import earn, prepay
from tests.factories.statements import go_to
from tests.payouts.statements.test_platform_invoices import small
from tests.referrals.test_vesting import pay, succeeded
from tests.web.browser import browser_of

pytestmark = pytest.mark.usefixtures("database")

# ¥100,000 of fee, its tax of 10,000 and a reward of 60,000, the first half of which vests at once.
ASKED, FIRST = 170_000, 30_000


async def finance_of(at: make.Scene) -> Actor:
    return await colleague(at.owner, at.slug, "finance")


def amounts(row: legs.Row) -> list[int | None]:
    return [leg.amount for leg in row.legs]


def told(row: legs.Row) -> list[str]:
    return [one.text for one in row.differences]


async def run(sql: str, *args: object) -> None:
    async with db.transaction(operator=True):
        await db.execute(sql, *args)


async def test_a_success_goes_from_its_fee_and_reward_over_the_invoice_to_the_vested_part():
    at = await make.scene("business")
    claim = await succeeded(at)
    finance = await finance_of(at)
    (unpaid,), _ = await legs.legs(by=finance)

    await pay(claim, at)

    (row,), found = await legs.legs(kind="bounty", by=finance)
    assert (amounts(unpaid), told(unpaid)) == ([ASKED, ASKED, 0, 0, 0], [])
    assert (found, row.kind, row.status, row.vested) == (1, "bounty", "paid", FIRST)
    assert amounts(row) == [ASKED, ASKED, ASKED, 0, 0]
    assert [leg.agrees for leg in row.legs] == [False, True, True, False, False]
    assert told(row) == []


async def test_a_vested_part_is_followed_to_the_bank_and_its_trace():
    at = await make.scene("business")
    await pay(await succeeded(at), at)
    await run(
        """with made as (insert into payout (owner, amount, due_on, status, transferred, trace_id)
             select owner, net_amount, due_on, 'paid', true, 'TRACE1' from payable_item returning id)
           update payable_item set payout_id = made.id from made"""
    )

    (row,), _ = await legs.legs(by=await finance_of(at))

    assert amounts(row) == [ASKED, ASKED, ASKED, FIRST, FIRST]
    assert (row.legs[4].agrees, row.traces, told(row)) == (True, "TRACE1", [])


async def test_a_failed_guarantee_agrees_when_the_credit_note_gave_back_what_came_to_nothing():
    from marketplace.referrals import guarantee
    from tests.referrals.test_vesting import work

    at = await make.scene("business")
    claim = await succeeded(at)
    await pay(claim, at)

    await guarantee.fail(claim, await make.today(), "customer_left", "契約が終わりました。", by=at.recruiter)
    await work()

    (row,), _ = await legs.legs(by=await finance_of(at))
    assert amounts(row)[:3] == [ASKED, ASKED, ASKED]
    assert told(row) == []


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("update claim_success set fee_amount = fee_amount + 10", "is invoiced for"),
        ("update claim_success set reward_amount = reward_amount - 1", "The parts of the reward add up to"),
        ("update invoice set status = 'paid', paid_at = business_now()", "is booked as paid in for"),
        ("update invoice set due_on = business_today() - 1", "was due and has not been paid in"),
        ("update tranche set status = 'vested' where number = 1", "that has vested"),
        ("update tranche set status = 'failed' where number = 2", "that has come to nothing"),
    ],
)
async def test_each_difference_of_a_success_is_named(planted: str, name: str):
    at = await make.scene("business")
    await succeeded(at)

    await run(planted)

    (row,), _ = await legs.legs(by=await finance_of(at))
    assert any(name in text for text in told(row)), told(row)


async def test_a_reward_that_is_due_and_has_not_arrived_is_named():
    at = await make.scene("business")
    await pay(await succeeded(at), at)

    await clock.advance(timedelta(days=80))

    (row,), _ = await legs.legs(by=await finance_of(at))
    assert told(row) == ["%(here)s of %(net)s has arrived, though it was due."]


async def three_fees(owner: Actor) -> None:
    """Let three fees of ¥105 be earned (10 of tax each, 31 on the document) and the month's invoice be made."""
    assert owner.company
    firm = str(owner.company)
    await prepay(firm, yen(10_000))
    for number in range(3):
        await earn(f"01900000-0000-7000-8000-00000000000{number}", firm, cost=small())
    async with db.transaction(operator=True):
        month = months.first_of(await clock.today())
    await go_to(months.last_moment(month))
    await platform_invoices.make_month(month)


async def test_a_month_of_platform_fees_is_what_the_contracts_agreed_and_what_left_the_company_s_money():
    owner = await company("fees")

    await three_fees(owner)

    (row,), _ = await legs.legs(kind="fee", by=owner)
    assert amounts(row) == [345, 346, 346, None, None]
    assert [leg.agrees for leg in row.legs] == [False, True, True, False, False]
    assert told(row) == []


async def test_fees_that_were_not_taken_as_invoiced_are_named():
    owner = await company("fees")
    await three_fees(owner)

    await run("update platform_invoice set borne_by = 'operator'")

    (row,), _ = await legs.legs(kind="fee", by=owner)
    assert told(row) == ["%(here)s was taken from your money for %(asked)s that the invoice asks for."]


async def test_the_page_filters_by_kind_and_state_and_gives_the_file_in_both_encodings():
    at = await make.scene("business")
    await pay(await succeeded(at), at)
    finance = await finance_of(at)
    assert finance.person
    place = f"/c/{at.slug}/reconciliation"

    async with browser_of(finance.person) as browser:
        page = await browser.get(f"{place}?kind=bounty&status=paid")
        others = await browser.get(f"{place}?kind=bounty&status=open")
        none = await browser.get(f"{place}?kind=contract")
        utf = await browser.get(f"{place}.csv?kind=bounty")
        sjis = await browser.get(f"{place}.csv?encoding=sjis")

    assert browser.yen(page, ".way dl") == [ASKED, ASKED, ASKED, FIRST]
    assert "Nothing here" in others.text
    assert "Nothing here" in none.text
    assert "動画編集の案件" in utf.content.decode("utf-8-sig")
    assert f"{ASKED},{ASKED},{ASKED},{FIRST},0,0" in sjis.content.decode("cp932")


async def test_another_company_sees_nothing_of_it():
    at = await make.scene("business")
    await pay(await succeeded(at), at)

    rows, found = await legs.legs(by=await company("another"))

    assert (rows, found) == ([], 0)
