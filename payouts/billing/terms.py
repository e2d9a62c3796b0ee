"""What an invoice asks for and what a credit note gives back: pure arithmetic.

The success fee is the operator's own supply and bears consumption tax; the bounty is collected for the referrer and
stands outside it. Tax is rounded down once per rate and document (design: one floor per rate per document).
"""

from dataclasses import dataclass

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import BASIS, Money


@dataclass(frozen=True, slots=True)
class Amounts:
    """The three parts of a billing document; none is below zero."""

    fee: Money
    tax: Money
    bounty: Money

    def __post_init__(self) -> None:
        zero = Money.zero(self.fee.currency)
        if min(self.fee, self.tax, self.bounty, key=lambda part: part.amount) < zero:
            raise ValueError("no part of a billing document is below zero")

    @property
    def supply(self) -> Money:
        """The fee with its tax: what the operator earns and owes tax on."""
        return self.fee + self.tax

    @property
    def total(self) -> Money:
        """What the document comes to."""
        return self.supply + self.bounty

    def within(self, most: "Amounts") -> "Amounts":
        """Return the parts that are not above those of another document."""
        return Amounts(min(self.fee, most.fee), min(self.tax, most.tax), min(self.bounty, most.bounty))

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.fee - other.fee, self.tax - other.tax, self.bounty - other.bounty)


def invoiced(fee: Money, *, tax_bp: int, bounty: Money) -> Amounts:
    """Return what an invoice asks for; the tax is rounded down once."""
    return Amounts(fee, fee.share(tax_bp), bounty)


def credited(invoice: Amounts, *, refund_bp: int, tax_bp: int, bounty_back: Money) -> Amounts:
    """Return what a credit note gives back: a share of the fee, its tax, and of the bounty what is asked.

    Both the share and its tax are rounded down, the tax once on the share (a credit note is a document of its own);
    the whole fee brings the whole tax back. Raises Invalid with `refund_bp` or `bounty_back`.
    """
    if not 0 <= refund_bp <= BASIS:
        raise Invalid(fields={"refund_bp": Message(N_("A refund is between nothing and the whole fee."))})
    if not Money.zero(bounty_back.currency) <= bounty_back <= invoice.bounty:
        raise Invalid(
            fields={
                "bounty_back": Message(
                    N_("At most the bounty of %(bounty)s goes back."), {"bounty": invoice.bounty}
                )
            }
        )
    fee = invoice.fee.share(refund_bp)
    return Amounts(fee, fee.share(tax_bp), bounty_back)
