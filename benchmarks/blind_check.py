"""The blind check over 1,000,000 known people: its p99 against a bare indexed lookup, turn by turn in the same run.

Both as the web's role with row-level security, on one connection, prepared; half of the questions find somebody. Aim:
at most twice the lookup.
"""

import asyncio
import hashlib
import random
import time
from uuid import UUID

import asyncpg
from _house import DATABASE, QUICK, database, report

from marketplace.core.engines import Postgres

PEOPLE = 20_000 if QUICK else 1_000_000
QUESTIONS = 2_000 if QUICK else 40_000
COMPANIES = 20
CLAIMED = 2_000 if QUICK else 100_000
CLAIMS = """insert into claim (bounty_id, terms_version, company_id, person_id, kind, status, digest, contact_kind, relation)
  select uuidv7(), 1, ($1::uuid[])[1 + number % array_length($1, 1)], uuidv7(), 'gig', 'consent_pending',
    sha256(number::text::bytea), 'mail', 'alumnus' from generate_series(1, $2) as number"""
LOOKUP = "select kind from known_contact where company_id = $1 and digest = $2"
CHECK = "select blind_check($1, $2, $3)"


def digest(number: int) -> bytes:
    """Return a hash as the real ones are: 32 bytes, evenly spread."""
    return hashlib.blake2b(str(number).encode(), digest_size=32).digest()


async def fill(owner: asyncpg.Connection) -> list[UUID]:
    """Write the known people of twenty companies, and return the companies."""
    companies = [
        await owner.fetchval(
            "insert into company (slug, name) values ($1, $1) returning id", f"bench-{number}"
        )
        for number in range(COMPANIES)
    ]
    for start in range(0, PEOPLE, 100_000):
        await owner.copy_records_to_table(
            "known_contact",
            columns=["company_id", "digest", "kind"],
            records=[
                (companies[number % COMPANIES], digest(number), "pool")
                for number in range(start, min(start + 100_000, PEOPLE))
            ],
        )
    await owner.execute(
        "set session_replication_role = replica"
    )  # claims without the bounties that they are for
    await owner.execute(CLAIMS, companies, CLAIMED)
    await owner.execute("vacuum analyze known_contact, claim")
    return companies


async def measure(engine: Postgres) -> dict[str, list[float]]:
    """Ask each question in both ways, the order changing; return the times in µs."""
    owner = await asyncpg.connect(engine.dsn("postgres", DATABASE))
    companies = await fill(owner)
    await owner.close()
    web = await asyncpg.connect(engine.dsn("enishi_web", DATABASE))
    bounty = UUID(int=0)
    times: dict[str, list[float]] = {"lookup": [], "check": []}
    draw = random.Random(7)
    await web.execute("begin")
    lookup, check = await web.prepare(LOOKUP), await web.prepare(CHECK)
    for turn in range(-1000, QUESTIONS):
        number = draw.randrange(2 * PEOPLE)
        company, asked = companies[number % COMPANIES], digest(number)
        await web.execute(f"set local app.company_id = '{company}'")
        ways = [("lookup", lookup, (company, asked)), ("check", check, (company, bounty, asked))]
        for name, statement, values in ways if turn % 2 else reversed(ways):
            started = time.perf_counter()
            await statement.fetchval(*values)
            if turn >= 0:
                times[name].append((time.perf_counter() - started) * 1e6)
    await web.execute("rollback")
    await web.close()
    return times


def at(times: list[float], share: float) -> float:
    """Return the time that this share of the questions stays below."""
    return sorted(times)[int(len(times) * share) - 1]


def main() -> None:
    """Print p50 and p99 of both, and their ratio."""
    with database() as engine:
        times = asyncio.run(measure(engine))
    half = {name: at(each, 0.5) for name, each in times.items()}
    late = {name: at(each, 0.99) for name, each in times.items()}
    report(
        f"blind check: {PEOPLE:,} known people, {CLAIMED:,} claims, {QUESTIONS:,} questions",
        [
            ("bare indexed lookup", f"p50 {half['lookup']:,.0f} µs, p99 {late['lookup']:,.0f} µs"),
            ("blind check", f"p50 {half['check']:,.0f} µs, p99 {late['check']:,.0f} µs"),
            ("ratio", f"p50 {half['check'] / half['lookup']:.2f}, p99 {late['check'] / late['lookup']:.2f} (aim: 2.00)"),
        ],
        {
            "lookup_p50_us": half["lookup"], "lookup_p99_us": late["lookup"],
            "check_p50_us": half["check"], "check_p99_us": late["check"], "ratio_p50": half["check"] / half["lookup"], "ratio_p99": late["check"] / late["lookup"],
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
