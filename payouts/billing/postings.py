"""One pure function per posting of success fees and bounties; docs/money.md is the same table in words.

Amounts are given above zero or at zero; entries that come to zero are left out. `claim` and `tranche` are plain ids.
"""

from datetime import datetime

from marketplace.core.money import Money
from payouts import chart
from payouts.billing.terms import Amounts
from payouts.ledger import Transfer
from payouts.postings import not_negative, positive, post


def invoice(
    company: str, person: str, *, number: int, claim: str, amounts: Amounts, happened_at: datetime
) -> Transfer:
    """Ask a company for the operator's fee with its tax, and for the referrer's bounty."""
    positive(amounts.total)
    currency = amounts.fee.currency
    return post(
        f"invoice:{number}",
        happened_at,
        currency,
        (chart.company_receivable(company, currency=currency), amounts.total),
        (chart.success_fee_revenue(currency=currency), -amounts.fee),
        (chart.output_tax(currency=currency), -amounts.tax),
        (chart.person_awaiting(person, claim, currency=currency), -amounts.bounty),
    )


def invoice_paid(
    company: str, *, number: int, due: Money, net: Money, provider_fee: Money, happened_at: datetime
) -> Transfer:
    """Take in what was paid through the provider, whose fee the operator bears.

    More than was due (a credit note crossed the payment) is the company's balance.
    """
    positive(net)
    not_negative(provider_fee)
    not_negative(net + provider_fee - due)
    currency = due.currency
    return post(
        f"invoice_paid:{number}",
        happened_at,
        currency,
        (chart.stripe_platform(currency=currency), net),
        (chart.stripe_fee_expense(currency=currency), provider_fee),
        (chart.company_receivable(company, currency=currency), -due),
        (chart.company_balance(company, currency=currency), due - net - provider_fee),
    )


def invoice_paid_from_balance(company: str, *, number: int, due: Money, happened_at: datetime) -> Transfer:
    """Pay an invoice from what the company has prepaid."""
    positive(due)
    return post(
        f"invoice_paid:{number}",
        happened_at,
        due.currency,
        (chart.company_balance(company, currency=due.currency), due),
        (chart.company_receivable(company, currency=due.currency), -due),
    )


def fund_bounty(person: str, *, claim: str, amount: Money, happened_at: datetime) -> Transfer:
    """The bounty has come in; it waits for its dates while the guarantee runs."""
    positive(amount)
    return post(
        f"fund_bounty:{claim}",
        happened_at,
        amount.currency,
        (chart.person_awaiting(person, claim, currency=amount.currency), amount),
        (chart.person_unvested(person, claim, currency=amount.currency), -amount),
    )


def vest(person: str, *, claim: str, tranche: str, amount: Money, happened_at: datetime) -> Transfer:
    """A part of the bounty is earned: its day has passed, the guarantee holds, the invoice is paid."""
    positive(amount)
    return post(
        f"vest:{tranche}",
        happened_at,
        amount.currency,
        (chart.person_unvested(person, claim, currency=amount.currency), amount),
        (chart.person_payable(person, currency=amount.currency), -amount),
    )


def credit_note(
    company: str,
    person: str,
    *,
    number: int,
    claim: str,
    amounts: Amounts,
    paid: bool,
    happened_at: datetime,
) -> Transfer:
    """Take back a share of the fee with its tax, and unvested bounty.

    Into the balance when the invoice is paid, else off what is asked for.
    """
    positive(amounts.total)
    currency = amounts.fee.currency
    waiting = chart.person_unvested if paid else chart.person_awaiting
    into = chart.company_balance if paid else chart.company_receivable
    return post(
        f"credit_note:{number}",
        happened_at,
        currency,
        (chart.success_fee_revenue(currency=currency), amounts.fee),
        (chart.output_tax(currency=currency), amounts.tax),
        (waiting(person, claim, currency=currency), amounts.bounty),
        (into(company, currency=currency), -amounts.total),
    )


def clawback(company: str, person: str, *, tranche: str, amount: Money, happened_at: datetime) -> Transfer:
    """A part that had vested must come back: owed by the person, to be credited to the company once recovered."""
    positive(amount)
    return post(
        f"clawback:{tranche}",
        happened_at,
        amount.currency,
        (chart.person_receivable(person, currency=amount.currency), amount),
        (chart.company_clawback_pending(company, currency=amount.currency), -amount),
    )


def netted(company: str, person: str, *, tranche: str, amount: Money, happened_at: datetime) -> Transfer:
    """Take what is owed back from a later bounty (never from fees for work), and credit the company with it."""
    positive(amount)
    return post(
        f"netted:{tranche}",
        happened_at,
        amount.currency,
        (chart.person_payable(person, currency=amount.currency), amount),
        (chart.person_receivable(person, currency=amount.currency), -amount),
        (chart.company_clawback_pending(company, currency=amount.currency), amount),
        (chart.company_balance(company, currency=amount.currency), -amount),
    )


def write_off(
    company: str, person: str, *, number: int, claim: str, left: Amounts, happened_at: datetime
) -> Transfer:
    """Give up an invoice that will not be paid: the fee with its tax is the operator's loss.

    The bounty was never collected, so that nobody owes it. A payment that comes after all reverses this.
    """
    positive(left.total)
    currency = left.fee.currency
    return post(
        f"write_off:{number}",
        happened_at,
        currency,
        (chart.bad_debt_expense(currency=currency), left.supply),
        (chart.person_awaiting(person, claim, currency=currency), left.bounty),
        (chart.company_receivable(company, currency=currency), -left.total),
    )
