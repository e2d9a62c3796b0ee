"""What runs when: every sweep with its rhythm, and what a worker drains beside the outbox."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from marketplace.activity import audit
from marketplace.alumni import (
    actions,  # noqa: F401 - handles the invitations of a whole network
    calendars,
    free_time,
    import_job,  # noqa: F401 - handles the batches of an import
    imports,
    reconfirming,
    renewal,
    subscriptions,  # handles the fetching of a calendar, too
    word_job,  # noqa: F401 - gives people the skills of their accepted words
)
from marketplace.companies import auditors
from marketplace.contracts import (
    acceptance,
    documents,  # handles the documents, too
    payment,  # noqa: F401 - hears of what is paid
)
from marketplace.contracts import reminders as contract_reminders
from marketplace.core import outbox
from marketplace.disputes import actions as disputes
from marketplace.documents import export_job, filing
from marketplace.funds import (
    ageing,
    archive,  # handles the packages of closed months, too
    bank_payments,  # noqa: F401 - applies what banks say of transfer files
    closing_jobs,  # noqa: F401 - handles the steps of a close
    closing_notices,
    cover,
    invoice_notices,  # noqa: F401 - tells companies of their invoices
    statement_jobs,  # handles the batches of a month's statements, too
    transfer_notices,
)
from marketplace.funds import notices as money_notices  # noqa: F401 - tells people of their money
from marketplace.notifications import jobs as notification_jobs  # noqa: F401 - handles the mails
from marketplace.people import sessions
from marketplace.referrals import (
    ats_apply,  # noqa: F401 - handles the messages of applicant tracking systems
    bounty_sweeps,
    ending,
    gigs,  # hears of approved contracts, too
    guarantee,
    known,
    letters,  # noqa: F401 - handles the mails to candidates
    licences,
    overdue,
    pipeline,
    sealed,
    vest_due,
    waiting,
)
from marketplace.reviews import actions as reviews
from marketplace.tasks import (
    assignment_job,  # noqa: F401 - computes proposals for many seats
    assignment_sending,  # noqa: F401 - sends them
    awaiting,
    digest,
    impressions,
    progress,
    reminders,
    reopening,  # noqa: F401 - opens the seats again that alumni leave
    resident,
    snapshots,
    stopping,  # noqa: F401 - stops publishing when a payment is taken back
    substituting,
    teams,
    waitlist,
    waves,
)
from payouts import echoes, events, money_ops, operations, planning
from payouts import jobs as payout_jobs  # noqa: F401 - handles the provider's events
from payouts.billing import documents as papers
from payouts.billing import invoices
from payouts.billing import jobs as billing_jobs  # noqa: F401 - opens and presents invoices
from payouts.billing import reminders as invoice_reminders
from payouts.closing import runs as closing_runs
from payouts.reconcile import jobs as reconcile_jobs  # noqa: F401 - handles the steps of a reconciliation
from payouts.reconcile import runs
from payouts.statements import answering, platform_invoices
from payouts.statements import papers as statement_papers
from payouts.zengin import applying as transfer_results

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work over data that has come due: safe at any time, in any number, by anybody."""

    name: str
    every: float
    run: Callable[[], Awaitable[object]]


