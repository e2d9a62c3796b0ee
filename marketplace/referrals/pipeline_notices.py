"""The wording of what the pipeline tells: plans, assignments, missed days, leavers, messages that fit nothing."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare
from marketplace.referrals.notices import LOOK

PLANNED = "referral.planned"
ASSIGNED = "referral.assigned"
OVERDUE = "referral.overdue"
ESCALATED = "referral.escalated"
HELD = "referral.policy"
UNAPPLIED = "referral.ats_unapplied"
TO_REFERRAL = N_("Go to the referral")

declare(
    PLANNED,
    title=N_("The next step of your referral: %(title)s"),
    body=N_("The company has set %(on)s as the next day for %(candidate)s. The page says what happens then."),
    button=LOOK,
)
declare(
    ASSIGNED,
    title=N_("You look after %(candidate)s: %(title)s"),
    body=N_("A colleague has given you this referral. The page says what comes next, and by when."),
    button=TO_REFERRAL,
)
declare(
    OVERDUE,
    title=N_("The next step is overdue: %(candidate)s"),
    body=N_(
        "%(title)s: %(on)s has passed without a decision. The referrer sees that. Decide, or set a new day."
    ),
    button=TO_REFERRAL,
)
declare(
    ESCALATED,
    title=N_("A referral has been waiting since %(on)s: %(candidate)s"),
    body=N_(
        "%(title)s: nobody has decided for days. Please decide, set a new day or give it to somebody else."
    ),
    button=TO_REFERRAL,
)
declare(
    HELD,
    title=N_("The reward is being checked: %(title)s"),
    body=N_(
        "Your referral of %(candidate)s has succeeded. Before a reward accrues, it is checked against the rules."
    ),
    button=LOOK,
)
declare(
    UNAPPLIED,
    title=N_("A message of your applicant tracking system fits no referral"),
    body=N_("It is kept, and nothing has been changed. The page shows why, and lets you try it again."),
    button=N_("Look at the messages"),
)
