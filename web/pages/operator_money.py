"""The operator's books: the zero-sum proof, and every number down to its postings."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from marketplace import clockwork
from marketplace.core import db
from marketplace.core.settings import settings
from marketplace.operations import owners, switches, unfinished
from payouts import ageing, books
from web import guards, ledger_words
from web.pages.operator_controls import SWITCHES
from web.paging import PageNumber, last_page
from web.templating import page
from web.visit import AnyRequest


@get("/operator", include_in_schema=False)
async def money(request: AnyRequest) -> Response[bytes]:
    """Show the proof, the two sides, what covers client money, what is unfinished, the switches and the clock."""
    by = guards.operator(request)
    async with db.transaction(**by.scope):
        proof = await books.prove()
        days = await books.client_money_by_day()
        aged = await ageing.aged()
        named = await owners.named(one.owner for one in aged)
    return page(
        "operator/money.html",
        proof=proof,
        days=days,
        aged=aged,
        stages=ageing.STAGES,
        owners=named,
        oldest=await unfinished.oldest(by=by),
        switches=await switches.every_switch(by=by),
        now=await clockwork.now(),
        may_move=not settings().production,
        switch_words=SWITCHES,
        words=ledger_words,
    )


@get("/operator/accounts", include_in_schema=False)
async def accounts(
    request: AnyRequest,
    purpose: FromQuery[str] = "",
    owner: FromQuery[str] = "",
    empty: FromQuery[bool] = False,
    page_number: PageNumber = 1,
) -> Response[bytes]:
    """List accounts, all or those of one purpose or owner."""
    by = guards.operator(request)
    async with db.transaction(**by.scope):
        rows, found = await books.accounts(purpose=purpose, owner=owner, empty=empty, page=page_number)
        named = await owners.named(row["owner"] for row in rows)
    return _list(
        "operator/accounts.html", rows, found, page_number, named, purpose=purpose, owner=owner, empty=empty
    )


@get("/operator/accounts/{number:int}", include_in_schema=False)
async def account(request: AnyRequest, number: FromPath[int], page_number: PageNumber = 1) -> Response[bytes]:
    """Show one account as a book, the newest line first."""
    by = guards.operator(request)
    async with db.transaction(**by.scope):
        row, entries = await books.account(number, page=page_number)
        named = await owners.named([row["owner"]])
    return _list("operator/account.html", entries, row["version"], page_number, named, account=row)


@get("/operator/transfers", include_in_schema=False)
async def transfers(
    request: AnyRequest, about: FromQuery[str] = "", kind: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """List postings, all or those about one thing or of one kind."""
    by = guards.operator(request)
    async with db.transaction(**by.scope):
        rows, found = await books.transfers(reference=about, kind=kind, page=page_number)
    return _list("operator/transfers.html", rows, found, page_number, {}, about=about, kind=kind)


@get("/operator/transfers/{number:uuid}", include_in_schema=False)
async def transfer(request: AnyRequest, number: FromPath[UUID]) -> Response[bytes]:
    """Show one posting: its entries sum to zero."""
    by = guards.operator(request)
    async with db.transaction(**by.scope):
        row, entries = await books.transfer(number)
        named = await owners.named(entry["owner"] for entry in entries)
    return page("operator/transfer.html", transfer=row, entries=entries, owners=named, words=ledger_words)


def _list(
    template: str, rows: list[Any], found: int, now: int, named: dict[str, owners.Owner], **more: Any
) -> Response[bytes]:
    return page(
        template,
        rows=rows,
        found=found,
        now=now,
        last=last_page(found, books.PAGE),
        owners=named,
        words=ledger_words,
        **more,
    )


HANDLERS = [money, accounts, account, transfers, transfer]
