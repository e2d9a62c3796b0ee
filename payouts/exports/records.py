"""What of a company's journal was exported: numbers of slips, downloads with their hashes. Runs in the company's scope."""

from datetime import date
from typing import Any

from marketplace.core import db
from payouts.exports.files import File
from payouts.exports.mapping import Package
from payouts.exports.numbering import Known, Standing
from payouts.exports.rows import Numbered

PAGE = 20


async def known(company: str, month: date) -> dict[str, Known]:
    """Return the slips of a month that were exported, by key; no number is given twice, so that those which fell away are here too."""
    rows = await db.fetch(
        "select key, number, sha256, is_gone from journal_slip where owner = $1 and month = $2",
        f"company:{company}",
        month,
    )
    return {row["key"]: Known(row["number"], row["sha256"], row["is_gone"]) for row in rows}


async def lock(company: str, month: date) -> None:
    """Let nobody else number this month's slips until the transaction ends."""
    await db.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"journal:{company}:{month.isoformat()}"
    )


async def last_exported(company: str, month: date, package: Package) -> int:
    """Return the highest number that a package's files of a month have had; 0 before the first."""
    return int(
        await db.fetchval(
            "select coalesce(max(last_number), 0) from journal_export where owner = $1 and month = $2 and package = $3",
            f"company:{company}",
            month,
            package.value,
        )
    )


async def remember(company: str, month: date, standing: Standing, *, whole: bool) -> None:
    """Keep the numbers of new slips; a whole export also takes note of what the others say now, and of what is gone."""
    owner = f"company:{company}"
    keep = "do update set sha256 = excluded.sha256, is_gone = false" if whole else "do nothing"
    await db.executemany(
        f"""insert into journal_slip (owner, month, key, number, sha256) values ($1, $2, $3, $4, $5)
            on conflict (owner, month, key) {keep}""",
        [(owner, month, each.slip.key, each.number, each.slip.digest) for each in _told(standing, whole)],
    )
    if whole and standing.gone:
        await db.execute(
            "update journal_slip set is_gone = true where owner = $1 and month = $2 and number = any($3::int[])",
            owner,
            month,
            list(standing.gone),
        )


def _told(standing: Standing, whole: bool) -> list[Numbered]:
    wanted = standing.fresh | standing.changed if whole else standing.fresh
    return [each for each in standing.slips if each.slip.key in wanted]


async def note(
    company: str, month: date, package: Package, encoding: str, *, slips: tuple[Numbered, ...], file: File, after: int, by: str
) -> None:  # fmt: skip
    """Write down a download."""
    await db.execute(
        """insert into journal_export (owner, month, package, encoding, after_number, last_number, slip_count, row_count,
             debit_amount, sha256, made_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        f"company:{company}", month, package.value, encoding, after, max(each.number for each in slips), len(slips),
        file.rows, sum(each.slip.debits.amount for each in slips), file.sha256, by,
    )  # fmt: skip


async def listed(company: str, month: date, *, page: int = 1) -> tuple[list[Any], int]:
    """Return one page of a month's downloads, the newest first, and how many there are."""
    rows = await db.fetch(
        """select *, count(*) over () as found from journal_export where owner = $1 and month = $2
           order by id desc limit $3 offset $4""",
        f"company:{company}",
        month,
        PAGE,
        (page - 1) * PAGE,
    )
    return rows, rows[0]["found"] if rows else 0
