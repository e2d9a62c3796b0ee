"""A large network for matching: people and tasks with a skew like life's, written to the database in bulk.

60 roles of 50 skills each among 3,000; within a role and over all the use of skills falls as 1/n (18 % of skills come from
the list of all). A broad task asks for what most people of a role have and one skill that a fifth of all people have;
a specific one asks anywhere in a role.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from matching import rows
from matching.availability import week_mask
from matching.model import (  # fmt: skip
    JST,
    Availability,
    DayException,
    Held,
    Need,
    Place,
    Profile,
    Record,
    Responses,
    Wanted,
    Window,
    Wish,
)

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TODAY = NOW.astimezone(JST).date()
SKILLS, ROLES, CORE, ALL_SHARE = 3_000, 60, 50, 0.18
UNITS = [UUID(int=9_000 + number) for number in range(40)]
WEEKS = [
    week_mask([(day, start, end) for day in days])
    for days, start, end in (
        (range(5), "09:00", "18:00"), (range(5), "19:00", "23:00"), (range(5, 7), "09:00", "18:00"), (range(7), "20:00", "23:00"),
        ((0, 2, 4), "10:00", "16:00"), ((1, 3), "09:00", "15:00"), (range(5), "06:00", "08:30"), (range(7), "09:00", "21:00"),
    )
]  # fmt: skip


class World:
    """Draws people and tasks; the same number draws the same world."""

    def __init__(self, seed: int = 7) -> None:
        self.dice = Random(seed)
        self.roles = [self.dice.sample(range(1, SKILLS + 1), CORE) for _ in range(ROLES)]
        self.all = self.dice.sample(range(1, SKILLS + 1), SKILLS)
        self.in_role = list(accumulate(1 / (n + 2) for n in range(CORE)))
        self.in_all = list(accumulate(1 / (n + 1) for n in range(SKILLS)))
        self.role_share = list(accumulate(1 / (n + 5) for n in range(ROLES)))

    def people(self, company: UUID, count: int) -> Iterator[Profile]:
        """Draw people of one network."""
        for number in range(count):
            yield self._person(company, UUID(int=(1 << 100) + number))

    def _person(self, company: UUID, person: UUID) -> Profile:
        dice = self.dice
        reviews = dice.choice((0, 0, 0, 1, 3))
        hour = dice.random() < 0.5
        wish = int(dice.lognormvariate(8.2, 0.35)) if hour else int(dice.lognormvariate(10.4, 0.5))
        return Profile(
            person_id=person,
            company_id=company,
            skills=self._skills(),
            availability=self._availability(),
            languages=frozenset({"ja"} | ({"en"} if dice.random() < 0.25 else set())),
            wish=Wish("hour" if hour else "task", wish, wish // 2 if dice.random() < 0.3 else None),
            remote_ok=dice.random() < 0.7,
            prefecture=dice.choice((13, 13, 13, 14, 11, 12, 27, 27, 28, 23, 40, dice.randint(1, 47))),
            units=frozenset({dice.choice(UNITS)}),
            record=Record(dice.choice((0, 0, 0, 1, 4)), 0, 0, reviews, 4 * reviews),
            responses=Responses(dice.randint(0, 6), dice.randint(0, 6), dice.randint(0, 9_000)),
            intents=frozenset({"tasks"} if dice.random() < 0.85 else {"news"}),
            consented=True,
            last_active_at=NOW - timedelta(days=int(dice.expovariate(1 / 60))),
            shown=int(dice.expovariate(1 / 4)),
            cap=dice.choice((None, None, 2)),
            running=dice.choice((0, 0, 0, 0, 1)),
        )

    def _skills(self) -> dict[int, Held]:
        dice = self.dice
        core = dice.choices(self.roles, cum_weights=self.role_share)[0]
        found = {}
        for _ in range(min(22, max(1, int(dice.gauss(12, 4))))):
            if dice.random() < ALL_SHARE:
                skill = dice.choices(self.all, cum_weights=self.in_all)[0]
            else:
                skill = dice.choices(core, cum_weights=self.in_role)[0]
            found[skill] = Held(dice.randint(1, 5), dice.randint(0, 9), dice.choice((None, 2018, 2024, 2026)))
        return found

    def _availability(self) -> Availability:
        dice = self.dice
        days = {TODAY + timedelta(days=dice.randrange(90)) for _ in range(dice.choice((0, 0, 0, 1, 4)))}
        week = dice.choice(WEEKS) if dice.random() < 0.8 else 0
        return Availability(
            week,
            tuple(DayException(day, busy=(1 << 48) - 1) for day in sorted(days)),
            NOW - timedelta(days=int(dice.expovariate(1 / 40))) if week else None,
        )

    def task(self, company: UUID, *, broad: bool, least_met: int) -> Need:
        """Draw a task of four hours with three required and three wished skills."""
        dice = self.dice
        core = dice.choices(self.roles, cum_weights=self.role_share)[0]
        if broad:
            musts = [*dice.sample(core[:12], 2), dice.choice([s for s in self.all[:8] if s not in core[:12]])]
        else:
            musts = self._of_role(core, 3)
        nices = [skill for skill in self._of_role(core, 6) if skill not in musts][:3]
        most = 2 if broad else 4
        start = datetime.combine(TODAY + timedelta(days=dice.randint(2, 30)), datetime.min.time(), JST)
        start += timedelta(hours=dice.choice((9, 10, 13, 19)))
        return Need(
            task_id=UUID(int=dice.getrandbits(100)),
            company_id=company,
            time=Window(start, start + timedelta(hours=4)),
            price_yen=dice.choice((12_000, 20_000, 40_000)),
            musts=tuple(Wanted(skill, dice.randint(1, most), f"skill-{skill}") for skill in musts),
            nices=tuple(Wanted(skill, dice.randint(1, 3), f"skill-{skill}") for skill in nices),
            languages=frozenset(dice.choice(((), (), ("ja",), ("en",)))),
            place=Place(dice.choice((None, None, 13, 27))),
            unit_id=dice.choice(UNITS),
            excluded=frozenset(
                UUID(int=(1 << 100) + dice.randrange(10_000)) for _ in range(dice.randint(0, 20))
            ),
            least_met=least_met,
        )

    def _of_role(self, core: list[int], count: int) -> list[int]:
        found: dict[int, None] = {}
        while len(found) < count:
            found[self.dice.choices(core, cum_weights=self.in_role)[0]] = None
        return list(found)


async def write(url: str, people: Iterator[Profile], today: date = TODAY) -> None:
    """Copy people into the matcher's tables as the owner, past the foreign keys: the network exists only here."""
    connection = await asyncpg.connect(url)
    await connection.execute("set session_replication_role = replica")
    for batch in _batches(people, 5_000):
        await connection.copy_records_to_table(
            "match_profile",
            records=[rows.profile_row(person) for person in batch],
            columns=["company_id", "person_id", "offered", "profile"],
        )
        await connection.copy_records_to_table(
            "match_entry", records=[_entry(person, today) for person in batch], columns=list(rows.NAMES)
        )
    await connection.execute("vacuum analyze match_profile, match_entry")
    await connection.close()


def _entry(person: Profile, today: date) -> tuple[Any, ...]:
    bits = {rows.NAMES.index("week"), rows.NAMES.index("ask")}
    row = rows.entry_row(person, today)
    return tuple(asyncpg.BitString(value) if at in bits else value for at, value in enumerate(row))


def _batches(people: Iterator[Profile], size: int) -> Iterator[list[Profile]]:
    batch: list[Profile] = []
    for person in people:
        batch.append(person)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
