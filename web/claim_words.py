"""What a claim's moves, reasons and next steps are called on pages, and its life as a thread."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Message
from marketplace.core.formats import short_day
from marketplace.core.lifecycle import Actor as Role
from marketplace.referrals import reasons
from marketplace.referrals.lifecycle import CLAIM, MAIN_LINE, PIPELINE, Claim
from marketplace.referrals.pipeline_queries import Sheet
from web.states import PATHS, STATES, Step, life

MOVES: Mapping[str, tuple[str, str]] = {
    "screen": (N_("Take into screening"), N_("%(name)s goes into screening")),
    "interview": (N_("Invite to a talk"), N_("%(name)s is invited to a talk")),
    "offer": (N_("Record an offer"), N_("%(name)s gets an offer")),
    "decline": (N_("Decline"), N_("%(name)s is declined")),
    "withdraw": (N_("Candidate withdraws"), N_("%(name)s withdraws")),
    "succeed": (N_("Record the success"), N_("It has worked out with %(name)s")),
    "fail": (N_("Ended within the guarantee"), N_("It has ended early with %(name)s")),
}
"""A move's button, and the title of its form."""

KINDS: Mapping[str, str] = {
    "gig": N_("Contract for services"),
    "business": N_("Business introduction"),
    "hire": N_("Hire"),
}
BASES: Mapping[str, str] = {
    "hire": N_("A year's theoretical pay"),
    "business": N_("Value of the business, before tax"),
}
HAPPENED: Mapping[str, str] = {
    "hire": N_("First day in the role"),
    "business": N_("Day of the agreed event"),
}
GROUPS: Mapping[str, str] = {
    "open": N_("In progress"),
    "overdue": N_("Overdue"),
    "mine": N_("With me"),
    "succeeded": N_("Succeeded"),
    "ended": N_("Ended"),
}
OUTCOMES: Mapping[str, str] = {
    "": N_("Waits for its turn"),
    "unknown_candidate": N_("No open referral fits: no number, or a mail address that none or several have"),
    "unknown_stage": N_("The stage is none that a message can set"),
    "not_possible": N_("The referral has ended or cannot go there"),
    "refused:reason": N_("The reason does not fit the stage"),
    "refused:note": N_("“other” needs a note of a sentence"),
    "refused:next_on": N_("The next day is past or too far away"),
    "refused:external_id": N_("Another referral has this number already."),
}


def buttons(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what a member can do now, (move, label), the next step of the main line first."""
    names = [one.name for one in CLAIM.allowed(Claim(sheet.row["status"]), Role.MEMBER) if one.name in MOVES]
    if sheet.row["kind"] == "gig":
        names = [name for name in names if name != "succeed"]  # its contract says so
    first = _first(sheet)
    return [
        (name, MOVES[name][0]) for name in sorted(names, key=lambda name: (name != first, name == "decline"))
    ]


def _first(sheet: Sheet) -> str:
    return {"owned": "screen", "screening": "interview", "interview": "offer", "offer": "succeed"}.get(
        sheet.row["status"], ""
    )


def thread(sheet: Sheet) -> list[Step]:
    """Return the life of a claim with the day of each step that it has made, and of the end of its guarantee."""
    status, notes = sheet.row["status"], _days(sheet)
    ending = sheet.moves[0] if sheet.moves and status not in PATHS["claim"] else None
    steps = _skipped(_agreed(life("claim", status, notes)), sheet)
    if ending is None or ending["from_status"] not in MAIN_LINE:
        return steps
    return _left(steps, ending, notes, sheet)


def _skipped(steps: Sequence[Step], sheet: Sheet) -> list[Step]:
    """Say of each step that lies behind and was never made that it was skipped; the first and the present one were."""
    made = {"consent_pending", sheet.row["status"]}
    made |= {move[side] for move in sheet.moves for side in ("from_status", "to_status")}
    return [
        replace(step, status="skipped", note=Message(N_("skipped")))
        if step.status == "done" and name not in made
        else step
        for name, step in zip(PATHS["claim"], steps, strict=True)
    ]


def _agreed(steps: list[Step]) -> list[Step]:
    """Call the first step by what was given, once it is given."""
    first = steps[0]
    return [replace(first, label=Message(N_("Consent"))), *steps[1:]] if first.status == "done" else steps


def _left(steps: Sequence[Step], ending: Any, notes: Mapping[str, Message | str], sheet: Sheet) -> list[Step]:
    """Put a side state where the claim really left its way, not where claims usually do."""
    path = PATHS["claim"]
    place = path.index(ending["from_status"])
    stop = next(step for step in steps if step.status == "stop")
    line = [
        Step(
            life("claim", name)[path.index(name)].label,
            "done" if at <= place else "next",
            notes.get(name, ""),
        )
        for at, name in enumerate(path)
    ]
    end = Step(stop.label, "stop", short_day(day_of(ending["at"])))
    line = _skipped(line, sheet)
    return _agreed([*line[: place + 1], end, *line[place + 2 :]])


def _days(sheet: Sheet) -> dict[str, Message | str]:
    notes: dict[str, Message | str] = {}
    for move in reversed(sheet.moves):
        notes[move["to_status"]] = short_day(day_of(move["at"]))
    if sheet.row["consented_at"]:
        notes["consent_pending"] = short_day(day_of(sheet.row["claimed_at"]))
    if sheet.success and sheet.row["status"] in {"succeeded", "guarantee"}:
        until = short_day(sheet.success["guarantee_until"])
        notes["guarantee"] = Message(N_("until %(day)s"), {"day": until})
    return notes


def told(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the moves of a claim as a timeline, newest first, each with its reason and note."""
    return [
        {
            "text": STATES["claim"][move["to_status"]].label,
            "at": move["at"],
            "status": "now" if not index and sheet.row["status"] in PIPELINE else "done",
            "reason": reasons.REASONS[move["reason"]].text if move["reason"] in reasons.REASONS else "",
            "note": move["note"],
        }
        for index, move in enumerate(sheet.moves)
        if move["to_status"] != "blocked"
    ]


def owner(row: Mapping[str, Any], company: str) -> str:
    """Return who has to act next, as a word to translate, or the company's name."""
    return (
        company
        if row["next_owner"] == "company"
        else reasons.OWNERS.get(row["next_owner"], row["next_owner"])
    )
