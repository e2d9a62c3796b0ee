"""The way of the money beside the machine: top-ups, payouts, refusals and returns at a real sandbox, and its arithmetic.

What becomes of a payout the model asks the sandbox, never our own books.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.funds import payouts as operator_payouts
from payouts import events, gateway, onboarding, operations, payables, planning, topups
from payouts.lead import arrives_on
from payouts.sandbox.control import Control
from tests.factories.companies import OPERATOR
from tests.factories.payouts import account_of
from tests.stories.model import Books, Owed, Sent, arrives_after_transfer, withheld_from

MOST_ATTEMPTS = 5
NO_BANK = "account_closed"


@dataclass
class Cashier:
    """Pays in and pays out through the real actions; every step is one line of arithmetic on the books.

    `broken` are people whose bank refuses, `closed` those of whom the house knows it; `ways` what payouts have been.
    """

    control: Control
    rng: Random
    model: Books
    log: list[str]
    owed: dict[str, list[Owed]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    ways: set[str] = field(default_factory=set)
    days: int = 0

    async def begin(self, people: list[Actor]) -> None:
        """Go to noon of the first Monday of next June, so that a seed tells the same story on any day; open accounts."""
        async with db.transaction(operator=True):
            now = await clock.now()
        june = clock.day_of(now).replace(year=clock.day_of(now).year + 1, month=6, day=1)
        monday = june + timedelta(days=-june.weekday() % 7)
        noon = now.astimezone(clock.JST).replace(hour=12, minute=0, second=0, microsecond=0)
        await clock.advance(noon + (monday - clock.day_of(now)) - now)
        await self._tell_the_sandbox()
        for person in people:
            await onboarding.start(
                str(person.person), email="hana@example.jp", refresh_url="http://localhost/r",
                return_url="http://localhost/b",
            )  # fmt: skip
            self.owed[str(person.person)] = []
            await self._give_a_bank(str(person.person))

    async def top_up(self, company: UUID, amount: int) -> None:
        """Let a company's bank transfer arrive."""
        owner = f"company:{company}"
        await topups.start_bank_topup(
            str(company), yen(amount), name="Acme", email="money@acme.example", requested_by="m"
        )
        async with db.transaction(operator=True):
            customer = await db.fetchval("select customer from payer where owner = $1", owner)
            sql = "select payment_intent from topup where owner = $1 order by id desc limit 1"
            intent = await db.fetchval(sql, owner)
        self.control.deposit(customer, amount)
        assert await topups.credit(await gateway.current().payment(intent))
        self.model.balance += amount
        self.model.platform += amount
        self.log.append(f"top up {amount}")

    def owe(self, person: str, item: Owed) -> None:
        """Note that somebody has earned something."""
        self.owed[person].append(item)
        self.model.payable += item.net

    def moves(self) -> list[Any]:
        """Return what can happen to payouts now."""
        found = [self.pay] if any(self.owed.values()) or self._in("waiting", "failed", "returned") else []
        found += [self.wait] if self._in("started") else []
        found += [self.break_bank] if len(self.broken) < len(self.owed) else []
        found += [self.mend_bank, self.mend_bank] if self.broken | self.closed else []
        return found + ([self.come_back] if self._in("paid") else [])

    async def pay(self) -> None:
        """A day later: everybody asks for everything, and what may start starts."""
        await self.pass_days(1)
        for person in self.owed:
            async with db.transaction(person=UUID(person)):
                await payables.ask_early(person)
        started = await planning.pay()
        await self._plan()
        in_turn = sorted(self.sent, key=lambda one: (not one.transferred, one.due_on, one.number))
        expected = sum([self._start(payout) for payout in in_turn])
        assert started == expected, self.log
        await self._drain()
        self.log.append(f"pay: {started} start")

    async def wait(self) -> None:
        """Let some days pass for the banks."""
        await self.pass_days(self.rng.randint(1, 4))

    async def break_bank(self) -> None:
        """Let a person's bank refuse from now on."""
        person = self.rng.choice(sorted(set(self.owed) - self.broken))
        self.control.set_bank_failure(await account_of(person), NO_BANK)
        self.broken.add(person)
        self.log.append("a bank breaks")

    async def mend_bank(self) -> None:
        """Let a person give another account."""
        person = self.rng.choice(sorted(self.broken | self.closed))
        self.control.set_bank_failure(await account_of(person), None)
        await self._give_a_bank(person)
        self.broken.discard(person)
        self.closed.discard(person)
        self.log.append("a bank is mended")

    async def come_back(self) -> None:
        """Let the bank send back what looked paid; the operator asks the provider."""
        payout = self.rng.choice(self._in("paid"))
        async with db.transaction(operator=True):
            made = await db.fetchval("select provider_payout from payout where id = $1", payout.number)
        self.control.fail_payout(made, NO_BANK)
        assert await operator_payouts.ask_the_provider(payout.number, by=OPERATOR) == "returned"
        await self._look_again()
        self._become(payout, "returned")
        self.closed.add(payout.person)
        self.model.connected += payout.amount
        self.model.payable += payout.amount
        self.log.append(f"{payout.amount} comes back")

    async def pass_days(self, days: int) -> None:
        """Let time pass here and at the sandbox, and follow what the banks say."""
        await clock.advance(timedelta(days=days))
        self.days += days
        await self._tell_the_sandbox()
        await self._drain()
        await events.watch_payouts()
        await self._follow()
        await events.watch_payees()
        await self._look_again()
        self.log.append(f"{days} days")

    async def _look_again(self) -> None:
        """Who was refused has a bank again if the sandbox says so: the refused one was replaced meanwhile."""
        for person in sorted(self.closed):
            account = await gateway.current().account(await account_of(person))
            if account.status == "active":
                self.closed.discard(person)

    async def _drain(self) -> None:
        while await operations.drain_money():
            pass

    async def _tell_the_sandbox(self) -> None:
        async with db.transaction(operator=True):
            self.control.set_clock(int((await clock.offset()).total_seconds()))

    async def _give_a_bank(self, person: str) -> None:
        self.control.onboard(await account_of(person), number=f"{self.rng.randint(0, 9_999_999):07}")
        assert await onboarding.refresh(person) == "active"

    def _become(self, payout: Sent, state: str) -> None:
        payout.state = state
        self.ways.add(state)

    def _in(self, *states: str) -> list[Sent]:
        return [payout for payout in self.sent if payout.state in states]

    async def _plan(self) -> None:
        """Gather what is owed into one payout a person; its id and day are all that is taken from the database."""
        today = await self._today()
        for person, items in sorted(self.owed.items()):
            if items:
                async with db.transaction(operator=True):
                    sql = "select id, due_on from payout where owner = $1 and planned_on = $2"
                    row = await db.fetchrow(sql, f"person:{person}", today)
                assert row is not None
                total = sum(item.net for item in items)
                payout = Sent(row["id"], row["due_on"], person, items, total, arrives_after_transfer(today))
                self.owed[person] = []
                self.sent.append(payout)
                self._withhold(payout)
        for payout in self._in("waiting", "failed", "returned"):
            payout.arrives = arrives_on(today) if payout.transferred else arrives_after_transfer(today)

    def _start(self, payout: Sent) -> bool:
        """Start a payout unless its bank is known to refuse, or it was refused too often."""
        if payout.state not in {"waiting", "failed", "returned"}:
            return False
        if payout.person in self.closed or payout.attempts >= MOST_ATTEMPTS:
            return False
        self._withhold(payout)
        self._become(payout, "started")
        payout.attempts += 1
        self.model.payable -= payout.amount
        self.model.in_transit += payout.amount
        if not payout.transferred:
            payout.transferred = True
            self.model.platform -= payout.amount
            self.model.connected += payout.amount
        return True

    def _withhold(self, payout: Sent) -> None:
        """Take all fees that arrive on the payout's day as one base; the difference is this payout's."""
        ours = [item for item in payout.items if item.taxed]
        if payout.transferred or not ours:
            return
        together = [
            item
            for other in self._in("started", "paid")
            if (other.person, other.arrives) == (payout.person, payout.arrives)
            for item in other.items
            if item.taxed
        ] + ours
        due = withheld_from(sum(item.base for item in together))
        more = due - sum(item.withheld for item in together)
        if self.model.balance + more < 0:
            return
        ours[0].withheld += more
        payout.amount -= more
        self.model.payable -= more
        self.model.balance += more

    async def _follow(self) -> None:
        """Apply what the sandbox says of each payout under way; one that it refused to make has failed, too."""
        there = {made["id"]: made["status"] for all_ in self._made().values() for made in all_}
        async with db.transaction(operator=True):
            rows = await db.fetch(
                """select reference, (params -> 'metadata' ->> 'attempt')::int as attempt, provider_id, last_error from money_op
                   where kind = 'payout' and state in ('succeeded', 'failed')"""
            )
        said = {
            (row["reference"], row["attempt"]): there[row["provider_id"]]
            if row["provider_id"]
            else row["last_error"]
            for row in rows
        }
        for payout in self._in("started"):
            status = said.get((f"payout:{payout.number}", payout.attempts), "")
            if status == "paid":
                self._become(payout, "paid")
                self.model.in_transit -= payout.amount
                self.model.connected -= payout.amount
            elif status in {"failed", "payouts_not_allowed"}:
                self._become(payout, "failed")
                self.closed.add(payout.person)
                self.model.in_transit -= payout.amount
                self.model.payable += payout.amount

    def _made(self) -> dict[str, Any]:
        made: dict[str, Any] = self.control.dump()["payouts_by_op_id"]
        return made

    async def _today(self) -> date:
        async with db.transaction(operator=True):
            return await clock.today()
