"""The operator's bank: its lines with their postings, and files that bring more of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.funds import bank_import
from payouts.reconcile.bank_files import ACCOUNTS, MOST_HEADER_ROWS
from payouts.reconcile.bank_lines import MOST_BYTES, MOST_COLUMNS
from web import break_words, fields, guards, i18n, ledger_words
from web.csv_answer import csv_answer
from web.fields import Line, Whole
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.uploads import Sent, Upload, clean_name
from web.visit import AnyRequest

HOME = "/operator/reconciliation/bank"
SHOWN = 50
COLUMNS = {
    "day": N_("Day"),
    "amount": N_("Amount, signed"),
    "paid_in": N_("Amount in"),
    "paid_out": N_("Amount out"),
    "balance": N_("Balance after"),
    "counterparty": N_("Counterparty"),
    "description": N_("Description"),
    "reference": N_("Reference"),
}


class BankFile(fields.Field):
    """A file that the import itself judges: it knows better what is wrong with it."""

    def read(self, raw: Any) -> Upload:
        """Return the file under a safe name."""
        if isinstance(raw, Upload):
            return raw
        if not isinstance(raw, Sent):
            raise fields.wrong(N_("Please choose a file."))
        return Upload(clean_name(raw.name, "csv"), "csv", raw.content)


class Chosen(BaseModel):
    """A file of the bank, and whose account it is of."""

    account: Literal["bank:client", "bank:operator"] = Field(title=N_("Bank account"))
    bank: Annotated[str, Line(80, folded=True)] = Field("", title=N_("Bank"))
    file: Annotated[Upload, BankFile()] = Field(title=N_("File of the bank"))


Place = Annotated[int, Whole(0, MOST_COLUMNS - 1)]


class Columns(BaseModel):
    """Which column means what, counted from 0; none for what the bank does not write."""

    header_rows: Annotated[int, Whole(0, MOST_HEADER_ROWS)] = Field(1, title=N_("Rows of headings"))
    day: Place | None = Field(None, title=COLUMNS["day"])
    amount: Place | None = Field(None, title=COLUMNS["amount"])
    paid_in: Place | None = Field(None, title=COLUMNS["paid_in"])
    paid_out: Place | None = Field(None, title=COLUMNS["paid_out"])
    balance: Place | None = Field(None, title=COLUMNS["balance"])
    counterparty: Place | None = Field(None, title=COLUMNS["counterparty"])
    description: Place | None = Field(None, title=COLUMNS["description"])
    reference: Place | None = Field(None, title=COLUMNS["reference"])


@get(HOME, include_in_schema=False)
async def bank(
    request: AnyRequest, account: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """List the bank's lines, each with its posting or its break, and the files that came."""
    return await _list(guards.operator(request), Form(Chosen), account, page_number)


@get("/operator/reconciliation/bank.csv", include_in_schema=False)
async def bank_lines(
    request: AnyRequest, account: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the bank's lines as a file."""
    rows = await bank_import.every_line(account, by=guards.operator(request))
    titles = [N_("Day"), N_("Ledger account"), N_("Amount"), N_("Counterparty"), N_("Description"), N_("Reference"), N_("Matched by")]  # fmt: skip
    return csv_answer(
        "enishi-bank-lines.csv",
        [i18n.tr(title) for title in titles],
        [
            [row["day"].isoformat(), row["account"], row["amount"], row["counterparty"], row["description"],
             row["reference"], break_words.rule(row["rule"] or "")]
            for row in rows
        ],
        encoding=encoding,
    )  # fmt: skip


@post(
    "/operator/reconciliation/bank/files", include_in_schema=False, request_max_body_size=MOST_BYTES + 100_000
)
async def upload(request: AnyRequest) -> Any:
    """Read a file into a preview."""
    by = guards.operator(request)
    form = await Form.read(Chosen, request)
    try:
        given = form.data
        number = await bank_import.stage(
            given.account, given.bank, given.file.name, given.file.content, by=by
        )
    except Invalid as refusal:
        return await _list(by, form.refuse(refusal), "", 1, status=422)
    return see(f"{HOME}/files/{number}", request)


@get("/operator/reconciliation/bank/files/{number:uuid}", include_in_schema=False)
async def one(request: AnyRequest, number: FromPath[UUID]) -> Response[bytes]:
    """Show a file: its lines, or its first rows and the question which column means what."""
    return await _one(guards.operator(request), number, None)


@post("/operator/reconciliation/bank/files/{number:uuid}/layout", include_in_schema=False)
async def layout(request: AnyRequest, number: FromPath[UUID]) -> Any:
    """Remember which column means what."""
    by = guards.operator(request)
    form = await Form.read(Columns, request)
    try:
        given = form.data.model_dump(exclude_none=True)
        header_rows = given.pop("header_rows")
        await bank_import.remember(number, given, header_rows, by=by)
    except Invalid as refusal:
        # What is wrong in the file is wrong with all columns together.
        found = {name if name in Columns.model_fields else "": said for name, said in refusal.fields.items()}
        return await _one(by, number, form.refuse(Invalid(fields=found)), status=422)
    return see(f"{HOME}/files/{number}", request, Message(N_("The columns are remembered for this bank.")))


@post("/operator/reconciliation/bank/files/{number:uuid}/confirmation", include_in_schema=False)
async def confirm(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Import a file."""
    count, new = await bank_import.take_in(number, by=guards.operator(request))
    said = Message(
        N_("%(new)s of %(count)s lines are new; they are matched."),
        {"new": f"{new:,}", "count": f"{count:,}"},
    )
    return see(HOME, request, said)


@post("/operator/reconciliation/bank/files/{number:uuid}/discarding", include_in_schema=False)
async def discard(request: AnyRequest, number: FromPath[UUID]) -> Redirect:
    """Throw a preview away."""
    await bank_import.discard(number, by=guards.operator(request))
    return see(HOME, request, Message(N_("The file is thrown away; nothing has changed.")))


async def _list(
    by: Actor, form: Form[Chosen], account: str, number: int, status: int = 200
) -> Response[bytes]:
    rows, found, files = await bank_import.lines(account, page=number, by=by)
    return page(
        "operator/bank.html",
        form=form,
        rows=rows,
        found=found,
        files=files,
        account=account,
        accounts=[(name, ledger_words.named(name)) for name in ACCOUNTS],
        now=number,
        last=last_page(found, bank_import.PAGE),
        words=break_words,
        status=status,
    )


async def _one(by: Actor, number: UUID, form: Form[Columns] | None, status: int = 200) -> Response[bytes]:
    found = await bank_import.preview(number, by=by)
    known = dict(found.row["columns"] or {}, header_rows=found.row["header_rows"] or 1)
    return page(
        "operator/bank_file.html",
        found=found,
        row=found.row,
        form=form or Form(Columns, known if found.row["columns"] else None),
        columns=COLUMNS,
        shown=SHOWN,
        named=ledger_words.named,
        status=status,
    )


HANDLERS = [bank, bank_lines, upload, one, layout, confirm, discard]
