"""Packages for an office that asks: every paper that was found, with an index; stopped, gone on with, safe twice."""

import hashlib
import io
import zipfile
from uuid import UUID

import pytest

from marketplace.core import clock, db, outbox
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.documents import archive, export_job, exports
from marketplace.documents.criteria import Criteria
from tests.factories import companies
from tests.factories.documents import OPERATOR, Files, filled, one, work

pytestmark = [pytest.mark.usefixtures("database", "seal_folder")]


async def _zip(export: UUID, files: Files) -> bytes:
    content = await exports.content(export, by=files.finance)
    index = ",".join(row["number"] for row in content.rows).encode()
    async with db.transaction(operator=True):
        today = await clock.today()
    return b"".join(
        [chunk async for chunk in archive.zipped(exports.files(content.rows), index=index, index_on=today)]
    )


async def test_a_package_holds_every_paper_byte_for_byte_as_it_is_stored():
    files = await filled()
    export = await exports.start(Criteria(), by=files.finance)
    await work()

    packed = zipfile.ZipFile(io.BytesIO(await _zip(export, files)))

    assert packed.testzip() is None
    names = set(packed.namelist())
    assert {name.partition("/")[0] for name in names} == {
        "index.csv", "contract", "statement", "invoice", "credit_note", "platform_invoice", "payment_record"
    }  # fmt: skip
    assert {"invoice/INV-000001-ja.pdf", "invoice/INV-000001-en.pdf", "statement/PS-000001-ja.pdf"} <= names
    content = await exports.content(export, by=files.finance)
    sealed = packed.read(f"contract/{files.contract}-ja.pdf")
    assert hashlib.sha256(sealed).hexdigest() == content.sha256[files.contract]["ja"]
    assert all(packed.read(name).startswith(b"%PDF") for name in names - {"index.csv"})


async def test_the_same_package_is_the_same_bytes_again():
    files = await filled()
    export = await exports.start(Criteria(), by=files.finance)
    await work()

    assert await _zip(export, files) == await _zip(export, files)


async def test_what_is_made_later_is_not_in_a_package_and_what_is_not_asked_for_neither():
    files = await filled()

    export = await exports.start(Criteria(kind="invoice"), by=files.finance)
    await work()
    content = await exports.content(export, by=files.finance)

    assert [row["document_id"] for row in content.rows] == [files.invoice]


async def test_a_package_that_was_stopped_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    files = await filled()
    export = await exports.start(Criteria(), by=files.finance)
    assert await outbox.work_one("work")
    await exports.stop(export, by=files.finance)
    await work()
    stopped = await exports.one(export, by=files.finance)
    with pytest.raises(Conflict):
        await exports.content(export, by=files.finance)
    with pytest.raises(Conflict):
        await exports.stop(export, by=files.finance)
    await exports.resume(export, by=files.finance)
    await work()

    assert (stopped["status"], stopped["done_count"]) == ("stopped", 2)
    done = await exports.one(export, by=files.finance)
    assert (done["status"], done["done_count"]) == ("done", 6)


async def test_a_lost_job_is_asked_for_again_by_the_sweep_and_a_job_too_many_changes_nothing():
    files = await filled()
    export = await exports.start(Criteria(), by=files.finance)
    await one("update outbox set done_at = now() where kind = 'documents.pack' returning true")

    assert await export_job.ring_again() == 1
    await one(
        "insert into outbox (queue, kind, args) values ('work', 'documents.pack', $1) returning true",
        {"export": str(export)},
    )
    await work()

    done = await exports.one(export, by=files.finance)
    assert (done["status"], done["done_count"]) == ("done", 6)
    assert await export_job.ring_again() == 0


async def test_nothing_and_too_much_are_refused(monkeypatch: pytest.MonkeyPatch):
    files = await filled()

    with pytest.raises(Invalid, match="nothing to pack"):
        await exports.start(Criteria(number="XX"), by=files.finance)
    monkeypatch.setattr(exports, "MOST", 3)
    with pytest.raises(Invalid, match="at most 3 documents"):
        await exports.start(Criteria(), by=files.finance)

    assert await one("select count(*) from document_export") == 0


async def test_who_packed_and_saved_what_is_in_the_audit_log():
    files = await filled()

    export = await exports.start(Criteria(counterparty="縁結び"), by=files.finance)
    await work()
    await _zip(export, files)

    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select verb, actor, data from activity_event where verb like 'documents.%' order by id"
        )
    assert [row["verb"] for row in rows] == ["documents.packed", "documents.package_saved"]
    assert {row["actor"] for row in rows} == {files.finance.ref}
    assert rows[0]["data"]["criteria"]["counterparty"] == "縁結び"


async def test_packages_are_of_one_side():
    files = await filled()
    export = await exports.start(Criteria(), by=files.finance)
    stranger = await companies.company("kurene")
    manager = await companies.colleague(files.scene.owner, files.scene.slug, "manager")

    for other, refusal in ((stranger, NotFound), (OPERATOR, NotFound), (manager, NotAllowed)):
        with pytest.raises(refusal):
            await exports.one(export, by=other)
