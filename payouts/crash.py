"""Named places at which a test may kill the process, to prove that no effect is lost or doubled."""

import os

NAMES = (
    "plan.committing",
    "plan.committed",
    "submit.committing",
    "submit.committed",
    "op.claimed",
    "op.noted",
    "transfer.sending",
    "transfer.answered",
    "transfer.recording",
    "transfer.recorded",
    "payout.sending",
    "payout.answered",
    "payout.recording",
    "payout.recorded",
    "event.stored",
    "event.applying",
    "event.applied",
)

BILLING = (
    "finalise.committing",
    "finalise.committed",
    "op.claimed",
    "op.noted",
    *(
        f"{kind}.{moment}"
        for kind in ("invoice", "invoice_item", "invoice_finalize", "invoice_send", "credit_note")
        for moment in ("sending", "answered", "recording")
    ),
    "event.stored",
    "event.applying",
    "event.applied",
    "credit_note.issuing",
)

VESTING = (
    *(
        f"{step}.{moment}"
        for step in ("paid", "vest", "give_back", "claw_back")
        for moment in ("committing", "committed")
    ),
    "credit_note.issuing",
)

CLOSING = (
    "closing.batching",
    "closing.batched",
    "closing.softly",
    "closing.closing",
    "closing.closed",
    "closing.packing",
)
TRANSFER_FILES = ("transfer_file.making", "transfer_file.downloading", "transfer_result.applying")


def crash_point(name: str) -> None:
    """End the process at once when ENISHI_CRASH_AT names this place and ENISHI_ENV is test; else do nothing."""
    if os.environ.get("ENISHI_CRASH_AT") == name and os.environ.get("ENISHI_ENV") == "test":
        os._exit(137)
