"""The usual steps of the money flow, taken with the unmodified stripe library."""

from dataclasses import dataclass
from typing import Any

import stripe

from payouts.sandbox.control import Control
from tests.payouts.sandbox.visitor import Visitor

ACCOUNT: Any = {
    "contact_email": "hanako@example.com",
    "dashboard": "express",
    "display_name": "山田花子",
    "identity": {"country": "jp", "entity_type": "individual"},
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
    "defaults": {
        "currency": "jpy",
        "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
    },
    "include": ["configuration.recipient", "defaults", "identity", "requirements"],
    "metadata": {"person": "hanako"},
}
PERSON = {
    "surname": "山田",
    "given_name": "花子",
    "birth": "1990-04-01",
    "postal_code": "1500001",
    "state": "東京都",
    "line1": "渋谷区神宮前1-1-1",
    "terms": "yes",
}
BANK = {
    "bank_name": "みずほ銀行",
    "bank_code": "0001",
    "branch_code": "001",
    "number": "0001234",
    "holder": "ヤマダ ハナコ",
}
CARD = {"card": "4242 4242 4242 4242", "expiry": "12/30", "cvc": "123", "email": "pay@example.com"}
DAY = 86_400
REFRESH, RETURN = "http://127.0.0.1:9/refresh", "http://127.0.0.1:9/return"


@dataclass
class Flow:
    """Take steps."""

    client: stripe.StripeClient
    control: Control
    visitor: Visitor

    def account(self) -> str:
        """Open an account that has not been onboarded."""
        return self.client.v2.core.accounts.create(ACCOUNT).id

    def link(self, account: str) -> str:
        """Make an onboarding link."""
        use_case: Any = {
            "type": "account_onboarding",
            "account_onboarding": {
                "refresh_url": REFRESH,
                "return_url": RETURN,
                "collection_options": {"fields": "currently_due"},
            },
        }
        return self.client.v2.core.account_links.create({"account": account, "use_case": use_case}).url

    def payee(self, number: str = "0001234") -> str:
        """Open an account and onboard it with a bank account of this number."""
        account = self.account()
        self.control.onboard(account, number=number)
        return account

    def checkout(self, amount: int = 100_000) -> Any:
        """Open a payment page."""
        return self.client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [
                    {
                        "price_data": {
                            "currency": "jpy",
                            "unit_amount": amount,
                            "product_data": {"name": "前払い"},
                        },
                        "quantity": 1,
                    }
                ],
                "payment_intent_data": {"metadata": {"op_id": "topup"}, "transfer_group": "topups"},
                "success_url": "http://127.0.0.1:9/ok?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "http://127.0.0.1:9/cancel",
            }
        )

    def top_up(self, amount: int = 100_000, card: str = CARD["card"]) -> Any:
        """Pay in by card on the hosted page and return the payment intent."""
        session = self.checkout(amount)
        self.visitor.submit(self.visitor.open(session.url), **{**CARD, "card": card})
        paid = self.client.v1.checkout.sessions.retrieve(session.id)
        return self.client.v1.payment_intents.retrieve(paid.payment_intent)

    def transfer(self, destination: str, amount: int, **more: Any) -> Any:
        """Send platform money to an account."""
        options = {"idempotency_key": more.pop("key")} if "key" in more else {}
        params: Any = {"amount": amount, "currency": "jpy", "destination": destination, **more}
        return self.client.v1.transfers.create(params, options)  # type: ignore[arg-type]

    def payout(self, account: str, amount: int) -> Any:
        """Pay an account's balance out to its bank."""
        return self.client.v1.payouts.create(
            {"amount": amount, "currency": "jpy", "metadata": {"op_id": "payout"}},
            {"stripe_account": account},
        )

    def funded(self, amount: int = 50_000, number: str = "0001234") -> str:
        """Return an account whose available balance is ``amount``, a day later."""
        account = self.payee(number)
        self.top_up(amount * 2)
        self.transfer(account, amount)
        self.control.set_clock(self.control.clock()["offset_seconds"] + DAY)
        return account

    def available(self, account: str | None = None) -> int:
        """Return the available yen of an account, or of the platform."""
        options: Any = {"stripe_account": account} if account else {}
        return self.client.v1.balance.retrieve(None, options).available[0].amount
