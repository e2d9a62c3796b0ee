"""The wording of what becomes of a reward: vested, held by the law, come to nothing; and of a guarantee's last week."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare
from marketplace.referrals.notices import LOOK

VESTED = "reward.vested"
POLICY_HOLDS = "reward.policy_holds"
UNFUNDED = "reward.unfunded"
CLAWED_BACK = "reward.clawed_back"
GUARANTEE_ENDS = "reward.guarantee_ends"

declare(
    VESTED,
    title=N_("%(amount)s of your reward is yours: %(title)s"),
    body=N_(
        "For %(candidate)s. It will be in your bank account on %(due)s at the latest; you can ask for it earlier."
    ),
    button=N_("Look at your earnings"),
)
declare(
    POLICY_HOLDS,
    title=N_("%(amount)s waits for a legal check: %(title)s"),
    body=N_(
        "What the law permits is checked once more before each payment. This time it needs a person. Nothing is lost; "
        "the page names the rule."
    ),
    button=LOOK,
)
declare(
    UNFUNDED,
    title=N_("No reward came in: %(title)s"),
    body=N_(
        "The company's invoice for this referral has ended without payment, so that the reward cannot be paid. "
        "Only what has come in is paid out. We are sorry."
    ),
    button=LOOK,
)
declare(
    CLAWED_BACK,
    title=N_("%(amount)s will be netted from a later reward: %(title)s"),
    body=N_(
        "%(candidate)s has left within the guarantee, after this part was yours. You need not pay anything back: it is "
        "taken from later referral rewards only, never from your fees for work."
    ),
    button=LOOK,
)
declare(
    GUARANTEE_ENDS,
    title=N_("The guarantee for %(candidate)s ends on %(until)s: %(title)s"),
    body=N_(
        "If it falls through until then, please record it within a week of that day: afterwards nothing of the success fee returns."
    ),
    button=N_("Go to the referral"),
)
