"""Every state of every thing: its word, its tone, its place on the thread; for badges and lifecycles."""

from dataclasses import dataclass

from marketplace.core.errors import N_, Message


@dataclass(frozen=True, slots=True)
class State:
    """How a state looks: its word, and the tone (`ok warn danger info now` or none) of colour and mark."""

    label: Message
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One knot of a thread; `status` is `done`, `skipped`, `now`, `next` or `stop`, `note` what stands below."""

    label: Message
    status: str
    note: Message | str = ""


def _states(**words: tuple[str, str]) -> dict[str, State]:
    return {name: State(Message(text), tone) for name, (text, tone) in words.items()}


STATES: dict[str, dict[str, State]] = {
    "task": _states(
        draft=(N_("Draft"), ""),
        published=(N_("Open"), "info"),
        filled=(N_("Filled"), "ok"),
        running=(N_("Under way"), "info"),
        completed=(N_("Completed"), "ok"),
        closed=(N_("Closed"), ""),
        paused=(N_("Paused"), "warn"),
        cancelled=(N_("Cancelled"), "danger"),
        expired=(N_("Expired"), "warn"),
    ),
    "invitation": _states(
        sent=(N_("Waiting for an answer"), "now"),
        accepted=(N_("Accepted"), "ok"),
        declined=(N_("Declined"), ""),
        lapsed=(N_("Lapsed"), ""),
        withdrawn=(N_("Withdrawn"), ""),
    ),
    "application": _states(
        sent=(N_("Waiting for an answer"), "now"),
        needs_reconfirm=(N_("Terms changed: to be confirmed"), "warn"),
        accepted=(N_("Accepted"), "ok"),
        declined=(N_("Declined"), ""),
        withdrawn=(N_("Withdrawn"), ""),
    ),
    "package": _states(
        running=(N_("Being printed"), "info"),
        stopped=(N_("Stopped"), "warn"),
        done=(N_("Ready"), "ok"),
    ),
    "assignment": _states(
        computing=(N_("Being computed"), "info"),
        proposed=(N_("Waits for your decision"), "now"),
        sending=(N_("Being sent"), "info"),
        sent=(N_("Sent"), "ok"),
        cancelled=(N_("Stopped"), ""),
    ),
    "waitlist": _states(
        waiting=(N_("On the waitlist"), "info"),
        invited=(N_("Invited from the waitlist"), "now"),
        left=(N_("Left the waitlist"), ""),
        ended=(N_("The waitlist has ended"), ""),
    ),
    "substitution": _states(
        proposed=(N_("Proposed"), "info"),
        asked=(N_("Waiting for an answer"), "now"),
        not_asked=(N_("Ended"), ""),
        agreed=(N_("The company decides"), "now"),
        accepted=(N_("Taken over"), "ok"),
        refused=(N_("The company has said no"), ""),
        declined=(N_("Declined"), ""),
        lapsed=(N_("Ended"), ""),
        withdrawn=(N_("Taken back"), ""),
    ),
    "contract": _states(
        concluded=(N_("Concluded"), "ok"),
        running=(N_("Under way"), "info"),
        delivered=(N_("Delivered"), "now"),
        changes_requested=(N_("Changes requested"), "warn"),
        approved=(N_("Approved"), "ok"),
        paid=(N_("Paid"), "ok"),
        cancelled=(N_("Cancelled"), "danger"),
        disputed=(N_("Disputed"), "danger"),
        resolved=(N_("Resolved"), "ok"),
    ),
    "bounty": _states(
        draft=(N_("Draft"), ""),
        published=(N_("Takes referrals"), "info"),
        paused=(N_("Paused"), "warn"),
        closed=(N_("Closed"), ""),
        expired=(N_("Expired"), "warn"),
    ),
    "licence": _states(
        waiting=(N_("Waits for a second person"), "now"),
        coming=(N_("Not valid yet"), "info"),
        valid=(N_("In force"), "ok"),
        expired=(N_("Expired"), "warn"),
        withdrawn=(N_("Withdrawn"), ""),
    ),
    "verdict": _states(
        allow=(N_("Permitted"), "ok"),
        deny=(N_("Not permitted"), "danger"),
        review=(N_("A person looks first"), "warn"),
    ),
    "claim": _states(
        blocked=(N_("Not available"), ""),
        consent_pending=(N_("Waiting for consent"), "now"),
        owned=(N_("Received"), "info"),
        screening=(N_("Screening"), "info"),
        interview=(N_("Interview"), "info"),
        offer=(N_("Offer made"), "info"),
        succeeded=(N_("Succeeded"), "ok"),
        guarantee=(N_("In guarantee"), "now"),
        vested=(N_("Vested"), "ok"),
        declined=(N_("Declined"), ""),
        withdrawn=(N_("Withdrawn"), ""),
        failed_guarantee=(N_("Guarantee failed"), "danger"),
    ),
    "payout": _states(
        planned=(N_("Planned"), ""),
        submitting=(N_("Being sent"), "info"),
        in_transit=(N_("In transit"), "info"),
        paid=(N_("Paid"), "ok"),
        settled=(N_("Settled"), "ok"),
        held=(N_("On hold"), "warn"),
        unknown=(N_("Result unknown"), "warn"),
        failed=(N_("Failed"), "danger"),
        returned=(N_("Returned by the bank"), "danger"),
    ),
    "transfer_file": _states(
        made=(N_("To be checked"), "now"),
        checked=(N_("To be downloaded"), "now"),
        downloaded=(N_("With the bank"), "info"),
        settled=(N_("All arrived"), "ok"),
        partly_returned=(N_("Partly came back"), "danger"),
        cancelled=(N_("Cancelled"), ""),
        void=(N_("Never sent"), ""),
    ),
    "transfer": _states(
        waiting=(N_("In the file"), ""),
        sent=(N_("With the bank"), "info"),
        paid=(N_("Arrived"), "ok"),
        failed=(N_("Refused by the bank"), "danger"),
        returned=(N_("Came back"), "danger"),
        dropped=(N_("Cancelled"), ""),
        void=(N_("Never sent"), ""),
    ),
    "transfer_result": _states(
        proposed=(N_("Waits for a second person"), "now"),
        accepted=(N_("Being applied"), "info"),
        done=(N_("Taken into the books"), "ok"),
        refused=(N_("Thrown away"), ""),
    ),
    "invoice": _states(
        draft=(N_("Draft"), ""),
        open=(N_("To be paid"), "now"),
        paid=(N_("Paid"), "ok"),
        void=(N_("Void"), ""),
        credited=(N_("Credited"), ""),
        uncollectible=(N_("Uncollectible"), "danger"),
    ),
    "break": _states(
        open=(N_("Break open"), "warn"),
        proposed=(N_("Waits for a second person"), "now"),
        resolved=(N_("Settled"), "ok"),
        closed=(N_("Matched late"), ""),
    ),
    "statement": _states(
        made=(N_("Made"), ""),
        sent=(N_("Waits for the alumnus"), "now"),
        confirmed=(N_("Confirmed"), "ok"),
        deemed=(N_("Confirmed by silence"), "ok"),
        disputed=(N_("Disputed"), "danger"),
        settled=(N_("Answered"), "info"),
    ),
    "period": _states(
        open=(N_("Open period"), "info"),
        soft_closed=(N_("Softly closed"), "warn"),
        closed=(N_("Closed period"), "ok"),
    ),
}

PATHS: dict[str, tuple[str, ...]] = {
    "task": ("draft", "published", "filled", "running", "completed", "closed"),
    "contract": ("concluded", "running", "delivered", "approved", "paid"),
    "claim": (
        "consent_pending", "owned", "screening", "interview", "offer", "succeeded", "guarantee", "vested",
    ),
    "payout": ("planned", "submitting", "in_transit", "paid", "settled"),
    "transfer_file": ("made", "checked", "downloaded", "settled"),
    "invoice": ("draft", "open", "paid"),
    "statement": ("made", "sent", "confirmed"),
    "period": ("open", "soft_closed", "closed"),
}  # fmt: skip
"""The straight way through a life; what is not on it stands beside the place where it left."""

LEFT_AT: dict[str, dict[str, str]] = {
    "task": {"paused": "published", "cancelled": "published", "expired": "published"},
    "contract": {
        "changes_requested": "delivered",
        "disputed": "delivered",
        "resolved": "approved",
        "cancelled": "running",
    },
    "claim": {
        "blocked": "consent_pending",
        "declined": "screening",
        "withdrawn": "screening",
        "failed_guarantee": "guarantee",
    },
    "payout": {"held": "planned", "unknown": "submitting", "failed": "in_transit", "returned": "paid"},
    "transfer_file": {"cancelled": "checked", "void": "downloaded", "partly_returned": "settled"},
    "invoice": {"void": "open", "credited": "paid", "uncollectible": "open"},
    "statement": {"deemed": "confirmed", "disputed": "sent", "settled": "sent"},
}


GOES_ON = frozenset({"changes_requested", "resolved"})
"""States beside the way from which the life goes on: a ring like any other, not a stop."""


def state(kind: str, name: str) -> State:
    """Return how a state of a kind of thing looks; an unknown name is a bug."""
    return STATES[kind][str(name)]


def life(kind: str, name: str, notes: dict[str, Message | str] | None = None) -> list[Step]:
    """Return the thread of a thing that is in state `name`.

    A side state takes the place where the life left its way. The last state of a way
    is done, not now: nothing is left to happen.
    """
    path, notes, name = PATHS[kind], notes or {}, str(name)
    stands_at = LEFT_AT.get(kind, {}).get(name, name)
    place = path.index(stands_at)
    steps = []
    for index, step in enumerate(path):
        shown = name if index == place else step
        status = "done" if index < place else "next" if index > place else _status(name, path)
        steps.append(Step(STATES[kind][shown].label, status, notes.get(shown, "")))
    return steps


def _status(name: str, path: tuple[str, ...]) -> str:
    if name == path[-1]:
        return "done"
    return "now" if name in path or name in GOES_ON else "stop"
