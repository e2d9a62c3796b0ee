"""A card payment that is taken back stops publishing: open seats give their money back first, contracts are still paid."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from marketplace import schedule
from marketplace.companies import queries
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.core.money import yen
from marketplace.core.settings import settings
from marketplace.tasks import applications, cancelling, invitations, publishing, stopping
from payouts import chart, events, funding, journal, topups
from tests.factories import tasks
from tests.factories.companies import OPERATOR, signed_in
from tests.factories.payouts import fund_platform, pay_by_card
from tests.payouts.conftest import Provider, letterbox, provider  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("database")
assert schedule.SWEEPS  # its imports register who listens

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "ledger_walk.json").read_text(encoding="utf-8"))
[STORY] = [story for story in GOLDEN if story["scenario"].startswith("14")]


@pytest.fixture(autouse=True)
def _operator_bears_the_fee(provider, monkeypatch):  # noqa: F811
    monkeypatch.setenv("ENISHI_OPERATOR_BEARS_TOPUP_FEE", "1")
    settings.cache_clear()


async def _paid_in(provider: Provider, firm: tasks.Firm, amount: int, *, elsewhere: int = 100_000) -> str:  # noqa: F811
    """Pay in by card at the sandbox, where another company may have money too; return the charge."""
    if elsewhere:
        await fund_platform(provider.control, str(uuid4()), elsewhere)
    url = await topups.start_card_topup(
        str(firm.company), yen(amount), name="Aoba", email="m@aoba.example", title="Top-up",
        success_url="http://localhost/ok", cancel_url="http://localhost/no", requested_by="m",
    )  # fmt: skip
    pay_by_card(url)
    await _news(provider)
    [row] = await tasks.rows("select charge from topup where owner = $1", f"company:{firm.company}")
    return row["charge"]


async def _news(provider: Provider) -> None:  # noqa: F811
    await events.fill_gaps()
    await provider.drain()
    await tasks.work()


async def _operator():
    session = await signed_in("megumi@enishi.example")
    async with db.transaction(operator=True):
        await db.execute("update person set is_operator = true where id = $1", session.person)
    return session.as_operator()


async def _balances(firm: tasks.Firm) -> dict[str, int]:
    """Return the company's accounts that are not empty, under the names of the golden file."""
    [held] = await tasks.rows("select id from contract")
    async with db.transaction(operator=True):
        balances = await journal.balances()
    company = f"company:{firm.company}:"
    return {
        account.name.replace(company, "company:acme:").replace(str(held["id"]), "contract1"): amount
        for account, amount in balances.items()
        if amount and account.name.startswith(company)
    }


async def test_a_chargeback_leaves_the_golden_balances_and_the_contract_goes_on(provider):  # noqa: F811
    firm = await tasks.firm(balance=0)
    charge = await _paid_in(provider, firm, 63_250)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    await invitations.accept(await tasks.invitation_of(task, person), by=person)

    provider.control.open_dispute(charge)
    await _news(provider)

    assert await _balances(firm) == STORY["final"]
    [contract] = await tasks.rows("select status from contract")
    assert contract["status"] in {"concluded", "running"}


async def test_what_open_seats_set_aside_comes_back_before_anything_is_owed(provider):  # noqa: F811
    firm, operator = await tasks.firm(balance=0), await _operator()
    charge = await _paid_in(provider, firm, 126_500)
    winner, asked = await tasks.alumnus(firm), await tasks.alumnus(firm)
    taken = await tasks.published(firm)
    await invitations.accept(await tasks.invitation_of(taken, winner), by=winner)
    task = await tasks.published(firm)

    provider.control.open_dispute(charge)
    await _news(provider)

    async with db.transaction(operator=True):
        owed = await journal.balance(chart.company_receivable(str(firm.company)))
    assert await tasks.money(firm, task) == (0, 0)
    assert owed == yen(58_145)
    assert (await tasks.row(task))["status"] == "paused"
    assert {each["status"] for each in await tasks.invitations(task)} == {"withdrawn"}
    assert "task.halted_invited" in await tasks.notices(asked)
    assert "task.halted" in await tasks.notices(firm.manager)
    assert "money.taken_back" in await tasks.notices(firm.owner)
    assert await tasks.notices(operator) == ["money.chargeback"]


async def test_publishing_stops_and_the_booking_stands_even_where_no_money_is_on_the_account(provider):  # noqa: F811
    firm = await tasks.firm(balance=0)
    charge = await _paid_in(provider, firm, 126_500, elsewhere=0)
    task = await tasks.published(firm)

    provider.control.open_dispute(charge)
    await _news(provider)

    assert (await tasks.row(task))["status"] == "paused"
    assert await tasks.money(firm, task) == (0, 0)
    async with db.transaction(operator=True):
        platform = await journal.balance(chart.stripe_platform())
    assert platform.amount < 0
    assert (await tasks.notices(firm.owner)).count("money.taken_back") == 1


