"""What people are told of substitutes. Who proposed one learns nothing of a person who was not asked or said no."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

declare(
    "substitute.wanted",
    title=N_("%(who)s asks whether you can step in: “%(title)s”"),
    body=N_(
        "%(company_name)s pays %(price)s before tax. You answer by %(reply_by)s; declining is fine and nobody is told. "
        "The contract is concluded only when the company agrees."
    ),
    button=N_("Read the terms and answer"),
)
declare(
    "substitute.wanted_unnamed",
    title=N_("Can you step in? “%(title)s”"),
    body=N_(
        "Somebody from your network cannot come and thought of you. %(company_name)s pays %(price)s before tax. You answer "
        "by %(reply_by)s; declining is fine and nobody is told. The contract is concluded only when the company agrees."
    ),
    button=N_("Read the terms and answer"),
)
declare(
    "substitute.agreed_company",
    title=N_("A substitute for “%(title)s”: please decide"),
    body=N_(
        "%(alumnus)s cannot come; %(substitute)s would step in on the same terms. Nothing changes before you say yes."
    ),
    button=N_("Look and decide"),
)
declare(
    "substitute.agreed",
    title=N_("Your substitute for “%(title)s” has agreed"),
    body=N_("Now %(company_name)s decides. Until it says yes, the contract stays yours."),
    button=N_("Look at the contract"),
)
declare(
    "substitute.nobody",
    title=N_("No substitute for “%(title)s”"),
    body=N_(
        "Your proposal has ended without a substitute. The contract stays yours; you can propose somebody else."
    ),
    button=N_("Look at the contract"),
)
declare(
    "substitute.refused",
    title=N_("%(company_name)s stays with you: “%(title)s”"),
    body=N_("The company has not accepted the substitute. The contract stays yours. It writes: %(reason)s"),
    button=N_("Look at the contract"),
)
declare(
    "substitute.not_needed",
    title=N_("You need not step in: “%(title)s”"),
    body=N_("A substitute is not needed any more, or the company has decided otherwise. Thank you."),
    button=N_("Look at the task"),
)
declare(
    "substitute.gone",
    title=N_("The substitute for “%(title)s” is not available any more"),
    body=N_("The contract with %(alumnus)s stands as it is."),
    button=N_("Look at the task"),
)
