"""How groups of alumni fare in a company's tasks, and how evenly they are shown; read from what happened."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from marketplace.companies.rules import FAIRNESS_READERS
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from matching.fairness import Counts, Group, compared, folded, gini

PERIODS: Mapping[str, int | None] = {"month": 30, "quarter": 90, "all": None}
"""Days up to today; None since the beginning."""

CRITERIA = ("unit", "region", "language", "left", "experience")
YEARS = (10, 5, 3, 1)
"""Years since leaving that part the groups, `left` 4 to 0."""

LARGE = 20_000
"""From so many people on the report is counted once a day: in 100,000 it costs the database 0.4 s."""

_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly people were shown: the Gini coefficient in basis points, now and in as many days before.

    `before` is None without a period before. `people` wish to be offered tasks, `shown` of them stood in a list
    of a task in which they had not stood before, the one shown `most` for so many tasks.
    """

    gini: int
    before: int | None
    people: int
    shown: int
    most: int


@dataclass(frozen=True, slots=True)
class Report:
    """A period since a day, the compared groups of each criterion, and how evenly people were shown.

    `people` counts the network, `listed` those of it who came on a list; a criterion in which nobody differs is
    left out. `counted_on` names the day where a large network is counted once a day.
    """

    period: str
    since: date | None
    people: int
    listed: int
    criteria: dict[str, list[Group]]
    spread: Spread
    counted_on: date | None

    @property
    def low(self) -> list[tuple[str, Group]]:
        """Return the groups that fall far behind the best of their criterion."""
        return [(name, group) for name, groups in self.criteria.items() for group in groups if group.is_low]

    @property
    def is_empty(self) -> bool:
        """Whether nobody stood in any list."""
        return not self.listed


async def report(period: str, *, by: Actor) -> Report:
    """Return the report of a period of PERIODS. Raises NotAllowed for who does not look after the network.

    Each person counts once. On a list is who passed every gate and was among those kept for a task, or was invited.
    """
    by.must_have(*FAIRNESS_READERS)
    assert by.company is not None
    days = PERIODS[period]
    async with db.reading(**by.scope):
        today = await clock.today()
        since = today - timedelta(days=days) if days else None
        begins = since or _BEGINNING
        counted = await _kept(by.company, period, today)
        if counted is None:
            ages = [_years_before(today, years) for years in YEARS]
            groups = await db.fetch(_GROUPS, by.company, _midnight(begins), begins, ages)
            counted = [dict(row) for row in groups], await _spread(by.company, since, days or 0)
            await _keep(by.company, period, today, *counted)
    rows, spread = counted
    found: dict[str, list[tuple[str, Counts]]] = {criterion: [] for criterion in CRITERIA}
    for row in rows:
        found[row["criterion"]].append((row["name"], _counts(row)))
    if since is None:
        found.pop("experience")  # before the beginning, nobody had worked here
    criteria = {criterion: compared(folded(groups)) for criterion, groups in found.items()}
    return Report(
        period,
        since,
        sum(counts.network for _, counts in found["unit"]),
        sum(counts.listed for _, counts in found["unit"]),
        {criterion: groups for criterion, groups in criteria.items() if len(groups) > 1},
        spread,
        today if spread.people >= LARGE else None,
    )


async def _kept(company: UUID, period: str, today: date) -> tuple[list[dict[str, Any]], Spread] | None:
    """Return what was counted for a large network today, or None."""
    body = await db.fetchval(
        "select body from fairness_count where company_id = $1 and period = $2 and counted_on = $3",
        company,
        period,
        today,
    )
    return None if body is None else (body["rows"], Spread(**body["spread"]))


async def _keep(company: UUID, period: str, today: date, rows: list[dict[str, Any]], spread: Spread) -> None:
    """Keep what was counted for the rest of the day where counting is dear."""
    if spread.people >= LARGE:
        await db.execute(
            """insert into fairness_count (company_id, period, counted_on, body) values ($1, $2, $3, $4)
               on conflict (company_id, period) do update set counted_on = excluded.counted_on, body = excluded.body""",
            company,
            period,
            today,
            {"rows": rows, "spread": asdict(spread)},
        )


def _counts(row: Mapping[str, Any]) -> Counts:
    return Counts(
        *(row[name] for name in ("network", "listed", "shown", "invited", "accepted", "applied", "chosen"))
    )


