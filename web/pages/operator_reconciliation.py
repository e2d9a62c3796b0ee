"""Reconciliation for the operator: the last run, the legs, the identities, and each account at Stripe down to its movements."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.core import db
from marketplace.core.errors import N_, Message
from marketplace.funds import reconciliation
from marketplace.operations import owners
from payouts.reconcile import queries
from web import break_words, guards, ledger_words
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest

PLATFORM = "platform"
HOME = "/operator/reconciliation"


@get(HOME, include_in_schema=False)
async def overview(request: AnyRequest) -> Response[bytes]:
    """Show how the last run went, the legs, the identities and the breaks by kind."""
    by = guards.operator(request)
    return page(
        "operator/reconciliation.html",
        found=await reconciliation.overview(by=by),
        words=break_words,
        ledger=ledger_words,
    )


@post("/operator/reconciliation/runs", include_in_schema=False)
async def start(request: AnyRequest) -> Redirect:
    """Begin a run now."""
    await reconciliation.start(by=guards.operator(request))
    return see(HOME, request, Message(N_("The reconciliation has begun.")))


@post("/operator/reconciliation/runs/{run:uuid}/stop", include_in_schema=False)
async def stop(request: AnyRequest, run: FromPath[UUID]) -> Redirect:
    """Stop a run behind its step."""
    await reconciliation.stop(run, by=guards.operator(request))
    return see(HOME, request, Message(N_("The reconciliation is stopped; what it has fetched is kept.")))


@post("/operator/reconciliation/runs/{run:uuid}/resumption", include_in_schema=False)
async def resume(request: AnyRequest, run: FromPath[UUID]) -> Redirect:
    """Go on where a run was stopped."""
    await reconciliation.resume(run, by=guards.operator(request))
    return see(HOME, request, Message(N_("The reconciliation goes on.")))


@get("/operator/reconciliation/accounts", include_in_schema=False)
async def accounts(request: AnyRequest, page_number: PageNumber = 1) -> Response[bytes]:
    """List the accounts at Stripe with what they list, hold, and what our books say."""
    by = guards.operator(request)
    rows, found = await reconciliation.accounts(page=page_number, by=by)
    async with db.transaction(**by.scope):
        named = await owners.named(row["owner"] for row in rows)
    return page(
        "operator/provider_accounts.html",
        rows=rows,
        found=found,
        now=page_number,
        last=last_page(found, queries.PAGE),
        owners=named,
        whose=ledger_words.whose,
        platform=PLATFORM,
    )


@get("/operator/reconciliation/accounts/{account:str}", include_in_schema=False)
async def account(
    request: AnyRequest, account: FromPath[str], rule: FromQuery[str] = "", page_number: PageNumber = 1
) -> Response[bytes]:
    """List an account's movements at Stripe, each with its posting or its break."""
    by = guards.operator(request)
    given = "" if account == PLATFORM else account
    rows, found = await reconciliation.transactions(given, rule=rule, page=page_number, by=by)
    return page(
        "operator/provider_account.html",
        account=account,
        platform=PLATFORM,
        rows=rows,
        found=found,
        rule=rule,
        now=page_number,
        last=last_page(found, queries.PAGE),
        words=break_words,
    )


HANDLERS = [overview, start, stop, resume, accounts, account]
