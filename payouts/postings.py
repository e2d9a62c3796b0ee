"""One pure function per posting of spot tasks; docs/money.md is the same table in words.

What the operator may lose, take out and bring in stands in `own_postings.py`.

Amounts are above zero unless a line says "signed". A key is the fact. Entries that come to zero are left out.
"""

from datetime import date, datetime

from marketplace.core.money import Money
from payouts import chart
from payouts.chart import Account
from payouts.fees import SeatCost
from payouts.ledger import Entry, Transfer


def topup(
    company: str, *, transaction: str, arrived: Money, fee_borne: Money, happened_at: datetime
) -> Transfer:
    """Credit what arrived net of the provider's fee, plus the part of that fee that the operator bears."""
    positive(arrived)
    not_negative(fee_borne)
    return post(
        f"topup:{transaction}",
        happened_at,
        arrived.currency,
        (chart.stripe_platform(currency=arrived.currency), arrived),
        (chart.stripe_fee_expense(currency=arrived.currency), fee_borne),
        (chart.company_balance(company, currency=arrived.currency), -(arrived + fee_borne)),
    )


def reserve(company: str, *, task: str, version: int | str, change: Money, happened_at: datetime) -> Transfer:
    """Set money aside for a task's open seats; a later version posts its signed difference."""
    return post(
        f"reserve:{task}:{version}",
        happened_at,
        change.currency,
        (chart.company_balance(company, currency=change.currency), change),
        (chart.company_reserved(company, task=task, currency=change.currency), -change),
    )


def conclude(company: str, *, task: str, contract: str, cost: SeatCost, happened_at: datetime) -> Transfer:
    """Move one seat's maximum to its contract; what is withheld goes back, for the company remits it."""
    currency = cost.price.currency
    return post(
        f"conclude:{contract}",
        happened_at,
        currency,
        (chart.company_reserved(company, task=task, currency=currency), cost.maximum),
        (chart.company_reserved_contract(company, contract, currency=currency), -cost.company_pays),
        (chart.company_balance(company, currency=currency), -cost.withheld),
    )


def release(company: str, *, task: str, reason: str, amount: Money, happened_at: datetime) -> Transfer:
    """Give back what no contract holds when a task expires, is cancelled or closes."""
    positive(amount)
    return post(
        f"release:{task}:{reason}",
        happened_at,
        amount.currency,
        (chart.company_reserved(company, task=task, currency=amount.currency), amount),
        (chart.company_balance(company, currency=amount.currency), -amount),
    )


def reopen(
    company: str, *, contract: str, task: str, held: Money, seat: Money, happened_at: datetime
) -> Transfer:
    """Undo a contract that the alumnus left: what it held returns to the task's seat.

    `seat` is what one open seat reserves, or zero when the task is no longer published: then all goes to
    the balance.
    """
    positive(held)
    not_negative(seat)
    currency = held.currency
    return post(
        f"reopen:{contract}",
        happened_at,
        currency,
        (chart.company_reserved_contract(company, contract, currency=currency), held),
        (chart.company_balance(company, currency=currency), seat - held),
        (chart.company_reserved(company, task=task, currency=currency), -seat),
    )


def approve(
    company: str, person: str, *, contract: str, part: int, cost: SeatCost, happened_at: datetime
) -> Transfer:
    """Hand accepted work's money to the alumnus and its fee to the operator; parts count from 1."""
    currency = cost.price.currency
    return post(
        f"approve:{contract}:{part}",
        happened_at,
        currency,
        (chart.company_reserved_contract(company, contract, currency=currency), cost.company_pays),
        (chart.person_payable(person, currency=currency), -cost.to_person),
        (chart.platform_fee_revenue(currency=currency), -cost.platform_fee),
        (chart.output_tax(currency=currency), -cost.platform_tax),
    )


def cancel(
    company: str, person: str, *, contract: str, held: Money, compensation: Money, happened_at: datetime
) -> Transfer:
    """Pay the compensation of a cancelled contract and give the rest of what it held back.

    Where the compensation is more than what is held, the company's balance pays the difference.
    """
    positive(held)
    not_negative(compensation)
    currency = held.currency
    return post(
        f"cancel:{contract}",
        happened_at,
        currency,
        (chart.company_reserved_contract(company, contract, currency=currency), held),
        (chart.person_payable(person, currency=currency), -compensation),
        (chart.company_balance(company, currency=currency), compensation - held),
    )


