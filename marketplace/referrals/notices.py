"""The wording of what a referrer is told of a claim: each step, and where to read its reason."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare
from marketplace.referrals.lifecycle import MAIN_LINE, Claim

LOOK = N_("Look at your referral")
CONSENT_GONE = "claim.consent_gone"
MOVED: dict[Claim, str] = {state: f"claim.{state}" for state in Claim if state is not Claim.BLOCKED}


def kind_of(source: Claim | None, target: Claim) -> str | None:
    """Return what a move is told as: a step back along the main line has words of its own."""
    if source in MAIN_LINE and target in MAIN_LINE and MAIN_LINE.index(target) < MAIN_LINE.index(source):
        return "claim.moved_back"
    return MOVED.get(target)


declare(
    "claim.moved_back",
    title=N_("A step was taken back: %(title)s"),
    body=N_("The company has moved your referral of %(candidate)s back. The page gives the reason."),
    button=LOOK,
)
declare(
    "claim.consent_pending",
    title=N_("You now hold the priority: %(title)s"),
    body=N_(
        "Your referral has moved up. We are asking the candidate for consent; you hold the priority for 7 days."
    ),
    button=LOOK,
)
declare(
    "claim.owned",
    title=N_("%(candidate)s has consented: %(title)s"),
    body=N_("The company now sees your referral. You will be told of every later decision, with its reason."),
    button=LOOK,
)
declare(
    "claim.screening",
    title=N_("%(candidate)s is being screened: %(title)s"),
    body=N_("The company is looking at your referral. The page says who decides next, and when."),
    button=LOOK,
)
declare(
    "claim.interview",
    title=N_("%(candidate)s is invited to talk: %(title)s"),
    body=N_("The company wants to meet the person you referred. The page says who decides next, and when."),
    button=LOOK,
)
declare(
    "claim.offer",
    title=N_("%(candidate)s has an offer: %(title)s"),
    body=N_("The company has made an offer to the person you referred. The page says what happens next."),
    button=LOOK,
)
declare(
    "claim.succeeded",
    title=N_("Your referral has succeeded: %(title)s"),
    body=N_(
        "It worked out with %(candidate)s. The page shows your reward, when it becomes yours and when it is paid."
    ),
    button=LOOK,
)
declare(
    "claim.guarantee",
    title=N_("The guarantee period has begun: %(title)s"),
    body=N_("The page shows until when it runs and which part of your reward becomes yours on which day."),
    button=LOOK,
)
declare(
    "claim.vested",
    title=N_("The guarantee period is over: %(title)s"),
    body=N_("Your referral is complete. The page shows what has been paid and what is on its way."),
    button=LOOK,
)
declare(
    "claim.declined",
    title=N_("Your referral was not taken up: %(title)s"),
    body=N_("It has ended. The page gives the reason. Thank you for the referral."),
    button=LOOK,
)
declare(
    "claim.withdrawn",
    title=N_("Your referral has ended: %(title)s"),
    body=N_("It was withdrawn or its time has run out. The page gives the reason."),
    button=LOOK,
)
declare(
    "claim.failed_guarantee",
    title=N_("The guarantee did not hold: %(title)s"),
    body=N_(
        "What you referred has ended within the guarantee period. The page says what this means for your reward."
    ),
    button=LOOK,
)
declare(
    "claim.received",
    title=N_("%(referrer)s introduces %(candidate)s: %(title)s"),
    body=N_(
        "%(candidate)s has agreed to be introduced. You see the name, the contact and what the referrer writes. "
        "Please decide within five days whether to go on; the referrer is told at once."
    ),
    button=N_("Look at the referral"),
)
declare(
    "claim.consent_ends",
    title=N_("Your priority ends on %(day)s: %(title)s"),
    body=N_(
        "The candidate has not answered yet. Hand on the link on the page, if you like. "
        "Without a consent the priority ends and the contact is deleted."
    ),
    button=LOOK,
)
declare(
    "claim.ownership_ends",
    title=N_("The referral of %(candidate)s counts until %(day)s: %(title)s"),
    body=N_(
        "If it has not come to a success by then, it ends. The page says where it stands and who acts next."
    ),
    button=N_("Look at the referral"),
)
declare(
    CONSENT_GONE,
    title=N_("A candidate has withdrawn the consent: %(title)s"),
    body=N_(
        "Referral no. %(number)s has ended. What was shared of the candidate is deleted here: please delete it in your own "
        "records, too, and do not write to the candidate about it any more."
    ),
    button=N_("Go to the referral"),
)
