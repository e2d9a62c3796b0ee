"""A company closes its month and the operator the ledger's: checked, in steps, once, each only its own."""

import asyncio
import hashlib
import io
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from marketplace.core import clock, db, outbox
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.funds import closing, closing_jobs, closing_ledger, statement_corrections, statements
from payouts import postings, verify
from payouts.closing import months, runs
from payouts.closing.checklist import Item, Reading
from payouts.closing.months import LEDGER
from payouts.journal import record
from payouts.reconcile import breaks, found
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from payouts.statements import answering
from payouts.statements import runs as statement_runs
from payouts.statements.months import after, before, last_moment
from tests.factories.closing import MINA, OPERATOR, SECOND_OPERATOR, close, drive, reconciled
from tests.factories.companies import colleague
from tests.factories.payouts import earn, prepay
from tests.factories.statements import go_to
from tests.funds.conftest import House, house

pytestmark = pytest.mark.usefixtures("database")


async def point(key: str, ours: House) -> Item:
    async with db.transaction(operator=True):
        return next(item for item in await closing.items(ours.ref, ours.month) if item.key == key)


async def status(owner: str, ours: House) -> str:
    async with db.transaction(operator=True):
        return (await months.find(owner, ours.month)).status


async def rows(sql: str, *args: object) -> list[Any]:
    async with db.transaction(operator=True):
        return await db.fetch(sql, *args)


async def work() -> None:
    while await outbox.work_one("work"):
        pass


async def test_a_close_makes_and_sends_the_statements_and_the_invoice_and_shuts_the_month(ace: House):
    before_it = {item.key: item.reading for item in (await closing.book(ace.month, by=ace.finance)).items}

    run = await close(ace.month, by=ace.finance)

    book = await closing.book(ace.month, by=ace.finance)
    assert {key for key, reading in before_it.items() if reading is Reading.WAITING} == {
        "statements",
        "platform_invoice",
    }
    assert (run.status, run.step) == ("done", "done")
    assert (book.month.status, book.month.version, book.month.closed_by) == ("closed", 1, ace.finance.name)
    assert {item.reading for item in book.items} == {Reading.OK}
    assert {row["status"] for row in await rows("select status from statement")} == {"sent"}
    assert len(await rows("select * from platform_invoice")) == 1
    assert not await verify.run()


async def test_softly_first_then_for_good_and_each_step_stands_in_the_audit_log(ace: House):
    await close(ace.month, by=ace.finance, target="soft_closed")
    softly = await status(ace.ref, ace)
    await close(ace.month, by=ace.owner)

    verbs = [
        row["verb"]
        for row in await rows("select verb from activity_event where verb like 'month.%' order by id")
    ]
    assert softly == "soft_closed"
    assert await status(ace.ref, ace) == "closed"
    assert verbs == ["month.close_begun", "month.soft_closed", "month.close_begun", "month.closed"]


async def test_a_month_that_is_not_over_is_not_closed(ace: House):
    with pytest.raises(Conflict, match="not over yet"):
        await closing.start(after(ace.month), "closed", by=ace.finance)


async def test_a_month_before_the_first_posting_and_one_to_come_do_not_exist(ace: House):
    for month in (before(ace.month), after(after(ace.month))):
        with pytest.raises(NotFound):
            await closing.book(month, by=ace.finance)
        with pytest.raises(NotFound):
            await closing.start(month, "closed", by=ace.finance)


async def test_only_owner_and_finance_close_the_auditor_reads_the_others_see_nothing(ace: House):
    auditor, manager = (
        await colleague(ace.owner, "ace", "auditor"),
        await colleague(ace.owner, "ace", "manager"),
    )

    assert (await closing.book(ace.month, by=auditor)).items
    with pytest.raises(NotAllowed):
        await closing.start(ace.month, "closed", by=auditor)
    with pytest.raises(NotAllowed):
        await closing.book(ace.month, by=manager)


async def test_two_companies_are_apart(ace: House):
    bee = await house("bee")
    await close(ace.month, by=ace.finance)
    run = (await rows("select id from closing_run"))[0]["id"]

    async with db.transaction(company=bee.company):
        seen = [
            await db.fetchval(f"select count(*) from {name}")
            for name in ("company_month", "closing_run", "closing_package")
        ]
        with pytest.raises(NotFound):
            await runs.find(run)
    assert seen == [0, 0, 0]
    assert await status(bee.ref, ace) == "open"
    assert {row["payer"] for row in await rows("select payer from statement")} == {ace.ref}


