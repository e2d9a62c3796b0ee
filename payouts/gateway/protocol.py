"""What we need of a payment provider, in our own words; amounts are whole minor units beside a currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """A person's account at the provider as it stands now; `status` is one of the payee's."""

    id: str
    status: str
    requirements: tuple[str, ...] = ()
    bank_name: str = ""
    bank_last4: str = ""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A hosted payment page: `status` open, complete or expired; the payment exists once it is complete."""

    id: str
    url: str
    status: str
    payment_intent: str
    topup: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that a company sends: settled when `transaction` is set, net of the provider's fee."""

    payment_intent: str
    status: str
    topup: str
    customer: str
    amount: Money
    charge: str = ""
    transaction: str = ""
    fee: Money = field(default_factory=Money.zero)
    net: Money = field(default_factory=Money.zero)


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has: usable now, and on its way to that."""

    available: Money
    pending: Money


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer, payout, refund or billing document as the provider has it; `url` is an invoice's own page.

    `trace` is the bank's id of a payout, by which the receiving bank finds it.
    """

    id: str
    kind: str
    status: str
    amount: Money
    op: str = ""
    account: str = ""
    failure_code: str = ""
    arrives_on: date | None = None
    url: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as the provider has it now; `invoice` is ours, `payment` what came in for it through the provider."""

    id: str
    invoice: str
    status: str
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class Reversal:
    """Money of a transfer that went back to the platform."""

    id: str
    transfer: str
    account: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Fee:
    """What a balance transaction costs; below zero when the provider gives it back."""

    transaction: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """One movement on a balance; `source` is the object that made it, `origin` the transfer behind a payment."""

    id: str
    kind: str
    category: str
    source: str
    origin: str
    amount: Money
    fee: Money
    status: str
    description: str
    made_at: datetime
    available_at: datetime


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """Some movements, the newest first; `more` when older ones follow."""

    items: tuple[BalanceTransaction, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """A card payment that its payer takes back, with the provider's fees for it."""

    id: str
    status: str
    payment_intent: str
    amount: Money
    fees: tuple[Fee, ...] = ()

    @property
    def is_inquiry(self) -> bool:
        """True while the payer's bank only asks: no money has moved."""
        return self.status.startswith("warning_")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event's label: what it says happened to which object of which account. Its content is never trusted."""

    id: str
    kind: str
    object_id: str
    account: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


class Gateway(Protocol):
    """The one door to the provider. Never called inside a database transaction.

    Reads and links raise Unavailable when the provider does not answer. `perform` raises the outcomes of
    payouts.gateway.outcome.
    """

    async def create_account(self, *, owner: str, email: str) -> ConnectedAccount: ...
    async def account(self, account: str) -> ConnectedAccount: ...
    async def onboarding_link(self, account: str, *, refresh_url: str, return_url: str) -> str: ...
    async def login_link(self, account: str) -> str: ...
    async def create_customer(self, *, owner: str, name: str, email: str) -> str: ...
    async def open_checkout(
        self, *, customer: str, amount: Money, topup: str, title: str, success_url: str, cancel_url: str
    ) -> Checkout: ...
    async def checkout(self, session: str) -> Checkout: ...
    async def ask_bank_payment(self, *, customer: str, amount: Money, topup: str) -> Payment: ...
    async def bank_instructions(self, customer: str) -> dict[str, str]: ...
    async def unapplied_cash(self, customer: str, currency: str) -> Money: ...
    async def payment(self, payment_intent: str) -> Payment: ...
    async def payment_of(self, charge: str) -> str: ...
    async def balance(self, account: str = "", *, currency: str = "JPY") -> Balance: ...
    async def perform(self, kind: str, params: Mapping[str, Any], *, op: str, key: str) -> Movement: ...
    async def find(
        self, kind: str, params: Mapping[str, Any], *, op: str, since: datetime
    ) -> Movement | None: ...
    async def movement(self, kind: str, movement: str, *, account: str = "") -> Movement: ...
    async def reversals(self, transfer: str) -> list[Reversal]: ...
    async def make_tax_rate(self, basis_points: int) -> str: ...
    async def bill(self, invoice: str) -> Bill: ...
    async def bill_of(self, payment_intent: str) -> str: ...
    async def dispute(self, dispute: str) -> Dispute: ...
    async def list_balance_transactions(
        self, account: str = "", *, since: datetime, after: str = ""
    ) -> TransactionPage: ...
    async def events(self, since: datetime) -> list[Envelope]: ...