def cancel_rest(company: str, *, contract: str, held: Money, happened_at: datetime) -> Transfer:
    """Give back what a contract still holds after the parts that were approved."""
    positive(held)
    return post(
        f"cancel:{contract}:rest",
        happened_at,
        held.currency,
        (chart.company_reserved_contract(company, contract, currency=held.currency), held),
        (chart.company_balance(company, currency=held.currency), -held),
    )


def withhold_adjust(
    company: str, person: str, *, day: date, more: Money, happened_at: datetime, again: str = ""
) -> Transfer:
    """Correct what is withheld where payments of a company to a person on a day are one base (signed), or `again`."""
    return post(
        f"withhold_adjust:{company}:{person}:{day.isoformat()}{again}",
        happened_at,
        more.currency,
        (chart.person_payable(person, currency=more.currency), more),
        (chart.company_balance(company, currency=more.currency), -more),
    )


def submit(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Put what a person earned on its way."""
    positive(amount)
    return post(
        f"submit:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.person_payable(person, currency=amount.currency), amount),
        (chart.person_in_transit(person, payout, currency=amount.currency), -amount),
    )


def transfer(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Move money to the person's connected account; left out when it already lies there."""
    positive(amount)
    return post(
        f"transfer:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.stripe_connected(person, currency=amount.currency), amount),
        (chart.stripe_platform(currency=amount.currency), -amount),
    )


def paid(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Note that the money reached the person's bank."""
    positive(amount)
    return post(
        f"paid:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.person_in_transit(person, payout, currency=amount.currency), amount),
        (chart.stripe_connected(person, currency=amount.currency), -amount),
    )


def paid_by_file(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Note that the money of a bank transfer file reached the person's bank."""
    positive(amount)
    return post(
        f"paid:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.person_in_transit(person, payout, currency=amount.currency), amount),
        (chart.bank_client(currency=amount.currency), -amount),
    )


def failed(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Owe the money again; it stays where it would have left from until the next attempt."""
    positive(amount)
    return post(
        f"failed:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.person_in_transit(person, payout, currency=amount.currency), amount),
        (chart.person_payable(person, currency=amount.currency), -amount),
    )


def returned(person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime) -> Transfer:
    """Take back what looked paid and came back from the bank days later."""
    positive(amount)
    return post(
        f"returned:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.stripe_connected(person, currency=amount.currency), amount),
        (chart.person_payable(person, currency=amount.currency), -amount),
    )


def returned_to_bank(
    person: str, *, payout: str, attempt: int, amount: Money, happened_at: datetime
) -> Transfer:
    """Take back what a bank transfer file paid and the bank gave back days later."""
    positive(amount)
    return post(
        f"returned:{payout}:{attempt}",
        happened_at,
        amount.currency,
        (chart.bank_client(currency=amount.currency), amount),
        (chart.person_payable(person, currency=amount.currency), -amount),
    )


def reversal(person: str, *, reversal_id: str, amount: Money, happened_at: datetime) -> Transfer:
    """Bring money from the connected account back to the platform."""
    positive(amount)
    return post(
        f"reversal:{reversal_id}",
        happened_at,
        amount.currency,
        (chart.stripe_platform(currency=amount.currency), amount),
        (chart.stripe_connected(person, currency=amount.currency), -amount),
    )


def refund(company: str, *, refund_id: str, amount: Money, happened_at: datetime) -> Transfer:
    """Give unspent balance back to the company."""
    positive(amount)
    return post(
        f"refund:{refund_id}",
        happened_at,
        amount.currency,
        (chart.company_balance(company, currency=amount.currency), amount),
        (chart.stripe_platform(currency=amount.currency), -amount),
    )


def not_negative(amount: Money) -> None:
    """Refuse an amount below zero."""
    if amount < Money.zero(amount.currency):
        raise ValueError("the amount of this posting is not below zero")


def positive(amount: Money) -> None:
    """Refuse an amount that is not above zero."""
    if amount <= Money.zero(amount.currency):
        raise ValueError("the amount of this posting is above zero")


def post(key: str, happened_at: datetime, currency: str, *lines: tuple[Account, Money]) -> Transfer:
    """Make the balanced fact of a key, whose first word is its kind; lines of zero are left out."""
    if any(amount.currency != currency for _, amount in lines):
        raise ValueError(f"{key} mixes currencies")
    entries = tuple(Entry(account, amount.amount) for account, amount in lines if amount)
    return Transfer(key, key.partition(":")[0], entries, happened_at)
