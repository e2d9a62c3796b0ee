"""Rank a company's alumni for a task: the best by an executor, judged afresh, and the matches kept with their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.alumni.skills import vocabulary
from marketplace.core import clock, db
from marketplace.tasks import brief as briefs
from marketplace.tasks import executors, snapshots, texts
from marketplace.tasks.snapshots import Snapshot
from matching import kept, rows
from matching.entry import entry_of
from matching.model import Match, Need, Profile
from matching.question import Question, question_of
from matching.rank import judge

MOST_MATCHES = 50
PER_SEAT = 9
SPARE = 14  # who is asked for beyond the list, for those whom the fresh look keeps out


@dataclass(frozen=True, slots=True)
class Listed:
    """A match with the numbers that its score was worked out from."""

    match: Match
    inputs: dict[str, Any]


async def rank_task(row: dict[str, Any]) -> list[Match]:
    """Rank for a held task and store the matches of its version; in the company's scope.

    Who meets a gate is not among the matches; the task keeps only how many each gate kept out.
    """
    snapshot = await snapshots.latest(row["company_id"])
    question = await question_for(row)
    best, compared = await _best(row, question, snapshot, max(MOST_MATCHES, PER_SEAT * row["seats"]))
    await texts.keep(row, compared or {})
    await _store(row, question, best)
    return [listed.match for listed in best]


async def question_for(row: Mapping[str, Any], points: Mapping[str, int] | None = None) -> Question:
    """Return what a task asks, with its own weights (or `points` to try) and the rarities of its network's snapshot."""
    snapshot = await snapshots.latest(row["company_id"])
    given = row["weights"] if points is None else points
    return asked(await need_of(row), snapshot, given, await clock.now())


def asked(need: Need, snapshot: Snapshot, points: Mapping[str, int], now: Any) -> Question:
    """Return a need as a question by the numbers of a snapshot."""
    return question_of(need, snapshot.rarities, now, snapshot.weights(points), vocabulary().near)


async def need_of(row: Mapping[str, Any]) -> Need:
    """Return what the task asks of people; its poster is never among them."""
    known = await db.fetchrow(
        "select m.person_id, u.site from member m, unit u where m.id = $1 and u.id = $2",
        row["posted_by"],
        row["unit_id"],
    )
    assert known is not None
    return briefs.from_row(row).need(
        row["id"], row["company_id"], unit=row["unit_id"], poster=known["person_id"], site=known["site"]
    )


async def ranked(row: Mapping[str, Any], question: Question, *, limit: int = MOST_MATCHES) -> list[Listed]:
    """Return the best matches for a task in order; nothing is stored.

    Each person is read and judged anew, so that an old index shows nobody.
    """
    found, _ = await _best(row, question, await snapshots.latest(row["company_id"]), limit)
    return found


async def _best(
    row: Mapping[str, Any], question: Question, snapshot: Snapshot, limit: int
) -> tuple[list[Listed], dict[UUID, int] | None]:
    wanted = max(limit + SPARE, texts.COMPARED)
    while True:
        best = [person for person, _, _ in await executors.rank(question, wanted, snapshot.people)]
        compared = await shares(row, question, snapshot, best)
        found = await judged(question, best, compared)
        if len(found) >= limit or len(best) < wanted:
            break
        wanted *= 4
    return found[:limit], compared


async def shares(
    row: Mapping[str, Any], question: Question, snapshot: Snapshot, people: Sequence[UUID]
) -> dict[UUID, int] | None:
    """Return how well people's texts fit a task's, or None where texts are not compared."""
    if snapshot.text is None or not question.weights.points["text"]:
        return None
    return await texts.shares(row, snapshot.text, people)


async def judged(
    question: Question, people: Sequence[UUID], compared: Mapping[UUID, int] | None = None
) -> list[Listed]:
    """Read these people of the network and nobody else, and judge them anew; return the matches in order."""
    today = await clock.today()
    found = []
    for profile in await _profiles(question.need.company_id, people):
        _, match = judge(question, profile, today, compared)
        if match is not None:
            numbers = kept.entry_to_json(entry_of(profile, today))
            text = None if compared is None else compared.get(profile.person_id, 0)
            found.append(Listed(match, {"entry": numbers, "text": text}))
    found.sort(key=lambda listed: (-listed.match.met, -listed.match.score, listed.match.person_id))
    return found


