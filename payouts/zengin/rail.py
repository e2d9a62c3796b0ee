"""The rail as this installation has it: switched on or not, who pays from which account, and which days can be named."""

from datetime import date

from marketplace.core import clock
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.core.settings import settings
from payouts.lead import first_file_day, last_file_day
from payouts.zengin import banks
from payouts.zengin.kana import bank_text, lacking, printed
from payouts.zengin.record import Account, Sender


def is_on() -> bool:
    """Tell whether alumni may be paid by bank transfer files."""
    return settings().zengin_rail


def must_be_on() -> None:
    """Raise Conflict while the rail is switched off."""
    if not is_on():
        raise Conflict(N_("Bank transfers are switched off in this installation."))


def sender() -> Sender:
    """Return who pays, from the settings. Raises Conflict where they are not complete or name no bank."""
    set_ = settings()
    bank, branch, kind, number = [*set_.zengin_account.split("-"), "", "", ""][:4]
    of_bank, of_branch = banks.bank(bank), banks.branch(bank, branch)
    if not (set_.zengin_client_code and set_.zengin_name and number and of_bank and of_branch):
        raise Conflict(
            N_("The settings of the bank account for client money are not complete: see ENISHI_ZENGIN_….")
        )
    if wrong := lacking(bank_text(set_.zengin_name)):
        raise Conflict(
            N_("ENISHI_ZENGIN_NAME has to be in katakana: a bank's file cannot hold %(characters)s."),
            characters=" ".join(wrong),
        )
    account = Account(bank, printed(of_bank.kana, 15), branch, printed(of_branch.kana, 15), int(kind), number)
    return Sender(set_.zengin_client_code.rjust(10, "0"), printed(set_.zengin_name, 40), account)


async def days() -> tuple[date, date]:
    """Return the first and the last day of payment that a file which leaves now can name."""
    now = (await clock.now()).astimezone(clock.JST)
    return first_file_day(now, settings().zengin_cutoff_hour), last_file_day(now.date())


def refuse_day(text: str, **params: object) -> Invalid:
    """Return the refusal of a day of payment, on its field."""
    return Invalid(fields={"pay_on": Message(text, params)})
