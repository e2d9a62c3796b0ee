"""A company's money: balance and bank book, payments in, refunds, what waits for finance."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.money import Money
from marketplace.funds import company as funds
from marketplace.funds import earnings
from payouts import books
from web import guards, i18n, ledger_words
from web.csv_answer import csv_answer
from web.fields import Line, Yen
from web.forms import Form
from web.pages.earnings import read_month
from web.paging import PageNumber, last_page
from web.task_words import TAX_CATEGORIES
from web.templating import link, page, see
from web.visit import AnyRequest, Visit

MOST = 10_000_000
PATIENCE = 15
"""After so many looks the page that waits for a payment looks less often."""
TOPUP_STATES = {
    "started": (N_("Waiting for the payment"), "now"),
    "paid": (N_("Added to the balance"), "ok"),
    "failed": (N_("Failed"), "danger"),
    "expired": (N_("Not paid in time"), ""),
    "refunded": (N_("Refunded"), ""),
    "charged_back": (N_("Taken back by the card's holder"), "danger"),
}


class TopUp(BaseModel):
    """How much to pay in, and how."""

    amount: Annotated[Money, Yen(1, MOST)] = Field(title=N_("Amount to pay"))
    method: Literal["card", "bank"] = Field("card", title=N_("How to pay"))


class Refund(BaseModel):
    """How much to take back."""

    amount: Annotated[Money, Yen(1, MOST)] = Field(title=N_("Amount to take back"))


class Category(BaseModel):
    """What kind of work it was."""

    category: Annotated[str, Line(40)] = Field(title=N_("Kind of work"))


@get("/c/{slug:str}/money", include_in_schema=False)
async def money(
    request: AnyRequest, slug: FromPath[str], month: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """Show the balance, what is set aside and owed, and the month's book; a manager sees his unit's reserve."""
    by = guards.member(request, slug)
    funds.must_read(by)
    if not by.roles & set(funds.READS):
        return page(
            "company/unit_reserve.html", slug=slug, reserve=await funds.unit_reserve(by=by), unit=by.unit
        )
    now = await earnings.this_month()
    shown = await funds.statement(read_month(month, now), page=page_number, by=by)
    standing = await funds.standing(by=by)
    return page(
        "company/money.html",
        slug=slug,
        acts=bool(by.roles & set(funds.ACTS)),
        standing=standing,
        pay=await funds.amount_for(standing.taken_back, by=by) if standing.taken_back.amount > 0 else None,
        statement=shown,
        fact=ledger_words.fact,
        before=earnings.month_before(shown.month),
        after=earnings.next_month(shown.month) if shown.month < now else None,
        now=page_number,
        last=last_page(shown.book.found, books.PAGE),
        categories=TAX_CATEGORIES,
    )


@get("/c/{slug:str}/money/statement.csv", include_in_schema=False)
async def statement_file(
    request: AnyRequest, slug: FromPath[str], month: FromQuery[str] = "", encoding: FromQuery[str] = ""
) -> Response[bytes]:
    """Give the month's book as a file."""
    by = guards.member(request, slug)
    shown = await funds.statement(read_month(month, await earnings.this_month()), whole=True, by=by)
    titles = [N_("Day"), N_("Description"), N_("Task"), N_("More"), N_("Less"), N_("Balance"), N_("Key")]
    rows: list[list[str | int | None]] = [
        [
            shown.month.isoformat(),
            i18n.tr(N_("Carried over")),
            None,
            None,
            None,
            shown.book.opening.amount,
            None,
        ]
    ]
    for line in shown.book.lines:
        change = line.change.amount
        more, less = (change, None) if change > 0 else (None, -change)
        day, fact = day_of(line.happened_at).isoformat(), ledger_words.fact(line.kind)
        rows.append([day, fact, shown.titles.get(line.reference), more, less, line.balance.amount, line.key])
    name = f"enishi-balance-{shown.month:%Y-%m}.csv"
    return csv_answer(name, [i18n.tr(text) for text in titles], rows, encoding=encoding)


@get("/c/{slug:str}/money/payments", include_in_schema=False)
async def payments(request: AnyRequest, slug: FromPath[str], page_number: PageNumber = 1) -> Response[bytes]:
    """List what the company has paid in."""
    rows, found = await funds.payments_in(page=page_number, by=guards.member(request, slug))
    return page(
        "company/payments.html",
        slug=slug, rows=rows, found=found, now=page_number, last=last_page(found, funds.PAGE), states=TOPUP_STATES,
    )  # fmt: skip