async def test_a_delivery_that_waits_is_closed_over_only_with_a_reason(ace: House):
    """The contracts' rows are another noun's: a row that stands for one of them is enough to be counted."""
    async with db.transaction(operator=True):
        await record(
            postings.topup(
                str(ace.company),
                transaction="txn_x",
                arrived=yen(1),
                fee_borne=yen(0),
                happened_at=last_moment(ace.month),
            )
        )
        await db.execute(
            """insert into invoice (owner, payee, reference, title, success_on, fee_amount, tax_bp, tax_amount, bounty_amount,
                 days_until_due, created_at) values ($1, 'person:1', 'claim:1', 'x', business_today(), 1000, 1000, 100, 0, 30, $2)""",
            ace.ref, last_moment(ace.month),
        )  # fmt: skip

    refused = await close(ace.month, by=ace.finance)
    with pytest.raises(Invalid) as missing:
        await closing.start(ace.month, "closed", by=ace.finance)
    done = await close(ace.month, by=ace.finance, reason="the draft is of next month")

    assert (refused.status, list(refused.refused)) == ("refused", ["invoices"])
    assert "reason" in missing.value.fields
    assert done.status == "done"
    async with db.transaction(operator=True):
        assert (await months.find(ace.ref, ace.month)).closed_over == "the draft is of next month"


async def test_an_earlier_month_stands_in_the_way_and_the_list_says_which(ace: House):
    later = after(ace.month)
    await earn(ace.people[0], str(ace.company))
    await go_to(last_moment(later))

    run = await close(later, by=ace.finance, reason="x")
    async with db.transaction(operator=True):
        found = next(item for item in await closing.items(ace.ref, later) if item.key == "earlier")

    assert (run.status, "earlier" in run.refused) == ("refused", True)
    assert (found.number, found.path) == (1, f"closing/{ace.month:%Y-%m}")


async def test_a_closed_month_takes_no_statement_and_its_corrections_come_with_the_next(ace: House):
    await close(ace.month, by=ace.finance)
    item = (await rows("select id, owner from payable_item order by id"))[0]
    async with db.transaction(operator=True):
        now = await clock.now()
        person = item["owner"].partition(":")[2]
        fact = postings.withhold_adjust(
            str(ace.company), person, day=now.date(), more=yen(7), happened_at=now
        )
        await record(fact)
        await db.execute(
            "update payable_item set adjusted_amount = 7, net_amount = net_amount - 7 where id = $1",
            item["id"],
        )

    with pytest.raises(Conflict, match="correction goes onto the next"):
        await statements.start(ace.month, "make", by=ace.finance)
    await go_to(last_moment(after(ace.month)))
    await close(after(ace.month), by=ace.finance)

    lines = await rows(
        "select l.withheld_amount, s.month from statement_line l join statement s on s.id = l.statement_id where l.kind = 'correction'"
    )
    assert [(line["withheld_amount"], line["month"]) for line in lines] == [(7, after(ace.month))]
    assert await status(ace.ref, ace) == "closed"


async def test_a_statement_of_a_closed_month_cannot_be_made_void(ace: House):
    await close(ace.month, by=ace.finance)
    statement = (await rows("select id, number from statement order by number"))[0]

    with pytest.raises(Conflict, match="This month is closed"):
        await statement_corrections.restate(statement["id"], "The title is wrong.", by=ace.finance)

    kept = await rows("select status, number from statement order by number")
    assert "void" not in {row["status"] for row in kept}
    assert kept[0]["number"] == statement["number"]


async def test_the_same_month_is_closed_once_by_two_at_a_time(ace: House):
    begun = await asyncio.gather(
        *(closing.start(ace.month, "closed", by=by) for by in (ace.finance, ace.owner)),
        return_exceptions=True,
    )
    (run,) = [each for each in begun if not isinstance(each, BaseException)]
    await asyncio.gather(*(drive(run) for _ in range(4)))

    assert [type(each) for each in begun if isinstance(each, BaseException)] == [Conflict]
    assert [
        row["verb"] for row in await rows("select verb from activity_event where verb = 'month.closed'")
    ] == ["month.closed"]
    numbers = [row["number"] for row in await rows("select number from statement order by number")]
    assert numbers == list(range(1, len(ace.people) + 1))
    with pytest.raises(Conflict, match="closed already"):
        await closing.start(ace.month, "closed", by=ace.owner)


