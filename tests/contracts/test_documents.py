"""The sealed document: one per contract, the same unsealed bytes for the same terms, proofs of its delivery."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from marketplace import worker
from marketplace.contracts import documents
from marketplace.contracts.document import contract_pdf
from marketplace.contracts.seal import verify
from marketplace.core import db, outbox
from marketplace.core.errors import Conflict, NotFound
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database", "seal_folder")


async def test_the_document_is_sealed_stored_and_given_to_both_sides():
    scene = await make.scene()
    contract = await make.concluded(scene)
    with pytest.raises(Conflict):
        await documents.read(contract, by=scene.alumnus)

    await worker.drain_rows("work", 60)

    mine = await documents.read(contract, by=scene.alumnus)
    theirs = await documents.read(contract, by=scene.owner)
    assert mine == theirs
    assert verify(mine.content).holds
    assert await told(scene.person) == {"contract.concluded", "contract.document"}


async def test_the_same_snapshot_gives_the_same_unsealed_bytes():
    scene = await make.scene()
    contract = await make.concluded(scene)

    async with db.transaction(operator=True):
        terms = await documents.terms_of(contract)

    assert contract_pdf(terms) == contract_pdf(type(terms).model_validate(terms.model_dump()))


async def test_two_jobs_at_once_seal_once_and_leave_one_document(monkeypatch):
    scene = await make.scene()
    contract = await make.concluded(scene)
    jobs = [await claimed(contract) for _ in range(2)]
    seal, sealed = documents.seal, []
    monkeypatch.setattr(documents, "seal", lambda *given, **named: sealed.append(1) or seal(*given, **named))

    await asyncio.gather(*(documents.make(job, contract=str(contract)) for job in jobs))

    assert len(sealed) == 1
    assert len(await make.rows("select sha256 from contract_document")) == 1
    assert len(await make.rows("select 1 from activity_event where verb = 'sealed'")) == 1


async def test_a_crash_between_seal_and_store_leaves_one_document(monkeypatch):
    scene = await make.scene()
    await make.concluded(scene)
    store = documents._store

    async def crash(*_given: object) -> None:
        raise OSError("the machine died")

    with monkeypatch.context() as dying:
        dying.setattr(documents, "_store", crash)
        assert await outbox.work_one("work")
    assert documents._store is store
    assert await make.rows("select 1 from contract_document") == []
    async with db.transaction(operator=True):
        await db.execute("update outbox set run_at = now() where done_at is null")

    await worker.drain_rows("work", 60)

    assert len(await make.rows("select 1 from contract_document")) == 1


async def test_a_stored_document_refuses_change(owner):
    scene = await make.scene()
    await make.concluded(scene)
    await worker.drain_rows("work", 60)

    with pytest.raises(asyncpg.RestrictViolationError):
        await owner.execute("update contract_document set sha256 = repeat('0', 64)")


async def test_opening_downloading_and_mailing_are_noted_once():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await worker.drain_rows("work", 60)
    async with db.transaction(operator=True):
        await db.execute("update notification set mailed_at = business_now()")

    for _ in range(2):
        await documents.note(contract, "opened", by=scene.alumnus)
        await documents.note(contract, "opened", by=scene.owner)
        await documents.read(contract, by=scene.alumnus)
        await documents.note_mailed()

    kinds = [row["kind"] for row in await make.rows("select kind from terms_receipt order by kind")]
    assert kinds == ["downloaded", "in_app", "mailed", "opened"]


async def test_another_company_and_another_alumnus_find_no_document():
    scene, other = await make.scene(), await make.scene()
    contract = await make.concluded(scene)
    await worker.drain_rows("work", 60)

    for stranger in (other.owner, other.alumnus):
        with pytest.raises(NotFound):
            await documents.read(contract, by=stranger)


async def told(person: UUID) -> set[str]:
    return {
        row["kind"] for row in await make.rows("select kind from notification where person_id = $1", person)
    }


async def claimed(contract: UUID) -> outbox.Job:
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """insert into outbox (queue, kind, args, dedupe, fence) values ('work', 'contract.document', $1, $2, 1)
               returning id, kind, args, fence, attempts""",
            {"contract": str(contract)},
            str(uuid4()),
        )
    return outbox.Job(**dict(row or {}))
