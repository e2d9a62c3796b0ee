"""A company asks a pool who has time on a date, and watches the answers arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.alumni import zones
from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, Name, NotFound
from marketplace.notifications.actions import notify
from marketplace.people import spelling

ASKERS = ("owner", "manager", "recruiter", "coordinator")
"""Who may ask the pool: whoever plans work or looks after the network."""

MOST_PEOPLE = 300
MOST_A_DAY = 5
MOST_A_WEEK = 3
"""How often one person is asked by one company within seven days."""

LONGEST_NOTE = 300
_HORIZON = timedelta(days=92)
_HALF_HOUR = 30

_POOL = """
from membership m
where m.company_id = $1 and m.status = 'active' and m.intent_tasks
  and not m.blocked_by_company and not m.blocked_by_person
  and ($2::integer is null or m.card->'skills' @> jsonb_build_array(jsonb_build_object('id', $2::integer)))
  and ($3 = '' or m.former_unit = $3)
  and not exists (select from member e where e.company_id = m.company_id and e.person_id = m.person_id and e.status = 'active')
  and not exists (select from availability_answer a join availability_ask k on k.id = a.ask_id
                  where a.company_id = m.company_id and a.person_id = m.person_id and k.on_date = $4
                    and k.starts_at = $5 and k.ends_at = $6)
  and (select count(*) from availability_answer a join availability_ask k on k.id = a.ask_id
       where a.company_id = m.company_id and a.person_id = m.person_id
         and k.created_at > business_now() - interval '7 days') < $7
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in Japanese time (an end of 00:00 is midnight), and of whom: with a skill, of a former unit."""

    on: date
    starts_at: time
    ends_at: time
    skill: int | None = None
    former_unit: str = ""
    note: str = ""


async def pool(question: Question, *, by: Actor) -> int:
    """Count whom a question would reach: joined, open to tasks, not blocked, not asked the same or too often already.

    Raises Invalid naming each wrong field of the question.
    """
    by.must_have(*ASKERS)
    async with db.transaction(**by.scope):
        await _must_be_askable(question)
        count: int = await db.fetchval(f"select count(*) {_POOL}", *_parameters(question, by))
    return count


async def units(*, by: Actor) -> list[str]:
    """Return the former units of those who may be asked, in order."""
    by.must_have(*ASKERS)
    async with db.transaction(**by.scope):
        rows = await db.fetch(
            """select distinct former_unit from membership
               where company_id = $1 and status = 'active' and intent_tasks and former_unit <> '' order by 1 limit 200""",
            by.company,
        )
    return [row["former_unit"] for row in rows]


async def ask(question: Question, *, by: Actor) -> UUID:
    """Ask everybody whom the question reaches, by notice and mail; return the ask.

    Raises Invalid for a wrong field, nobody, or more than 300 people; Conflict after five asks on one day.
    """
    by.must_have(*ASKERS)
    async with db.transaction(**by.scope):
        await db.execute("select pg_advisory_xact_lock(hashtextextended('availability_ask:' || $1, 0))", str(by.company))  # fmt: skip
        await _must_be_askable(question)
        today = await db.fetchval(
            """select count(*) from availability_ask where company_id = $1
                 and (created_at at time zone 'Asia/Tokyo')::date = business_today()""",
            by.company,
        )
        if today >= MOST_A_DAY:
            raise Conflict(N_("Your company has asked %(most)s times today. Please ask again tomorrow."), most=MOST_A_DAY)  # fmt: skip
        people = await db.fetch(f"select m.person_id {_POOL} order by m.person_id limit {MOST_PEOPLE + 1}", *_parameters(question, by))  # fmt: skip
        if not people:
            raise Invalid(N_("This reaches nobody. Please choose another skill, department or time."))
        if len(people) > MOST_PEOPLE:
            raise Invalid(N_("This reaches more than %(most)s people. Please choose a skill or a department."), most=MOST_PEOPLE)  # fmt: skip
        return await _send(question, [row["person_id"] for row in people], by)


def _parameters(question: Question, by: Actor) -> tuple[Any, ...]:
    return (
        by.company, question.skill, question.former_unit, question.on, question.starts_at, question.ends_at, MOST_A_WEEK,
    )  # fmt: skip


async def _must_be_askable(question: Question) -> None:
    wrong: dict[str, Message] = {}
    today = await clock.today()
    if not today <= question.on <= today + _HORIZON:
        wrong["on"] = Message(N_("Please choose a day from today to %(days)s days ahead."), {"days": _HORIZON.days})  # fmt: skip
    stretch = question.starts_at < question.ends_at or question.ends_at == time()
    if not stretch or any(moment.minute % _HALF_HOUR for moment in (question.starts_at, question.ends_at)):
        wrong["ends_at"] = Message(N_("Each span ends after it starts, in whole half hours."))
    if len(question.note) > LONGEST_NOTE or not spelling.is_showable(question.note):
        wrong["note"] = Message(N_("Please write at most %(most)s characters."), {"most": LONGEST_NOTE})
    if wrong:
        raise Invalid(fields=wrong)


async def _send(question: Question, people: Sequence[UUID], by: Actor) -> UUID:
    asked: UUID = await db.fetchval(
        """insert into availability_ask (company_id, by_member, on_date, starts_at, ends_at, note, skill_id, former_unit, people)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id""",
        by.company, by.member, question.on, question.starts_at, question.ends_at, question.note, question.skill,
        question.former_unit, len(people),
    )  # fmt: skip
    answers = await db.fetch(
        """insert into availability_answer (company_id, ask_id, person_id)
           select $1, $2, person from unnest($3::uuid[]) as person returning id, person_id""",
        by.company,
        asked,
        list(people),
    )
    company = await db.fetchrow("select name, name_en from company where id = $1", by.company)
    assert company is not None
    said: dict[str, Any] = {
        "company_name": Name(company["name"], company["name_en"]),
        "day": question.on,
        "hours": zones.hours(question.starts_at, question.ends_at),
    }
    for row in answers:
        await notify(
            "availability.asked" if not question.note else "availability.asked_with_note",
            person=row["person_id"],
            company=by.company,
            path=f"/me/asks/{row['id']}",
            answer=str(row["id"]),
            note=question.note,
            **said,
        )
    await activity.record("availability_asked", f"availability_ask:{asked}", by=by, company=by.company, people=len(people))  # fmt: skip
    return asked


async def close(ask_id: UUID, *, by: Actor) -> None:
    """End an ask: nobody can answer any more. Raises NotFound, Conflict when it has ended already."""
    by.must_have(*ASKERS)
    async with db.transaction(**by.scope):
        if not await db.fetchval("select true from availability_ask where id = $1 and company_id = $2", ask_id, by.company):  # fmt: skip
            raise NotFound
        if not await db.execute(
            """update availability_ask set status = 'closed', closed_at = business_now()
               where id = $1 and company_id = $2 and status = 'open'""",
            ask_id,
            by.company,
        ):
            raise Conflict(N_("This ask has ended already."))


_SEEN = """
select k.*, m.name as by_name, count(a.*) as asked, count(*) filter (where a.status = 'free') as free,
  count(*) filter (where a.status = 'ask') as maybe, count(*) filter (where a.status = 'busy') as busy,
  count(*) filter (where a.status = 'waiting') as waiting,
  k.status = 'closed' or k.on_date < business_today() as is_over
