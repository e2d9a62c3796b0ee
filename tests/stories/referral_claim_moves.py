"""The moves of claims: referred, consented to, taken through the pipeline, succeeded, left, flagged."""

from uuid import uuid4

from marketplace.core import db
from marketplace.core.actor import SYSTEM
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.core.money import yen
from marketplace.referrals import claims, consents, flags, guarantee, pipeline, success
from marketplace.referrals.claims import Traces, Wish
from marketplace.referrals.verdicts import NotLawful
from tests.factories import claims as referred
from tests.stories.referral_cast import KEYS, spelt
from tests.stories.referral_facts import ENDED, Ref
from tests.stories.referral_player import Player

REPORT_DAYS = 30
SHOWN = "発注書 2026-118 を受け取りました。"


class ClaimMoves(Player):
    """Each is one real action and its line in the model."""

    async def refer(self) -> None:
        """Refer somebody, in any spelling; now and then oneself, or for a bounty that is not offered."""
        world, number = self.world, self.rng.randrange(len(self.people))
        offer, key = self.rng.choice(world.offers), self.rng.choice(KEYS)
        by = self.people[number]
        wish = Wish(spelt(key, self.rng), "林 拓也", unrewarded=self.rng.random() < 0.1)
        if offer.status != "published":
            await self._refused(NotFound, claims.refer(offer.bounty, wish, by=by))
            return
        if self.tries.get((number, world.day), 0) >= claims.MOST_A_DAY:
            await self._refused(NotAllowed, claims.refer(offer.bounty, wish, by=by))
            return
        self.tries[number, world.day] = self.tries.get((number, world.day), 0) + 1
        if self.rng.random() < 0.05:
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
        same = self.rng.random() < 0.25
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
        happened = self.rng.randint(ref.made - 1, world.day + 1) if self.rng.random() < 0.3 else world.day
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
        if self.rng.random() < 0.5:
            await flags.appeal(flag, "同じ会議室でした。", by=self.people[ref.referrer])
        clear = self.rng.random() < 0.6
        await flags.decide(flag, clear=clear, decision="確認しました。", by=self.operators[0])
        ref.flags[kind] = "cleared" if clear else "upheld"
        if not clear:
            ref.void()
        elif not ref.held:
            for part in ref.parts:
                if (part.status, part.why) == ("held", "flag"):
                    part.status, part.why = "unvested", ""
        self._note(ref.flags[kind])
