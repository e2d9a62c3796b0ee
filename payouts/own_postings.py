"""One pure function per posting in which the operator's own money is at stake: payments taken back, the debt that
follows, the provider's fee for it, and what the operator takes out and brings in. docs/money.md is the same table in words.
"""

from datetime import datetime

from marketplace.core.errors import N_, Conflict
from marketplace.core.money import Money
from payouts import chart
from payouts.chart import Account, Purpose, Safeguarding
from payouts.ledger import Transfer
from payouts.postings import not_negative, positive, post


def chargeback(
    company: str, *, dispute: str, amount: Money, unspent: Money, happened_at: datetime
) -> Transfer:
    """Lose a charged-back top-up: first what the company has not spent, then it owes the rest."""
    positive(amount)
    not_negative(unspent)
    covered = min(amount, unspent)
    return post(
        f"chargeback:{dispute}",
        happened_at,
        amount.currency,
        (chart.company_balance(company, currency=amount.currency), covered),
        (chart.company_receivable(company, currency=amount.currency), amount - covered),
        (chart.stripe_platform(currency=amount.currency), -amount),
    )


def debt_paid(company: str, *, fact: str, amount: Money, happened_at: datetime) -> Transfer:
    """Pay from the balance what a company owes of a payment that was taken back; signed, for it may be won back later.

    `fact` names what brought it: a payment in, a wish of the company, a dispute that was won.
    """
    return post(
        f"debt_paid:{fact}",
        happened_at,
        amount.currency,
        (chart.company_balance(company, currency=amount.currency), amount),
        (chart.company_receivable(company, currency=amount.currency), -amount),
    )


def dispute_fee(*, transaction: str, amount: Money, happened_at: datetime) -> Transfer:
    """Note what the provider keeps for a dispute, or gives back once it is won (signed); the operator bears it."""
    return post(
        f"dispute_fee:{transaction}",
        happened_at,
        amount.currency,
        (chart.stripe_fee_expense(currency=amount.currency), amount),
        (chart.stripe_platform(currency=amount.currency), -amount),
    )


def cover(*, cover: str, amount: Money, happened_at: datetime) -> Transfer:
    """Bring in the operator's own money to the client bank account, for what a loss has left uncovered."""
    positive(amount)
    return post(
        f"cover:{cover}",
        happened_at,
        amount.currency,
        (chart.bank_client(currency=amount.currency), amount),
        (chart.bank_operator(currency=amount.currency), -amount),
    )


def operator_payout(
    *, payout: str, into: Account, amount: Money, position: Safeguarding, happened_at: datetime
) -> Transfer:
    """Move money from the provider to one of the operator's banks.

    Raises Conflict when the operator would take more than the excess over client money.
    """
    positive(amount)
    if into.purpose not in {Purpose.BANK_CLIENT, Purpose.BANK_OPERATOR}:
        raise ValueError(f"{into.name} is not a bank account of the operator")
    if into.purpose is Purpose.BANK_OPERATOR and amount > position.excess:
        raise Conflict(
            N_("Only %(excess)s may be taken out; the rest belongs to companies and alumni."),
            excess=position.excess,
        )
    return post(
        f"operator_payout:{payout}",
        happened_at,
        amount.currency,
        (into, amount),
        (chart.stripe_platform(currency=amount.currency), -amount),
    )
