"""What the referral machine's model speaks of: terms, bounties, claims, parts of rewards, invoices; in integers and days."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.stories.model import Books

TAX_BP = 1000
CARD_BP = 360
PRIORITY_DAYS, QUEUE_DAYS, GRACE_DAYS = 7, 30, 7
PIPELINE = ("owned", "screening", "interview", "offer")
RUNNING = ("succeeded", "guarantee")
ENDED = ("declined", "withdrawn", "failed_guarantee")


@dataclass
class Ledger(Books):
    """The books of the money's machine with those of referrals."""

    asked: int = 0
    awaiting: int = 0
    unvested: int = 0
    clawed: int = 0
    promised_back: int = 0
    expense: int = 0

    @property
    def short(self) -> int:
        """What the operator has to cover of client money."""
        client = self.balance + self.reserved + self.payable + self.in_transit + self.unvested
        return max(client - self.platform - self.connected, 0)


@dataclass(frozen=True)
class Deal:
    """Money terms: parts as (days after the success, yen), and what of the fee returns as (within days, basis points)."""

    parts: tuple[tuple[int, int], ...]
    guarantee: int
    refunds: tuple[tuple[int, int], ...] = ()
    share: int = 0
    fixed: int = 0
    ownership: int = 60
    due: int = 30

    def fee(self, base: int) -> int:
        return base * self.share // 10_000 if self.share else self.fixed

    def refund(self, days: int) -> int:
        return next((bp for within, bp in self.refunds if days <= within), 0)


@dataclass
class Offer:
    """A bounty."""

    firm: int
    kind: str
    bounty: UUID
    deal: Deal
    status: str = "published"


@dataclass
class Part:
    """A dated part of a reward."""

    amount: int
    day: int
    status: str = "unvested"
    why: str = ""
    looked: int = -1


@dataclass
class Bill:
    """An invoice: fee, tax and bounty; `off` is what a credit note took off while it was open."""

    fee: int
    tax: int
    bounty: int
    status: str = "open"
    off: tuple[int, int, int] = (0, 0, 0)
    credited: bool = False

    @property
    def left(self) -> tuple[int, int, int]:
        return self.fee - self.off[0], self.tax - self.off[1], self.bounty - self.off[2]


@dataclass
class Ref:
    """A claim."""

    claim: UUID
    offer: Offer
    referrer: int
    key: str
    deal: Deal
    made: int
    until: int
    status: str
    blocked: str = ""
    reason: str = ""
    rewarded: bool = True
    same_device: bool = False
    consented: int | None = None
    mail: str = ""
    happened: int = 0
    recorded: int | None = None
    parts: list[Part] = field(default_factory=list)
    bill: Bill | None = None
    flags: dict[str, str] = field(default_factory=dict)
    refund: int = 0

    @property
    def guaranteed(self) -> int:
        """The last day of the guarantee."""
        return self.happened + self.deal.guarantee

    @property
    def held(self) -> bool:
        return any(status != "cleared" for status in self.flags.values())

    def void(self) -> None:
        for part in self.parts:
            if part.status in {"unvested", "held"}:
                part.status, part.why = "failed", ""

    def given_up(self) -> int:
        return sum(part.amount for part in self.parts if part.status == "failed")

    def waits(self) -> bool:
        return any(part.status in {"unvested", "held"} for part in self.parts)
