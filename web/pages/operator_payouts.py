"""The operator's payouts: what is due, held or lost, and one payout from its items to the provider's ids."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from marketplace.core import db
from marketplace.core.errors import N_, Message
from marketplace.funds import payouts
from marketplace.funds.waiting import OWNERS
from marketplace.operations import owners
from payouts.holds import REASONS
from web import guards, ledger_words
from web.pages.operator_work import OP_STATES
from web.paging import PageNumber, last_page
from web.states import state
from web.templating import page, see
from web.visit import AnyRequest

SETUP_STATES = {
    "new": N_("Not begun"),
    "started": N_("Begun, not finished"),
    "incomplete": N_("Begun, not finished"),
    "active": N_("Complete"),
    "restricted": N_("Restricted by the provider"),
    "bank_needed": N_("New bank details are needed"),
}
"""How far a person's payment set-up is."""

NEXT = {**OWNERS, "alumnus": Message(N_("Alumnus"))}
"""Who acts next, as the operator says it."""


@get("/operator/payouts", include_in_schema=False)
async def listed(
    request: AnyRequest, show: FromQuery[str] = "open", page_number: PageNumber = 1
) -> Response[bytes]:
    """List payouts, those with trouble marked."""
    by = guards.operator(request)
    show = show if show in payouts.SHOWN else "open"
    rows, found = await payouts.listed(show, page=page_number, by=by)
    return page(
        "operator/payouts.html",
        rows=rows,
        found=found,
        show=show,
        now=page_number,
        last=last_page(found, payouts.PAGE),
        late=await payouts.late(by=by),
        reasons=REASONS,
        owners=NEXT,
    )


@get("/operator/payouts/{payout:uuid}", include_in_schema=False)
async def one(request: AnyRequest, payout: FromPath[UUID]) -> Response[bytes]:
    """Show one payout: items, attempts, movements, postings."""
    by = guards.operator(request)
    found = await payouts.one(payout, by=by)
    async with db.transaction(**by.scope):
        payers = await owners.named(item["payer"] for item in found.payout["items"])
    return page(
        "operator/payout.html",
        found=found,
        one=found.payout,
        payers=payers,
        words=ledger_words,
        reasons=REASONS,
        owners=NEXT,
        op_states=OP_STATES,
        setup_states=SETUP_STATES,
    )


@post("/operator/payouts/{payout:uuid}/approval", include_in_schema=False)
async def approve(request: AnyRequest, payout: FromPath[UUID]) -> Redirect:
    """Approve as the second person."""
    await payouts.approve(payout, by=guards.operator(request))
    return see(f"/operator/payouts/{payout}", request, Message(N_("Approved. It starts with the next run.")))


@post("/operator/payouts/run", include_in_schema=False)
async def run(request: AnyRequest) -> Redirect:
    """Look at everything that waits now instead of at the next run."""
    guards.operator(request)
    started = await payouts.try_now()
    return see(
        "/operator/payouts",
        request,
        Message(N_("Looked at every payout; started: %(count)s."), {"count": started}),
    )


@post("/operator/payouts/{payout:uuid}/question", include_in_schema=False)
async def ask(request: AnyRequest, payout: FromPath[UUID]) -> Redirect:
    """Ask the provider how it stands."""
    status = await payouts.ask_the_provider(payout, by=guards.operator(request))
    said = Message(
        N_("The provider has been asked. State: %(state)s"), {"state": state("payout", status).label}
    )
    return see(f"/operator/payouts/{payout}", request, said)


@post("/operator/operations/{operation:uuid}/retry", include_in_schema=False)
async def send_again(request: AnyRequest, operation: FromPath[UUID]) -> Redirect:
    """Ask again about a movement that waits for a person."""
    await payouts.send_again(operation, by=guards.operator(request))
    return see(
        "/operator/work?part=operations",
        request,
        Message(N_("The provider is asked before anything is sent again.")),
    )


HANDLERS = [listed, one, approve, run, ask, send_again]
