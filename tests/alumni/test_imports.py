"""What importing alumni promises: shown first, applied once, in batches that are each all or nothing."""

import asyncio
import csv as csv_module
import io
from datetime import timedelta

import pytest

from marketplace.alumni import actions, csv_export, import_job, imports, queries
from marketplace.core import clock, db, outbox
from marketplace.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.factories.alumni import alumnus, csv, imported, work
from tests.factories.companies import colleague, company

pytestmark = pytest.mark.usefixtures("database")

YAMADA = "1,山田 花子,hanako@example.jp,デザイン部,リーダー,2014-04-01,2022-03-31"
SATO = "2,佐藤 海,kai@example.jp,開発部,,,"


async def _people(owner) -> list[tuple[str, str, str]]:
    found = await queries.everybody(by=owner)
    return [(row["external_key"], row["name"], row["email"]) for row in found]


async def _counts(import_id, owner) -> dict[str, int]:
    return (await queries.one_import(import_id, by=owner))["counts"]


async def test_a_preview_changes_nothing_until_it_is_confirmed():
    owner = await company()

    preview = await imports.stage("名簿.csv", csv(YAMADA, SATO, "3,,x"), by=owner)

    assert await _people(owner) == []
    assert await _counts(preview, owner) == {"create": 2, "refuse": 1}
    await imports.confirm(preview, by=owner)
    await work()
    assert await _people(owner) == [
        ("1", "山田 花子", "hanako@example.jp"),
        ("2", "佐藤 海", "kai@example.jp"),
    ]
    done = await queries.one_import(preview, by=owner)
    assert (done["status"], done["done_count"], done["counts"]) == ("done", 2, {"create": 2, "refuse": 1})


async def test_who_confirmed_an_import_is_told_once_what_it_has_done():
    owner = await company()

    done = await imported(owner, YAMADA, SATO, "3,,x")

    async with db.transaction(operator=True):
        told = await db.fetch("select * from notification where kind = 'alumni.imported'")
    assert [(row["person_id"], row["path"].rpartition("/")[2]) for row in told] == [(owner.person, str(done))]
    counts = {name: told[0]["params"][name] for name in ("created", "updated", "same", "refused")}
    assert counts == {"created": 2, "updated": 0, "same": 0, "refused": 1}


async def test_the_same_file_again_changes_nothing():
    owner = await company()
    await imported(owner, YAMADA, SATO)

    again = await imported(owner, YAMADA, SATO)

    assert await _counts(again, owner) == {"same": 2}
    assert len(await _people(owner)) == 2


async def test_a_row_is_recognised_by_its_key_and_then_by_its_address():
    owner = await company()
    await imported(owner, YAMADA, SATO)

    again = await imported(owner, "1,山田 はな,hana@example.jp,,,,", "0002,佐藤 海,KAI@example.jp,,部長,,")

    assert await _counts(again, owner) == {"update": 2}
    assert await _people(owner) == [
        ("0002", "佐藤 海", "kai@example.jp"),
        ("1", "山田 はな", "hana@example.jp"),
    ]
    kept = (await queries.everybody(by=owner))[1]
    assert (kept["former_unit"], kept["joined_on"].isoformat()) == ("デザイン部", "2014-04-01")


async def test_a_row_whose_key_and_address_mean_two_people_is_refused():
    owner = await company()
    await imported(owner, YAMADA, SATO)

    preview = await imports.stage("x.csv", csv("1,山田 花子,kai@example.jp,,,,"), by=owner)

    [row] = await queries.import_rows(preview, "refuse", by=owner)
    assert (row["problems"][0]["field"], row["problems"][0]["params"]) == (
        "email",
        {"name": "佐藤 海", "key": "2"},
    )
    with pytest.raises(Conflict):
        await imports.confirm(preview, by=owner)


async def test_two_rows_that_mean_one_person_by_different_ways_are_not_both_applied():
    owner = await company()
    await imported(owner, YAMADA)

    again = await imported(owner, "1,山田 花子,new@example.jp,,,,", "9,別人,hanako@example.jp,,,,")

    assert await _counts(again, owner) == {"update": 1, "refuse": 1}
    assert await _people(owner) == [("1", "山田 花子", "new@example.jp")]


async def test_the_address_with_which_somebody_signs_in_is_never_changed_by_a_file():
    owner = await company()
    person, membership = await alumnus(owner, "hanako@example.jp")
    key = (await queries.one(membership, by=owner))["external_key"]

    await imported(owner, f"{key},山田 花子,thief@example.jp,法務部,,,")

    kept = await queries.one(membership, by=owner)
    assert (kept["email"], kept["former_unit"]) == ("hanako@example.jp", "法務部")
    assert (await queries.my_networks(by=person))[0]["id"] == membership


async def test_a_person_who_has_left_is_not_brought_back_by_a_file():
    owner = await company()
    person, membership = await alumnus(owner, "hanako@example.jp")
    key = (await queries.one(membership, by=owner))["external_key"]
    await actions.leave(membership, by=person)

    preview = await imports.stage("x.csv", csv(f"{key},山田 花子,hanako@example.jp,,,,"), by=owner)

    assert await _counts(preview, owner) == {"refuse": 1}


