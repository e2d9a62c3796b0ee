"""Alumni and their networks, made by the real actions: imported, signed in, consented."""

from itertools import count
from uuid import UUID

from marketplace import worker
from marketplace.alumni import actions, import_job, imports, queries
from marketplace.core.actor import Actor
from tests.factories.companies import signed_in

assert import_job.BATCH  # its import registers the job
_numbers = count(1)
HEADER = "社員番号,氏名,メール,部署,役職,入社日,退職日"


async def work() -> int:
    """Work what waits in the queue of jobs."""
    return (await worker.drain_rows("work", 60))[0]


def csv(*lines: str) -> bytes:
    """Return a file with the usual header."""
    return "\r\n".join((HEADER, *lines, "")).encode()


async def imported(owner: Actor, *lines: str) -> UUID:
    """Import these lines and return the import."""
    found = await imports.stage("alumni.csv", csv(*lines), by=owner)
    await imports.confirm(found, by=owner)
    await work()
    return found


async def alumnus(
    owner: Actor, email: str = "", *intents: str, unit: str = "デザイン部"
) -> tuple[Actor, UUID]:
    """Import one person, let him join with these intents; return him and his membership."""
    number = next(_numbers)
    email = email or f"alumnus{number}@example.jp"
    await imported(owner, f"{number:06},山田 花子{number},{email},{unit},リーダー,2014-04-01,2022-03-31")
    person = (await signed_in(email)).as_alumnus()
    networks = await queries.my_networks(by=person)
    membership = next(row["id"] for row in networks if row["company_id"] == owner.company)
    await actions.consent(membership, actions.CONSENT_VERSION, intents, by=person)
    return person, membership
