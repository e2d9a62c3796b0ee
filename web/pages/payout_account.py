"""An alumnus's own bank account: bank and branch chosen while typing, shown as it will be printed, then kept."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.funds import bank_account
from payouts.zengin import rail
from payouts.zengin.accounts import HOLDER, Given
from web import guards
from web.fields import Line, Whole
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

PLACE = "/me/payout/account"
KINDS = {1: N_("Ordinary (普通)"), 2: N_("Current (当座)"), 4: N_("Savings (貯蓄)")}
"""Kinds of accounts, in words."""
SUGGESTED = ("bank", "branch")


class BankAccount(BaseModel):
    """Bank details as typed; `take` is a suggestion that was chosen without a script, `do` is `keep` after the look."""

    bank: Annotated[str, Line(60)] = Field(title=N_("Bank"))
    branch: Annotated[str, Line(60)] = Field(title=N_("Branch"))
    kind: Annotated[int, Whole(1, 4)] = Field(1, title=N_("Kind of account"))
    number: Annotated[str, Line(10, folded=True)] = Field(title=N_("Account number"))
    holder: Annotated[str, Line(60)] = Field(title=N_("Holder, in katakana"))
    do: Annotated[str, Line(10)] = ""
    take: Annotated[str, Line(80)] = ""


@get(PLACE, include_in_schema=False)
async def account(request: AnyRequest) -> Response[bytes]:
    """Ask for the bank account."""
    return await _show(guards.alumnus(request), Form(BankAccount))


@post(PLACE, include_in_schema=False)
async def keep(request: AnyRequest) -> Any:
    """Show the account as it will be printed, or keep it after that."""
    by = guards.alumnus(request)
    form = await Form.read(BankAccount, request)
    field, _, chosen = form.text("take").partition(":")
    if field in SUGGESTED and chosen:
        return await _show(by, _taken(form, field, chosen))
    try:
        given = _judged(form.data)
    except Invalid as refusal:
        return await _show(by, form.refuse(refusal), status=422)
    if form.data.do != "keep":
        return await _show(by, form, given)
    row = await bank_account.give(given, by=by)
    told = {"bank": given.name, "digits": row["last_digits"]}
    return see("/me/payout", request, Message(N_("You are paid to %(bank)s •••%(digits)s."), told))


def _judged(typed: BankAccount) -> Given:
    return bank_account.judge(typed.bank, typed.branch, typed.kind, typed.number, typed.holder)


def _taken(form: Form[BankAccount], field: str, chosen: str) -> Form[BankAccount]:
    typed = {name: form.text(name) for name in ("bank", "branch", "kind", "number", "holder")}
    return Form(BankAccount, typed | {field: chosen[:60]} | ({"branch": ""} if field == "bank" else {}))


@get(f"{PLACE}/suggestions", include_in_schema=False)
async def suggested(
    request: AnyRequest,
    field: FromQuery[str] = "bank",
    bank: FromQuery[str] = "",
    branch: FromQuery[str] = "",
) -> Response[bytes]:
    """Suggest banks or branches for what is typed: a part of the page."""
    guards.alumnus(request)
    if field not in SUGGESTED:
        raise NotFound
    found = bank_account.suggest(bank[:60], branch[:60] if field == "branch" else None)
    return page("bank_choices.html", name=field, found=found)


@post(f"{PLACE}/leaving", include_in_schema=False)
async def leave(request: AnyRequest) -> Redirect:
    """Be paid through the provider again."""
    await bank_account.leave(by=guards.alumnus(request))
    return see("/me/payout", request, Message(N_("You are paid through Stripe again.")))


async def _show(
    by: Actor, form: Form[BankAccount], given: Given | None = None, status: int = 200
) -> Response[bytes]:
    rail.must_be_on()
    choices = {}
    for name in SUGGESTED:
        wanted = form.text(name) if form.error(name) else ""
        typed = (form.text("bank"), wanted if name == "branch" else None)
        choices[name] = bank_account.suggest(*typed) if wanted else []
    return page(
        "payout_account.html",
        form=form,
        given=given,
        now=await bank_account.of(by=by),
        choices=choices,
        kinds=KINDS,
        most=HOLDER,
        status=status,
    )


HANDLERS = [account, keep, suggested, leave]
