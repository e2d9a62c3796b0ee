"""What we ask of Stripe, and how it is said there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stripe

from marketplace.core.money import Money
from payouts.gateway import billing, reading
from payouts.gateway.connection import Connection
from payouts.gateway.outcome import classify
from payouts.gateway.protocol import (
    Balance,
    Bill,
    Checkout,
    ConnectedAccount,
    Dispute,
    Envelope,
    Movement,
    Payment,
    Reversal,
)

_LISTED = 100
_MOST_LISTED = 1000
_ACCOUNT_PARTS = ["configuration.recipient", "requirements"]


class StripeGateway(Connection):
    """Ask Stripe for what we need, in our own words."""

    async def create_account(self, *, owner: str, email: str) -> ConnectedAccount:
        """Open a recipient account for a person in Japan whose payouts only we start."""
        params: Any = {
            "contact_email": email,
            "dashboard": "express",
            "identity": {"country": "jp", "entity_type": "individual"},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
            "defaults": {
                "currency": "jpy",
                "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
            },
            "metadata": {"owner": owner},
            "include": _ACCOUNT_PARTS,
        }
        options: Any = {"idempotency_key": f"account:{owner}"}
        found = await self.ask(lambda: self.client.v2.core.accounts.create(params, options))
        manual: Any = {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}
        own: Any = {"stripe_account": found["id"]}
        await self.ask(lambda: self.client.v1.balance_settings.update(manual, own))
        return reading.account(found, [])

    async def account(self, account: str) -> ConnectedAccount:
        """Read an account with what it still owes and where it is paid."""
        include: Any = {"include": _ACCOUNT_PARTS}
        found = await self.ask(lambda: self.client.v2.core.accounts.retrieve(account, include))
        banks = await self.ask(
            lambda: self.client.v1.accounts.external_accounts.list(account, {"object": "bank_account"})
        )
        return reading.account(found, banks["data"])

    async def onboarding_link(self, account: str, *, refresh_url: str, return_url: str) -> str:
        """Make a short-lived link to the provider's onboarding pages."""
        asked = {
            "refresh_url": refresh_url,
            "return_url": return_url,
            "collection_options": {"fields": "eventually_due"},
        }
        params: Any = {
            "account": account,
            "use_case": {"type": "account_onboarding", "account_onboarding": asked},
        }
        return str((await self.ask(lambda: self.client.v2.core.account_links.create(params)))["url"])

    async def login_link(self, account: str) -> str:
        """Make a link to the person's own page at the provider."""
        return str((await self.ask(lambda: self.client.v1.accounts.login_links.create(account)))["url"])

    async def create_customer(self, *, owner: str, name: str, email: str) -> str:
        """Open a customer for a company."""
        params: Any = {"name": name, "email": email, "metadata": {"owner": owner}}
        options: Any = {"idempotency_key": f"customer:{owner}"}
        return str((await self.ask(lambda: self.client.v1.customers.create(params, options)))["id"])

    async def open_checkout(
        self, *, customer: str, amount: Money, topup: str, title: str, success_url: str, cancel_url: str
    ) -> Checkout:
        """Open a hosted page on which a company pays by card."""
        price = {
            "currency": amount.currency.lower(),
            "unit_amount": amount.amount,
            "product_data": {"name": title},
        }
        params: Any = {
            "mode": "payment",
            "customer": customer,
            "line_items": [{"price_data": price, "quantity": 1}],
            "metadata": {"topup": topup},
            "payment_intent_data": {"metadata": {"topup": topup}},
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        options: Any = {"idempotency_key": f"checkout:{topup}"}
        return reading.checkout(
            await self.ask(lambda: self.client.v1.checkout.sessions.create(params, options))
        )

    async def checkout(self, session: str) -> Checkout:
        return reading.checkout(await self.ask(lambda: self.client.v1.checkout.sessions.retrieve(session)))

    async def ask_bank_payment(self, *, customer: str, amount: Money, topup: str) -> Payment:
        """Wait for a bank transfer to the customer's virtual account (or take cash that lies there)."""
        cash = {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}}
        params: Any = {
            "amount": amount.amount,
            "currency": amount.currency.lower(),
            "customer": customer,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_options": {"customer_balance": cash},
            "confirm": True,
            "metadata": {"topup": topup},
            "expand": ["latest_charge.balance_transaction"],
        }
        options: Any = {"idempotency_key": f"bank:{topup}"}
        return reading.payment(await self.ask(lambda: self.client.v1.payment_intents.create(params, options)))

    async def bank_instructions(self, customer: str) -> dict[str, str]:
        """Return the customer's virtual bank account."""
        params: Any = {
            "currency": "jpy",
            "funding_type": "bank_transfer",
            "bank_transfer": {"type": "jp_bank_transfer"},
        }
        found = await self.ask(lambda: self.client.v1.customers.funding_instructions.create(customer, params))
        address = found["bank_transfer"]["financial_addresses"][0]["zengin"]
        return {name: str(value) for name, value in address.items() if isinstance(value, str)}

    async def unapplied_cash(self, customer: str, currency: str) -> Money:
        """Return what lies on the customer's virtual account and belongs to no payment."""
        found = await self.ask(lambda: self.client.v1.customers.cash_balance.retrieve(customer))
        return Money(int((found.get("available") or {}).get(currency.lower(), 0)), currency)

    async def payment(self, payment_intent: str) -> Payment:
        params: Any = {"expand": ["latest_charge.balance_transaction"]}
        return reading.payment(
            await self.ask(lambda: self.client.v1.payment_intents.retrieve(payment_intent, params))
        )

    async def payment_of(self, charge: str) -> str:
        """Return the payment intent of a charge, or nothing for what a transfer brought."""
        found = await self.ask(lambda: self.client.v1.charges.retrieve(charge))
        return str(found.get("payment_intent") or "")

    async def balance(self, account: str = "", *, currency: str = "JPY") -> Balance:
        options: Any = {"stripe_account": account} if account else {}
        return reading.balance(await self.ask(lambda: self.client.v1.balance.retrieve({}, options)), currency)

    async def perform(self, kind: str, params: Mapping[str, Any], *, op: str, key: str) -> Movement:
        """Send a movement once, under our own key; raises Refused, Unclear, Busy or Misused."""
        request, account = _request(params, op)
        # Our own count of tries is the only one: the library must not send the key again by itself.
        options: Any = {"idempotency_key": key, "max_network_retries": 0}
        if account:
            options["stripe_account"] = account
        try:
            if kind in billing.KINDS:
                made = await self.call(lambda: billing.send(self.client, kind, request, options))
                return reading.document(kind, made)
            found = await self.call(lambda: self._resource(kind).create(request, options))
        except stripe.StripeError as error:
            raise classify(error) from error
        return reading.movement(kind, found, account)

    async def find(
        self, kind: str, params: Mapping[str, Any], *, op: str, since: datetime
    ) -> Movement | None:
        """Look a movement up by our id in its metadata, among all that were made since then."""
        if kind in billing.KINDS:
            made = await self.ask(lambda: billing.find(self.client, kind, params, op, since))
            return reading.document(kind, made) if made else None
        request, account = _request(params, op)
        wanted: Any = {"limit": _LISTED, "created": {"gte": int(since.timestamp()) - 60}}
        if kind == "transfer":
            wanted["transfer_group"] = request["transfer_group"]
        options: Any = {"stripe_account": account} if account else {}

        def look() -> Any:
            for found in self._resource(kind).list(wanted, options).auto_paging_iter():
                if (found.to_dict().get("metadata") or {}).get("op_id") == op:
                    return found
            return None

        found = await self.ask(look)
        return reading.movement(kind, found, account) if found else None

    async def movement(self, kind: str, movement: str, *, account: str = "") -> Movement:
        options: Any = {"stripe_account": account} if account else {}
        found = await self.ask(lambda: self._resource(kind).retrieve(movement, {}, options))
        return reading.movement(kind, found, account)

    async def reversals(self, transfer: str) -> list[Reversal]:
        whole = await self.ask(lambda: self.client.v1.transfers.retrieve(transfer))
        found = await self.ask(lambda: self.client.v1.transfers.reversals.list(transfer, {"limit": _LISTED}))
        return [reading.reversal(one, whole) for one in found["data"]]

    async def make_tax_rate(self, basis_points: int) -> str:
        """Make the rate of consumption tax that an amount includes; return its id."""
        options: Any = {"idempotency_key": f"tax_rate:{basis_points}"}
        params = billing.tax_rate(basis_points)
        return str((await self.ask(lambda: self.client.v1.tax_rates.create(params, options)))["id"])

    async def bill(self, invoice: str) -> Bill:
        """Read an invoice with the payment that came in for it."""
        found = await self.ask(lambda: self.client.v1.invoices.retrieve(invoice))
        paid: Any = {"invoice": invoice, "status": "paid", "limit": 1}
        payments = await self.ask(lambda: self.client.v1.invoice_payments.list(paid))
        intents = [one["payment"].get("payment_intent") for one in payments["data"]]
        payment = await self.payment(str(intents[0])) if intents and intents[0] else None
        ours = str((found.get("metadata") or {}).get("invoice", ""))
        return Bill(found["id"], ours, str(found["status"]), payment)

    async def bill_of(self, payment_intent: str) -> str:
        """Return the invoice that a payment is for, or nothing."""
        wanted: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_intent}, "limit": 1}
        found = await self.ask(lambda: self.client.v1.invoice_payments.list(wanted))
        return str(found["data"][0]["invoice"]) if found["data"] else ""

    async def dispute(self, dispute: str) -> Dispute:
        return reading.dispute(await self.ask(lambda: self.client.v1.disputes.retrieve(dispute)))

    async def events(self, since: datetime) -> list[Envelope]:
        """Return the platform's events since then, oldest first (Stripe keeps them for 30 days)."""
        wanted: Any = {"limit": _LISTED, "created": {"gte": int(since.timestamp())}}

        def read() -> Any:
            pages = self.client.v1.events.list(wanted).auto_paging_iter()
            return [
                event.to_dict(for_json=True) for _, event in zip(range(_MOST_LISTED), pages, strict=False)
            ]

        return [reading.snapshot(event) for event in reversed(await self.call(read, plain=False))]

    def _resource(self, kind: str) -> Any:
        resources = self.client.v1
        return {"transfer": resources.transfers, "payout": resources.payouts, "refund": resources.refunds}[
            kind
        ]


def _request(params: Mapping[str, Any], op: str) -> tuple[Any, str]:
    """Return the request with our id in its metadata, and the connected account it is for."""
    request = {**params, "metadata": {**params.get("metadata", {}), "op_id": op}}
    return request, str(request.pop("on_account", ""))
