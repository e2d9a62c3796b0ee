"""The operator's bank transfer files: what waits, the files, one file with its transfers, its download, its result."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.funds import bank_payments, client_bank
from payouts.holds import REASONS
from payouts.zengin.record import MOST_BYTES, MOST_ROWS
from payouts.zengin.results import LONGEST_REASON
from payouts.zengin.told import CODES, PAID, name_of
from web import guards, i18n
from web.csv_answer import csv_answer
from web.downloads import attached
from web.fields import Day, Line, Whole
from web.forms import Form
from web.pages.operator_bank import BankFile
from web.pages.payout_account import KINDS
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.uploads import Upload
from web.visit import AnyRequest

HOME = "/operator/bank-payments"
ARRIVED = "arrived"


class Wanted(BaseModel):
    """A file that shall be made: its day of payment, and up to which due date."""

    pay_on: Annotated[date, Day()] = Field(title=N_("Day of payment"))
    until: Annotated[date | None, Day()] = Field(None, title=N_("Only what is due until"))


class Answer(BaseModel):
    """The bank's answer to a file."""

    file: Annotated[Upload, BankFile()] = Field(title=N_("Result of the bank"))


class Said(BaseModel):
    """What one says by hand of a file, for another to agree to."""

    what: Literal["rest", "one", "void"] = Field("rest", title=N_("What you have seen"))
    position: Annotated[int | None, Whole(1, MOST_ROWS)] = Field(None, title=N_("Number of the transfer"))
    code: Literal["", "arrived", "no_account", "incorrect_account_holder_name", "account_closed", "recalled", "could_not_process"] = Field("", title=N_("What became of it"))  # fmt: skip
    reason: Annotated[str, Line(LONGEST_REASON)] = Field(title=N_("Reason"))


@get(HOME, include_in_schema=False)
async def listed(request: AnyRequest, page_number: PageNumber = 1) -> Response[bytes]:
    """List the files, and offer to make the next."""
    return await _list(guards.operator(request), None, page_number)


@post(HOME, include_in_schema=False)
async def make(request: AnyRequest) -> Any:
    """Make a file of what waits."""
    by = guards.operator(request)
    form = await Form.read(Wanted, request)
    try:
        file = await bank_payments.make(form.data.pay_on, form.data.until, by=by)
    except Invalid as refusal:
        return await _list(by, form.refuse(refusal), 1, status=422)
    except Conflict as conflict:
        return await _list(by, form.refuse(Invalid(fields={"": conflict.message})), 1, status=409)
    return see(f"{HOME}/{file}", request, Message(N_("The file is made. Another person has to check it.")))


@post(f"{HOME}/bookings/{{source:str}}", include_in_schema=False)
async def book(request: AnyRequest, source: FromPath[str]) -> Redirect:
    """Book what has left Stripe into the bank account for client money."""
    amount = await client_bank.book(source[:200], by=guards.operator(request))
    return see(
        HOME,
        request,
        Message(N_("%(amount)s is booked into the account for client money."), {"amount": amount}),
    )


@get(f"{HOME}/{{file:uuid}}", include_in_schema=False)
async def one(request: AnyRequest, file: FromPath[UUID], page_number: PageNumber = 1) -> Response[bytes]:
    """Show a file with its transfers."""
    return await _one(file, guards.operator(request), page_number)


@get(f"{HOME}/{{file:uuid}}/transfers.csv", include_in_schema=False)
async def rows(request: AnyRequest, file: FromPath[UUID]) -> Response[bytes]:
    """Give the transfers as a list: with the results written into its last column it can be brought back."""
    row, found, names = await bank_payments.every_row(file, by=guards.operator(request))
    titles = [N_("Transfer no."), N_("Alumnus"), N_("Bank"), N_("Account number"), N_("Amount"), N_("Result")]
    return csv_answer(
        f"enishi-transfers-{row['number']}.csv",
        [i18n.tr(title) for title in titles],
        [
            [one["position"], names.get(one["owner"], one["owner"]), f"{one['bank_name']} {one['branch_name']}",
             f"*{one['last_digits']}", one["amount"], _told(one)]
            for one in found
        ],
    )  # fmt: skip


def _told(row: Any) -> str:
    return "済" if row["status"] == "paid" else str(row["code"])


@post(f"{HOME}/{{file:uuid}}/check", include_in_schema=False)
async def check(request: AnyRequest, file: FromPath[UUID]) -> Redirect:
    """Approve a file as the second person."""
    await bank_payments.check(file, by=guards.operator(request))
    return see(f"{HOME}/{file}", request, Message(N_("The file is checked. It can be downloaded.")))