def as_invited(question: Question, listed: Listed, place: int) -> dict[str, Any]:
    """Return a match as an invitation keeps it, with the numbers of the question and of the person."""
    match = listed.match
    return {
        "person_id": match.person_id,
        "rank": place,
        "score": match.score,
        "components": [list(component) for component in match.components],
        "reasons": [*match.reasons, *match.checks],
        "weights_version": question.weights.version,
        "inputs": {"question": kept.question_to_json(question), **listed.inputs},
    }


async def _profiles(company: UUID, people: Sequence[UUID]) -> list[Profile]:
    """Read the profiles of those who are members, agree and are not blocked at this moment."""
    willing = await db.fetch(
        """select person_id from membership where company_id = $1 and person_id = any($2::uuid[]) and status = 'active'
             and consented_at is not null and intent_tasks and not blocked_by_company and not blocked_by_person""",
        company,
        list(people),
    )
    async with db.matcher():
        found = await db.fetch(
            f"{rows.READ_PROFILE} where company_id = $1 and person_id = any($2::uuid[])",
            company,
            [row["person_id"] for row in willing],
        )
    return [rows.profile_from_row(row) for row in found]


async def _store(row: dict[str, Any], question: Question, best: Sequence[Listed]) -> None:
    await db.execute(
        "delete from task_match where task_id = $1 and task_version = $2", row["id"], row["version"]
    )
    version = question.weights.version
    await db.executemany(
        """insert into task_match (company_id, task_id, task_version, person_id, rank, score, stage, stages, components,
             reasons, inputs, weights_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        [
            (
                row["company_id"], row["id"], row["version"], match.person_id, place, match.score, match.met,
                len(row["musts"]), [list(component) for component in match.components],
                [*match.reasons, *match.checks, *match.raises], inputs, version,
            )
            for place, (match, inputs) in enumerate(((listed.match, listed.inputs) for listed in best), start=1)
        ],
    )  # fmt: skip
    facts = {**await _counted(question), "weights": version, "question": kept.question_to_json(question)}
    await db.execute("update task set ranking = $2 where id = $1", row["id"], facts)


async def _counted(question: Question) -> dict[str, Any]:
    """Return who could do it by skills, who of them fits, by how many skills, and whom each gate kept out."""
    found = await executors.counts(question)
    least = min(question.need.least_met, len(question.musts))
    fits = found.pop(None, {})
    return {
        "matched": sum(fits.values()),
        "considered": sum(n for met in (fits, *found.values()) for count, n in met.items() if count >= least),
        "stages": {str(met): people for met, people in sorted(fits.items(), reverse=True)},
        "gated": {gate: sum(met.values()) for gate, met in found.items()},
    }


async def match_of(task: UUID, version: int, person: UUID) -> dict[str, Any] | None:
    """Return the stored match of a person, or None."""
    found = await db.fetchrow(
        f"""select {MATCH} from task_match t join task k on k.id = t.task_id
            where t.task_id = $1 and t.task_version = $2 and t.person_id = $3""",
        task,
        version,
        person,
    )
    return dict(found) if found else None


MATCH = """t.person_id, t.rank, t.score, t.components, t.reasons, t.weights_version,
  jsonb_build_object('question', k.ranking -> 'question') || t.inputs as inputs"""
"""What an invitation keeps of a match `t` of a task `k`: the numbers of the question and of the person, too."""


async def profile_in(company: UUID, person: UUID) -> tuple[Profile | None, Snapshot]:
    """Return one person's profile in a network, and the network's snapshot."""
    async with db.matcher():
        row = await db.fetchrow(
            f"{rows.READ_PROFILE} where company_id = $1 and person_id = $2", company, person
        )
    return (rows.profile_from_row(row) if row else None), await snapshots.latest(company)
