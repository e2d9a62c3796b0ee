"""Whose turn it is on a task, and for what: the one act that its page offers this member now."""

from enum import StrEnum

from marketplace.tasks.queries import TaskPage


class Turn(StrEnum):
    """The one thing to do now; `wait` and `none` ask for nothing."""

    APPROVE = "approve"
    APPROVE_CHANGE = "approve_change"
    AWAIT_APPROVAL = "await_approval"
    FUND = "fund"
    PUBLISH = "publish"
    CHOOSE = "choose"
    RESUME = "resume"
    INSPECT = "inspect"
    TEAM = "team"
    WIDEN = "widen"
    WAIT = "wait"
    REPOST = "repost"
    NONE = "none"


def turn(page: TaskPage) -> Turn:
    """Return what this member should do now about a task that he looks at."""
    status = page.task["status"]
    if status == "draft":
        return _of_draft(page)
    if page.approves_change:
        return Turn.APPROVE_CHANGE
    if any(seat["contract"] == "delivered" for seat in page.seats):
        return Turn.INSPECT
    if status in {"published", "paused"}:
        return _of_open(page)
    if status in {"expired", "cancelled"} and page.manages:
        return Turn.REPOST
    return Turn.NONE if status in {"closed", "cancelled", "expired"} else Turn.WAIT


def _of_draft(page: TaskPage) -> Turn:
    if page.task["publish_requested_at"] is not None:
        return Turn.APPROVE if page.approves else Turn.AWAIT_APPROVAL
    if page.task["funding_wanted_at"] is not None:
        return Turn.FUND
    return Turn.PUBLISH if page.manages else Turn.WAIT


def _of_open(page: TaskPage) -> Turn:
    if not page.manages:
        return Turn.WAIT
    if page.task["status"] == "paused":
        return Turn.RESUME
    if any(application["status"] == "sent" for application in page.applications):
        return Turn.CHOOSE
    if page.task["all_or_none"] and page.task["team_warned_at"] and page.task["taken"] and page.open_seats:
        return Turn.TEAM
    nobody = not page.task["asked"] and page.task["mode"] == "offer" and page.task["waves_sent"] > 0
    return Turn.WIDEN if nobody or (not page.funnel["matched"] and page.task["ranking"]) else Turn.WAIT
