"""What the pages of contracts call events, terms and the stages of a list, as sentences to translate."""

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Message

EVENTS: Mapping[str, str] = {
    "concluded": N_("The contract was concluded"),
    "sealed": N_("The terms were sealed and delivered"),
    "started": N_("The work began"),
    "delivered": N_("The work was delivered"),
    "changes_requested": N_("Changes were asked for"),
    "approved": N_("The work was approved"),
    "approved_by_silence": N_("Approved: the inspection ended without an answer"),
    "cancelled": N_("The company cancelled"),
    "cancelled_by_operator": N_("The operator cancelled"),
    "withdrew": N_("The alumnus withdrew"),
    "substitute_proposed": N_("A substitute was proposed"),
    "handed_over": N_("A substitute took the seat over, as all agreed"),
    "disputed": N_("A dispute was opened"),
    "dispute_answered": N_("The other side answered"),
    "dispute_resolved": N_("The operator decided the dispute"),
    "reviewed": N_("A review was written"),
    "reviews_shown": N_("The reviews were shown"),
    "paid": N_("The money arrived"),
    "returned": N_("The bank sent the money back"),
}
CITED = (
    "内容 / Content",
    "数量 / Quantity",
    "仕様 / Specification",
    "権利の扱い / Rights",
    "納品の方法 / How it is handed in",
)
"""The items of the terms that a change request may name, as the bilingual document calls them."""

CANCELLED_BY: Mapping[str, str] = {
    "company": EVENTS["cancelled"],
    "alumnus": EVENTS["withdrew"],
    "operator": EVENTS["cancelled_by_operator"],
    "agreement": EVENTS["handed_over"],
}
"""Who has ended a contract."""

STAGES: Mapping[str, str] = {
    "turn": N_("Your turn"),
    "open": N_("Under way"),
    "payment": N_("To be paid"),
    "ended": N_("Ended"),
}


def told(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return events as the timeline macro takes them, newest first; the newest is where the contract stands."""
    known = [event for event in events if event["verb"] in EVENTS]
    return [
        {
            "text": Message(EVENTS[event["verb"]]),
            "status": "done" if index else "now",
            "at": event["happened_at"],
            "note": event["data"].get("name", ""),
        }
        for index, event in enumerate(known)
    ]


def notes(row: Mapping[str, Any]) -> dict[str, Message]:
    """Return what stands below the knots of a contract's thread: days that were and days that are planned."""
    was, planned = N_("on %(day)s"), N_("planned for %(day)s")
    found = {"concluded": Message(was, {"day": day_of(row["concluded_at"])})}
    received = row["received_on"]
    found["delivered"] = Message(was if received else planned, {"day": received or row["deliver_on"]})
    if row["status"] != "cancelled":
        day = row["paid_on"] or row["pay_on"] or row["stated_due_on"]
        found["paid"] = Message(was if row["paid_on"] else planned, {"day": day})
    return found
