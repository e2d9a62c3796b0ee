"""Two companies, three referrers and their candidates, moved at random through the real actions, beside a plain model."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from marketplace import schedule, worker
from marketplace.core import clock, db
from marketplace.core.money import yen
from marketplace.referrals import bounties, licences
from marketplace.referrals.verdicts import NotLawful
from tests.factories import bounties as posts
from tests.factories import claims as referred
from tests.factories import tasks
from tests.stories.model import Owed
from tests.stories.referral_cast import DEALS, terms
from tests.stories.referral_claim_moves import ClaimMoves
from tests.stories.referral_facts import PIPELINE, RUNNING, Offer, Ref
from tests.stories.referral_money_moves import MoneyMoves

LICENCE_DAYS = 60


class Machine(ClaimMoves, MoneyMoves):
    """Draws one step after the other from a seed; every step is one real action and its arithmetic."""

    async def begin(self) -> None:
        self.firms = [await tasks.firm(balance=0) for _ in range(2)]
        for number in range(3):
            email = f"referrer{number}@example.jp"
            self.people = [*self.people, await referred.referrer(self.firms[0], email)]
            await referred.referrer(self.firms[1], email)
        self.operators = [
            await posts.operator(),
            await posts.operator("second@enishi.example.jp", "運営 次郎"),
        ]
        await self.cashier.begin(self.people)
        async with db.transaction(operator=True):
            self.first = await clock.today()
        await self.renew()
        for firm, kind in ((0, "business"), (0, "hire"), (1, "business"), (1, "gig")):
            bounty = await posts.published(
                self.firms[firm], kind, terms(kind, DEALS[kind]), closes_on=self.first + timedelta(days=360)
            )
            self.world.offers.append(Offer(firm, kind, bounty, DEALS[kind]))
        for firm in self.firms:
            await self.cashier.top_up(firm.company, 100_000)

    async def step(self) -> None:
        """Take one step of those that are possible, then let the jobs and the sweeps run."""
        await self.rng.choice(self._moves())()
        await self._settle()

    def _moves(self) -> list[Callable[[], Awaitable[None]]]:
        moves: list[Any] = [self.refer, self.refer, self.refer, self.refer, self.wait, self.top_up]
        moves += [
            self.rng.choice(self.cashier.moves()),
            self.rng.choice(self.cashier.moves()[:2]),
            self.rng.choice([self.revise, self.switch]),
        ]
        moves += [self.renew, self.renew] if self.world.day > self.world.licensed_until else []
        for found, possible in (
            (
                self._in("consent_pending"),
                [self.consent, self.consent, self.consent, self.rng.choice([self.refuse, self.take_back])],
            ),
            (self._in("blocked"), [self.take_back]),
            (
                self._in(*PIPELINE),
                [
                    self.advance,
                    self.succeed,
                    self.succeed,
                    self.succeed,
                    self.rng.choice([self.decline, self.withdraw]),
                ],
            ),
            (self._in(*RUNNING), [self.fail]),
            ([ref for ref in self.world.refs if "held" in ref.flags.values()], [self.decide]),
            (self._billed("open"), [self.pay, self.pay, self.pay, self.pay, self.end_bill]),
            (self._billed("uncollectible"), [self.pay_late]),
        ):
            if found:
                moves += [lambda move=move, found=found: move(self.rng.choice(found)) for move in possible]
        return moves

    async def wait(self) -> None:
        await self.cashier.pass_days(self.rng.choice([1, 2, 5, 8, 20]))

    async def renew(self) -> None:
        """File the operator's next licence and have a second person sign it off; who was paused goes on."""
        self.licence += 1
        self.world.licensed_until = self.world.day + LICENCE_DAYS
        filing = await posts.filing(
            number=f"13-ユ-3000{self.licence:02}",
            valid_from=self._date(self.world.day), valid_to=self._date(self.world.licensed_until),
            approved=yen(1_000_000),
        )  # fmt: skip
        licence = await licences.file(filing, by=self.operators[0])
        await licences.sign_off(licence, by=self.operators[1])
        for offer in [one for one in self.world.offers if (one.kind, one.status) == ("hire", "paused")]:
            await bounties.resume(offer.bounty, by=self.firms[offer.firm].owner)
            offer.status = "published"
        self._note("renew")

    async def revise(self) -> None:
        """Change the money terms of a bounty; claims that are made keep theirs."""
        offer = self.rng.choice(self.world.offers)
        deal = replace(offer.deal, parts=tuple((after, amount + 7) for after, amount in offer.deal.parts))
        brief = await posts.brief(offer.kind, closes_on=self.first + timedelta(days=360))
        revised = bounties.revise(
            offer.bounty, brief, terms(offer.kind, deal), by=self.firms[offer.firm].owner
        )
        if not self.world.lawful(offer):
            await self._refused(NotLawful, revised)
            return
        await revised
        offer.deal = deal
        self._note("revise")

    async def switch(self) -> None:
        """Pause a bounty, or let it go on."""
        paused = [offer for offer in self.world.offers if offer.status == "paused"]
        offer = self.rng.choice(paused or self.world.offers)
        by = self.firms[offer.firm].owner
        if offer.status == "published":
            await bounties.pause(offer.bounty, by=by)
            offer.status = "paused"
        elif self.world.lawful(offer):
            await bounties.resume(offer.bounty, by=by)
            offer.status = "published"
        else:
            await self._refused(NotLawful, bounties.resume(offer.bounty, by=by))

    async def _settle(self) -> None:
        """Run the jobs and the sweeps of referrals and billing until nothing is due, and let the model follow."""
        await self._work()
        self.world.day = self.cashier.days
        for sweep in schedule.SWEEPS:
            if sweep.name.startswith(("referrals.", "billing.")) and sweep.name != "billing.papers":
                await sweep.run()
        await self._work()
        self.world.sweep()
        for referrer, net in self.world.vested:
            if net:
                self.cashier.owe(str(self.people[referrer].person), Owed(net, net))
        self.world.vested.clear()

    async def _work(self) -> None:
        while (await worker.drain_rows("money", 60))[0] + (await worker.drain_rows("work", 60))[0]:
            pass

    def _in(self, *states: str) -> list[Ref]:
        return [ref for ref in self.world.refs if ref.status in states]

    def _billed(self, status: str) -> list[Ref]:
        return [ref for ref in self.world.refs if ref.bill and ref.bill.status == status]
