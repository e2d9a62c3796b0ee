"""Whatever leaves as a file, and every reading of bank data, stands in the audit log, with who took it."""

import re
from uuid import UUID, uuid4

import asyncpg
import pytest

from marketplace.core import clock, db
from payouts.reconcile import found as findings
from payouts.reconcile.found import Found
from payouts.reconcile.kinds import Kind
from tests.docs.prose import ROOT
from tests.factories.world import World
from tests.web.access_table import ACCESS, MEMBERS
from tests.web.guests import Guest
from tests.web.test_access import _fill

READERS = [
    route
    for route in ACCESS
    if route.startswith(("GET /c/", "GET /operator")) and ACCESS[route].sees & (MEMBERS | {"operator"})
]
FILES = re.compile(
    r"(\.csv|\.pdf|\.zip|/papers/\{name\}|/files/\{file\}|/evidence/\{file\}|/records/.*\{name\}|/document)$"
)
"""How the address of a file looks. A new one that looks otherwise fails below, and belongs here."""
BANK = re.compile(r"bank_last4|bank_name|account_number|counterparty")
BANK_PAGES = {
    "company/bank.html": ("GET /c/{slug}/money/bank", "bank_account.read"),
    "operator/bank.html": ("GET /operator/reconciliation/bank", "bank_lines.read"),
    "operator/bank_file.html": ("GET /operator/reconciliation/bank/files/{bank_file}", "bank_file.read"),
    "operator/break.html": ("GET /operator/reconciliation/breaks/{bank_break}", "bank_line.read"),
    "operator/payout.html": ("GET /operator/payouts/{bank_payout}", "payee_bank.read"),
}
"""Every template that can show bank data, the page that it is of, and what the audit log says when it is shown."""
OWN = {"earnings.html", "payout_setup.html"}
"""Where alumni see their own bank, cut to its last digits."""


def reader(route: str) -> str:
    """Return somebody who sees a route."""
    return min(ACCESS[route].sees & (MEMBERS | {"operator"}))


@pytest.mark.parametrize("route", READERS)
async def test_what_is_answered_as_a_file_is_in_the_audit_log(
    route: str, world: World, people: dict[str, Guest]
):
    name, path = reader(route), _fill(route, ACCESS[route], world.ours, world.ours)
    who = world.operator if name == "operator" else world.ours.members[name]
    company = f"'{who.company}'" if who.company else "null"

    answer, written = await people[name].weigh(
        f"""select count(*) from activity_event where verb = 'exported' and data ->> 'path' = '{path}'
            and actor = '{who.ref}' and company_id is not distinct from {company}""",
        "GET",
        path,
    )

    is_file = answer.headers.get("content-disposition", "").startswith("attachment")
    assert written == int(is_file)
    assert is_file == bool(FILES.search(route)), f"{route} answers {answer.status_code} {answer.headers}"


async def test_where_the_audit_log_cannot_be_written_nothing_is_handed_out(
    world: World, people: dict[str, Guest], owner: asyncpg.Connection
):
    path = f"/c/{world.ours.slug}/alumni/export.csv"
    given = await people["owner"].ask("GET", path)
    await owner.execute("revoke insert on activity_event from enishi_web")
    try:
        refused = await people["owner"].ask("GET", path)
    finally:
        await owner.execute("grant insert on activity_event to enishi_web")

    assert (given.status_code, refused.status_code) == (200, 500)
    assert "attachment" not in refused.headers.get("content-disposition", "")
    assert world.shared.name not in refused.text


async def test_what_alumni_take_of_their_own_is_not_watched(world: World, people: dict[str, Guest]):
    answer, written = await people["alumnus"].weigh(
        "select count(*) from activity_event where verb = 'exported'", "GET", "/earnings/statement.csv"
    )

    assert answer.headers["content-disposition"].startswith("attachment")
    assert written == 0


def test_every_template_that_can_show_bank_data_is_known():
    folder = ROOT / "web" / "templates"
    showing = {
        str(path.relative_to(folder)) for path in folder.rglob("*.html") if BANK.search(path.read_text())
    }

    assert showing == set(BANK_PAGES) | OWN


@pytest.mark.parametrize(("route", "verb"), BANK_PAGES.values())
async def test_every_reading_of_bank_data_is_in_the_audit_log(
    route: str, verb: str, world: World, people: dict[str, Guest]
):
    things = await _with_banks(world)
    path = route.partition(" ")[2].format(slug=world.ours.slug, **things)
    name = "finance" if "{slug}" in route else "operator"
    who = world.operator if name == "operator" else world.ours.members[name]

    answer, written = await people[name].weigh(
        f"select count(*) from activity_event where verb = '{verb}' and actor = '{who.ref}'", "GET", path
    )

    assert (answer.status_code, written) == (200, 1)


async def _with_banks(world: World) -> dict[str, UUID]:
    """Give the company a virtual account, the alumna a bank and a payout, and a line of the bank its break."""
    payee, company, payout = f"person:{world.shared.person}", f"company:{world.ours.owner.company}", uuid4()
    file = world.ours.things["bank_file"]
    async with db.transaction(operator=True):
        await db.execute(
            """insert into payer (owner, bank_instructions) values ($1, $2)
               on conflict (owner) do update set bank_instructions = excluded.bank_instructions""",
            company,
            {"bank_name": "みどり銀行", "account_number": "1234567"},
        )
        await db.execute(
            """insert into payee (owner, bank_name, bank_last4) values ($1, 'みどり銀行', '4567')
               on conflict (owner) do update set bank_last4 = '4567'""",
            payee,
        )
        await db.execute(
            """insert into payout (id, owner, amount, due_on, planned_on)
               values ($1, $2, 1000, business_today(), business_today() - (select count(*)::int + 90 from payout))""",
            payout,
            payee,
        )
        line = await db.fetchval(
            """insert into bank_line (file_id, account, line, fingerprint, day, amount)
               values ($1, 'bank:client', 1, encode(sha256(uuidv7()::text::bytea), 'hex'), business_today(), 5) returning id""",
            file,
        )
        one = Found(
            subject=f"line:{line}", kind=Kind.BANK_LINE_UNKNOWN, account="bank:client", found=5, difference=5,
            corrections={"bank:client": 5}, happened_at=await clock.now(),
        )  # fmt: skip
        await findings.write([one], None)
        number = await db.fetchval("select id from reconcile_break where subject = $1", f"line:{line}")
    return {"bank_file": file, "bank_break": number, "bank_payout": payout}
