"""An alumnus's own bank account, where bank transfers are switched on: chosen, checked, changed with a notice and a rest."""

from typing import Any

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_
from marketplace.funds import setup
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts.zengin import accounts, banks, rail
from payouts.zengin.accounts import Given

declare(
    "money.bank_given",
    title=N_("You are paid to %(bank)s •••%(digits)s from now on"),
    body=N_("If it was not you who gave this account, change it at once and tell the operator."),
    button=N_("Look at the payment set-up"),
)
declare(
    "money.bank_changed",
    title=N_("The bank account for your payments was changed to %(bank)s •••%(digits)s"),
    body=N_(
        "If it was not you, change it at once and tell the operator: nothing is sent to the new account before %(until)s."
    ),
    button=N_("Look at the payment set-up"),
)


async def of(*, by: Actor) -> Any:
    """Return the account to which the alumnus is paid, its number masked, or None."""
    by.must_be("alumnus")
    async with db.transaction(person=by.person):
        row = await accounts.current(by.person)
        if row is not None:
            await record("bank_account.read", f"person:{by.person}", by=by, person=by.person)
    return row


def judge(bank: str, branch: str, kind: int, number: str, holder: str) -> Given:
    """Read typed bank details, and the holder as a file prints him. Raises Invalid, Conflict while the rail is off."""
    rail.must_be_on()
    return accounts.judge(bank, branch, kind, number, holder)


async def give(given: Given, *, by: Actor) -> Any:
    """Pay the alumnus to this account from now on, tell him so, and return its row. Raises Conflict while the rail is off."""
    by.must_be("alumnus")
    rail.must_be_on()
    assert by.person is not None
    async with db.transaction(person=by.person):
        row = await accounts.give(by.person, given)
        changed = row["usable_from"] > row["given_at"]
        told = {"bank": given.name, "digits": row["last_digits"], "until": row["usable_from"]}
        await notify(
            "money.bank_changed" if changed else "money.bank_given",
            person=by.person, path="/me/payout", dedupe=f"money.bank:{row['id']}", **told,
        )  # fmt: skip
        await record(
            "bank_account.given", f"person:{by.person}", by=by, person=by.person, digits=row["last_digits"]
        )
    return row


async def leave(*, by: Actor) -> None:
    """Pay the alumnus through the provider again, as it stands there. Raises Unavailable after the choice is kept."""
    by.must_be("alumnus")
    assert by.person is not None
    async with db.transaction(person=by.person):
        if await accounts.leave(by.person):
            await record("bank_account.left", f"person:{by.person}", by=by, person=by.person)
    await setup.refresh(by=by)


def suggest(bank: str, branch: str | None) -> list[banks.Place]:
    """Suggest banks for what is typed, or branches of the bank that is meant."""
    if branch is None:
        return banks.find_banks(bank)
    meant = banks.bank(bank)
    return banks.find_branches(meant.code, branch) if meant else []
