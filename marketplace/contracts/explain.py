"""Why is it not paid yet? One sentence for where the money of a contract stands."""

from typing import Any

from marketplace.contracts.queries import Sheet
from marketplace.core.errors import N_, Message
from payouts import lead

_BEFORE_OWED = {
    "concluded": N_("The work comes first. Delivered as planned, it is paid on %(due)s."),
    "running": N_("The work comes first. Delivered as planned, it is paid on %(due)s."),
    "delivered": N_(
        "The work is being inspected, at the longest until %(until)s. The payment on %(due)s does not wait for it."
    ),
    "changes_requested": N_("Another delivery is asked for. The payment day stays %(due)s."),
    "cancelled": N_("The contract was cancelled and nothing is owed for it."),
    "disputed": N_("The disputed amount waits for the operator's decision."),
    "resolved": N_("The dispute is decided and nothing more is owed."),
}
_REWORK = N_("Another delivery is asked for. The payment day is set anew when it comes in.")
_ON_ITS_WAY = {
    "planned": N_("It is owed and planned; it arrives by %(due)s."),
    "submitting": N_("It is being handed to the bank; it arrives by %(due)s."),
    "unknown": N_("It is being handed to the bank; it arrives by %(due)s."),
    "in_transit": N_("It is on its way to the bank and arrives by %(due)s."),
    "held": N_("The payout is on hold. The page of earnings says why and what to do."),
    "failed": N_("The bank refused it. Once the bank details are right it is sent again."),
    "returned": N_("The bank sent it back. Once the bank details are right it is sent again."),
    "paid": N_("It has arrived."),
    "settled": N_("It has arrived."),
}
_OWED = N_("It is owed. It starts on its way on %(start)s, so that it arrives by %(due)s.")
_ORDER = (
    "failed",
    "returned",
    "held",
    None,
    "planned",
    "submitting",
    "unknown",
    "in_transit",
    "paid",
    "settled",
)


def why_not_paid(sheet: Sheet) -> Message:
    """Say where the money stands: of several parts the one that is furthest from the bank."""
    row = sheet.row
    if row["status"] == "disputed" or not sheet.owed:
        return _not_owed(sheet)
    item = min(sheet.owed, key=lambda one: _ORDER.index(one["payout"]))
    if item["payout"] is None:
        return Message(_OWED, {"due": item["due_on"], "start": lead.start_on(item["due_on"])})
    return _filled(_ON_ITS_WAY[item["payout"]], {"due": item["due_on"]})


def _not_owed(sheet: Sheet) -> Message:
    row = sheet.row
    if sheet.request is not None and sheet.request["fault_of_alumnus"]:
        return Message(_REWORK)
    day = row["pay_on"] or row["stated_due_on"]
    return _filled(_BEFORE_OWED[row["status"]], {"due": day, "until": sheet.inspected_on})


def _filled(text: str, params: dict[str, Any]) -> Message:
    return Message(text, {name: value for name, value in params.items() if f"%({name})s" in text})
