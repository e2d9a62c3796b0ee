"""The posting of a monthly invoice for platform fees: the difference of one rounding per document. Pure."""

from datetime import date, datetime

from marketplace.core.money import Money
from payouts import chart
from payouts.ledger import Transfer
from payouts.postings import post


def platform_invoice(
    company: str, *, month: date, difference: Money, from_balance: bool, happened_at: datetime
) -> Transfer:
    """Owe the tax office what the document's tax is more (signed) than the contracts' taxes.

    The company's balance gives it; where it has nothing, the operator bears these few yen.
    """
    currency = difference.currency
    bearer = (
        chart.company_balance(company, currency=currency)
        if from_balance
        else chart.goodwill_expense(currency=currency)
    )
    return post(
        f"platform_invoice:{company}:{month:%Y-%m}",
        happened_at,
        currency,
        (bearer, difference),
        (chart.output_tax(currency=currency), -difference),
    )