from availability_ask k join member m on m.id = k.by_member
  left join (select a.* from availability_answer a join membership p on p.company_id = a.company_id and p.person_id = a.person_id
             where p.status = 'active') a on a.ask_id = k.id
where k.company_id = $1 and ($2::uuid is null or k.id = $2)
group by k.id, m.name order by k.id desc limit 50
"""


async def asks(*, by: Actor) -> list[dict[str, Any]]:
    """Return the newest asks of a company with how many have answered what; who has left since does not count."""
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        return [dict(row) for row in await db.fetch(_SEEN, by.company, None)]


async def one(ask_id: UUID, *, by: Actor) -> dict[str, Any]:
    """Return an ask with its totals and its `answers`: who, what, when; the free first. Raises NotFound."""
    by.must_have(*ALUMNI_READERS)
    async with db.transaction(**by.scope):
        found = await db.fetchrow(_SEEN, by.company, ask_id)
        if found is None:
            raise NotFound
        answers = await db.fetch(
            """select a.status, a.answered_at, m.id as membership, coalesce(m.card->>'name', m.name) as name, m.former_unit
               from availability_answer a join membership m on m.company_id = a.company_id and m.person_id = a.person_id
               where a.ask_id = $1 and a.company_id = $2 and m.status = 'active'
               order by array_position(array['free', 'ask', 'busy', 'waiting'], a.status), a.answered_at, a.id""",
            ask_id,
            by.company,
        )
    return {**dict(found), "answers": [dict(row) for row in answers]}