@get("/c/{slug:str}/money/top-up", include_in_schema=False)
async def top_up_page(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask how much and how; with an amount in the address, show the exact fee before anything is paid."""
    by = guards.member(request, slug, *funds.ACTS)
    given = {name: [value] for name, value in request.query_params.items() if name in TopUp.model_fields}
    form = Form.of(TopUp, given)
    if "amount" not in given:
        form.errors.clear()
        return _top_up(slug, form)
    try:
        return _top_up(slug, form, await funds.quote(form.data.amount, form.data.method, by=by))
    except Invalid as refusal:
        return _top_up(slug, form.refuse(refusal), status=422)


def _top_up(slug: str, form: Form[TopUp], quote: Any = None, status: int = 200) -> Response[bytes]:
    return page("company/top_up.html", status=status, slug=slug, form=form, quote=quote)


@post("/c/{slug:str}/money/top-ups", include_in_schema=False)
async def top_up(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Begin a payment: by card on the provider's page, by bank with the account to pay to."""
    by = guards.member(request, slug, *funds.ACTS)
    form = await Form.read(TopUp, request)
    try:
        return await _begin(request, slug, form.data, by)
    except Invalid as refusal:
        return _top_up(slug, form.refuse(refusal), status=422)


async def _begin(request: AnyRequest, slug: str, wanted: TopUp, by: Actor) -> Redirect:
    visit = Visit.of(request)
    who = {"name": visit.hat_name, "email": guards.person(request).email}
    if wanted.method == "bank":
        await funds.pay_by_bank(wanted.amount, **who, by=by)
        return see(f"/c/{slug}/money/bank", request)
    base = f"{visit.site.base_url}/c/{slug}/money"
    address = await funds.pay_by_card(
        wanted.amount,
        **who,
        title=i18n.tr(N_("Balance on Enishi")),
        success_url=f"{base}/arrival",
        cancel_url=f"{visit.site.base_url}{link(f'/c/{slug}/money/top-up', amount=wanted.amount.amount, method='card')}",
        by=by,
    )
    return Redirect(address, status_code=303)


@get("/c/{slug:str}/money/arrival", include_in_schema=False)
async def arrival(request: AnyRequest, slug: FromPath[str], look: FromQuery[int] = 0) -> Response[bytes]:
    """Wait for the provider's word; the page looks again by itself, without a script."""
    row = await funds.newest_payment(by=guards.member(request, slug))
    look = max(0, min(look, 1_000))
    return page(
        "company/arrival.html",
        slug=slug,
        row=row,
        states=TOPUP_STATES,
        look=look + 1,
        seconds=2 if look < PATIENCE else 10,
    )


@get("/c/{slug:str}/money/bank", include_in_schema=False)
async def bank(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show the virtual account that a bank transfer goes to."""
    by = guards.member(request, slug, *funds.READS)
    rows, _found = await funds.payments_in(by=by)
    waiting = [row for row in rows if row["method"] == "bank" and row["status"] == "started"]
    return page("company/bank.html", slug=slug, account=await funds.bank_instructions(by=by), waiting=waiting)


@get("/c/{slug:str}/money/refund", include_in_schema=False)
async def refund_page(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask how much of the free balance goes back."""
    return await _refund(slug, Form(Refund), guards.member(request, slug, *funds.ACTS))


async def _refund(slug: str, form: Form[Refund], by: Actor, status: int = 200) -> Response[bytes]:
    standing = await funds.standing(by=by)
    return page(
        "company/refund.html",
        status=status,
        slug=slug,
        form=form,
        free=standing.free,
        owed=standing.taken_back,
    )


@post("/c/{slug:str}/money/refunds", include_in_schema=False)
async def refund(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Give unspent balance back the way it came."""
    by = guards.member(request, slug, *funds.ACTS)
    form = await Form.read(Refund, request)
    try:
        amount = form.data.amount
        await funds.refund(amount, by=by)
    except Invalid as refusal:
        if not refusal.fields:
            refusal = Invalid(fields={"amount": Message(N_("More than is free."))})
        return await _refund(slug, form.refuse(refusal), by, status=422)
    except Conflict as conflict:
        return await _refund(slug, form.refuse(Invalid(fields={"": conflict.message})), by, status=409)
    return see(
        f"/c/{slug}/money", request, Message(N_("%(amount)s is on its way back to you."), {"amount": amount})
    )


@post("/c/{slug:str}/money/debt", include_in_schema=False)
async def pay_debt(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Pay from the balance what is owed for payments that were taken back."""
    paid = await funds.pay_debt(by=guards.member(request, slug, *funds.ACTS))
    return see(
        f"/c/{slug}/money", request, Message(N_("%(amount)s is paid from your balance."), {"amount": paid})
    )


@post("/c/{slug:str}/money/items/{item:uuid}/category", include_in_schema=False)
async def categorise(request: AnyRequest, slug: FromPath[str], item: FromPath[UUID]) -> Redirect:
    """Say what kind of work a blocked item pays for."""
    by = guards.member(request, slug, *funds.ACTS)
    form = await Form.read(Category, request)
    await funds.categorise(item, form.data.category, by=by)
    return see(f"/c/{slug}/money", request, Message(N_("The kind of work is set; the payment goes on.")))


HANDLERS = [
    money, statement_file, payments, top_up_page, top_up, arrival, bank, refund_page, refund, pay_debt, categorise,
]  # fmt: skip
