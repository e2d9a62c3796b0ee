"""The closing package: only one's own, all of it, the same bytes again, and joined to the month before."""

import hashlib
import json
import os
import shutil
import tracemalloc
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest

from marketplace.activity import actions, audit
from marketplace.contracts import acceptance
from marketplace.core import clock, db
from marketplace.core.errors import Conflict, NotFound, Unavailable
from marketplace.core.money import yen
from marketplace.core.settings import settings
from marketplace.funds import package
from payouts.statements import months
from tests.factories import contracts
from tests.factories.payouts import earn, prepay
from tests.factories.year import Year
from tests.funds.packages.closed_months import busy, by_chance, over, running
from tests.funds.packages.conftest import Packages
from tests.funds.packages.zips import contents, script


@pytest.fixture
def fresh(database: None, seal_folder: None) -> None:
    """An empty database, a key to sign with, and no packages of others."""
    shutil.rmtree(settings().data / "packages", ignore_errors=True)


def everything(path: Path) -> str:
    """Return all text of a package."""
    return "".join(
        content.decode() for name, content in contents(path).items() if name[-4:] in {".csv", "json", ".txt"}
    )


async def test_a_companys_package_has_nothing_of_another_company(packages: Packages):
    ours, theirs = everything(packages.ours), everything(packages.theirs)

    for scene, own, foreign in ((packages.one, ours, theirs), (packages.other, theirs, ours)):
        for known in (str(scene.company), str(scene.person), str(scene.agreement.task)):
            assert known in own
            assert known not in foreign
        assert f"山田 花子{scene.slug[-1]}" not in foreign


async def test_the_operators_package_is_the_whole_ledger(packages: Packages, owner: asyncpg.Connection):
    rows = await owner.fetch("select key from ledger_transfer order by happened_at, id")

    text = contents(packages.operators)["books/ledger.csv"].decode()

    assert len(rows) > 15
    assert all(f",{row['key']}," in text for row in rows)
    assert json.loads(contents(packages.operators)["manifest.json"])["ledger"]["postings"] == len(rows)


async def test_papers_are_the_bytes_that_are_stored(packages: Packages, owner: asyncpg.Connection):
    stored = await owner.fetch(
        "select sha256 from billing_document where owner = $1", f"company:{packages.one.company}"
    )

    packed = {
        hashlib.sha256(content).hexdigest()
        for name, content in contents(packages.ours).items()
        if name.endswith(".pdf")
    }

    assert packed == {row["sha256"] for row in stored}
    assert len(packed) == 6


@pytest.mark.usefixtures("fresh")
async def test_what_people_write_to_one_another_is_in_no_package():
    scene = await contracts.scene(balance=500_000)
    contract = await contracts.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    async with db.transaction(operator=True):
        for company in (scene.company, None):
            await actions.record(
                "declined",
                f"task:{scene.agreement.task}",
                by=scene.alumnus,
                company=company,
                reason="家庭の事情で",
            )
    month = await over(scene)

    built = [await package.build(company, month, 1) for company in (scene.company, None)]

    for each in built:
        assert "家庭の事情" not in everything(each.path)
        assert "納品します。" not in everything(each.path)
        assert script().main([str(each.path)]) == 0


@pytest.mark.usefixtures("fresh")
async def test_the_same_month_and_moment_give_the_same_bytes_whatever_happened_after():
    scene = await busy()
    month = await over(scene)
    at = datetime(2031, 1, 5, tzinfo=clock.JST)

    first = await package.build(scene.company, month, 1, at=at)
    await contracts.topped_up(scene.owner, 1_000)
    await contracts.later(days=2)
    second = await package.build(scene.company, month, 1, at=at)

    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert first.name == f"closing-{scene.slug}-{month:%Y-%m}-v1.zip"


@pytest.mark.usefixtures("fresh")
async def test_packages_of_following_months_join_in_their_books_and_their_chain(
    capsys: pytest.CaptureFixture[str],
):
    scene, year = await contracts.scene(balance=90_000_000), Year(3)
    first = [
        await package.build(who, month, 1)
        for month in [await by_chance(scene, year)]
        for who in (scene.company, None)
    ]
    second = [
        await package.build(who, month, 1)
        for month in [await by_chance(scene, year)]
        for who in (scene.company, None)
    ]
    third = [
        await package.build(who, month, 1)
        for month in [await by_chance(scene, year)]
        for who in (scene.company, None)
    ]

    for one, two, three in zip(first, second, third, strict=True):
        assert script().main([str(two.path), str(one.path)]) == 0, capsys.readouterr().out
        assert script().main([str(three.path), str(two.path)]) == 0, capsys.readouterr().out
        assert script().main([str(three.path), str(one.path)]) == 1
        assert "つながらない / does not join" in capsys.readouterr().out
    assert script().main([str(second[0].path), str(first[1].path)]) == 1


