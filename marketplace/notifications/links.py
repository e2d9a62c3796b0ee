"""The wording of mailed sign-in links."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

declare(
    "link.sign_in",
    title=N_("Your sign-in link for Enishi"),
    body=N_(
        "Press the button to sign in. The link works once, within %(minutes)s minutes.\n\n"
        "If you did not ask for it, you need not do anything."
    ),
    button=N_("Sign in"),
)
declare(
    "link.member",
    title=N_("%(company)s asks you to work on its Enishi account"),
    body=N_(
        "%(inviter)s has added you to the account of %(company)s.\n\n"
        "Press the button to sign in; no password is needed. The link works once, within %(days)s days."
    ),
    button=N_("Sign in and begin"),
)
declare(
    "link.invitation",
    title=N_("%(company)s invites you to its alumni network"),
    body=N_(
        "Dear %(name)s,\n\n%(company)s would like to stay in touch and to offer you spot work that fits you, when you want it.\n\n"
        "Nothing is shared before you agree. Press the button to see what it is about; the link works once, within %(days)s days."
    ),
    button=N_("Look at the invitation"),
)
