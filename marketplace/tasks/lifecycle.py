"""The states of a task, of an invitation to it and of an application for a seat."""

from enum import StrEnum

from marketplace.core.lifecycle import Actor, Lifecycle, move


class Task(StrEnum):
    """Where a spot task stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    FILLED = "filled"
    RUNNING = "running"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Invitation(StrEnum):
    """What became of an offer to one ranked alumnus."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Application(StrEnum):
    """What became of a wish for a seat."""

    SENT = "sent"
    NEEDS_RECONFIRM = "needs_reconfirm"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_OFFERED = {Task.PUBLISHED, Task.PAUSED}

# `publish` by the clock: the wish to publish was stored and the money has arrived since.
# `reopen`: an alumnus has left while the offer still lasts; work without a window runs as soon as it is filled.
# `fill_partly` gives open seats up while others are taken; `expire` ends a task that nobody took.
TASK = Lifecycle(
    Task.DRAFT,
    [
        move("publish", {Task.DRAFT}, Task.PUBLISHED, Actor.MEMBER, Actor.CLOCK),
        move("pause", {Task.PUBLISHED}, Task.PAUSED, Actor.MEMBER, Actor.OPERATOR, Actor.PROVIDER),
        move("resume", {Task.PAUSED}, Task.PUBLISHED, Actor.MEMBER, Actor.OPERATOR),
        move("fill", {Task.PUBLISHED}, Task.FILLED, Actor.ALUMNUS, Actor.MEMBER),
        move("fill_partly", _OFFERED, Task.FILLED, Actor.MEMBER, Actor.CLOCK, deadline="offer_ends_at"),
        move("reopen", {Task.FILLED, Task.RUNNING}, Task.PUBLISHED, Actor.ALUMNUS, Actor.MEMBER),
        move("expire", _OFFERED, Task.EXPIRED, Actor.CLOCK, deadline="offer_ends_at"),
        move("start", {Task.FILLED}, Task.RUNNING, Actor.MEMBER, Actor.CLOCK, deadline="starts_at"),
        move("complete", {Task.RUNNING}, Task.COMPLETED, Actor.MEMBER, Actor.CLOCK),
        move("close", {Task.COMPLETED}, Task.CLOSED, Actor.CLOCK),
        move(
            "cancel",
            {Task.DRAFT, *_OFFERED, Task.FILLED, Task.RUNNING},
            Task.CANCELLED,
            Actor.MEMBER,
            Actor.OPERATOR,
        ),
    ],
)

INVITATION = Lifecycle(
    Invitation.SENT,
    [
        move("accept", {Invitation.SENT}, Invitation.ACCEPTED, Actor.ALUMNUS),
        move("decline", {Invitation.SENT}, Invitation.DECLINED, Actor.ALUMNUS),
        move("lapse", {Invitation.SENT}, Invitation.LAPSED, Actor.CLOCK, deadline="reply_by"),
        move("withdraw", {Invitation.SENT}, Invitation.WITHDRAWN, Actor.MEMBER, Actor.CLOCK),
    ],
)

_OPEN = {Application.SENT, Application.NEEDS_RECONFIRM}

# `outdate`: the task has a newer version, and nobody is bound to terms that they did not read.
APPLICATION = Lifecycle(
    Application.SENT,
    [
        move("accept", {Application.SENT}, Application.ACCEPTED, Actor.MEMBER),
        move("outdate", {Application.SENT}, Application.NEEDS_RECONFIRM, Actor.MEMBER),
        move("reconfirm", {Application.NEEDS_RECONFIRM}, Application.SENT, Actor.ALUMNUS),
        move("decline", _OPEN, Application.DECLINED, Actor.MEMBER, Actor.CLOCK),
        move("withdraw", _OPEN, Application.WITHDRAWN, Actor.ALUMNUS),
    ],
)
