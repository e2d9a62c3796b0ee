"""What the operator's reconciliation looks at: a run, a break with its evidence, a file of the bank, an account."""

from uuid import uuid4

from marketplace.core import clock, db
from payouts.reconcile import bank_files, breaks, found
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from tests.payouts.reconcile.bank import zengin

BY = {"ref": "operator", "name": "運営 太郎"}


async def things() -> dict[str, object]:
    """Make one of each; return them by the names of the access table."""
    subject, account = f"transaction:txn_{uuid4().hex}", f"acct_{uuid4().hex[:16]}"
    async with db.transaction(operator=True):
        now = await clock.now()
        one = Found(
            subject=subject, kind=Kind.FEE, account="stripe:platform", found=-400, difference=-400,
            corrections={"stripe:platform": -400}, happened_at=now,
        )  # fmt: skip
        await found.write([one], None)
        number = await db.fetchval("select id from reconcile_break where subject = $1", subject)
        content = zengin((await clock.today(), 5, "A", ""))
        run = await db.fetchval("select id from reconcile_run") or await db.fetchval(
            "insert into reconcile_run (since, status) values ($1, 'stopped') returning id", now
        )
        await db.execute(
            """insert into provider_account (account, ledger_name, looked_at, available_amount, pending_amount)
               values ($1, $2, $3, 0, 0)""",
            *(account, f"stripe:connected:{uuid4()}", now),
        )
        return {
            "break": number,
            "evidence": await breaks.add_evidence(
                number, file_name="a.pdf", media_type="application/pdf", content=b"%PDF-1", **BY
            ),
            "bank_file": await bank_files.stage(
                "bank:client", "", "a.txt", content, ref="operator", by_name="運営 太郎"
            ),
            "run": run,
            "provider_account": account,
        }
