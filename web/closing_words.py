"""What the points of a close's checklist, its steps and its events are called; how a reading looks."""

from collections.abc import Mapping

from marketplace.core.errors import N_, Message
from payouts.closing.checklist import Item, Reading, Weight
from payouts.closing.runs import Run
from web.states import Step

POINTS: Mapping[str, str] = {
    "earlier": N_("The months before"),
    "contracts": N_("Contracts of the month"),
    "legs": N_("Five legs of each contract"),
    "invoices": N_("Invoices and credit notes"),
    "platform_invoice": N_("Invoice for platform fees"),
    "withholding": N_("Register of tax withheld"),
    "journal": N_("Journal: both sides equal"),
    "export": N_("Journal for your accounting"),
    "statements": N_("Statements made"),
    "tie": N_("Statements = approvals"),
    "sent": N_("Statements sent"),
    "disputes": N_("Disputed statements"),
    "reconciled": N_("Reconciled after the month's end"),
    "breaks": N_("Open breaks"),
    "identities": N_("Stripe = our books"),
    "covered": N_("Client money covered"),
    "platform_invoices": N_("Invoices for platform fees"),
    "companies": N_("Companies' closes"),
    "trial": N_("Trial balance at zero"),
    "suspense": N_("Suspense at zero"),
    "in_transit": N_("Payouts on their way"),
}
STEPS: Mapping[str, str] = {
    "reconcile": N_("Reconcile"),
    "make": N_("Make statements"),
    "send": N_("Send them"),
    "invoice": N_("Invoice fees"),
    "soft": N_("Close softly"),
    "close": N_("Check and close"),
}
UNDER_WAY: Mapping[str, str] = {
    "reconcile": N_("Reconciling with Stripe"),
    "make": N_("Making the statements"),
    "send": N_("Sending the statements"),
    "invoice": N_("Making the invoices for platform fees"),
    "soft": N_("Closing the month softly"),
    "close": N_("Looking once more, then closing"),
    "done": N_("Done"),
}
EVENTS: Mapping[str, str] = {
    "month.close_begun": N_("Close begun"),
    "month.close_stopped": N_("Close stopped"),
    "month.close_resumed": N_("Close goes on"),
    "month.close_refused": N_("Close refused by the checklist"),
    "month.soft_closed": N_("Softly closed"),
    "month.closed": N_("Closed for good"),
    "month.opened": N_("Opened again before the close"),
    "month.reopening_asked": N_("Opening asked for"),
    "month.reopened": N_("Opened again by a second person"),
    "month.reopening_refused": N_("Opening refused"),
    "month.reopening_withdrawn": N_("Request taken back"),
    "month.package_read": N_("Package downloaded"),
}
_READINGS: Mapping[Reading, tuple[str, str]] = {
    Reading.OK: (N_("In order"), "ok"),
    Reading.WAITING: (N_("To do"), "warn"),
    Reading.BROKEN: (N_("Does not agree"), "danger"),
}


def reading(item: Item) -> tuple[str, str]:
    """Return how a point stands, as a sentence to translate, and its tone; what is only shown is no alarm."""
    if item.reading is not Reading.OK and item.weight is Weight.SHOWN:
        return N_("For your information"), "info"
    return _READINGS[item.reading]


def steps(run: Run) -> list[Step]:
    """Return the steps of a close as a thread: what is done, now, to come."""
    at = run.steps.index(run.step) if run.step in run.steps else len(run.steps)
    now = "stop" if run.status in {"stopped", "refused"} else "now"
    return [
        Step(Message(STEPS[name]), "done" if number < at else now if number == at else "next")
        for number, name in enumerate(run.steps)
    ]
