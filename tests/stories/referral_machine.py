"""Two companies, three referrers and their candidates, moved at random through the real actions, beside a plain model."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from marketplace import schedule, worker
from marketplace.core import clock, db
from marketplace.core.actor import SYSTEM, Actor
from marketplace.core.errors import Conflict, Failure, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.referrals import (
    bounties,
    claims,
    consents,
    flags,
    guarantee,
    licences,
    pipeline,
    success,
)
from marketplace.referrals.bounty_terms import Refund, Terms, Tranche
from marketplace.referrals.claims import Traces, Wish
from marketplace.referrals.verdicts import NotLawful
from payouts import gateway
from payouts.billing import ending, paying
from payouts.funding import Shortfall
from payouts.sandbox.control import Control
from tests.factories import bounties as posts
from tests.factories import claims as referred
from tests.factories import tasks
from tests.factories.payouts import pay_by_card
from tests.stories.cashier import Cashier
from tests.stories.model import Owed
from tests.stories.referral_model import ENDED, PIPELINE, RUNNING, Deal, Offer, Ref, World

MOST_A_DAY = claims.MOST_A_DAY
LICENCE_DAYS = 60
REPORT_DAYS = 30
SHOWN = "発注書 2026-118 を受け取りました。"
DEALS = {
    "business": Deal(((0, 30_000), (20, 20_001)), 30, ((10, 8_000), (30, 2_500)), share=999),
    "hire": Deal(((0, 50_000), (45, 70_000)), 40, ((15, 10_000), (40, 3_333)), share=1_234),
    "gig": Deal(((0, 33_333),), 0, fixed=0),
}
FEE_KINDS = {"business": "contract_share", "hire": "pay_share", "gig": "fixed"}
KEYS = [f"{kind}{number}" for kind in ("m", "p", "pm") for number in range(5)]


def spelt(key: str, rng: Random) -> str:
    """Return one of the many spellings of a candidate's contact."""
    number = key.lstrip("pm")
    if key.startswith("pm"):
        return rng.choice([f"p{number}@example.org", f" P{number}+work@EXAMPLE.org "])
    if key.startswith("p"):
        return rng.choice(
            [f"090-1234-567{number}", f"+81 90 1234 567{number}", f"０９０１２３４５６７{number}"]
        )
    return rng.choice(
        [f"taku.{number}@gmail.com", f"Taku{number}+a@googlemail.com", f"t.aku{number}@gmail.com"]
    )


def terms(kind: str, deal: Deal) -> Terms:
    """Return a deal as the product keeps it."""
    return Terms(
        reward_type="payout",
        tranches=tuple(Tranche(after, yen(amount)) for after, amount in deal.parts),
        guarantee_days=deal.guarantee,
        ownership_days=deal.ownership,
        fee_kind=FEE_KINDS[kind] if deal.share or deal.fixed else "none",  # type: ignore[arg-type]
        fee_bp=deal.share,
        fee=yen(deal.fixed),
        refunds=tuple(Refund(within, bp) for within, bp in deal.refunds) if deal.share or deal.fixed else (),
        days_until_due=deal.due,
    )


