"""What is matched: a task's need, a person's profile, and the match with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, TypedDict
from uuid import UUID

JST = timezone(timedelta(hours=9), "JST")  # Japan has no summer time: a fixed offset is exact
LEVELS = range(1, 6)
SLOT_MINUTES = 30


class Reason(TypedDict):
    """One sentence about a match, ready for JSON; `reasons.localise` turns it into a message for a page."""

    key: str
    params: dict[str, Any]
    kind: Literal["for", "check", "raise"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill that the task asks for, from `level` (1 to 5) upwards; the slug travels into the reasons."""

    skill: int
    level: int
    slug: str

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"level {self.level} of {self.slug} is not 1 to 5")


@dataclass(frozen=True, slots=True)
class Window:
    """Work at a fixed time: both ends aware, the end after the start."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a window has aware times")
        if self.starts_at >= self.ends_at:
            raise ValueError("a window ends after it starts")

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def meets(self, other: "Window") -> bool:
        """Return whether the two share time; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Deadline:
    """Work handed in by the end of a day in Japan, done whenever it suits, estimated at `minutes`."""

    due_on: date
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError("the estimate is positive")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work happens: a prefecture by its JIS X 0401 code (1 to 47), or online."""

    prefecture: int | None = None

    @property
    def online(self) -> bool:
        return self.prefecture is None


@dataclass(frozen=True, slots=True)
class Need:
    """What one task asks of a person. `price_yen` is the whole price of one seat, tax excluded.

    `least_met` of the required skills have to be held at their level; `free_only` keeps out whoever is not
    free the whole time. `site` names the place of the unit, for people who used to work there.
    """

    task_id: UUID
    company_id: UUID
    time: Window | Deadline
    price_yen: int
    musts: tuple[Wanted, ...] = ()
    nices: tuple[Wanted, ...] = ()
    languages: frozenset[str] = frozenset()
    nice_languages: frozenset[str] = frozenset()
    place: Place = Place()
    seats: int = 1
    unit_id: UUID | None = None
    poster_id: UUID | None = None
    excluded: frozenset[UUID] = frozenset()
    site: str = ""
    least_met: int = 1
    free_only: bool = False

    def __post_init__(self) -> None:
        if self.least_met < 1:
            raise ValueError("somebody who meets none of the required skills is not offered the task")
        skills = [wanted.skill for wanted in (*self.musts, *self.nices)]
        if len(skills) != len(set(skills)):
            raise ValueError("a task asks for each skill once")


@dataclass(frozen=True, slots=True)
class Held:
    """A skill that a person has: level 1 to 5, whole years, and the calendar year of last use if known."""

    level: int
    years: int = 0
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class DayException:
    """One date unlike its week: bit n of each 48-bit mask is the half hour from n/2 o'clock in Japan.

    The projection paints later statements over earlier ones, so that the masks share no half hour.
    """

    on: date
    busy: int = 0
    free: int = 0
    ask: int = 0


@dataclass(frozen=True, slots=True)
class Availability:
    """When a person has time: a 336-bit week of half hours (bit 0 = Monday 00:00 in Japan) and exceptions.

    `ask` holds the half hours of the week that are neither free nor busy: "perhaps, ask me".
    """

    week: int = 0
    exceptions: tuple[DayException, ...] = ()
    confirmed_at: datetime | None = None
    ask: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for, in yen by task or by hour: `wished` is a wish, `floor` is absolute."""

    basis: Literal["task", "hour"] = "task"
    wished: int | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Counts of past work: `late` is part of `completed`; `stars` sums the 1 to 5 of each of `reviews`."""

    completed: int = 0
    late: int = 0
    cancelled: int = 0
    reviews: int = 0
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Responses:
    """Counts of past invitations: how many came, how many were answered, the minutes of all answers."""

    asked: int = 0
    answered: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """All that matching knows of one person within one company's network.

    `busy` holds agreed work with the way to it; `shown` counts how often lately a manager saw this person in a
    list, `waiting` the invitations that are open now.
    """

    person_id: UUID
    company_id: UUID
    skills: Mapping[int, Held] = field(default_factory=dict)
    availability: Availability = Availability()
    languages: frozenset[str] = frozenset({"ja"})
    wish: Wish = Wish()
    remote_ok: bool = True
    prefecture: int | None = None
    units: frozenset[UUID] = frozenset()
    sites: frozenset[str] = frozenset()
    record: Record = Record()
    responses: Responses = Responses()
    intents: frozenset[str] = frozenset()
    consented: bool = False
    employed: bool = False
    blocked: bool = False
    busy: tuple[Window, ...] = ()
    running: int = 0
    cap: int | None = None
    country: str = "JP"
    last_active_at: datetime | None = None
    shown: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked person: `components` sum to `score`; `met` of the required skills are held at their level."""

    person_id: UUID
    score: int
    met: int
    components: tuple[tuple[str, int], ...]
    reasons: tuple[Reason, ...]
    checks: tuple[Reason, ...]
    raises: tuple[Reason, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best matches in order, how many people each gate kept out, and the weights that were used."""

    matches: tuple[Match, ...]
    gated: Mapping[str, int]
    weights_version: str
