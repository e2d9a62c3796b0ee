"""A company, its alumni and many contracts, moved at random through the real actions, beside a plain model in integers."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from marketplace.companies import actions as companies
from marketplace.contracts import acceptance, cancelling, delivery
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict
from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from payouts import chart, funding, journal
from payouts.sandbox.control import Control
from tests.factories import alumni, contracts
from tests.factories.companies import OPERATOR, company
from tests.factories.contracts import Scene
from tests.stories.cashier import Cashier
from tests.stories.model import Books, Owed

WITHHELD_BP = 1021  # up to a million yen (Income Tax Act art. 205)
OFFER_DAYS = 30
INSPECTION_DAYS = 8


@dataclass
class Deal:
    """One contract as the model sees it: its state, its parts in yen, and what it still holds."""

    scene: Scene
    contract: UUID
    price: int
    withheld: int
    state: str = "concluded"
    rounds: int = 0
    disputed: int = 0
    dispute: UUID | None = None
    began: int = 0
    paid_price: int = 0
    used: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    @property
    def person(self) -> str:
        """Who has concluded it."""
        return str(self.scene.person)

    def whole(self) -> list[int]:
        """Tax, fee, fee's tax and what is withheld of the whole price."""
        fee = self.price * 15 // 100
        return [self.price // 10, fee, fee // 10, self.withheld]

    def cost(self) -> int:
        """What the contract holds before anything is approved."""
        tax, fee, fee_tax, withheld = self.whole()
        return self.price + tax + fee + fee_tax - withheld


class Machine:
    """Draws one step after the other from a seed; every step is one real action and one line of arithmetic."""

    def __init__(self, seed: int, control: Control) -> None:
        self.rng = Random(seed)
        self.model = Books()
        self.deals: list[Deal] = []
        self.log: list[str] = []
        self.cashier = Cashier(control, self.rng, self.model, self.log)
        self.owner: Actor
        self.unit: UUID
        self.people: list[Actor] = []

    async def begin(self) -> None:
        self.owner = await company()
        self.unit = await companies.add_unit("技術部", yen(100_000_000), by=self.owner)
        self.people = [(await alumni.alumnus(self.owner))[0] for _ in range(3)]
        await self.cashier.begin(self.people)

    async def step(self) -> None:
        moves = [self.top_up, self.conclude, self.conclude, *self.cashier.moves()]
        moves += [move for deal in self.deals for move in self._moves(deal)]
        await self.rng.choice(moves)()

    def _moves(self, deal: Deal) -> list[Any]:
        """Return what may happen to a contract in its state, bound to it."""
        possible = {
            "concluded": [self.deliver, self.cancel, self.withdraw],
            "delivered": [self.approve, self.approve, self.silence, self.change, self.open_dispute],
            "changes_requested": [self.deliver, self.approve],
            "disputed": [self.resolve],
        }.get(deal.state, [])
        return [lambda move=move: move(deal) for move in possible]

    async def top_up(self) -> None:
        assert self.owner.company
        await self.cashier.top_up(self.owner.company, self.rng.randint(50, 400_000))

    async def conclude(self) -> None:
        price, category = self.rng.randint(1_000, 150_000), self.rng.choice(["design", "coding"])
        fee = price * 15 // 100
        maximum = price + price // 10 + fee + fee // 10
        if maximum > self.model.balance:
            with pytest.raises(funding.Shortfall) as short:
                await contracts.task(self.owner, self.unit, price=yen(price), tax_category=category)
            assert short.value.missing == yen(maximum - self.model.balance)
            self.log.append(f"short {short.value.missing}")
            return
        agreement = await contracts.task(self.owner, self.unit, price=yen(price), tax_category=category)
        scene = Scene("", self.owner, self.rng.choice(self.people), agreement)
        contract = await contracts.concluded(scene)
        withheld = price * WITHHELD_BP // 10_000 if category == "design" else 0
        deal = Deal(scene, contract, price, withheld, began=self.cashier.days)
        self.deals.append(deal)
        self.model.balance -= deal.cost()
        self.model.reserved += deal.cost()
        self.log.append(f"conclude {category} {price}")

    async def deliver(self, deal: Deal) -> None:
        await self._once(delivery.deliver, deal.contract, "納品します。", [], by=deal.scene.alumnus)
        deal.state = "delivered"

    async def change(self, deal: Deal) -> None:
        day = await contracts.today() + timedelta(days=3)
        if deal.rounds == 2:
            return
        await acceptance.request_changes(
            deal.contract,
            "納品物",
            "直してください。",
            redeliver_on=day,
            fault_of_alumnus=True,
            by=self.owner,
        )
        deal.state, deal.rounds = "changes_requested", deal.rounds + 1

    async def approve(self, deal: Deal) -> None:
        await self._twice(acceptance.approve, deal.contract, by=self.owner)
        self._pay(deal, deal.price, last=True)
        deal.state = "approved"

    async def silence(self, _deal: Deal) -> None:
        """Let the inspection of every delivered contract run out."""
        await self.cashier.pass_days(INSPECTION_DAYS)
        await acceptance.approve_overdue()
        for each in self.deals:
            if each.state == "delivered":
                self._pay(each, each.price, last=True)
                each.state = "approved"
        self.log.append("silence")

    async def cancel(self, deal: Deal) -> None:
        async with db.transaction(company=self.owner.company):
            row = await db.fetchrow("select * from contract where id = $1", deal.contract)
            price = await cancelling.price_now(row)
        await self._once(
            cancelling.cancel, deal.contract, "取りやめます。", shown=price.to_person, by=self.owner
        )
        if price.rate == 10_000:
            self._pay(deal, deal.price, last=True)
        else:
            paid = deal.price * price.rate // 10_000
            self.model.reserved -= deal.cost()
            self.model.balance += deal.cost() - paid
            if paid:
                self.cashier.owe(deal.person, Owed(paid, paid))
        deal.state = "cancelled"

    async def withdraw(self, deal: Deal) -> None:
        """The seat opens again while its offer of 30 days lasts and the balance covers what was to be withheld."""
        await self._once(cancelling.withdraw, deal.contract, "都合が悪くなりました。", by=deal.scene.alumnus)
        reopens = self.cashier.days - deal.began < OFFER_DAYS and self.model.balance >= deal.withheld
        kept = deal.cost() + deal.withheld if reopens else 0
        self.model.reserved += kept - deal.cost()
        self.model.balance += deal.cost() - kept
        deal.state = "withdrawn"

    async def open_dispute(self, deal: Deal) -> None:
        amount = self.rng.randint(1, deal.price)
        by = self.rng.choice([self.owner, deal.scene.alumnus])
        deal.dispute = await disputes.open_dispute(deal.contract, yen(amount), "合っていません。", by=by)
        deal.state, deal.disputed = "disputed", amount
        if amount < deal.price:
            self._pay(deal, deal.price - amount, last=False)
        self.log.append(f"dispute {amount} of {deal.price}")

    async def resolve(self, deal: Deal) -> None:
        assert deal.dispute
        award = self.rng.choice([0, deal.disputed, self.rng.randint(0, deal.disputed)])
        await disputes.resolve(deal.dispute, yen(award), "裁定します。", by=OPERATOR)
        if award:
            self._pay(deal, award, last=award == deal.disputed)
        if award < deal.disputed:
            self._return_rest(deal)
        deal.state = "resolved"
        self.log.append(f"award {award} of {deal.disputed}")

    def _pay(self, deal: Deal, price: int, *, last: bool) -> None:
        """Pay a part pro rata of what is left; the last part takes every remainder."""
        left = deal.price - deal.paid_price
        rest = [whole - used for whole, used in zip(deal.whole(), deal.used, strict=True)]
        part = rest if last else [amount * price // left for amount in rest]
        tax, fee, fee_tax, withheld = part
        deal.used = [used + amount for used, amount in zip(deal.used, part, strict=True)]
        deal.paid_price += price
        self.model.reserved -= price + tax + fee + fee_tax - withheld
        self.cashier.owe(deal.person, Owed(price, price + tax - withheld, withheld, bool(deal.withheld)))
        self.model.fee += fee
        self.model.tax += fee_tax

    def _return_rest(self, deal: Deal) -> None:
        tax, fee, fee_tax, withheld = deal.used
        rest = deal.cost() - (deal.paid_price + tax + fee + fee_tax - withheld)
        self.model.reserved -= rest
        self.model.balance += rest

    async def _once(self, action: Any, *args: Any, **given: Any) -> None:
        await action(*args, **given)
        self.log.append(action.__name__)

    async def _twice(self, action: Any, *args: Any, **given: Any) -> None:
        """Press the button twice at once: one does it, the other is told."""
        answers = await asyncio.gather(*(action(*args, **given) for _ in range(2)), return_exceptions=True)
        assert sorted(type(answer) for answer in answers if answer is not None) == [Conflict], answers
        self.log.append(f"{action.__name__} twice")

    async def books(self) -> Books:
        """Return the real books in the model's numbers."""
        async with db.transaction(operator=True):
            balances = await journal.balances()
        sums = dict.fromkeys(chart.Purpose, 0)
        for account, amount in balances.items():
            sums[account.purpose] += amount
        purpose = chart.Purpose
        return Books(
            -sums[purpose.BALANCE], -sums[purpose.RESERVED], -sums[purpose.PAYABLE], -sums[purpose.IN_TRANSIT],
            sums[purpose.STRIPE_CONNECTED], sums[purpose.STRIPE_PLATFORM], -sums[purpose.REVENUE], -sums[purpose.TAX],
        )  # fmt: skip
