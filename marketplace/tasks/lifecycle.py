"""The states of a task, of an invitation to it, of an application for a seat, and of what goes beside them."""

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


class Assignment(StrEnum):
    """How far a proposal for many seats is."""

    COMPUTING = "computing"
    PROPOSED = "proposed"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"


class Waitlist(StrEnum):
    """What became of a place on a filled task's waitlist."""

    WAITING = "waiting"
    INVITED = "invited"
    LEFT = "left"
    ENDED = "ended"


class Substitution(StrEnum):
    """What became of a substitute whom an alumnus has proposed."""

    PROPOSED = "proposed"
    ASKED = "asked"
    NOT_ASKED = "not_asked"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DECLINED = "declined"
    LAPSED = "lapsed"
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

# `stop` while invitations go out: those that went out stay, the others are not sent.
ASSIGNMENT = Lifecycle(
    Assignment.COMPUTING,
    [
        move("propose", {Assignment.COMPUTING}, Assignment.PROPOSED, Actor.CLOCK),
        move("cancel", {Assignment.COMPUTING, Assignment.PROPOSED}, Assignment.CANCELLED, Actor.MEMBER),
        move("send", {Assignment.PROPOSED}, Assignment.SENDING, Actor.MEMBER),
        move("stop", {Assignment.SENDING}, Assignment.SENT, Actor.MEMBER),
        move("finish", {Assignment.SENDING}, Assignment.SENT, Actor.CLOCK),
    ],
)

WAITLIST = Lifecycle(
    Waitlist.WAITING,
    [
        move("invite", {Waitlist.WAITING}, Waitlist.INVITED, Actor.CLOCK),
        move("leave", {Waitlist.WAITING}, Waitlist.LEFT, Actor.ALUMNUS),
        move("end", {Waitlist.WAITING}, Waitlist.ENDED, Actor.CLOCK),
    ],
)

_LIVE = {Substitution.PROPOSED, Substitution.ASKED, Substitution.AGREED}

# `pass_over`: the person is not in the network, or a gate is shut; the alumnus who proposed does not learn it.
# `withdraw`: he takes the proposal back, or his contract has moved on.
SUBSTITUTION = Lifecycle(
    Substitution.PROPOSED,
    [
        move("ask", {Substitution.PROPOSED}, Substitution.ASKED, Actor.CLOCK),
        move("pass_over", {Substitution.PROPOSED}, Substitution.NOT_ASKED, Actor.CLOCK),
        move("agree", {Substitution.ASKED, Substitution.AGREED}, Substitution.AGREED, Actor.ALUMNUS),
        move("decline", {Substitution.ASKED, Substitution.AGREED}, Substitution.DECLINED, Actor.ALUMNUS),
        move("accept", {Substitution.AGREED}, Substitution.ACCEPTED, Actor.MEMBER),
        move("refuse", {Substitution.AGREED}, Substitution.REFUSED, Actor.MEMBER),
        move("lapse", {Substitution.ASKED, Substitution.AGREED}, Substitution.LAPSED, Actor.CLOCK),
        move("withdraw", _LIVE, Substitution.WITHDRAWN, Actor.ALUMNUS, Actor.CLOCK),
    ],
)
