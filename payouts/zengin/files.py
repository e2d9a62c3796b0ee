"""Bank transfer files of the operator: made by one, checked by another, locked when downloaded. Operator's scope.

made → checked → downloaded → settled or partly returned; cancelled before it was downloaded; void when two people say
that the bank never got it. The bytes are written once, when the file is made, and are the same at every download.
"""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, sealing
from marketplace.core.bank_days import is_bank_day
from marketplace.core.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.core.money import Money, yen
from marketplace.core.settings import settings
from payouts import attempts, chart, journal, one_base
from payouts.crash import crash_point
from payouts.holds import blocker
from payouts.planning import SITUATION, situation
from payouts.zengin import accounts, rail
from payouts.zengin.record import MOST_ROWS, Row, TransferFile, generate

PURPOSE = "transfer file"
SENT = ("downloaded", "settled", "partly_returned")

_CANDIDATES = """
select p.id from payout p join payee e on e.owner = p.owner and e.rail = 'zengin'
where p.status = 'planned' and p.currency = 'JPY' and not p.transferred and ($1::date is null or p.due_on <= $1)
  and not exists (select from transfer_row r where r.payout_id = p.id and r.status = 'waiting')
order by p.due_on, p.id limit $2
"""


async def ready(until: date | None = None) -> list[Any]:
    """Return the payouts that a file may pay now, what is due first (up to a day), held until the transaction ends."""
    ids = [row["id"] for row in await db.fetch(_CANDIDATES, until, MOST_ROWS)]
    rows = await db.fetch(SITUATION, ids)
    free = [row for row in rows if row["way"] == "zengin" and blocker(situation(row, None)) is None]
    return sorted(free, key=lambda row: (row["due_on"], row["id"]))


async def make(pay_on: date, until: date | None, *, ref: str, by_name: str) -> UUID:
    """Put the payouts that wait (due until a day) into a file for a day of payment; return the file.

    Raises Invalid for the day, Conflict when nothing waits, when the rail is off, or with the yen that the account lacks.
    """
    rail.must_be_on()
    sender = rail.sender()
    await db.execute("select pg_advisory_xact_lock(hashtextextended('transfer_file', 0))")
    rows = await ready(until)
    if not rows:
        raise Conflict(N_("No payout waits for a bank transfer file."))
    await _judge_day(pay_on, rows)
    await one_base.lock(*{row["owner"] for row in rows})
    total = yen(sum(row["amount"] for row in rows))
    made = await db.fetchrow(
        """insert into transfer_file (pay_on, row_count, amount, made_ref, made_by) values ($1, $2, $3, $4, $5)
           returning id, number""",
        *(pay_on, len(rows), total.amount, ref, by_name),
    )
    assert made is not None
    written = tuple(
        [await _take_in(made["id"], position, row, pay_on) for position, row in enumerate(rows, 1)]
    )
    file = TransferFile(sender, pay_on, made["number"], written)
    await _must_cover(yen(file.total), but=made["id"])
    await _keep(made["id"], file)
    crash_point("transfer_file.making")
    return UUID(str(made["id"]))


async def _judge_day(pay_on: date, rows: list[Any]) -> None:
    """Refuse a day on which no bank pays, that is too near or too far, or by which something would be late."""
    first, last = await rail.days()
    if not is_bank_day(pay_on):
        raise rail.refuse_day(N_("Banks are closed on this day."))
    if not first <= pay_on <= last:
        raise rail.refuse_day(N_("Please choose a day from %(first)s to %(last)s."), first=first, last=last)
    latest = max(rows[0]["due_on"], first)
    if pay_on > latest:
        raise rail.refuse_day(
            N_("Something is due by %(latest)s: choose that day or an earlier one."), latest=latest
        )


