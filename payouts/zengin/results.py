"""What the bank did with a file: told by its own file, or by one person and agreed to by another. Operator's scope.

What is told is applied by `applying`, batch by batch.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.core import clock, db, outbox
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotAllowed, NotFound
from marketplace.core.money import Money
from payouts.holds import NEVER_SENT
from payouts.reconcile import found
from payouts.reconcile.bank_match import DAYS
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from payouts.zengin import files, told
from payouts.zengin.applying import JOB, subject_of
from payouts.zengin.told import PAID, Held

LONGEST_REASON = 300


async def take_file(file: UUID, name: str, content: bytes, *, ref: str, by_name: str) -> UUID:
    """Take in the bank's answer to a file and begin to apply it; amounts that differ become breaks.

    Raises NotFound, Conflict while another result is under way, Invalid on `file` with the line that is wrong.
    """
    row = await _sent(file)
    held = {
        one["position"]: Held(one["amount"], one["status"], one["code"])
        for one in await db.fetch(
            "select position, amount, status, code from transfer_row where file_id = $1", file
        )
    }
    fresh, different = told.news(told.read(content, number=row["number"], near=row["pay_on"]), held)
    if not fresh and not different:
        raise Invalid(fields={"file": Message(N_("This result says nothing that is not known already."))})
    await _not_before(row, fresh)
    mark = hashlib.sha256(content).hexdigest()
    number = await _add(
        file, "file", fresh, ref=ref, by_name=by_name, name=name[:200], sha256=mark, differ=different
    )
    await _open_breaks(row, held, different)
    await _begin(number)
    return number


async def propose(
    file: UUID, given: Mapping[int, str], reason: str, *, ref: str, by_name: str, line: UUID | None = None
) -> UUID:
    """Say by hand what became of transfers, by their places; another has to agree.

    Raises NotFound, Conflict while another result is under way, Invalid without a reason or for a transfer of another state.
    """
    row = await _sent(file)
    _must_have_reason(reason)
    await _not_before(row, given)
    rows = await db.fetch("select position, status from transfer_row where file_id = $1", file)
    states = {one["position"]: one["status"] for one in rows}
    if not given or any(not _moves(states.get(place, ""), code) for place, code in given.items()):
        raise Invalid(
            fields={"position": Message(N_("This transfer has another state by now: please look again."))}
        )
    return await _add(file, "hand", given, ref=ref, by_name=by_name, reason=reason, line_id=line)


def _moves(status: str, code: str) -> bool:
    return status == "sent" or (status == "paid" and code != PAID)


async def propose_rest(file: UUID, reason: str, *, ref: str, by_name: str) -> UUID:
    """Say by hand that every transfer of which nothing is told has arrived: the bank has debited the whole file.

    Raises as `propose`, and Conflict when no line of the bank shows the file's total.
    """
    row = await _sent(file)
    line = await debit(row)
    if line is None:
        raise Conflict(
            N_("No line of the bank shows %(total)s going out for this file. Import the bank's lines first."),
            total=Money(row["amount"], row["currency"]),
        )
    places = await db.fetch("select position from transfer_row where file_id = $1 and status = 'sent'", file)
    given = {one["position"]: PAID for one in places}
    return await propose(file, given, reason, ref=ref, by_name=by_name, line=line["id"])


async def debit(row: Any) -> Any:
    """Return the bank's line that shows the whole of a file going out near its day, or None."""
    return await db.fetchrow(
        """select l.* from bank_line l where l.account = 'bank:client' and l.amount = -$1::bigint and abs(l.day - $2) <= $3
           order by abs(l.day - $2), l.id limit 1""",
        *(row["amount"], row["pay_on"], DAYS),
    )


async def propose_void(file: UUID, reason: str, *, ref: str, by_name: str) -> UUID:
    """Say that a downloaded file was never sent to the bank; another has to agree, then its payouts wait again.

    Raises as `propose`, and Conflict when the bank has said anything of it.
    """
    await _sent(file)
    _must_have_reason(reason)
    if await db.fetchval(
        "select true from transfer_row where file_id = $1 and status <> 'sent' limit 1", file
    ):
        raise Conflict(N_("The bank has said something of this file already, so it has got it."))
    places = await db.fetch("select position from transfer_row where file_id = $1", file)
    given = {one["position"]: NEVER_SENT for one in places}
    return await _add(file, "void", given, ref=ref, by_name=by_name, reason=reason)


async def agree(result: UUID, *, ref: str, by_name: str) -> None:
    """Agree to what another has said, and begin to apply it. Raises NotFound, Conflict, NotAllowed for who said it."""
    row = await _proposed(result)
    if row["by_ref"] == ref:
        raise NotAllowed(N_("You have said it, so somebody else has to agree."))
    await db.execute(
        "update transfer_result set status = 'accepted', decided_ref = $2, decided_by = $3, decided_at = business_now() where id = $1",
        *(result, ref, by_name),
    )
    await _begin(result)


async def refuse(result: UUID, *, ref: str, by_name: str) -> None:
    """Throw away what was said and not agreed to. Raises NotFound, Conflict."""
    await _proposed(result)
    await db.execute(
        "update transfer_result set status = 'refused', decided_ref = $2, decided_by = $3, decided_at = business_now() where id = $1",
        *(result, ref, by_name),
    )


async def _proposed(result: UUID) -> Any:
    row = await db.fetchrow("select * from transfer_result where id = $1 for update", result)
    if row is None:
        raise NotFound
    if row["status"] != "proposed":
        raise Conflict(N_("This was decided already."))
    return row


async def _sent(file: UUID) -> Any:
    row = await files.hold(file)
    if row["status"] not in files.SENT:
        raise Conflict(N_("The bank cannot have this file: it was not downloaded."))
    return row


def _must_have_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        text = N_("Please write why, in up to %(most)s characters.")
        raise Invalid(fields={"reason": Message(text, {"most": LONGEST_REASON})})


async def _not_before(row: Any, given: Mapping[int, str]) -> None:
    if PAID in given.values() and await clock.today() < row["pay_on"]:
        raise Conflict(N_("Nothing can have arrived before %(day)s."), day=row["pay_on"])


async def _add(
    file: UUID, kind: str, given: Mapping[int, str], *, ref: str, by_name: str, **columns: Any
) -> UUID:
    differ = {str(place): amount for place, amount in columns.pop("differ", {}).items()}
    made = await db.fetchval(
        """insert into transfer_result (file_id, kind, told, differ, by_ref, by_name, name, sha256, reason, line_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id""",
        *(file, kind, {str(place): code for place, code in given.items()}, differ, ref, by_name),
        *(
            columns.get("name", ""),
            columns.get("sha256", ""),
            columns.get("reason", ""),
            columns.get("line_id"),
        ),
    )
    if made is None:
        raise Conflict(N_("Another result of this file is under way: finish that first."))
    return UUID(str(made))


async def _begin(result: UUID) -> None:
    await db.execute("update transfer_result set status = 'accepted' where id = $1", result)
    await outbox.enqueue(JOB, result=str(result))


async def _open_breaks(row: Any, held: Mapping[int, Held], different: Mapping[int, int]) -> None:
    now = await clock.now()
    await found.write(
        [
            Found(
                subject=subject_of(row["id"], place), kind=Kind.BANK_RESULT, account="bank:client", found=-amount,
                expected=-held[place].amount, difference=held[place].amount - amount, reference=f"transfer_file:{row['id']}",
                facts={"file": row["number"], "transfer": place}, happened_at=now,
            )
            for place, amount in different.items()
        ],
        None,
    )  # fmt: skip
