"""Why am I not paid yet? For each thing owed: what it waits for, who acts next, until when, and the way to the bank. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core.errors import N_, Message
from payouts.holds import REASONS
from payouts.lead import file_by, start_on

YOU = Message(N_("You"))
COMPANY = Message(N_("The company's finance"))
OPERATOR = Message(N_("The operator"))
PROVIDER = Message(N_("The payment provider"))
BANK = Message(N_("Your bank"))
OWNERS = {"alumnus": YOU, "finance": COMPANY, "operator": OPERATOR, "provider": PROVIDER}

APPROVED = Message(N_("Approved: from reserved to payable"))
OWED = {
    "compensation": Message(N_("Contract ended: the compensation is owed")),
    "bounty": Message(N_("The referral held and the company has paid: the reward is yours")),
}
"""How something became owed, where it is not a fee for approved work."""

_SET_UP = {"new": "set_up", "started": "set_up", "incomplete": "set_up"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something owed can stand: in a few words, as a sentence, and who acts next."""

    word: Message
    reason: Message
    owner: Message


PLACES = {
    "in_transit": Place(
        Message(N_("On its way to your bank")),
        Message(N_("The bank transfer is running. There is nothing for you to do.")),
        BANK,
    ),
    "submitting": Place(
        Message(N_("On its way to your Stripe account")),
        Message(N_("The money is moving to your account at the payment provider, then to your bank.")),
        PROVIDER,
    ),
    "unknown": Place(
        Message(N_("Waiting for the provider's answer")),
        Message(
            N_(
                "The provider has not answered. We ask before anything is sent again, so nothing is paid twice."
            )
        ),
        OPERATOR,
    ),
    "planned": Place(
        Message(N_("About to start")),
        Message(N_("The payment is planned and starts within minutes.")),
        OPERATOR,
    ),
    "for_file": Place(
        Message(N_("Waits for the next bank transfer")),
        Message(
            N_("The operator pays it with its next bank transfer file, so that it arrives by the due date.")
        ),
        OPERATOR,
    ),
    "in_file": Place(
        Message(N_("In a bank transfer file")),
        Message(
            N_("It stands in a bank transfer file. A second person checks the file before the bank gets it.")
        ),
        OPERATOR,
    ),
    "failed": Place(
        Message(N_("Waiting for the next try")),
        Message(N_("The bank did not take the payment. The money is yours and waits for the next try.")),
        OPERATOR,
    ),
    "blocked": Place(
        Message(N_("The tax category has to be chosen")), REASONS["tax_category_unknown"], COMPANY
    ),
    "set_up": Place(
        Message(N_("Your payment set-up is not complete")), REASONS["onboarding_incomplete"], YOU
    ),
    "bank_needed": Place(Message(N_("New bank details are needed")), REASONS["bank_details_wrong"], YOU),
    "restricted": Place(
        Message(N_("The provider has restricted the account")), REASONS["account_restricted"], OPERATOR
    ),
    "early": Place(
        Message(N_("Asked for early")),
        Message(N_("You asked for it early. It starts with the next run, within minutes.")),
        OPERATOR,
    ),
    "not_due": Place(
        Message(N_("Waiting for the due date")),
        Message(N_("It is not due yet. It starts by itself, early enough to arrive in time.")),
        OPERATOR,
    ),
}
_UNTIL_START = frozenset({"blocked", "set_up", "bank_needed", "restricted", "not_due"})


@dataclass(frozen=True, slots=True)
class Knot:
    """One step of the way: `status` is done, now or next; `at` its day, known or expected."""

    text: Message
    status: str
    at: date | None = None
    note: Message | str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The answer: the reason as a sentence, who acts next, by which day, and the way as knots."""

    reason: Message
    owner: Message
    by: date | None
    way: tuple[Knot, ...]

    @property
    def yours(self) -> bool:
        """True when the alumnus has to do something."""
        return self.owner is YOU


def why(item: Mapping[str, Any], *, payee: str, blocked: bool) -> Why:
    """Explain one thing owed.

    `item` is a row of `earnings.on_the_way`; `payee` the person's status on his rail; `blocked` tells that
    nobody knows yet whether tax is withheld.
    """
    place, by = _place(item, payee, blocked=blocked)
    now = Knot(place.word, "now", None, _next(place.owner, by))
    way = _past(item)
    if item["status"] in {"submitting", "unknown", "in_transit"}:
        way += [Knot(Message(N_("Payment started")), "done", item["submitted_on"]), now]
    else:
        way += [now, Knot(Message(N_("Payment starts")), "next", _starts(item))]
    arrives = item["arrives_on"] or item["file_on"] or item["due_on"]
    way.append(Knot(Message(N_("In your bank")), "next", arrives))
    return Why(place.reason, place.owner, by, tuple(way))


def _starts(item: Mapping[str, Any]) -> date:
    """Return the day by which it has to start: a bank transfer file arrives sooner than a payout of the provider."""
    if item["rail"] == "zengin":
        return file_by(item["file_on"] or item["due_on"])
    return start_on(item["due_on"])


def _past(item: Mapping[str, Any]) -> list[Knot]:
    way = [Knot(Message(N_("Work received")), "done", item["received_on"])] if item["received_on"] else []
    return [*way, Knot(OWED.get(item["kind"], APPROVED), "done", item["owed_on"])]


def _next(owner: Message, by: date | None) -> Message:
    if by is None:
        return Message(N_("Next: %(owner)s"), {"owner": owner})
    return Message(N_("Next: %(owner)s, by %(day)s"), {"owner": owner, "day": by})


def _place(item: Mapping[str, Any], payee: str, *, blocked: bool) -> tuple[Place, date | None]:
    """Return where it stands, and by which day somebody has to act."""
    starts = _starts(item)
    status = item["status"]
    if status in {"held", "failed", "returned"} and item["hold_reason"]:
        owner = OWNERS[item["hold_owner"]]
        return Place(Message(N_("On hold")), REASONS[item["hold_reason"]], owner), item["hold_until"]
    if status == "planned" and item["rail"] == "zengin":
        return PLACES["in_file" if item["file_on"] else "for_file"], starts
    if status:
        name = {"held": "planned", "returned": "failed"}.get(status, status)
        return PLACES[name], item["arrives_on"] if name == "in_transit" else None
    name = "not_due"
    if blocked:
        name = "blocked"
    elif payee != "active":
        name = _SET_UP.get(payee, payee)
    elif item["early_asked_at"]:
        name = "early"
    return PLACES[name], starts if name in _UNTIL_START else None
