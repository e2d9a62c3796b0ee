"""A person's own bank account: given, sealed, kept when another follows it, and opened only to write a file."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.core import db, sealing
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.settings import settings
from payouts.zengin import banks
from payouts.zengin.kana import bank_text, lacking, printed
from payouts.zengin.record import KINDS, Account

PURPOSE = "bank account"
NUMBER, HOLDER, NAME = 7, 30, 15
SHOWN = 3
"""Digits of a number that pages show."""


@dataclass(frozen=True, slots=True)
class Given:
    """Bank details that hold: the places as the banks' list has them, seven digits, the holder as it is printed."""

    bank: banks.Place
    branch: banks.Place
    kind: int
    number: str
    holder: str

    @property
    def name(self) -> str:
        """Bank and branch, as pages show them."""
        return f"{self.bank.name} {self.branch.name}"


def judge(bank: str, branch: str, kind: int, number: str, holder: str) -> Given:
    """Read typed bank details. Raises Invalid with everything that is wrong."""
    wrong: dict[str, Message] = {}
    of_bank = banks.bank(bank)
    of_branch = banks.branch(of_bank.code, branch) if of_bank else None
    name = printed(holder, HOLDER)
    if of_bank is None:
        wrong["bank"] = Message(
            N_("Please choose a bank from the list, by its name or its number of four digits.")
        )
    elif of_branch is None:
        wrong["branch"] = Message(
            N_("Please choose a branch of this bank, by its name or its number of three digits.")
        )
    if kind not in KINDS:
        wrong["kind"] = Message(N_("Please choose one of the offered answers."))
    if not (number.isascii() and number.isdigit() and len(number) <= NUMBER and int(number)):
        wrong["number"] = Message(N_("Please write the number of the account: up to seven digits."))
    if not name:
        wrong["holder"] = Message(N_("Please write the holder's name in katakana, as the bank has it."))
    elif others := lacking(bank_text(holder)):
        signs = {"characters": " ".join(others)}
        wrong["holder"] = Message(
            N_("A bank's file cannot hold %(characters)s. Please write the name in katakana."), signs
        )
    if wrong or of_bank is None or of_branch is None:
        raise Invalid(fields=wrong)
    return Given(of_bank, of_branch, kind, number.rjust(NUMBER, "0"), name)


async def give(person: UUID, given: Given) -> Any:
    """Pay a person to this account from now on; return its row. Runs in the person's scope.

    An account that takes the place of another way to be paid rests for the hours of ENISHI_BANK_CHANGE_HOURS first.
    """
    owner = f"person:{person}"
    before = await db.fetchval(
        "select status in ('active', 'bank_needed', 'restricted') from payee where owner = $1 for update",
        owner,
    )
    known = await db.fetchval("select exists (select from bank_account where owner = $1)", owner)
    await db.execute(
        "update bank_account set ended_at = business_now() where owner = $1 and ended_at is null", owner
    )
    wait = timedelta(hours=settings().bank_change_hours) if before or known else timedelta()
    row = await _insert(owner, given, wait)
    await db.execute(
        """insert into payee (owner, rail, status, bank_name, bank_last4) values ($1, 'zengin', 'active', $2, $3)
           on conflict (owner) do update set rail = 'zengin', status = 'active', bank_name = $2, bank_last4 = $3,
             updated_at = now()""",
        owner,
        given.name,
        given.number[-SHOWN:],
    )
    return row


async def _insert(owner: str, given: Given, wait: timedelta) -> Any:
    number: UUID = await db.fetchval("select uuidv7()")
    plain = {
        "number": given.number,
        "holder": given.holder,
        "bank": printed(given.bank.kana, NAME),
        "branch": printed(given.branch.kana, NAME),
    }
    sealed = sealing.seal(PURPOSE, str(number), json.dumps(plain).encode())
    return await db.fetchrow(
        """insert into bank_account (id, owner, bank_code, bank_name, branch_code, branch_name, kind, last_digits, sealed,
             usable_from) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, business_now() + $10) returning *""",
        *(number, owner, given.bank.code, given.bank.name, given.branch.code, given.branch.name, given.kind),
        *(given.number[-SHOWN:], sealed, wait),
    )


async def current(person: UUID | None) -> Any:
    """Return the row of the account to which a person is paid, or None. Runs in the person's or the operator's scope."""
    return await db.fetchrow(
        "select * from bank_account where owner = $1 and ended_at is null", f"person:{person}"
    )


def opened(row: Any) -> tuple[Account, str]:
    """Return the account of a row and its holder, as a file prints them. Raises Unsealable."""
    plain = json.loads(sealing.open_sealed(PURPOSE, str(row["id"]), bytes(row["sealed"])))
    account = Account(
        row["bank_code"], plain["bank"], row["branch_code"], plain["branch"], row["kind"], plain["number"]
    )
    return account, plain["holder"]


async def leave(person: UUID) -> bool:
    """Pay a person through the provider again; False when that is so already. Runs in the person's scope."""
    owner = f"person:{person}"
    left = await db.execute(
        """update payee set rail = 'stripe', bank_name = '', bank_last4 = '', updated_at = now(),
             status = case when account is null then 'new' else 'started' end where owner = $1 and rail = 'zengin'""",
        owner,
    )
    await db.execute(
        "update bank_account set ended_at = business_now() where owner = $1 and ended_at is null", owner
    )
    return bool(left)
