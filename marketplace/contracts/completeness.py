"""Name what is missing or wrong in raw terms, item by item, before they become a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from marketplace.contracts.terms import Terms
from marketplace.core.errors import N_, Invalid, Message

NAMES: dict[str, str] = {
    "company.name": N_("The name of the company is missing."),
    "company": N_("The name of the company is missing."),
    "alumnus.name": N_("The name of the alumnus is missing."),
    "alumnus": N_("The name of the alumnus is missing."),
    "operator.name": N_("The name of the operator is missing."),
    "operator": N_("The name of the operator is missing."),
    "contract": N_("The number of the contract is missing."),
    "task": N_("The number of the task is missing."),
    "task_version": N_("The version of the task is missing."),
    "seat": N_("The number of the seat is missing."),
    "seats": N_("The number of seats is missing."),
    "ordered_on": N_("The day of the order is missing."),
    "concluded_at": N_("The time of conclusion is missing."),
    "work": N_("What is to be done is missing."),
    "work.title": N_("The title of the work is missing."),
    "work.content": N_("What is to be done is missing."),
    "work.quantity": N_("The quantity is missing."),
    "work.specification": N_("The specification is missing."),
    "work.rights": N_("What becomes of the rights is missing."),
    "work.rights_fee": N_("The fee for the rights is missing (write “included” if it is)."),
    "schedule": N_("The day of receipt, or the period from start to end, is missing."),
    "place": N_("The place, or that it is online, is missing."),
    "place.online": N_("The place, or that it is online, is missing."),
    "inspection": N_("The last day of inspection is missing."),
    "inspection.days": N_("The number of days for inspection is missing."),
    "inspection.last_on": N_("The last day of inspection is missing."),
    "fee": N_("The fee is missing."),
    "fee.price": N_("The fee is missing."),
    "fee.tax_rate": N_("The tax rate is missing."),
    "fee.tax": N_("The consumption tax is missing."),
    "fee.withholding": N_("Whether tax is withheld is missing."),
    "fee.withholding_category": N_("The category that decides about withholding is missing."),
    "fee.withheld_estimate": N_("The estimated withholding is missing."),
    "fee.net_estimate": N_("The amount that the alumnus receives is missing."),
    "payment": N_("The payment day is missing."),
    "payment.due_on": N_("The payment day is missing."),
    "payment.rule": N_("The rule that makes the payment day is missing."),
    "payment.transfer_fee_borne_by": N_("Who bears the transfer fee is missing."),
    "cancellation": N_("The terms of cancellation are missing."),
    "change_requests": N_("The rule for change requests is missing."),
}
WRONG = N_("This item does not hold: %(item)s.")
_ABSENT = {"missing", "string_too_short", "too_short"}


@dataclass(frozen=True, slots=True)
class MissingItem:
    """One item by its dotted name, with a sentence that says what is wrong with it."""

    item: str
    message: Message


def missing_items(draft: Mapping[str, Any]) -> list[MissingItem]:
    """Return each missing or wrong item of raw terms (shaped like `Terms`) once, in its order."""
    try:
        Terms.model_validate(draft)
    except ValidationError as error:
        found = [_item(problem["loc"], problem["type"], problem.get("input")) for problem in error.errors()]
        return list({missing.item: missing for missing in reversed(found)}.values())[::-1]
    return []


def conclude_terms(draft: Mapping[str, Any]) -> Terms:
    """Return the snapshot of complete raw terms; raise Invalid that names each item that is missing."""
    missing = missing_items(draft)
    if missing:
        fields = {item.item: item.message for item in missing}
        raise Invalid(N_("The terms are not complete. Nothing was concluded."), fields=fields)
    return Terms.model_validate(draft)


def _item(place: tuple[int | str, ...], kind: str, given: object) -> MissingItem:
    name = ".".join(str(step) for step in place) or "terms"
    blank = given is None or (isinstance(given, str) and not given.strip())
    if kind in _ABSENT or blank or (name in {"schedule", "place"} and kind == "value_error"):
        known = next((NAMES[part] for part in _prefixes(name) if part in NAMES), None)
        if known is not None:
            return MissingItem(name, Message(known))
    return MissingItem(name, Message(WRONG, {"item": name}))


def _prefixes(name: str) -> list[str]:
    steps = name.split(".")
    return [".".join(steps[:length]) for length in range(len(steps), 0, -1)]