class Machine:
    """Draws one step after the other from a seed; every step is one real action and its arithmetic."""

    def __init__(self, seed: int, control: Control) -> None:
        self.rng = Random(seed)
        self.world = World()
        self.log: list[str] = []
        self.cashier = Cashier(control, self.rng, self.world.books, self.log)
        self.control = control
        self.firms: list[tasks.Firm] = []
        self.people: list[Actor] = []
        self.operators: list[Actor] = []
        self.first: date
        self.tries: dict[tuple[int, int], int] = {}
        self.licence = 0
        self.seen: set[str] = set()

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

    async def refer(self) -> None:
        """Refer somebody, in any spelling; now and then oneself, or for a bounty that is not offered."""
        world, number = self.world, self.rng.randrange(len(self.people))
        offer, key = self.rng.choice(world.offers), self.rng.choice(KEYS)
        by = self.people[number]
        wish = Wish(spelt(key, self.rng), "林 拓也", unrewarded=self.rng.random() < 0.1)  # noqa: PLR2004
        if offer.status != "published":
            await self._refused(NotFound, claims.refer(offer.bounty, wish, by=by))
            return
        if self.tries.get((number, world.day), 0) >= MOST_A_DAY:
            await self._refused(NotAllowed, claims.refer(offer.bounty, wish, by=by))
            return
        self.tries[number, world.day] = self.tries.get((number, world.day), 0) + 1
        if self.rng.random() < 0.05:  # noqa: PLR2004
            own = Wish(f"Referrer{number}+new@Example.JP")
            await self._refused(Invalid, claims.refer(offer.bounty, own, by=by))
            return
        device = bytes([number]) * 32
        found = await claims.refer(offer.bounty, wish, by=by, traces=Traces(device, None))
        own_open = [
            ref
            for ref in world.refs
            if (ref.offer, ref.referrer, ref.key) == (offer, number, key) and ref.status not in ENDED
        ]
        if own_open:
            assert found.claim == own_open[-1].claim
            return
        blocked = world.blind(offer, key)
        self._note(f"refer {key} {blocked or 'held'}")
        world.refs.append(
            Ref(
                found.claim, offer, number, key, offer.deal, world.day, world.day + (30 if blocked else 7),
                "blocked" if blocked else "consent_pending", blocked, rewarded=not wish.unrewarded,
            )
        )  # fmt: skip

    async def consent(self, ref: Ref) -> None:
        """Let the candidate agree at his own mail box; one who has agreed under another contact is told so."""
        token = await self._link(ref)
        mail = f"pm{ref.key[1:]}" if ref.key.startswith("p") and not ref.key.startswith("pm") else ref.key
        same = self.rng.random() < 0.25  # noqa: PLR2004
        traces = Traces(bytes([ref.referrer if same else 99]) * 32, None)
        given = consents.give(token, "林 拓也", version=consents.TEXT_VERSION, traces=traces)
        if any(
            one.offer is ref.offer and one.mail == mail and one.reason != "consent_withdrawn"
            for one in self.world.refs
            if one.consented is not None
        ):
            await self._refused(Conflict, given)
            return
        await given
        ref.status, ref.consented, ref.mail, ref.same_device = "owned", self.world.day, mail, same
        ref.until = self.world.day + ref.deal.ownership
        self._note("consent")

    async def _link(self, ref: Ref) -> str:
        if ref.key.startswith("p") and not ref.key.startswith("pm"):
            handed = await referred.link(ref.claim, "referrer")
            await consents.ask_letter(handed, spelt(ref.key, self.rng), spelt(f"pm{ref.key[1:]}", self.rng))
        return await referred.link(ref.claim)

    async def refuse(self, ref: Ref) -> None:
        await consents.refuse(await self._link(ref))
        self.world.end(ref, "declined", "refused")
        self._note("refuse")

    async def take_back(self, ref: Ref) -> None:
        await claims.take_back(ref.claim, by=self.people[ref.referrer])
        self.world.end(ref, "withdrawn", "taken_back")
        self._note("take back")

    async def advance(self, ref: Ref) -> None:
        """Move a claim to another stage."""
        name, target = self.rng.choice(
            [("screen", "screening"), ("interview", "interview"), ("offer", "offer")]
        )
        moved = pipeline.step(ref.claim, name, by=self._owner(ref), reason="profile_fits")
        if target == ref.status:
            await self._refused(Conflict, moved)
            return
        await moved
        ref.status, ref.reason = target, "profile_fits"

    async def decline(self, ref: Ref) -> None:
        await pipeline.end(ref.claim, "decline", by=self._owner(ref), reason="experience")
        ref.status, ref.reason = "declined", "experience"
        self._note("decline")

    async def withdraw(self, ref: Ref) -> None:
        """Let the candidate take the consent back."""
        await consents.withdraw(await referred.link(ref.claim, "candidate"))
        ref.status, ref.reason = "withdrawn", "consent_withdrawn"
        self._note("withdraw")

    async def succeed(self, ref: Ref) -> None:
        """Record a success; before the claim, in the future or without a licence it is refused."""
        world, base = self.world, self.rng.randint(100_000, 5_000_000)
        happened = self.rng.randint(ref.made - 1, world.day + 1) if self.rng.random() < 0.3 else world.day  # noqa: PLR2004
        gig = ref.offer.kind == "gig"
        recorded = success.record(
            ref.claim, happened_on=self._date(happened), evidence=SHOWN, base=yen(base),
            by=SYSTEM if gig else self._owner(ref), contract=uuid4() if gig else None,
        )  # fmt: skip
        if not ref.made <= happened <= world.day:
            await self._refused(Invalid, recorded)
        elif any(
            one.recorded is not None and (one.offer, one.mail) == (ref.offer, ref.mail) for one in world.refs
        ):
            await self._refused(Conflict, recorded)
        elif not world.lawful(ref.offer):
            await self._refused(NotLawful, recorded)
        else:
            await recorded
            world.succeed(ref, happened, base)
            self._note("succeed")

    async def fail(self, ref: Ref) -> None:
        """Record a leaving; after the guarantee, before the success or claimed too late it is refused."""
        world = self.world
        left = self.rng.randint(ref.happened - 1, world.day + 1)
        cause = {"hire": "left", "business": "customer_left", "gig": "contract_ended"}[ref.offer.kind]
        failed = guarantee.fail(ref.claim, self._date(left), cause, by=self._owner(ref))
        if not (ref.happened <= left <= min(world.day, ref.guaranteed) and world.day <= left + REPORT_DAYS):
            await self._refused(Invalid, failed)
            return
        await failed
        world.fail(ref, left)
        self._note("fail")

    async def decide(self, ref: Ref) -> None:
        """Let the referrer appeal against a flag, and the operator decide it."""
        kind = self.rng.choice([kind for kind, status in sorted(ref.flags.items()) if status == "held"])
        async with db.transaction(operator=True):
            flag = await db.fetchval(
                "select id from claim_flag where claim_id = $1 and kind = $2", ref.claim, kind
            )
        if self.rng.random() < 0.5:  # noqa: PLR2004
            await flags.appeal(flag, "同じ会議室でした。", by=self.people[ref.referrer])
        clear = self.rng.random() < 0.6  # noqa: PLR2004
        await flags.decide(flag, clear=clear, decision="確認しました。", by=self.operators[0])
        ref.flags[kind] = "cleared" if clear else "upheld"
        if not clear:
            ref.void()
        elif not ref.held:
            for part in ref.parts:
                if (part.status, part.why) == ("held", "flag"):
                    part.status, part.why = "unvested", ""
        self._note(ref.flags[kind])

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
        row, void = await self._bill_of(ref), self.rng.random() < 0.3  # noqa: PLR2004
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

    async def wait(self) -> None:
        await self.cashier.pass_days(self.rng.choice([1, 2, 5, 8, 20]))

    async def top_up(self) -> None:
        await self.cashier.top_up(self.rng.choice(self.firms).company, self.rng.randint(50, 200_000))

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

    async def _refused(self, failure: type[Failure], action: Awaitable[Any]) -> None:
        with pytest.raises(failure):
            await action
        self._note(f"refused: {failure.__name__}")

    async def _bill_of(self, ref: Ref) -> Any:
        async with db.transaction(operator=True):
            return await db.fetchrow("select * from invoice where reference = $1", f"claim:{ref.claim}")

    def _in(self, *states: str) -> list[Ref]:
        return [ref for ref in self.world.refs if ref.status in states]

    def _billed(self, status: str) -> list[Ref]:
        return [ref for ref in self.world.refs if ref.bill and ref.bill.status == status]

    def _owner(self, ref: Ref) -> Actor:
        return self.firms[ref.offer.firm].owner

    def _date(self, day: int) -> date:
        return self.first + timedelta(days=day)

    def _note(self, what: str) -> None:
        self.log.append(what)
        self.seen.add(what.split(":")[0].split(" ")[0] if what.startswith("refer ") else what)
