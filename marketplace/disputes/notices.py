"""The wording of what both sides are told of a dispute."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

declare(
    "dispute.opened",
    title=N_("A dispute is open: %(title)s"),
    body=N_(
        "%(who)s disputes %(amount)s of the fee. Only this amount waits; the rest is paid on its day. "
        "Please say how you see it until %(until)s. Then the operator decides."
    ),
    button=N_("Answer"),
)
declare(
    "dispute.opened_operator",
    title=N_("A dispute is open: %(title)s"),
    body=N_("%(who)s disputes %(amount)s of the fee. The other side may answer until %(until)s."),
    button=N_("Look at the dispute"),
)
declare(
    "dispute.answered",
    title=N_("The other side has answered: %(title)s"),
    body=N_("The operator now reads both sides and decides."),
    button=N_("Look at the dispute"),
)
declare(
    "dispute.answer_soon",
    title=N_("Your answer is awaited: %(title)s"),
    body=N_(
        "%(who)s disputes %(amount)s of the fee. You can answer until %(until)s; then the operator decides without it."
    ),
    button=N_("Answer"),
)
declare(
    "dispute.resolved",
    title=N_("The dispute is decided: %(title)s"),
    body=N_(
        "The operator awards %(awarded)s of the disputed %(amount)s to the alumnus. The reasons stand on the page."
    ),
    button=N_("Look at the contract"),
)
