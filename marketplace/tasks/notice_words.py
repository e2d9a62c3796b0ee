"""What people are told of tasks, as sentences to translate."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

_LOOK = N_("Look at the task")
_ANSWER = N_("Read the terms and answer")

for _name, _title, _body, _button in (
    # To alumni.
    (
        "invited",
        N_("%(company_name)s asks you: “%(title)s”"),
        N_("%(company_name)s offers you this task for %(price)s before tax. Please answer by %(reply_by)s."),
        _ANSWER,
    ),
    (
        "on_board",
        N_("A task that fits you is on the board: “%(title)s”"),
        N_(
            "%(company_name)s looks for somebody for %(price)s before tax. If you like, apply; you need not answer."
        ),
        _LOOK,
    ),
    (
        "terms_changed",
        N_("The terms of “%(title)s” have changed"),
        N_(
            "The earlier invitation was withdrawn; this one has the new terms: %(price)s before tax. "
            "Please read them and answer by %(reply_by)s."
        ),
        _ANSWER,
    ),
    (
        "reply_soon",
        N_("Please answer soon: “%(title)s”"),
        N_(
            "The invitation by %(company_name)s ends on %(reply_by)s. Declining is fine too; then others are asked."
        ),
        _ANSWER,
    ),
    (
        "filled_invited",
        N_("“%(title)s” is filled"),
        N_("All seats have been taken, so the invitation was withdrawn. You need not do anything."),
        _LOOK,
    ),
    (
        "filled_applied",
        N_("“%(title)s” is filled"),
        N_("All seats have been given to others. Thank you for your application."),
        _LOOK,
    ),
    (
        "not_chosen",
        N_("Your application for “%(title)s”"),
        N_("%(company_name)s has decided for somebody else this time. Thank you for your application."),
        _LOOK,
    ),
    (
        "chosen",
        N_("You were chosen: “%(title)s”"),
        N_(
            "%(company_name)s has accepted your application. The contract is concluded on the terms that you read."
        ),
        N_("Look at the contract"),
    ),
    (
        "reconfirm",
        N_("The terms of “%(title)s” have changed: please confirm"),
        N_("Your application waits until you have agreed to the new terms: %(price)s before tax."),
        N_("Read the new terms"),
    ),
    (
        "reconfirm_soon",
        N_("Please confirm soon: “%(title)s”"),
        N_("The offer ends on %(ends_at)s. Until you agree to the new terms you cannot be chosen."),
        N_("Read the new terms"),
    ),
    (
        "cancelled",
        N_("“%(title)s” was cancelled"),
        N_("%(company_name)s has cancelled this task. You need not do anything."),
        _LOOK,
    ),
    (
        "expired_invited",
        N_("“%(title)s” takes nobody any more"),
        N_("The time to answer has ended. You need not do anything."),
        _LOOK,
    ),
    # To members.
    (
        "approval_wanted",
        N_("Please approve: “%(title)s”"),
        N_("%(by_name)s asks to publish this task. It is above the unit's limit, so somebody else decides."),
        N_("Look and decide"),
    ),
    (
        "approval_waits",
        N_("Still waiting for an approval: “%(title)s”"),
        N_("This task has waited for a day. It is published when you approve it."),
        N_("Look and decide"),
    ),
    (
        "change_wanted",
        N_("Please approve a change: “%(title)s”"),
        N_(
            "%(by_name)s asks to change this task. The change is above the unit's limit, so somebody else decides; "
            "until then the task stays as it is."
        ),
        N_("Look and decide"),
    ),
    (
        "change_waits",
        N_("A change still waits for an approval: “%(title)s”"),
        N_("This change has waited for a day. The task stays as it is until you approve it."),
        N_("Look and decide"),
    ),
    (
        "change_approved",
        N_("The change is approved: “%(title)s”"),
        N_("%(by_name)s has approved your change. It holds from now on."),
        _LOOK,
    ),
    (
        "change_sent_back",
        N_("The change is sent back: “%(title)s”"),
        N_("%(by_name)s asks for another change; the task stays as it is:\n\n%(note)s"),
        N_("Change the task"),
    ),
    ("approved", N_("Approved: “%(title)s”"), N_("%(by_name)s has approved the publication."), _LOOK),
    (
        "sent_back",
        N_("Sent back: “%(title)s”"),
        N_("%(by_name)s asks for a change before it is published:\n\n%(note)s"),
        N_("Change the task"),
    ),
    (
        "funding_wanted",
        N_("%(missing)s is missing to publish “%(title)s”"),
        N_("As soon as your company's balance covers the reserve, the task is published by itself."),
        N_("Look at what is missing"),
    ),
    (
        "funding_waits",
        N_("Still waiting for money: “%(title)s”"),
        N_(
            "This task has waited for a day. It is published by itself when your company's balance covers the reserve."
        ),
        N_("Look at what is missing"),
    ),
    (
        "published",
        N_("Published: “%(title)s”"),
        N_("The money has arrived, and the task is published."),
        _LOOK,
    ),
    (
        "not_published",
        N_("“%(title)s” could not be published"),
        N_("The money has arrived, but the dates have passed meanwhile. Set new dates and publish it again."),
        N_("Change the task"),
    ),
    (
        "applied",
        N_("%(alumnus)s applies for “%(title)s”"),
        N_("Read the application and answer it."),
        N_("Read the application"),
    ),
    ("filled", N_("“%(title)s” is filled"), N_("Every seat has its contract."), _LOOK),
    (
        "filled_partly",
        N_("The offer of “%(title)s” has ended"),
        N_("The open seats were given up, and their money is back in your balance. The contracts go on."),
        _LOOK,
    ),
    (
        "expired",
        N_("Nobody took “%(title)s”"),
        N_(
            "The offer has ended, and what was set aside is back in your balance. You can post it again with new dates."
        ),
        N_("Post it again"),
    ),
    (
        "nobody_left",
        N_("Everybody who fits “%(title)s” has been asked"),
        N_("We look again every day. A higher fee, fewer required skills or another date reach more people."),
        N_("See who was asked"),
    ),
    (
        "ends_soon",
        N_("“%(title)s” still has open seats"),
        N_("The offer ends on %(ends_at)s. You can invite somebody by hand or change the terms."),
        _LOOK,
    ),
    (
        "halted_invited",
        N_("“%(title)s” takes nobody for now"),
        N_(
            "%(company_name)s had to pause this task, so the invitation was withdrawn. You need not do anything."
        ),
        _LOOK,
    ),
    (
        "halted_applied",
        N_("“%(title)s” is paused"),
        N_("%(company_name)s had to pause this task. Your application is kept and answered when it goes on."),
        _LOOK,
    ),
    (
        "halted",
        N_("“%(title)s” was paused, and its money released"),
        N_(
            "Publishing is stopped for your company, because a card payment was taken back. "
            "Once the operator lifts the stop, you can resume the task; contracts go on as agreed."
        ),
        _LOOK,
    ),
    (
        "halted_by_operator",
        N_("“%(title)s” was paused, and its money released"),
        N_(
            "The operator has stopped publishing for your company: %(reason)s "
            "Once the stop is lifted, you can resume the task; contracts go on as agreed."
        ),
        _LOOK,
    ),
    (
        "seat_free",
        N_("A seat is free again: “%(title)s”"),
        N_("An alumnus has left the contract. The next people are asked now."),
        _LOOK,
    ),
):
    declare(f"task.{_name}", title=_title, body=_body, button=_button)
