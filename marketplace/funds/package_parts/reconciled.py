"""The reconciliation of a package: the legs of the month's contracts, and for the operator run, identities and breaks."""

from collections.abc import Callable
from typing import Any

from marketplace.core import db
from marketplace.core.i18n import sayer
from marketplace.core.streaming import stream
from marketplace.funds import legs
from marketplace.funds.package_parts import queries
from marketplace.funds.package_parts.archive import Archive
from marketplace.funds.package_parts.scope import Scope, day, japanese
from payouts.reconcile import queries as state
from payouts.reconcile.queries import Identity

LEGS = (
    "contract", "title", "alumnus", "status", "agreed", "fee", "reserved", "approved", "owed", "net", "sent", "arrived", "traced",
    "due_on", "traces", "differences",
)  # fmt: skip
BREAKS = (
    "break", "kind", "status", "account", "object", "posting", "expected", "found", "difference", "currency", "happened_at",
    "opened_at", "owner", "resolution", "into", "explanation", "proposed_by", "decided_by", "closed_by_rule", "ended_at",
)  # fmt: skip
DIFFERENCES = ("contract", "title", "difference_ja", "difference_en")
MOVEMENTS = (
    "transaction", "account", "kind", "source", "amount", "fee", "net", "currency", "made_at", "rule", "posting",
)  # fmt: skip
BANK_LINES = ("account", "day", "amount", "currency", "counterparty", "description", "rule", "posting")

_STEPS = ("agreed", "fee", "reserved", "approved", "owed", "net", "sent", "arrived", "traced")


async def write(archive: Archive, scope: Scope) -> None:
    """Write what belongs to the scope: a company has its legs and what differs in them, the operator all."""
    sums, differing = await _legs(archive, scope)
    told: dict[str, Any] = {"legs": sums, "contracts_that_differ": len(differing)}
    if scope.company:
        with archive.table("reconciliation/breaks.csv", DIFFERENCES) as row:
            for each in differing:
                row(each)
    else:
        told |= await _operators(archive, scope)
    archive.add_json("reconciliation/summary.json", told)


async def _legs(archive: Archive, scope: Scope) -> tuple[dict[str, int], list[list[str]]]:
    """Write the legs; return their sums, and each difference that has no explanation."""
    sums, differing = dict.fromkeys(_STEPS, 0), []
    in_japanese, in_english = sayer("ja"), sayer("en")
    with archive.table("reconciliation/legs.csv", LEGS) as row:
        async for found in stream(legs.COLUMNS + queries.LEGS, *scope.span):
            told = list(legs.differences(found, scope.span[2]))
            differing += [
                [str(found["id"]), found["title"], in_japanese(each), in_english(each)] for each in told
            ]
            for step in _STEPS:
                sums[step] += found[step]
            row([
                str(found["id"]), found["title"], found["alumnus"], found["status"], *(found[step] for step in _STEPS),
                day(found["due_on"]), found["traces"], len(told),
            ])  # fmt: skip
    return sums, differing


async def _operators(archive: Archive, scope: Scope) -> dict[str, Any]:
    await _table(archive, scope, "reconciliation/breaks.csv", BREAKS, queries.BREAKS, _break)
    await _table(archive, scope, "reconciliation/movements.csv", MOVEMENTS, queries.MOVEMENTS, _movement)
    await _table(archive, scope, "reconciliation/bank_lines.csv", BANK_LINES, queries.BANK_LINES, _bank_line)
    run, now = await db.fetchrow(queries.RUN), await state.identities()
    return {
        "run": _run(run) if run else None,
        "identities": {name: _identity(getattr(now, name)) for name in ("listed", "platform", "connected")},
        "client_money": now.safeguarding.client_money.amount,
        "safeguarded": now.safeguarding.safeguarded.amount,
        "suspense": now.suspense.amount,
        "looked_at": japanese(now.looked_at),
    }


async def _table(
    archive: Archive,
    scope: Scope,
    name: str,
    titles: tuple[str, ...],
    sql: str,
    cells: Callable[[Any], list[Any]],
) -> None:
    with archive.table(name, titles) as row:
        async for found in stream(sql, *scope.span):
            row(cells(found))


def _break(row: Any) -> list[Any]:
    return [
        str(row["id"]), row["kind"], row["status"], row["account"], row["object_id"], row["transfer_key"], row["expected_amount"],
        row["found_amount"], row["difference_amount"], row["currency"], japanese(row["happened_at"]), japanese(row["opened_at"]),
        row["owner_name"], row["resolution"], row["into_account"], row["reason"], row["proposed_name"], row["decided_name"],
        row["closed_by_rule"], japanese(row["ended_at"]),
    ]  # fmt: skip


def _movement(row: Any) -> list[Any]:
    return [
        row["id"], row["account"] or "platform", row["kind"], row["source"], row["amount"], row["fee_amount"], row["net_amount"],
        row["currency"], japanese(row["made_at"]), row["rule"] or "", row["key"] or "",
    ]  # fmt: skip


def _bank_line(row: Any) -> list[Any]:
    return [
        row["account"], day(row["day"]), row["amount"], row["currency"], row["counterparty"], row["description"],
        row["rule"] or "", row["key"] or "",
    ]  # fmt: skip


def _run(row: Any) -> dict[str, Any]:
    moments = {name: japanese(row[name]) for name in ("since", "until", "started_at", "finished_at")}
    counts = {name: row[name] for name in ("seen_count", "matched_count", "opened_count", "closed_count")}
    return {"id": str(row["id"]), "status": row["status"], **moments, **counts}


def _identity(identity: Identity) -> dict[str, int]:
    parts = ("left", "right", "explained", "rest")
    return {part: getattr(identity, part).amount for part in parts}