async def test_a_close_is_stopped_and_goes_on_where_it_was(ace: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(statement_runs, "BATCH", 1)
    run = await closing.start(ace.month, "closed", by=ace.finance)
    await closing_jobs.step(run)
    await closing.stop(ace.month, by=ace.finance)
    stood = await drive(run)
    made = len(await rows("select id from statement"))

    await closing.resume(ace.month, by=ace.owner)
    ended = await drive(run)

    assert (stood.status, stood.step, made) == ("stopped", "make", 1)
    assert ended.status == "done"
    assert len(await rows("select id from statement")) == len(ace.people)


async def test_statements_that_somebody_stops_stop_the_close_which_says_so(
    ace: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(statement_runs, "BATCH", 1)
    run = await closing.start(ace.month, "closed", by=ace.finance)
    await closing_jobs.step(run)
    await statements.stop(ace.month, "make", by=ace.finance)

    stood = await drive(run)
    await closing.resume(ace.month, by=ace.finance)

    assert (stood.status, stood.last_error) == ("stopped", closing_jobs.WAITS_FOR)
    assert (await drive(run)).status == "done"


async def test_a_lost_job_is_rung_for_again(ace: House):
    run = await closing.start(ace.month, "closed", by=ace.finance)
    async with db.transaction(operator=True):
        await db.execute("delete from outbox")

    rung = [await runs.ring_again(), await runs.ring_again()]
    await work()

    assert rung == [1, 0]
    async with db.transaction(operator=True):
        assert (await runs.find(run)).status == "done"


async def test_the_package_is_built_behind_the_close_kept_once_and_reading_it_is_audited(ace: House):
    await closing.start(ace.month, "closed", by=ace.finance)
    await work()
    found = await closing.package(ace.month, 1, by=ace.finance)
    content = b"".join([part async for part in found.parts])
    (kept,) = (await closing.book(ace.month, by=ace.finance)).packages

    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert (len(content), hashlib.sha256(content).hexdigest()) == (found.size, kept["sha256"])
    assert len(kept["audit_head"]) == 64
    chain = await rows(
        "select hash from audit_link where chain = $1 and number = $2", ace.ref, kept["audit_number"]
    )
    assert [row["hash"] for row in chain] == [kept["audit_head"]]
    assert await rows("select 1 from activity_event where verb = 'month.package_read'")
    with pytest.raises(NotFound):
        await closing.package(ace.month, 2, by=ace.finance)


async def test_a_company_opens_its_month_again_by_two_and_closes_it_with_a_second_package(ace: House):
    await close(ace.month, by=ace.finance)
    await closing.open_again(ace.month, reason="a bounty is missing", by=ace.finance)
    with pytest.raises(NotAllowed):
        await closing.grant(ace.month, by=ace.finance)
    await closing.grant(ace.month, by=ace.owner)
    opened = await status(ace.ref, ace)

    await close(ace.month, by=ace.finance)
    await work()

    assert opened == "open"
    assert [row["version"] for row in (await closing.book(ace.month, by=ace.finance)).packages] == [2, 1]
    told = await rows("select person_id from notification where kind = 'closing.reopening_asked'")
    assert ace.owner.person in {row["person_id"] for row in told}
    assert ace.finance.person not in {row["person_id"] for row in told}


async def test_a_dispute_is_shown_and_does_not_hold_the_close_up(ace: House):
    await close(ace.month, by=ace.finance, target="soft_closed")
    statement = (await rows("select id, owner from statement order by number"))[0]
    async with db.transaction(operator=True):
        await answering.dispute(statement["id"], statement["owner"].partition(":")[2], "wrong")

    shown = await point("disputes", ace)
    run = await close(ace.month, by=ace.finance)

    assert (shown.reading, shown.number) == (Reading.WAITING, 1)
    assert run.status == "done"


async def test_the_operator_closes_the_ledger_when_it_is_reconciled_and_names_companies_that_have_not(
    ace: House,
):
    await reconciled()
    refused = await close(ace.month, by=OPERATOR)
    await closing.start(ace.month, "closed", reason="Ace closes tomorrow", by=OPERATOR)
    await work()

    book = await closing.book(ace.month, by=OPERATOR)
    assert (refused.status, list(refused.refused)) == ("refused", ["companies"])
    assert (book.month.status, book.month.closed_over) == ("closed", "Ace closes tomorrow")
    assert [row["owner"] for row in book.companies] == [ace.ref]
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction(operator=True):
            await record(
                postings.topup(
                    str(ace.company),
                    transaction="t",
                    arrived=yen(1),
                    fee_borne=yen(0),
                    happened_at=last_moment(ace.month),
                )
            )
    await prepay(str(ace.company), yen(10))
    assert not await verify.run()


async def test_an_open_break_of_the_month_holds_the_ledger_s_close_up_and_one_of_the_next_does_not(
    ace: House,
):
    await close(ace.month, by=ace.finance)
    await reconciled()

    async def broken(at: str) -> Item:
        async with db.transaction(operator=True):
            await db.execute("delete from reconcile_break")
            await db.execute(
                """insert into reconcile_break (subject, kind, account, difference_amount, happened_at)
                   values ('transaction:t', 'fee', 'stripe:platform', -400, $1)""",
                last_moment(ace.month) + timedelta(seconds=0 if at == "in" else 1),
            )
            return next(item for item in await closing_ledger.items(ace.month) if item.key == "breaks")

    assert (await broken("in")).blocks
    assert not (await broken("after")).blocks


async def test_the_ledger_is_opened_again_by_two_operators(ace: House):
    await close(ace.month, by=ace.finance)
    await reconciled()
    await close(ace.month, by=OPERATOR)
    await closing.open_again(ace.month, reason="a fee", by=OPERATOR)
    with pytest.raises(NotAllowed):
        await closing.grant(ace.month, by=OPERATOR)

    await closing.grant(ace.month, by=SECOND_OPERATOR)

    assert await status(LEDGER, ace) == "open"
    assert await status(ace.ref, ace) == "closed"


async def test_a_member_of_one_company_moves_nothing_of_the_ledger(ace: House):
    await close(ace.month, by=ace.finance)
    await closing.open_again(ace.month, reason="x", by=ace.finance)

    with pytest.raises(Conflict, match="Nobody asks"):
        await closing.grant(ace.month, by=OPERATOR)
    assert await status(LEDGER, ace) == "open"


async def test_somebody_without_a_part_sees_nothing(ace: House):
    with pytest.raises(NotFound):
        await closing.book(ace.month, by=Actor("alumnus", person=uuid4()))


async def test_a_step_that_fails_says_so_on_the_page_and_goes_on_when_it_can(ace: House):
    """Something of the month was stated before it was over, which nobody can by our pages: its number stands twice."""
    run = await closing.start(ace.month, "closed", by=ace.finance)
    in_the_way = """insert into statement (owner, payer, month, number, issuer, payee, rates, work_amount, bounty_amount, tax_amount,
      document_tax_amount, deductible_amount, withheld_amount, netted_amount, net_amount, silence_days)
      values ('person:1', $1, $2, 1, '{}', '{}', '[]', 0, 0, 0, 0, 0, 0, 0, 0, 7)"""
    async with db.transaction(operator=True):
        await db.execute(in_the_way, ace.ref, before(ace.month))
    await work()
    async with db.transaction(operator=True):
        stands = await runs.find(run)
        await db.execute("update statement set number = 900 where owner = 'person:1'")
        await db.execute("update outbox set run_at = now(), lease_until = null where done_at is null")

    await work()

    assert (stands.status, stands.last_error) == ("running", closing_jobs.FAILED)
    async with db.transaction(operator=True):
        ended = await runs.find(run)
    assert (ended.status, ended.last_error) == ("done", "")


async def test_the_entry_of_a_break_is_dated_in_its_month_until_the_close_and_in_the_running_one_afterwards(
    ace: House,
):
    await close(ace.month, by=ace.finance)
    await reconciled()
    await close(ace.month, by=OPERATOR, target="soft_closed")

    async def settle(subject: str) -> date:
        one = Found(
            subject=f"transaction:{subject}", kind=Kind.FEE, account="stripe:platform", found=-400, difference=-400,
            corrections={"stripe:platform": -400}, happened_at=last_moment(ace.month) - timedelta(days=3),
        )  # fmt: skip
        async with db.transaction(operator=True):
            await found.write([one], None)
            number = await db.fetchval("select id from reconcile_break where subject = $1", one.subject)
            how = {"resolution": "entry", "into": "expense:stripe_fee", "reason": "seen at Stripe"}
            assert await breaks.resolve(number, **how, **MINA)
            posted = await db.fetch(
                "select happened_at from ledger_transfer where key like $1", f"break:{number}%"
            )
        (day,) = {months.first_of(clock.day_of(row["happened_at"])) for row in posted}
        return day

    before_it = await settle("txn_1")
    closed = await close(ace.month, by=OPERATOR)
    afterwards = await settle("txn_2")

    assert closed.status == "done"
    assert (before_it, afterwards) == (ace.month, after(ace.month))
    assert not await verify.run()