async def _take_in(file: UUID, position: int, payout: Any, pay_on: date) -> Row:
    """Withhold for the day of payment, then write one transfer; the next of the same person counts this one."""
    await one_base.withhold(payout["id"], started_on=await clock.today(), pay_on=pay_on)
    amount = await db.fetchval("select amount from payout where id = $1", payout["id"])
    account = await db.fetchrow(
        "select * from bank_account where owner = $1 and ended_at is null", payout["owner"]
    )
    if account is None:
        raise Conflict(N_("A payee has no bank account any more: please try again."))
    await db.execute(
        """insert into transfer_row (file_id, position, owner, payout_id, account_id, amount, pay_on)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        *(file, position, payout["owner"], payout["id"], account["id"], amount, pay_on),
    )
    to, holder = accounts.opened(account)
    return Row(to, holder, amount, position)


async def _keep(file: UUID, content: TransferFile) -> None:
    data = generate(content, newline=settings().zengin_newline)
    await db.execute(
        "update transfer_file set sealed = $2, sha256 = $3, amount = $4 where id = $1",
        file,
        sealing.seal(PURPOSE, str(file), data),
        hashlib.sha256(data).hexdigest(),
        content.total,
    )


async def free_money(*, but: UUID | None = None) -> Money:
    """Return what lies on the account for client money and is promised to no other file that is under way."""
    lies = await journal.balance(chart.bank_client())
    promised = await db.fetchval(
        """select coalesce(sum(r.amount), 0)::bigint from transfer_row r
           where r.status in ('waiting', 'sent') and r.file_id is distinct from $1""",
        but,
    )
    return lies - yen(promised)


async def _must_cover(total: Money, *, but: UUID) -> None:
    await journal.lock([chart.bank_client()])
    free = await free_money(but=but)
    if free < total:
        raise Conflict(
            N_("The account for client money lacks %(missing)s: the file is of %(total)s, and %(free)s is free."),
            missing=total - free, total=total, free=free,
        )  # fmt: skip


async def hold(file: UUID) -> Any:
    """Return a file, held until the transaction ends. Raises NotFound."""
    row = await db.fetchrow("select * from transfer_file where id = $1 for update", file)
    if row is None:
        raise NotFound
    return row


async def check(file: UUID, *, ref: str, by_name: str) -> None:
    """Approve a file as another than who made it.

    Raises NotFound, NotAllowed for its maker, Conflict when it is not waiting for that or its payouts have changed.
    """
    row = await hold(file)
    if row["status"] != "made":
        raise Conflict(N_("This file does not wait to be checked."))
    if row["made_ref"] == ref:
        raise NotAllowed(N_("You have made this file, so somebody else has to check it."))
    await _must_stand(file)
    await db.execute(
        """update transfer_file set status = 'checked', checked_ref = $2, checked_by = $3, checked_at = business_now()
           where id = $1""",
        *(file, ref, by_name),
    )


_CHANGED = """
select count(*) from transfer_row r join payout p on p.id = r.payout_id join bank_account a on a.id = r.account_id
  left join payee e on e.owner = r.owner
where r.file_id = $1 and (p.status <> 'planned' or p.amount <> r.amount or p.transferred or a.ended_at is not null
  or a.usable_from > business_now() or e.rail is distinct from 'zengin' or e.status is distinct from 'active')
"""


async def _must_stand(file: UUID) -> None:
    rail.must_be_on()
    if await db.fetchval("select true from kill_switch where name = 'payouts' and stopped_at is not null"):
        raise Conflict(N_("The operator has stopped payouts for the moment."))
    if changed := await db.fetchval(_CHANGED, file):
        raise Conflict(
            N_(
                "%(count)s of its transfers have changed since it was made: cancel the file and make it anew."
            ),
            count=changed,
        )


async def download(file: UUID, *, ref: str, by_name: str) -> tuple[bytes, bool]:
    """Return a file's bytes, and whether this was the first time: then its payouts are on their way from now on.

    Raises NotFound, Conflict when it is not checked, was cancelled, comes too late for its day, or is not covered.
    """
    row = await hold(file)
    if row["status"] in (*SENT, "void"):
        return content_of(row), False
    if row["status"] != "checked":
        raise Conflict(N_("Only a file that another person has checked can be downloaded."))
    await _must_stand(file)
    if row["pay_on"] < (await rail.days())[0]:
        raise Conflict(N_("It is too late for this day of payment: cancel the file and make it anew."))
    await _must_cover(Money(row["amount"], row["currency"]), but=file)
    await _send(file, row["pay_on"])
    await db.execute(
        """update transfer_file set status = 'downloaded', downloaded_ref = $2, downloaded_by = $3,
             downloaded_at = business_now() where id = $1""",
        *(file, ref, by_name),
    )
    crash_point("transfer_file.downloading")
    return content_of(row), True


async def _send(file: UUID, pay_on: date) -> None:
    rows = await db.fetch(
        "select payout_id, owner from transfer_row where file_id = $1 and status = 'waiting'", file
    )
    await one_base.lock(*{row["owner"] for row in rows})
    started = await attempts.send_by_file([row["payout_id"] for row in rows], pay_on=pay_on)
    sent = await db.execute(
        """update transfer_row r set status = 'sent', attempt = s.attempt
           from unnest($2::uuid[], $3::int[]) as s(payout_id, attempt)
           where r.file_id = $1 and r.payout_id = s.payout_id and r.status = 'waiting'""",
        *(file, list(started), list(started.values())),
    )
    if sent != len(rows):
        raise Conflict(N_("A transfer of this file has moved on: please look at it again."))


def content_of(row: Any) -> bytes:
    """Return the bytes of a file's row. Raises Unsealable; RuntimeError when they are not those that were made."""
    data = sealing.open_sealed(PURPOSE, str(row["id"]), bytes(row["sealed"]))
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise RuntimeError(f"transfer file {row['number']} is not what was made")
    return data


async def cancel(file: UUID, *, ref: str, by_name: str) -> None:
    """Give a file up that was not downloaded: its payouts wait for the next. Raises NotFound, Conflict."""
    row = await hold(file)
    if row["status"] not in {"made", "checked"}:
        raise Conflict(N_("This file was downloaded: it cannot be cancelled any more."))
    await db.execute("update transfer_row set status = 'dropped' where file_id = $1", file)
    await db.execute(
        """update transfer_file set status = 'cancelled', ended_ref = $2, ended_by = $3, ended_at = business_now()
           where id = $1""",
        *(file, ref, by_name),
    )