async def test_nothing_is_published_or_resumed_until_the_operator_lifts_the_stop(provider):  # noqa: F811
    firm = await tasks.firm(balance=0)
    charge = await _paid_in(provider, firm, 63_250)
    task, draft = await tasks.published(firm), await tasks.draft(firm)
    provider.control.open_dispute(charge)
    await _news(provider)
    for stopped in (cancelling.resume(task, by=firm.manager), publishing.publish(draft, by=firm.manager)):
        with pytest.raises(Conflict, match="stopped"):
            await stopped
    with pytest.raises(Invalid):
        await stopping.lift(firm.company, " ", by=OPERATOR)

    await stopping.lift(firm.company, "支払を確認した", by=OPERATOR)
    with pytest.raises(funding.Shortfall) as short:
        await cancelling.resume(task, by=firm.manager)
    await tasks.top_up(firm.owner, 63_250)
    await cancelling.resume(task, by=firm.manager)

    assert short.value.missing == yen(63_250)
    assert (await tasks.row(task))["status"] == "published"
    assert await tasks.money(firm, task) == (0, 63_250)
    assert "company.may_publish" in await tasks.notices(firm.owner)
    seen = await queries.by_slug(firm.slug, by=OPERATOR)
    assert seen["publishing_stopped_at"] is None
    with pytest.raises(Conflict):
        await stopping.lift(firm.company, "twice", by=OPERATOR)


async def test_a_seat_that_is_left_while_publishing_is_stopped_stays_closed(provider):  # noqa: F811
    from marketplace.contracts import cancelling as contracts

    firm = await tasks.firm(balance=0)
    charge = await _paid_in(provider, firm, 63_250)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm)
    contract = await invitations.accept(await tasks.invitation_of(task, person), by=person)
    provider.control.open_dispute(charge)
    await _news(provider)

    await contracts.withdraw(contract, "都合により", by=person)

    assert await tasks.seats(task) == ["closed"]
    assert await tasks.money(firm, task) == (58_145, 0)


async def test_an_applicant_is_told_and_keeps_his_application(provider):  # noqa: F811
    firm = await tasks.firm(balance=0)
    charge = await _paid_in(provider, firm, 63_250)
    person = await tasks.alumnus(firm)
    task = await tasks.published(firm, mode="apply")
    await applications.apply(task, "応募します。", version=1, by=person)

    provider.control.open_dispute(charge)
    await _news(provider)

    [wish] = await tasks.rows("select status from application where task_id = $1", task)
    assert wish["status"] == "sent"
    assert "task.halted_applied" in await tasks.notices(person)


async def test_the_operator_stops_a_company_by_hand_and_lifts_it_again():
    firm = await tasks.firm(balance=126_500)
    winner, asked = await tasks.alumnus(firm), await tasks.alumnus(firm)
    taken = await tasks.published(firm)
    contract = await invitations.accept(await tasks.invitation_of(taken, winner), by=winner)
    task, draft = await tasks.published(firm), await tasks.draft(firm)
    with pytest.raises(NotFound):
        await stopping.stop(firm.company, "不審な取引", by=firm.owner)
    with pytest.raises(Invalid):
        await stopping.stop(firm.company, " ", by=OPERATOR)

    await stopping.stop(firm.company, "不審な取引", by=OPERATOR)

    assert (await tasks.row(task))["status"] == "paused"
    assert await tasks.money(firm, task) == (68_355, 0)
    [held] = await tasks.rows("select status from contract where id = $1", contract)
    assert held["status"] in {"concluded", "running"}
    assert "task.halted_invited" in await tasks.notices(asked)
    told = await tasks.rows(
        """select person_id, kind from notification where params ->> 'reason' = '不審な取引'"""
    )
    assert {(each["person_id"], each["kind"]) for each in told} >= {
        (firm.owner.person, "company.stopped"),
        (firm.manager.person, "task.halted_by_operator"),
    }
    [event] = await tasks.rows("select actor, data from activity_event where verb = 'publishing_stopped'")
    assert (event["actor"], event["data"]["reason"]) == ("operator", "不審な取引")
    for stopped in (cancelling.resume(task, by=firm.manager), publishing.publish(draft, by=firm.manager)):
        with pytest.raises(Conflict, match="stopped"):
            await stopped
    with pytest.raises(Conflict):
        await stopping.stop(firm.company, "もう一度", by=OPERATOR)
    await stopping.lift(firm.company, "確認できた", by=OPERATOR)
    await cancelling.resume(task, by=firm.manager)
    assert (await tasks.row(task))["status"] == "published"
