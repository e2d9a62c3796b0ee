"""The wording of holds on a claim's money: what they rest on, what can be said against them, what was decided."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare
from marketplace.referrals.fraud import Sign

# What a sign means, for the referrer and the operator; its facts fill the holes.
WORDS = {
    Sign.SELF_REFERRAL: N_("The referrer and the candidate seem to be the same person."),
    Sign.SAME_DEVICE: N_("The consent was given on the device from which the referral was made."),
    Sign.SAME_BANK: N_("Referrer and candidate are paid to accounts at %(bank)s that end in %(last4)s."),
    Sign.SAME_ADDRESS: N_("The consent came from the network address from which the referral was made."),
    Sign.RING: N_("Following %(length)s referrals leads from the referrer back to the referrer."),
    Sign.VELOCITY: N_(
        "There were %(count)s referrals by the same person to this company within %(days)s days."
    ),
    Sign.COUNTERPARTY_EMPLOYEE: N_("The referrer seems to work for a side that decides about this referral."),
}
TITLES = {
    Sign.SELF_REFERRAL: N_("Same person"),
    Sign.SAME_DEVICE: N_("Same device"),
    Sign.SAME_BANK: N_("Same bank account"),
    Sign.SAME_ADDRESS: N_("Same network address"),
    Sign.RING: N_("Referrals in a ring"),
    Sign.VELOCITY: N_("Unusually many referrals"),
    Sign.COUNTERPARTY_EMPLOYEE: N_("Works for a deciding side"),
}

declare(
    "flag.raised",
    title=N_("Your reward waits for a check: %(title)s"),
    body=N_(
        "Something about this referral has to be looked at by a person before its reward is paid. Nothing is lost. "
        "The page says what it is, and there you can tell us how it came about."
    ),
    button=N_("See the reason and answer"),
)
declare(
    "flag.cleared",
    title=N_("The check is done, your reward goes on: %(title)s"),
    body=N_("The hold has been lifted. The operator writes: %(decision)s"),
    button=N_("Look at your referral"),
)
declare(
    "flag.upheld",
    title=N_("No reward can be paid: %(title)s"),
    body=N_("The operator has looked at the referral and keeps the hold. The reason: %(decision)s"),
    button=N_("Look at your referral"),
)
declare(
    "flag.to_decide",
    title=N_("A referral reward waits for your check: %(title)s"),
    body=N_("A sign was found. Look at its facts and decide whether the reward may go on."),
    button=N_("Decide"),
)
declare(
    "flag.appealed",
    title=N_("A referrer has answered a hold: %(title)s"),
    body=N_("The referrer has written how it came about. Read it and decide."),
    button=N_("Read and decide"),
)
