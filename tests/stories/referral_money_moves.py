"""The moves of money: invoices paid in three ways, late, or never; money added."""

from typing import Any

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict
from payouts import gateway
from payouts.billing import ending, paying
from payouts.funding import Shortfall
from tests.factories.payouts import pay_by_card
from tests.stories.referral_facts import Ref
from tests.stories.referral_player import Player


class MoneyMoves(Player):
    """Each is one real action and its line in the model."""

    async def pay(self, ref: Ref) -> None:
        """Pay an open invoice by card, by transfer, or from the balance if it lasts."""
        assert ref.bill
        way, due = self.rng.choice(["card", "bank", "balance"]), sum(ref.bill.left)
        row = await self._bill_of(ref)
        if way == "balance":
            async with db.transaction(operator=True):
                balance = await db.fetchval(
                    "select -balance from ledger_account where name = $1", f"{row['owner']}:balance"
                )
            async with db.transaction(operator=True):
                if balance < due:
                    await self._refused(Shortfall, paying.pay_from_balance(row["id"]))
                    return
                await paying.pay_from_balance(row["id"])
        else:
            await self._through_provider(row, way, due)
        self.world.pay(ref, way)
        self._note(f"pay by {way}")

    async def pay_late(self, ref: Ref) -> None:
        """Pay what was given up after all."""
        await self._through_provider(await self._bill_of(ref), "card", 0)
        self.world.pay(ref, "card")
        self._note("pay late")

    async def _through_provider(self, row: Any, way: str, due: int) -> None:
        if way == "card":
            pay_by_card(row["hosted_url"])
        else:
            async with db.transaction(operator=True):
                customer = await db.fetchval("select customer from payer where owner = $1", row["owner"])
            self.control.deposit(customer, due)
        bill = await gateway.current().bill(row["provider_id"])
        async with db.transaction(operator=True):
            assert await paying.apply(bill), (way, due, bill)

    async def end_bill(self, ref: Ref) -> None:
        """Take an invoice back, or write it off; one with a credit note cannot be taken back."""
        assert ref.bill
        row, void = await self._bill_of(ref), self.rng.random() < 0.3
        ended = (ending.void if void else ending.give_up)(row["id"], "a reason")
        if void and ref.bill.credited:
            with pytest.raises(Conflict):
                async with db.transaction(operator=True):
                    await ended
            return
        async with db.transaction(operator=True):
            await ended
        self.world.void(ref) if void else self.world.give_up(ref)
        self._note("void" if void else "give up")

    async def top_up(self) -> None:
        await self.cashier.top_up(self.rng.choice(self.firms).company, self.rng.randint(50, 200_000))

    async def _bill_of(self, ref: Ref) -> Any:
        async with db.transaction(operator=True):
            return await db.fetchrow("select * from invoice where reference = $1", f"claim:{ref.claim}")
