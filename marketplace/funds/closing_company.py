"""What a company's close looks at, each point a question to the tables as they are now. In the operator's scope."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money, yen
from marketplace.funds import contract_legs
from payouts.closing import months, trial
from payouts.closing.checklist import Item, Reading, Weight
from payouts.exports import queries as exports
from payouts.statements import queries, withholding


@dataclass(frozen=True, slots=True)
class Asked:
    """Which company's month is looked at."""

    company: UUID
    month: date

    @property
    def owner(self) -> str:
        """The company as an owner of rows."""
        return f"company:{self.company}"

    @property
    def key(self) -> str:
        """The month as addresses have it."""
        return f"{self.month:%Y-%m}"


async def items(company: UUID, month: date) -> list[Item]:
    """Return the checklist of a company's month, its points in the order in which they are put in order."""
    asked = Asked(company, month)
    found = [await check(asked) for check in CHECKS]
    return [*found, *await _statements(asked)]


_CONTRACTS = """
select count(*) filter (where approved_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
    and approved_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo') as approved,
  count(*) filter (where status in ('delivered', 'changes_requested', 'disputed')
    and received_on < $2::date + interval '1 month') as undecided
from contract where company_id = $1
"""


async def _earlier(asked: Asked) -> Item:
    found = await months.open_before(asked.owner, asked.month)
    if not found:
        said = Message(N_("Every earlier month with postings is closed."))
        return Item("earlier", Reading.OK, Weight.BLOCKS, said, number=0)
    said = Message(
        N_("Earlier months that are open: %(count)s, the first is %(month)s. Close them in order."),
        {"count": len(found), "month": f"{found[0]:%Y-%m}"},
    )
    return Item("earlier", Reading.WAITING, Weight.BLOCKS, said, f"closing/{found[0]:%Y-%m}", len(found))


async def _contracts(asked: Asked) -> Item:
    row = await db.fetchrow(_CONTRACTS, asked.company, asked.month)
    assert row is not None
    told = {"approved": row["approved"], "undecided": row["undecided"]}
    if not row["undecided"]:
        said = Message(
            N_("Contracts approved in the month: %(approved)s. No delivery waits for a decision."), told
        )
        return Item("contracts", Reading.OK, Weight.WARNS, said, "contracts", row["approved"])
    said = Message(
        N_(
            "Deliveries that wait for a decision: %(undecided)s. Decide them; what is approved later belongs to the month of its approval."
        ),
        told,
    )
    return Item("contracts", Reading.WAITING, Weight.WARNS, said, "contracts", row["undecided"])


async def _withholding(asked: Asked) -> Item:
    register = await withholding.register(str(asked.company), asked.month)
    path = f"withholding?month={asked.key}"
    if register.holds:
        said = Message(
            N_("The register is what reached the banks, to the yen. Remit it by %(day)s."),
            {"day": register.due_on},
        )
        return Item(
            "withholding", Reading.OK, Weight.BLOCKS, said, path, len(register.rows), register.withheld
        )
    said = Message(
        N_("The register differs from what reached the banks. Ask the operator to look at the payouts.")
    )
    return Item(
        "withholding", Reading.BROKEN, Weight.BLOCKS, said, path, len(register.different), register.withheld
    )


_FEES = """
select coalesce(-sum(fee.amount), 0)::bigint as fee, count(*) as postings,
  (select fee_amount from platform_invoice p where p.owner = $1 and p.month = $2) as invoiced
from ledger_account account join ledger_entry fee on fee.account_id = account.id join ledger_transfer t on t.id = fee.transfer_id
where account.name = 'revenue:platform_fee' and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo'
  and t.happened_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo'
  and exists (select from ledger_entry own where own.transfer_id = t.id and own.owner = $1)
"""


async def _platform_invoice(asked: Asked) -> Item:
    row = await db.fetchrow(_FEES, asked.owner, asked.month)
    assert row is not None
    fee, path = yen(row["fee"]), "platform-invoices"
    if not row["postings"]:
        said = Message(N_("No platform fee was earned in the month: there is nothing to invoice."))
        return Item("platform_invoice", Reading.OK, Weight.BLOCKS, said, path, 0, fee)
    if row["invoiced"] is None:
        said = Message(N_("The operator's invoice is not made yet. Closing makes it."))
        return Item("platform_invoice", Reading.WAITING, Weight.BLOCKS, said, path, row["postings"], fee)
    if row["invoiced"] == row["fee"]:
        said = Message(N_("The operator's invoice is the month's fees in the ledger, to the yen."))
        return Item("platform_invoice", Reading.OK, Weight.BLOCKS, said, path, row["postings"], fee)
    said = Message(
        N_("The operator's invoice says %(invoiced)s, the ledger %(fee)s. Ask the operator."),
        {"invoiced": yen(row["invoiced"]), "fee": fee},
    )
    return Item("platform_invoice", Reading.BROKEN, Weight.BLOCKS, said, path, row["postings"], fee)


_INVOICES = """
select (select count(*) from invoice i where i.owner = $1 and i.issued_on >= $2 and i.issued_on < $2::date + interval '1 month') as invoices,
  (select count(*) from credit_note c where c.owner = $1 and c.issued_on >= $2 and c.issued_on < $2::date + interval '1 month') as notes,
  (select count(*) from invoice i where i.owner = $1 and i.status = 'draft'
     and i.created_at < ($2::date + interval '1 month')::timestamp at time zone 'Asia/Tokyo') as drafts,
  (select coalesce(sum(i.total_amount), 0)::bigint from invoice i where i.owner = $1 and i.issued_on >= $2
     and i.issued_on < $2::date + interval '1 month') as total
"""