SWEEPS: tuple[Sweep, ...] = (
    Sweep("outbox", 2, outbox.sweep),
    Sweep("outbox.forget", 3600, outbox.forget_done),
    Sweep("audit.seal", 30, audit.seal),
    Sweep("people.forget_expired", 3600, sessions.forget_expired),
    Sweep("alumni.forget_previews", 3600, imports.forget_previews),
    Sweep("alumni.forget_calendars", 3600, calendars.forget),
    Sweep("alumni.fetch_calendars", 300, subscriptions.fetch_due),
    Sweep("alumni.follow_clocks", 3600, free_time.follow_clocks),
    Sweep("alumni.remind_of_times", 3600, reconfirming.remind),
    Sweep("matching.renew", 5, renewal.renew),
    Sweep("matching.snapshots", 300, snapshots.make_due),
    Sweep("tasks.lapse", 5, waves.lapse),
    Sweep("tasks.progress", 5, progress.sweep),
    Sweep("tasks.waves", 5, waves.send_due),
    Sweep("tasks.waitlist", 60, waitlist.end_over),
    Sweep("tasks.teams", 60, teams.warn),
    Sweep("tasks.substitutes", 30, substituting.lapse),
    Sweep("tasks.funding", 60, awaiting.sweep),
    Sweep("tasks.reminders", 60, reminders.sweep),
    Sweep("tasks.forget_impressions", 3600, impressions.forget),
    Sweep("tasks.digest", 600, digest.sweep),
    Sweep("companies.auditors", 600, auditors.tell),
    Sweep("contracts.start", 30, acceptance.start_due),
    Sweep("contracts.approve_overdue", 30, acceptance.approve_overdue),
    Sweep("contracts.remind", 300, contract_reminders.remind),
    Sweep("contracts.note_mailed", 60, documents.note_mailed),
    Sweep("documents.pack", 60, export_job.ring_again),
    Sweep("documents.mend", 21_600, filing.mend),
    Sweep("disputes.remind", 300, disputes.remind),
    Sweep("reviews.remind", 300, reviews.remind),
    Sweep("reviews.reveal", 60, reviews.reveal_due),
    Sweep("referrals.known", 2, known.feed),
    Sweep("referrals.lapse", 30, waiting.lapse),
    Sweep("referrals.remind", 300, waiting.remind),
    Sweep("referrals.end_ownership", 300, waiting.end_ownership),
    Sweep("referrals.wipe", 300, sealed.wipe_over),
    Sweep("referrals.bounties", 60, bounty_sweeps.sweep),
    Sweep("referrals.licences", 3600, licences.remind),
    Sweep("referrals.plan_missing", 60, pipeline.plan_missing),
    Sweep("referrals.overdue", 300, overdue.remind),
    Sweep("referrals.gigs", 300, gigs.record_due),
    Sweep("referrals.guarantee", 60, guarantee.begin),
    Sweep("referrals.vest", 60, vest_due.sweep),
    Sweep("referrals.guarantee_ends", 3600, vest_due.remind),
    Sweep("referrals.finish", 300, ending.finish),
    Sweep("payouts.events", 120, events.fill_gaps),
    Sweep("payouts.echoes", 60, echoes.hear),
    Sweep("payouts.operations", 5, money_ops.ring_due),
    Sweep("payouts.payees", 300, events.watch_payees),
    Sweep("payouts.watch", 300, events.watch_payouts),
    Sweep("payouts.pay", 30, planning.pay),
    Sweep("payouts.settle", 3600, planning.settle),
    Sweep("payouts.age", 3600, ageing.warn),
    Sweep("payouts.cover", 300, cover.warn),
    Sweep("payouts.transfer_results", 60, transfer_results.ring),
    Sweep("payouts.transfer_files", 600, transfer_notices.warn),
    Sweep("reconcile.daily", 300, runs.start_due),
    Sweep("billing.finalise", 30, invoices.finalise_all),
    Sweep("billing.papers", 10, papers.make_missing),
    Sweep("billing.remind", 60, invoice_reminders.remind),
    Sweep("statements.work", 60, statement_jobs.ring_again),
    Sweep("statements.papers", 60, statement_papers.make_missing),
    Sweep("statements.deem", 300, answering.deem),
    Sweep("statements.platform", 600, platform_invoices.make_last_month),
    Sweep("closing.work", 60, closing_runs.ring_again),
    Sweep("closing.packages", 60, archive.ring_again),
    Sweep("closing.remind", 3600, closing_notices.remind),
)

SOURCES: dict[str, list[Callable[[], Awaitable[bool]]]] = {
    "money": [operations.drain_money],
    "work": [resident.load_some],
}


async def run_all() -> None:
    """Run each sweep once, now: after the business clock has moved."""
    for sweep in SWEEPS:
        await run_one(sweep)


@outbox.handles("sweeps.run")
async def sweep_now(_job: outbox.Job) -> None:
    """Run each sweep once in a worker, after somebody has moved the business clock on a page."""
    await run_all()


async def run_one(sweep: Sweep) -> None:
    """Run a sweep; a failure is loud in the log and tried again at the next turn."""
    try:
        await sweep.run()
    except Exception:
        log.exception("sweep %s failed", sweep.name)


async def serve(stop: asyncio.Event) -> None:
    """Run every sweep in its rhythm until told to stop."""
    due = {sweep.name: 0.0 for sweep in SWEEPS}
    while not stop.is_set():
        for sweep in SWEEPS:
            if time.monotonic() >= due[sweep.name]:
                due[sweep.name] = time.monotonic() + sweep.every
                await run_one(sweep)
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except TimeoutError:
            continue
