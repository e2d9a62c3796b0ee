"""What a seat costs, and who gets which part of it. Every rounding is down to the whole minor unit."""

from dataclasses import dataclass

from marketplace.core.money import BASIS, Money


@dataclass(frozen=True, slots=True)
class SeatCost:
    """The money of one seat: the agreed price without tax, and what is added to and kept from it."""

    price: Money
    tax: Money
    platform_fee: Money
    platform_tax: Money
    withheld: Money

    def __post_init__(self) -> None:
        zero = Money.zero(self.price.currency)
        if self.price <= zero or min(self.tax, self.platform_fee, self.platform_tax, self.withheld) < zero:
            raise ValueError("a seat has a price above zero and no negative part")
        if self.withheld > self.price:
            raise ValueError("more would be withheld than the price")

    @property
    def maximum(self) -> Money:
        """The most this seat can cost the company here: what one open seat reserves."""
        return self.price + self.tax + self.platform_fee + self.platform_tax

    @property
    def to_person(self) -> Money:
        """What reaches the alumnus: fees are never netted from it, only income tax is withheld."""
        return self.price + self.tax - self.withheld

    @property
    def company_pays(self) -> Money:
        """What the company pays through the platform; it remits the withheld tax itself."""
        return self.maximum - self.withheld

    def reserve(self, seats: int) -> Money:
        """Return what so many open seats set aside."""
        return self.maximum * seats

    def part(self, price: Money) -> tuple["SeatCost", "SeatCost"]:
        """Part the seat into one of `price` and the rest, pro rata; the rest owns every remainder.

        A dispute pays the undisputed part on its date and parts the rest again when it is resolved.
        Raises ValueError unless the part is above zero and below the whole price.
        """
        weights = (price.amount, (self.price - price).amount)
        if min(weights) <= 0:
            raise ValueError("a part lies between nothing and the whole price")
        whole = (self.tax, self.platform_fee, self.platform_tax, self.withheld)
        shares = [amount.split(weights) for amount in whole]
        first = SeatCost(price, *(share[0] for share in shares))
        rest = SeatCost(self.price - price, *(share[1] for share in shares))
        return first, rest


def seat_cost(
    fee: Money, *, tax_rate: int, platform_rate: int, platform_tax_rate: int, withheld: Money
) -> SeatCost:
    """Return the cost of one seat; the rates are in basis points, each product is rounded down.

    Raises ValueError for a fee that is not above zero or a rate outside 0 to 10,000.
    """
    if not all(0 <= rate <= BASIS for rate in (tax_rate, platform_rate, platform_tax_rate)):
        raise ValueError("a rate lies between 0 and 10,000 basis points")
    platform_fee = fee.share(platform_rate)
    return SeatCost(fee, fee.share(tax_rate), platform_fee, platform_fee.share(platform_tax_rate), withheld)


def compensation(fee: Money, rate: int) -> Money:
    """Return what a cancelled contract pays: the fee times a rate in basis points, rounded down."""
    if not 0 <= rate <= BASIS:
        raise ValueError("a rate lies between 0 and 10,000 basis points")
    return fee.share(rate)
