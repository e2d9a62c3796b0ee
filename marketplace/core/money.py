"""Money: integer minor units of one currency. Never a float, never a bare int across a module."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from marketplace.core.errors import N_, Invalid

LIMIT = 10**15  # far above any real amount, far below int8: sums of thousands of them still fit
BASIS = 10_000


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (JPY has none: 1 is one yen) of a currency named by its ISO code."""

    amount: int
    currency: str = "JPY"

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"Money takes whole minor units, not {type(self.amount).__name__}")
        if abs(self.amount) > LIMIT:
            raise Invalid(N_("The amount is too large."))

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add")

    def __add__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> Self:
        self._same(other)
        return type(self)(self.amount - other.amount, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __mul__(self, count: int) -> Self:
        return type(self)(self.amount * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: "Money") -> bool:
        return not self <= other

    def __ge__(self, other: "Money") -> bool:
        return not self < other

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"¥{self.amount:,}" if self.currency == "JPY" else f"{self.amount:,} {self.currency} minor"

    def share(self, basis_points: int) -> Self:
        """Return `basis_points` hundredths of a percent of this, rounded down (towards zero for amounts ≥ 0)."""
        return type(self)(self.amount * basis_points // BASIS, self.currency)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Part the amount by integer weights; parts sum to the whole, the last part owns the remainder."""
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise ValueError("weights are non-negative and not all zero")
        parts = [self.amount * weight // total for weight in weights[:-1]]
        return [type(self)(part, self.currency) for part in [*parts, self.amount - sum(parts)]]

    @classmethod
    def zero(cls, currency: str = "JPY") -> Self:
        return cls(0, currency)

    @classmethod
    def total(cls, parts: Iterable["Money"], currency: str = "JPY") -> Self:
        """Sum amounts of one currency; an empty sum is zero in `currency`."""
        result = cls(0, currency)
        for part in parts:
            result = result + part
        return result


def yen(amount: int) -> Money:
    """Return `amount` yen."""
    return Money(amount, "JPY")