@pytest.mark.usefixtures("fresh")
async def test_that_a_package_was_made_stands_in_the_audit_chain_with_its_hash():
    scene = await busy()
    month = await over(scene)

    made = await package.build(scene.company, month, 2)

    while await audit.seal():
        pass
    (event,) = await contracts.rows(
        """select e.data, l.chain from activity_event e join audit_link l on l.event_id = e.id where e.verb = 'package.made'"""
    )
    assert event["chain"] == f"company:{scene.company}"
    said = {"month": month.isoformat(), "version": 2, "sha256": made.sha256, "head": made.head}
    assert said.items() <= event["data"].items()


@pytest.mark.usefixtures("fresh")
async def test_nothing_is_packed_while_an_event_of_the_month_is_not_sealed(owner: asyncpg.Connection):
    scene = await busy()
    month = await over(scene)
    async with owner.transaction():
        await owner.execute("select pg_advisory_xact_lock($1)", audit._LOCK)

        with pytest.raises(Unavailable):
            await package.build(scene.company, month, 1)

    assert (await package.build(scene.company, month, 1)).size
    assert len(list((settings().data / "packages").glob("*"))) == 1


@pytest.mark.usefixtures("fresh")
async def test_a_package_that_cannot_be_signed_leaves_no_file(monkeypatch: pytest.MonkeyPatch):
    scene = await busy()
    month = await over(scene)
    closed = {**settings().__dict__, "seal_certificate": settings().data / "no-such-key.p12"}
    monkeypatch.setattr(settings(), "__dict__", closed)

    with pytest.raises(Unavailable):
        await package.build(scene.company, month, 1)

    assert not list((settings().data / "packages").glob("*"))


@pytest.mark.usefixtures("fresh")
async def test_files_that_a_lost_worker_left_are_cleared_away():
    scene = await busy()
    month = await over(scene)
    left = (await package.build(scene.company, month, 1)).path
    os.utime(left, (0, 0))

    made = await package.build(scene.company, month, 1)

    assert list(left.parent.glob("*")) == [made.path]


@pytest.mark.usefixtures("fresh")
async def test_a_running_month_and_an_unknown_company_have_no_package():
    scene, month = await busy(), await running()

    with pytest.raises(Conflict):
        await package.build(scene.company, month, 1)
    await over(scene)
    with pytest.raises(NotFound):
        await package.build(scene.person, month, 1)


@pytest.mark.usefixtures("fresh")
async def test_what_stands_on_no_statement_or_invoice_yet_is_told_and_adds_up(
    capsys: pytest.CaptureFixture[str],
):
    scene, month = await busy(bounty=False), await running()
    await contracts.start_of(months.after(month))

    made = await package.build(scene.company, month, 1)

    manifest = json.loads(contents(made.path)["manifest.json"])
    assert manifest["open"] == {"unstated": 49_895, "uninvoiced_fee": 7_500, "uninvoiced_tax": 750}
    assert script().main([str(made.path)]) == 0, capsys.readouterr().out


@pytest.mark.usefixtures("fresh")
async def test_many_papers_are_never_in_memory_together(owner: asyncpg.Connection):
    scene = await contracts.scene(balance=500_000)
    await prepay(str(scene.company), yen(50_000_000))
    for number in range(60):
        await earn(f"0199aaaa-0000-7000-8000-{number:012}", str(scene.company))
    month = await over(scene)
    await owner.execute("set session_replication_role = replica; delete from billing_document")
    await owner.execute(
        """insert into billing_document (kind, document_id, locale, owner, content, sha256)
           select 'statement', s.id, l, s.payer, b.content, encode(sha256(b.content), 'hex')
           from statement s cross join unnest(array['ja', 'en']) l
           cross join lateral (select convert_to(repeat(s.id::text || l, 10000), 'UTF8') as content) b"""
    )
    await owner.execute("set session_replication_role = origin")
    await package.build(scene.company, month, 1)

    tracemalloc.start()
    made = await package.build(scene.company, month, 2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert made.size > 45_000_000
    assert peak < made.size / 1.8
    assert script().main([str(made.path)]) == 0
