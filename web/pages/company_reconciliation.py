"""A company's whole money by its five legs: contracts, referral successes and platform fees, to what arrived at the bank."""

from collections.abc import Mapping

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from marketplace.core.errors import N_
from marketplace.funds import legs
from marketplace.funds.leg_rows import Row
from web import guards, i18n
from web.csv_answer import Cell, csv_answer
from web.paging import PageNumber, last_page
from web.states import STATES, State
from web.templating import page
from web.visit import AnyRequest

KINDS: Mapping[str, tuple[str, str]] = {
    "contract": (N_("Contracts"), "contract"),
    "bounty": (N_("Referral successes"), "invoice"),
    "fee": (N_("Platform fees"), ""),
}
"""What each kind of row is called, and whose states its status is one of."""
LEGS: Mapping[str, Mapping[str, str]] = {
    "contract": {
        "agreed": N_("Agreed"), "approved": N_("Approved"), "funded": N_("Reserved"), "sent": N_("Sent"), "arrived": N_("Arrived"),
    },
    "bounty": {
        "agreed": N_("Fee and reward"), "approved": N_("Invoiced"), "funded": N_("Paid in"), "sent": N_("Sent"),
        "arrived": N_("Arrived"),
    },
    "fee": {"agreed": N_("Agreed"), "approved": N_("Invoiced"), "funded": N_("Taken from your money")},
}  # fmt: skip


@get("/c/{slug:str}/reconciliation", include_in_schema=False)
async def reconciliation(
    request: AnyRequest,
    slug: FromPath[str],
    kind: FromQuery[str] = "",
    status: FromQuery[str] = "",
    page_number: PageNumber = 1,
) -> Response[bytes]:
    """Show the legs of every contract, success and month of fees, or of one kind, with ticks and amounts."""
    by = guards.member(request, slug, *legs.READS)
    kind, status = _known(kind, status)
    rows, found = await legs.legs(kind=kind, status=status, page=page_number, by=by)
    return page(
        "company/reconciliation.html",
        slug=slug,
        rows=rows,
        chosen=kind,
        of_status=status,
        kinds=KINDS,
        names=LEGS,
        states=_states(kind),
        now=page_number,
        last=last_page(found, legs.PAGE),
    )


@get("/c/{slug:str}/reconciliation.csv", include_in_schema=False)
async def reconciliation_file(
    request: AnyRequest,
    slug: FromPath[str],
    kind: FromQuery[str] = "",
    status: FromQuery[str] = "",
    encoding: FromQuery[str] = "",
) -> Response[bytes]:
    """Give the legs as a file."""
    by = guards.member(request, slug, *legs.READS)
    kind, status = _known(kind, status)
    rows = await legs.every_leg(kind=kind, status=status, by=by)
    titles = [i18n.tr(title) for title in _TITLES]
    return csv_answer("enishi-five-legs.csv", titles, [_line(row) for row in rows], encoding=encoding)


_TITLES = (
    N_("Kind"), N_("Day"), N_("Number"), N_("Title"), N_("Alumnus"), N_("State"), N_("Agreed"), N_("Approved or invoiced"),
    N_("Reserved or paid in"), N_("Vested"), N_("Sent"), N_("Arrived"), N_("Trace"), N_("Differences"),
)  # fmt: skip


def _line(row: Row) -> list[Cell]:
    agreed, approved, funded, sent, arrived = (leg.amount for leg in row.legs)
    state = _states(row.kind).get(row.status)
    return [
        i18n.tr(KINDS[row.kind][0]), row.on.isoformat(), row.id, row.title, row.who, i18n.tr(state.label) if state else "",
        agreed, approved, funded, row.vested or None, sent, arrived, row.traces,
        " / ".join(i18n.tr(one) for one in row.differences),
    ]  # fmt: skip


def _known(kind: str, status: str) -> tuple[str, str]:
    kind = kind if kind in KINDS else ""
    return kind, status if status in _states(kind) else ""


def _states(kind: str) -> Mapping[str, State]:
    return STATES.get(KINDS[kind][1], {}) if kind else {}


HANDLERS = [reconciliation, reconciliation_file]