def _years_before(day: date, years: int) -> date:
    """Return the first day on which somebody who left has not been away for so many years."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return (day - timedelta(days=is_leap_day)).replace(year=day.year - years) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), clock.JST)


async def _spread(company: UUID, since: date | None, days: int) -> Spread:
    """Count each task once for each person: the first day on which he stood in its list."""
    rows = await db.fetch(
        """select now, before, count(*) as people from (
             select count(*) filter (where on_day >= $2) as now, count(*) filter (where on_day < $2) as before
             from impression join membership using (company_id, person_id)
             where company_id = $1 and status = 'active' and is_first and on_day >= $3 group by person_id) seen
           group by 1, 2""",
        company,
        since or _BEGINNING,
        since - timedelta(days=days) if since else _BEGINNING,
    )
    people, earlier = await _people(company, since)
    now = [row["now"] for row in rows for _ in range(row["people"]) if row["now"]]
    before = [row["before"] for row in rows for _ in range(row["people"]) if row["before"]]
    return Spread(
        gini=gini(now, people),
        before=gini(before, earlier) if since and before else None,
        people=max(people, len(now)),
        shown=len(now),
        most=max(now, default=0),
    )


async def _people(company: UUID, since: date | None) -> tuple[int, int]:
    """Return how many wish to be offered tasks, and how many of them came before the period."""
    row = await db.fetchrow(
        """select count(*) as now, count(*) filter (where consented_at < $2) as before
           from membership where company_id = $1 and status = 'active' and intent_tasks""",
        company,
        _midnight(since or _BEGINNING),
    )
    assert row is not None
    return row["now"], row["before"]


# People who are alike in everything are counted together first: far fewer rows to group five times.
_GROUPS = """
with invited as materialized (
  select person_id, bool_or(status = 'accepted') as accepted from invitation
  where company_id = $1 and sent_at >= $2 group by 1),
applied as (
  select person_id, bool_or(status = 'accepted') as chosen from application
  where company_id = $1 and sent_at >= $2 group by 1),
listed as (
  select person_id from task_match where company_id = $1 and ranked_at >= $2
  union select person_id from invited),
shown as (
  select distinct person_id from impression where company_id = $1 and on_day >= $3),
worked as (
  select distinct person_id from contract where company_id = $1 and concluded_at < $2 and status <> 'cancelled'),
alike as materialized (
  select m.former_unit as unit, width_bucket((m.card->>'prefecture')::integer, array[1, 2, 8, 15, 24, 31, 36, 40]) as region,
    m.card->>'languages' as spoken, width_bucket(m.left_on, $4::date[]) as since, w.person_id is not null as known,
    count(*) as network, count(l.person_id) as listed, count(s.person_id) as shown, count(i.person_id) as invited,
    count(*) filter (where i.accepted) as accepted, count(a.person_id) as applied, count(*) filter (where a.chosen) as chosen
  from membership m
    left join listed l on l.person_id = m.person_id left join shown s on s.person_id = m.person_id
    left join invited i on i.person_id = m.person_id left join applied a on a.person_id = m.person_id
    left join worked w on w.person_id = m.person_id
  where m.company_id = $1 and m.status = 'active' and (m.intent_tasks or l.person_id is not null or a.person_id is not null)
  group by 1, 2, 3, 4, 5),
named as (
  select unit, coalesce(region, 0)::text as region,
    case when spoken is null then '' when spoken = '["ja"]' then 'ja' when spoken like '%"ja"%' then 'more' else 'other' end as language,
    coalesce((4 - since)::text, '') as "left", case when known then 'known' else 'new' end as experience,
    network, listed, shown, invited, accepted, applied, chosen from alike)
select case when grouping(unit) = 0 then 'unit' when grouping(region) = 0 then 'region' when grouping(language) = 0 then 'language'
         when grouping("left") = 0 then 'left' else 'experience' end as criterion,
  coalesce(unit, region, language, "left", experience) as name, sum(network)::bigint as network, sum(listed)::bigint as listed,
  sum(shown)::bigint as shown, sum(invited)::bigint as invited, sum(accepted)::bigint as accepted,
  sum(applied)::bigint as applied, sum(chosen)::bigint as chosen
from named group by grouping sets ((unit), (region), (language), ("left"), (experience))
order by 1, case when grouping(unit) = 0 then -sum(network) end, 2
"""
