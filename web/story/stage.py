"""Where the story is played: the people, what they have agreed so far, and the line that is printed for each step."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from payouts.sandbox.control import Control
from web.story.visitor import StoryError, Visitor

JST = ZoneInfo("Asia/Tokyo")


@dataclass
class Stage:
    """One play of the main job, for a company that nobody has seen before."""

    base_url: str
    sandbox: Control
    visitor: Callable[[str, str, str], Visitor] = Visitor
    run: str = field(default_factory=lambda: secrets.token_hex(3))
    people: dict[str, Visitor] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    step: int = 0

    @classmethod
    def from_environment(
        cls, base_url: str, visitor: Callable[[str, str, str], Visitor] = Visitor
    ) -> "Stage":
        """Find the sandbox where the house says that it is."""
        url = os.environ.get("STRIPE_API_BASE")
        if not url:
            raise StoryError("the story needs the Stripe sandbox: STRIPE_API_BASE is not set")
        return cls(base_url, Control(url), visitor)

    @property
    def slug(self) -> str:
        return f"tsubame-{self.run}"

    @property
    def company(self) -> str:
        return f"つばめ堂 {self.run}"

    def at(self, path: str) -> str:
        """Return a path within the company's part of the site."""
        return f"/c/{self.slug}{path}"

    def address(self, name: str) -> str:
        """Return a mail address that this play alone uses."""
        return f"{name}.{self.run}@story.example"

    def person(self, name: str, known_as: str) -> Visitor:
        """Return somebody by the part they play, with a browser of their own."""
        if name not in self.people:
            self.people[name] = self.visitor(self.base_url, known_as, self.address(name))
        return self.people[name]

    @property
    def today(self) -> date:
        """The business day in Japan: the sandbox follows the same clock as the site."""
        return datetime.fromtimestamp(self.sandbox.clock()["now"], JST).date()

    def day(self, ahead: int) -> str:
        """Return a day from now as a date field takes it."""
        return (self.today + timedelta(days=ahead)).isoformat()

    def move_clock(self, hours: int) -> None:
        """Let the operator move the business clock, in steps that his page offers, so that each deadline happens."""
        operator = self.people["operator"]
        before = self.today
        for step in (168, 72, 24, 1):
            for _ in range(hours // step):
                operator.send(operator.open("/operator").form("/operator/clock"), hours=str(step))
            hours %= step
        self.say("Clock", f"{before:%d %B} → {self.today:%d %B %Y}")

    def act(self, number: int, title: str) -> None:
        """Begin an act."""
        print(f"{number:>2}  {title}", flush=True)

    def say(self, who: str, what: str, yen: int | None = None) -> None:
        """Print one step: who did what, for how much."""
        self.step += 1
        amount = f"  ¥{yen:,}" if yen is not None else ""
        print(f"      {who:<12} {what}{amount}", flush=True)


def must_equal(what: str, found: object, expected: object) -> None:
    """Check a figure; raises StoryError naming both."""
    if found != expected:
        raise StoryError(f"{what}: {found!r}, expected {expected!r}")