async def _invoices(asked: Asked) -> Item:
    row = await db.fetchrow(_INVOICES, asked.owner, asked.month)
    assert row is not None
    total = yen(row["total"])
    if row["drafts"]:
        said = Message(
            N_(
                "Invoices of success fees that are not issued yet: %(count)s. They are issued by themselves within minutes."
            ),
            {"count": row["drafts"]},
        )
        return Item("invoices", Reading.WAITING, Weight.WARNS, said, "money/invoices", row["drafts"], total)
    said = Message(
        N_("Issued in the month: invoices %(invoices)s, credit notes %(notes)s."),
        {"invoices": row["invoices"], "notes": row["notes"]},
    )
    return Item(
        "invoices", Reading.OK, Weight.WARNS, said, "money/invoices", row["invoices"] + row["notes"], total
    )


async def _legs(asked: Asked) -> Item:
    different = await contract_legs.differing(asked.company, asked.month, await clock.today())
    if not different:
        said = Message(N_("The five legs of every contract approved in the month agree."))
        return Item("legs", Reading.OK, Weight.WARNS, said, "reconciliation", 0)
    said = Message(
        N_("Contracts whose legs do not agree yet: %(count)s. Look which, or wait for the bank's trace."),
        {"count": different},
    )
    return Item("legs", Reading.BROKEN, Weight.WARNS, said, "reconciliation", different)


async def _journal(asked: Asked) -> Item:
    found = await trial.journal(asked.owner, asked.month)
    told: dict[str, Money] = {"debit": found.debit, "credit": found.credit}
    if found.holds:
        said = Message(
            N_("Debits %(debit)s are credits %(credit)s; every account is the sum of its entries."), told
        )
        return Item("journal", Reading.OK, Weight.BLOCKS, said, "money", found.postings, found.debit)
    said = Message(N_("Debits %(debit)s are not credits %(credit)s. Stop here and call the operator."), told)
    return Item(
        "journal", Reading.BROKEN, Weight.BLOCKS, said, "money", found.unbalanced + found.adrift, found.debit
    )


async def _export(asked: Asked) -> Item:
    path = f"journal?month={asked.key}"
    found = await exports.journal(str(asked.company), asked.month)
    told: dict[str, Money | int] = {"slips": len(found.slips), "debit": found.debits}
    if found.holds:
        said = Message(
            N_("Slips for your accounting: %(slips)s, over %(debit)s; they tie to our books."), told
        )
        return Item("export", Reading.OK, Weight.WARNS, said, path, len(found.slips), found.debits)
    said = Message(N_("The journal for your accounting does not tie to our books. Look which sum differs."))
    return Item("export", Reading.BROKEN, Weight.WARNS, said, path, len(found.slips))


_SENT = """
select count(*) as statements, count(*) filter (where status = 'made') as unsent,
  count(*) filter (where status = 'disputed') as disputed from statement where payer = $1 and month = $2
"""


async def _statements(asked: Asked) -> list[Item]:
    tie = await queries.tie(str(asked.company), asked.month)
    row = await db.fetchrow(_SENT, asked.owner, asked.month)
    assert row is not None
    return [
        *_made(asked, tie, row["statements"]),
        _sent(asked, row["statements"], row["unsent"]),
        _disputed(asked, row["disputed"]),
    ]


def _made(asked: Asked, tie: queries.Tie, statements: int) -> Iterator[Item]:
    path, owed = f"statements?month={asked.key}", yen(tie.owed)
    if tie.unstated:
        said = Message(
            N_("Approvals in no statement yet: %(count)s. Closing makes the statements."),
            {"count": tie.unstated},
        )
        yield Item("statements", Reading.WAITING, Weight.BLOCKS, said, path, tie.unstated, owed)
        return
    said = Message(N_("Every approval of the month is stated. Statements: %(count)s."), {"count": statements})
    yield Item("statements", Reading.OK, Weight.BLOCKS, said, path, statements, owed)
    if tie.holds:
        said = Message(N_("Approved and stated are the same to the yen."))
        yield Item("tie", Reading.OK, Weight.BLOCKS, said, path, tie.items, owed)
        return
    said = Message(
        N_("Approved %(owed)s, stated %(stated)s. Ask the operator to look at the statements."),
        {"owed": owed, "stated": yen(tie.stated)},
    )
    yield Item("tie", Reading.BROKEN, Weight.BLOCKS, said, path, tie.items, yen(tie.owed - tie.stated))


def _sent(asked: Asked, statements: int, unsent: int) -> Item:
    path = f"statements?month={asked.key}"
    if not unsent:
        return Item(
            "sent", Reading.OK, Weight.BLOCKS, Message(N_("Every statement is sent.")), path, statements
        )
    said = Message(N_("Statements not sent yet: %(count)s. Closing sends them."), {"count": unsent})
    return Item("sent", Reading.WAITING, Weight.BLOCKS, said, path, unsent)


def _disputed(asked: Asked, disputed: int) -> Item:
    path = f"statements?month={asked.key}&show=disputed"
    if not disputed:
        return Item("disputes", Reading.OK, Weight.SHOWN, Message(N_("No statement is disputed.")), path, 0)
    said = Message(
        N_(
            "Disputed statements: %(count)s. They do not hold the close up; answer them, a correction comes later."
        ),
        {"count": disputed},
    )
    return Item("disputes", Reading.WAITING, Weight.SHOWN, said, path, disputed)


Check = Callable[[Asked], Awaitable[Item]]
CHECKS: tuple[Check, ...] = (
    _earlier, _contracts, _legs, _invoices, _platform_invoice, _withholding, _journal, _export,
)  # fmt: skip
"""Each answers with one point; another point is one more function in this row."""
