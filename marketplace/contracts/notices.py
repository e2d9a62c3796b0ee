"""The wording of what both sides are told of a contract."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_
from marketplace.notifications.kinds import Attachment, declare

LOOK = N_("Look at the contract")


async def _sealed_terms(params: Mapping[str, Any]) -> Attachment | None:
    """Return the sealed terms: the alumnus holds them in the mail box too (Freelance Act, article 3)."""
    contract = UUID(params["terms_of"])
    content = await db.fetchval(
        "select content from contract_document where contract_id = $1 and kind = 'terms'", contract
    )
    return Attachment(f"terms-{contract}.pdf", "application/pdf", content) if content else None


declare(
    "contract.concluded",
    title=N_("The contract is concluded: %(title)s"),
    body=N_(
        "The terms of “%(title)s” are fixed: %(fee)s before tax, payment on %(due)s.\n\n"
        "The sealed document follows in a moment; it stays on the page of the contract for ever."
    ),
    button=LOOK,
)
declare(
    "contract.concluded_company",
    title=N_("%(alumnus)s has taken on “%(title)s”"),
    body=N_(
        "The contract with %(alumnus)s is concluded for %(fee)s before tax. Its money is set aside. "
        "You need not do anything until the work comes in."
    ),
    button=LOOK,
)
declare(
    "contract.document",
    title=N_("The terms of “%(title)s” are ready"),
    body=N_(
        "The statement of terms and contract has been sealed and goes with this mail. "
        "You can read and download it at any later time too."
    ),
    button=N_("Read the terms"),
    attach=_sealed_terms,
)
declare(
    "contract.delivered",
    title=N_("%(alumnus)s has delivered “%(title)s”"),
    body=N_(
        "Please look at the work until %(until)s. Without an answer it counts as approved; the payment date stays as it is."
    ),
    button=N_("Look at the delivery"),
)
declare(
    "contract.changes_requested",
    title=N_("Changes are asked for: %(title)s"),
    body=N_("The company asks for changes concerning “%(term)s”. Please deliver again by %(until)s."),
    button=N_("See what is asked for"),
)
declare(
    "contract.approved",
    title=N_("Approved: %(title)s"),
    body=N_("Your work is approved. %(amount)s will be in your bank account on %(due)s."),
    button=LOOK,
)
declare(
    "contract.approved_by_silence",
    title=N_("“%(title)s” was approved because nobody answered"),
    body=N_("The inspection of %(alumnus)s's work has ended without an answer. It is paid on %(due)s."),
    button=LOOK,
)
declare(
    "contract.cancelled",
    title=N_("The company has cancelled “%(title)s”"),
    body=N_(
        "By the terms you receive %(amount)s for it; what is owed is paid on %(due)s. You need not do anything."
    ),
    button=LOOK,
)
declare(
    "contract.cancelled_by_operator",
    title=N_("The operator has cancelled “%(title)s”"),
    body=N_(
        "By the terms you receive %(amount)s for it; what is owed is paid on %(due)s. You need not do anything. "
        "The reason given: %(reason)s"
    ),
    button=LOOK,
)
declare(
    "contract.cancelled_by_operator_company",
    title=N_("The operator has cancelled “%(title)s” with %(alumnus)s"),
    body=N_(
        "By the terms %(alumnus)s receives %(amount)s on %(due)s; the rest is back in your balance. "
        "The reason given: %(reason)s"
    ),
    button=LOOK,
)
declare(
    "contract.withdrawn",
    title=N_("%(alumnus)s has withdrawn from “%(title)s”"),
    body=N_("Nothing is paid; the money is back with the task. The reason given: %(reason)s"),
    button=LOOK,
)
declare(
    "contract.handed_over",
    title=N_("“%(title)s” is taken over by your substitute"),
    body=N_("Your contract has ended, as all of you agreed. Nothing is owed on either side."),
    button=LOOK,
)
declare(
    "contract.deliver_soon",
    title=N_("Deliver soon: %(title)s"),
    body=N_("The agreed day of delivery is %(until)s."),
    button=N_("Deliver"),
)
declare(
    "contract.inspect_soon",
    title=N_("The inspection ends soon: %(title)s"),
    body=N_(
        "Please answer %(alumnus)s until %(until)s. Without an answer the work counts as approved; "
        "the payment date stays as it is."
    ),
    button=N_("Look at the delivery"),
)
declare(
    "contract.start_soon",
    title=N_("It begins soon: %(title)s"),
    body=N_(
        "Your work begins on %(until)s. The terms and everything else stand on the page of the contract."
    ),
    button=LOOK,
)
