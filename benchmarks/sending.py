"""1,000 seats by the real actions: the proposal computed, then its invitations sent, each person checked again and told.

50 tasks (`--tasks`) of 20 seats each in a network of 10,000 alumni (`--alumni`). `proposal_s` and `sending_s` are the seconds of their
jobs on one worker; the notices' mails and the refreshed profiles are jobs of their own behind them. Aim: sent in under 10 s.
"""

import argparse
import asyncio
import time

from _house import DATABASE, QUICK, database, report
from _network import World, write
from matching_sql import _join

from marketplace.core import db, doorbell, outbox
from marketplace.tasks import assignment, publishing
from tests.factories import tasks

SEATS = 20 if QUICK else 1_000


async def measure(url: str, alumni: int, count: int) -> dict[str, object]:
    """Publish the tasks, propose for all of their seats, send, and return the figures."""
    doorbell.use("")
    await db.DB.open(url.replace("//postgres@", "//enishi_worker@"), size=10)
    firm = await tasks.firm(balance=1_000_000_000, limit=100_000_000)
    world = World()
    await write(url, world.people(firm.company, alumni))
    await _join(url, firm.company)
    for number in range(count):
        need = world.task(firm.company, broad=number % 2 == 0, least_met=1)
        task = await tasks.draft(firm, musts=need.musts, nices=need.nices, seats=SEATS // count)
        await publishing.publish(task, by=firm.manager)
    async with db.transaction(operator=True):
        await db.execute("delete from outbox")  # no wave goes out: every seat is for the proposal
    proposal = await assignment.propose(None, by=firm.manager)
    proposing = await _worked()
    rows = await tasks.rows("select count(*) as people from assignment_row where chosen")
    await assignment.send(proposal, shown=rows[0]["people"], by=firm.manager)
    sending = await _worked("tasks.assignment_send")
    sent = await tasks.rows("select count(*) as people from assignment_row where result = 'sent'")
    told = await tasks.rows("select count(*) as people from notification where kind = 'task.invited'")
    await db.DB.close()
    assert told == sent
    return {
        "alumni": alumni,
        "tasks": count,
        "seats": SEATS,
        "sent": sent[0]["people"],
        "proposal_s": round(proposing, 2),
        "sending_s": round(sending, 2),
        "ms_a_seat": round(1000 * sending / max(1, sent[0]["people"]), 2),
    }


async def _worked(kind: str = "") -> float:
    """Work the jobs, of one kind only where one is named; return the seconds."""
    began = time.perf_counter()
    while True:
        if kind:
            async with db.transaction(operator=True):
                await db.execute("update outbox set run_at = now() + interval '1 hour' where kind <> $1 and done_at is null", kind)  # fmt: skip
        if not await outbox.work_one("work"):
            return time.perf_counter() - began


def main() -> None:
    """Run the benchmark and report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--alumni", type=int, default=1_000 if QUICK else 10_000)
    asked.add_argument("--tasks", type=int, default=4 if QUICK else 50)
    given = asked.parse_args()
    with database() as engine:
        figures = asyncio.run(measure(engine.dsn("postgres", DATABASE), given.alumni, given.tasks))
    shown = [(name, str(value)) for name, value in figures.items()]
    report(f"sending: {given.tasks} tasks, {SEATS:,} seats, {given.alumni:,} alumni", shown, figures)


if __name__ == "__main__":
    main()
