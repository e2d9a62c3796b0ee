"""What each of the three reads of a substitute: who proposes, who is asked, who decides."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.tasks.moving import MANAGERS
from marketplace.tasks.substitutes import UNDONE, ends_at, open_of


@dataclass(frozen=True, slots=True)
class Proposing:
    """The page of who proposes: whether he may, and his open proposal, of which he learns only a yes."""

    contract: dict[str, Any]
    may: bool
    open: dict[str, Any] | None
    stage: Literal["", "open", "agreed"]
    last_refusal: str


async def proposing(contract: UUID, *, by: Actor) -> Proposing:
    """Return what an alumnus may do about a substitute for his contract. Raises NotFound for somebody else's."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        row = await db.fetchrow(
            "select k.*, c.name as company, c.name_en as company_en from contract k join company c on c.id = k.company_id where k.id = $1 and k.person_id = $2",
            contract,
            by.person,
        )
        if row is None:
            raise NotFound
        now = await clock.now()
        found = await open_of(contract, now)
        refusal = await db.fetchval(
            "select refusal from substitution where contract_id = $1 and status = 'refused' order by id desc limit 1",
            contract,
        )
        async with db.transaction(company=row["company_id"]):
            task = await db.fetchrow("select * from task where id = $1", row["task_id"])
        assert task is not None
    may = row["status"] in UNDONE and ends_at(task) > now
    stage: Literal["", "open", "agreed"] = ""
    if found:
        stage = "agreed" if found["status"] == "agreed" else "open"
        found = {name: found[name] for name in ("id", "proposed_at", "reply_by", "named")}
    return Proposing(dict(row), may, found if may else None, stage if may else "", refusal or "")


async def asked(substitution: UUID, *, by: Actor) -> dict[str, Any]:
    """Return what a person is asked to step in for, with the name of who asks if that one allows it. Raises NotFound."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        row = await db.fetchrow(
            "select * from substitution where id = $1 and substitute_id = $2", substitution, by.person
        )
        if row is None:
            raise NotFound
        found = {**row, "who": ""}
        async with db.transaction(company=row["company_id"]):
            if row["named"]:
                found["who"] = await db.fetchval(
                    "select name from membership where company_id = $1 and person_id = $2",
                    row["company_id"],
                    row["person_id"],
                )
        for secret in ("person_id", "reason", "contract_id"):
            found.pop(secret)
        found["new_contract"] = found.pop("new_contract_id")
        return found


async def open_for(*, by: Actor) -> list[dict[str, Any]]:
    """Return the requests to step in that a person can still answer, the soonest first."""
    by.must_be("alumnus")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            """select s.id, s.status, s.reply_by, t.title, t.price_amount, t.currency, c.name as company, c.name_en as company_en
               from substitution s join task t on t.id = s.task_id join company c on c.id = s.company_id
               where s.substitute_id = $1 and ((s.status = 'asked' and s.reply_by > business_now()) or s.status = 'agreed')
               order by s.reply_by, s.id limit 50""",
            by.person,
        )
        return [dict(row) for row in rows]


_BOTH = """
select s.*, a.name as alumnus, a.id as alumnus_membership, m.name, m.id as membership, m.former_unit, m.former_title,
  m.joined_on, m.left_on, m.card, t.title, t.unit_id, t.version, t.price_amount, t.currency, business_now() as now
from substitution s join task t on t.id = s.task_id
  join membership a on a.company_id = s.company_id and a.person_id = s.person_id
  join membership m on m.company_id = s.company_id and m.person_id = s.substitute_id
"""
_SAID = ("agreed", "accepted", "refused")


async def to_decide(task: UUID, *, by: Actor) -> list[dict[str, Any]]:
    """Return the substitutes for contracts of a task who have agreed and wait for the company's answer."""
    by.must_be("member")
    async with db.reading(**by.scope):
        rows = await db.fetch(
            f"{_BOTH} where s.task_id = $1 and s.company_id = $2 and s.status = 'agreed' order by s.id",
            task,
            by.company,
        )
        return [dict(row) for row in rows]


async def decision(substitution: UUID, *, by: Actor) -> dict[str, Any]:
    """Return a substitute with what is to be decided. Raises NotFound, for one who has not agreed too."""
    by.must_have(*MANAGERS)
    async with db.reading(**by.scope):
        row = await db.fetchrow(
            f"{_BOTH} where s.id = $1 and s.company_id = $2 and s.status = any($3::text[])",
            substitution,
            by.company,
            list(_SAID),
        )
        if row is None:
            raise NotFound
        manages = "owner" in by.roles or by.unit in {None, row["unit_id"]}
        return {**row, "manages": manages}