async def test_an_import_killed_between_its_batches_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(import_job, "BATCH", 10)
    owner = await company()
    lines = [f"{n:04},人{n},p{n}@example.jp,,,," for n in range(35)]
    found = await imports.stage("x.csv", csv(*lines), by=owner)
    await imports.confirm(found, by=owner)

    await outbox.work_one("work")
    await outbox.work_one("work")
    halfway = await queries.one_import(found, by=owner)

    async def die(*_arguments):
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(import_job, "_mark", die)
        await outbox.work_one("work")
    assert (halfway["status"], halfway["done_count"]) == ("running", 20)
    assert len(await _people(owner)) == 20  # the third batch took itself back

    async with db.transaction(operator=True):
        await db.execute("update outbox set run_at = now()")
    await work()
    assert [key for key, _, _ in await _people(owner)] == [f"{n:04}" for n in range(35)]
    assert (await queries.one_import(found, by=owner))["status"] == "done"


async def test_a_batch_that_two_workers_take_is_applied_once():
    owner = await company()
    found = await imports.stage("x.csv", csv(YAMADA, SATO), by=owner)
    await imports.confirm(found, by=owner)
    job = await outbox.claim("work")

    results = await asyncio.gather(
        *(import_job.apply(job, **job.args) for _ in range(2)), return_exceptions=True
    )

    assert sorted(str(type(result).__name__) for result in results) == ["LostLease", "NoneType"]
    await work()
    assert (await queries.one_import(found, by=owner))["done_count"] == 2


async def test_two_imports_of_the_same_people_at_once_make_each_person_once():
    owner = await company()
    files = [await imports.stage("x.csv", csv(YAMADA, SATO), by=owner) for _ in range(2)]
    for found in files:
        await imports.confirm(found, by=owner)

    jobs = [await outbox.claim("work") for _ in files]

    await asyncio.gather(*(import_job.apply(job, **job.args) for job in jobs))
    await work()

    counts = [await _counts(found, owner) for found in files]
    assert sorted(counts, key=str) == [{"create": 2}, {"same": 2}]
    assert len(await _people(owner)) == 2


async def test_a_preview_is_confirmed_or_discarded_once():
    owner = await company()
    first, second = [await imports.stage("x.csv", csv(YAMADA), by=owner) for _ in range(2)]
    await imports.confirm(first, by=owner)
    await imports.discard(second, by=owner)

    for act, found in ((imports.confirm, first), (imports.discard, first), (imports.discard, second)):
        with pytest.raises(Conflict):
            await act(found, by=owner)
    with pytest.raises(NotFound):
        await queries.one_import(second, by=owner)


async def test_a_preview_that_nobody_confirms_is_forgotten_with_its_rows(owner):
    member = await company()
    await imports.stage("x.csv", csv(YAMADA), by=member)

    assert await imports.forget_previews() == 0
    await clock.advance(timedelta(days=8))
    assert await imports.forget_previews() == 1

    assert await owner.fetchval("select count(*) from alumni_import_row") == 0


async def test_another_company_sees_neither_the_import_nor_its_rows():
    ours, theirs = await company("ours"), await company("theirs")
    found = await imports.stage("x.csv", csv(YAMADA), by=theirs)

    for act in (imports.confirm, imports.discard, queries.one_import):
        with pytest.raises(NotFound):
            await act(found, by=ours)
    assert await queries.import_rows(found, "create", by=ours) == []
    assert await queries.imports(by=ours) == []


async def test_only_those_who_look_after_the_network_may_import():
    owner = await company("aozora")
    finance = await colleague(owner, "aozora", "finance")

    with pytest.raises(NotAllowed):
        await imports.stage("x.csv", csv(YAMADA), by=finance)


async def test_refused_rows_come_back_as_a_file_that_a_spreadsheet_cannot_run():
    owner = await company()
    preview = await imports.stage("x.csv", csv("=1+1,山田,a@example.jp", SATO), by=owner)

    rows = await queries.import_rows(preview, "refuse", by=owner)
    content = csv_export.refused(rows, str)

    [titles, row] = csv_module.reader(io.StringIO(content.decode("utf-8-sig")))
    assert titles[0] == "Employee number"
    assert row[0] == "'=1+1"
    assert row[-2:] == [
        "2",
        "Employee number: This begins like a formula of a spreadsheet. Please write plain text.",
    ]


async def test_a_hundred_thousand_rows_are_staged_and_a_batch_applies():
    owner = await company()
    lines = [f"{n:06},人物 {n},person{n}@example.jp,営業部,,2014-04-01,2022-03-31" for n in range(100_000)]

    preview = await imports.stage("大きな名簿.csv", csv(*lines), by=owner)
    await imports.confirm(preview, by=owner)
    await outbox.work_one("work")

    found = await queries.one_import(preview, by=owner)
    assert (found["row_count"], found["counts"], found["done_count"]) == (100_000, {"create": 100_000}, 500)


async def test_a_wrong_file_leaves_no_trace(owner):
    member = await company()

    with pytest.raises(Invalid):
        await imports.stage("x.csv", b"PK\x03\x04", by=member)

    assert await owner.fetchval("select count(*) from alumni_import") == 0


async def test_a_row_that_updates_somebody_shows_what_stands_now_beside_what_would_stand():
    owner = await company()
    await imported(owner, YAMADA, SATO)

    preview = await imports.stage("x.csv", csv("1,山田 はな,hana@example.jp,,部長,,"), by=owner)
    rows = await queries.import_rows(preview, "update", by=owner)

    [row] = await imports.with_changes(rows, by=owner)
    assert row["changes"] == [
        ("email", "hanako@example.jp", "hana@example.jp"),
        ("name", "山田 花子", "山田 はな"),
        ("former_title", "リーダー", "部長"),
    ]
    await imported(owner, "1,山田 はな,hana@example.jp,,部長,,")
    [same] = await imports.with_changes(rows, by=owner)
    assert same["changes"] == []