@post(f"{HOME}/{{file:uuid}}/download", include_in_schema=False, status_code=200)
async def download(request: AnyRequest, file: FromPath[UUID]) -> Response[bytes]:
    """Give the bytes for the bank; the first time locks the file and starts its payouts."""
    content, name = await bank_payments.download(file, by=guards.operator(request))
    return attached(content, "text/plain; charset=shift_jis", name)


@post(f"{HOME}/{{file:uuid}}/cancelling", include_in_schema=False)
async def cancel(request: AnyRequest, file: FromPath[UUID]) -> Redirect:
    """Give a file up that was not downloaded."""
    await bank_payments.cancel(file, by=guards.operator(request))
    return see(
        f"{HOME}/{file}", request, Message(N_("The file is cancelled. Its payouts wait for the next one."))
    )


@post(f"{HOME}/{{file:uuid}}/results", include_in_schema=False, request_max_body_size=MOST_BYTES + 100_000)
async def answer(request: AnyRequest, file: FromPath[UUID]) -> Any:
    """Take in the bank's answer."""
    by = guards.operator(request)
    form = await Form.read(Answer, request)
    try:
        await bank_payments.take_result(file, form.data.file.name, form.data.file.content, by=by)
    except Invalid as refusal:
        return await _one(file, by, 1, answer=form.refuse(refusal), status=422)
    return see(f"{HOME}/{file}", request, Message(N_("The result is taken in and is being applied.")))


@post(f"{HOME}/{{file:uuid}}/said", include_in_schema=False)
async def say(request: AnyRequest, file: FromPath[UUID]) -> Any:
    """Say by hand what became of a file or of one transfer."""
    by = guards.operator(request)
    form = await Form.read(Said, request)
    try:
        await _say(file, form.data, by)
    except Invalid as refusal:
        return await _one(file, by, 1, said=form.refuse(refusal), status=422)
    except Conflict as conflict:
        return await _one(file, by, 1, said=form.refuse(Invalid(fields={"": conflict.message})), status=409)
    return see(f"{HOME}/{file}", request, Message(N_("It is noted. It counts when another operator agrees.")))


async def _say(file: UUID, said: Said, by: Actor) -> None:
    if said.what == "rest":
        await bank_payments.say_rest(file, said.reason, by=by)
    elif said.what == "void":
        await bank_payments.say_void(file, said.reason, by=by)
    elif said.position is None or not said.code:
        missing = "position" if said.position is None else "code"
        raise Invalid(fields={missing: Message(N_("Please say which transfer, and what became of it."))})
    else:
        code = PAID if said.code == ARRIVED else said.code
        await bank_payments.say_one(file, said.position, code, said.reason, by=by)


@post(f"{HOME}/results/{{result:uuid}}/agreement", include_in_schema=False)
async def agree(request: AnyRequest, result: FromPath[UUID]) -> Redirect:
    """Agree to what another has said."""
    file = await bank_payments.decide(result, agreed=True, by=guards.operator(request))
    return see(f"{HOME}/{file}", request, Message(N_("Agreed. It is being applied.")))


@post(f"{HOME}/results/{{result:uuid}}/refusal", include_in_schema=False)
async def refuse(request: AnyRequest, result: FromPath[UUID]) -> Redirect:
    """Throw away what was said."""
    file = await bank_payments.decide(result, agreed=False, by=guards.operator(request))
    return see(f"{HOME}/{file}", request, Message(N_("What was said is thrown away. Nothing was posted.")))


async def _list(by: Actor, form: Form[Wanted] | None, page_number: int, status: int = 200) -> Response[bytes]:
    desk = await bank_payments.desk(page=page_number, by=by)
    return page(
        "operator/bank_payments.html",
        desk=desk,
        form=form or Form(Wanted, {"pay_on": desk.latest} if desk.latest else None),
        left=await client_bank.left_stripe(by=by),
        now=page_number,
        last=last_page(desk.found, bank_payments.PAGE),
        status=status,
    )


async def _one(
    file: UUID,
    by: Actor,
    page_number: int,
    *,
    answer: Form[Answer] | None = None,
    said: Form[Said] | None = None,
    status: int = 200,
) -> Response[bytes]:
    found = await bank_payments.one(file, page=page_number, by=by)
    return page(
        "operator/bank_payment.html",
        found=found,
        row=found.row,
        answer=answer or Form(Answer),
        said=said or Form(Said),
        codes={ARRIVED: N_("It arrived"), **CODES},
        name_of=name_of,
        kinds=KINDS,
        reasons=REASONS,
        me=by.ref,
        now=page_number,
        last=last_page(found.found, bank_payments.PAGE),
        status=status,
    )


HANDLERS = [listed, make, book, one, rows, check, download, cancel, answer, say, agree, refuse]
