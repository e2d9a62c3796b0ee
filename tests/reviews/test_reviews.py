"""Reviews are double-blind: the database itself hides them until both have written or seven days have passed."""

import asyncio
from uuid import UUID

import pytest

from marketplace.contracts import acceptance
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.reviews import actions, queries
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")


async def done(scene: make.Scene) -> UUID:
    contract = await make.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    return contract


async def seen(by: Actor) -> list[str]:
    async with db.transaction(**by.scope):
        return sorted(row["side"] for row in await db.fetch("select side from review"))


async def test_neither_side_reads_the_others_review_before_both_have_written():
    scene = await make.scene()
    contract = await done(scene)

    await actions.write(contract, 5, "丁寧でした。", by=scene.owner)
    before = await seen(scene.alumnus), await seen(scene.owner)
    await actions.write(contract, 4, "説明が明快でした。", by=scene.alumnus)

    assert before == ([], ["company"])
    assert await seen(scene.alumnus) == await seen(scene.owner) == ["alumnus", "company"]


async def test_two_sides_who_write_at_once_both_see_both():
    scenes = [await make.scene() for _ in range(4)]
    contracts = [await done(scene) for scene in scenes]

    await asyncio.gather(
        *(
            actions.write(contract, 4, by=side)
            for contract, scene in zip(contracts, scenes, strict=True)
            for side in (scene.owner, scene.alumnus)
        )
    )

    for scene in scenes:
        assert await seen(scene.alumnus) == await seen(scene.owner) == ["alumnus", "company"]


async def test_after_seven_days_a_review_is_shown_and_no_answer_to_it_can_be_written():
    scene = await make.scene()
    contract = await done(scene)
    await actions.write(contract, 2, "遅れました。", by=scene.owner)
    await make.later(days=6, hours=23)
    assert (await actions.reveal_due(), await seen(scene.alumnus)) == (0, [])
    await make.later(hours=1)

    assert await actions.reveal_due() == 1

    assert await seen(scene.alumnus) == ["company"]
    with pytest.raises(Conflict):
        await actions.write(contract, 1, "仕返し", by=scene.alumnus)


async def test_a_double_clicked_review_is_written_once():
    scene = await make.scene()
    contract = await done(scene)

    answers = await asyncio.gather(
        *(actions.write(contract, 5, by=scene.owner) for _ in range(2)), return_exceptions=True
    )

    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert len(await make.rows("select 1 from review")) == 1


async def test_nobody_reviews_work_that_is_not_done_or_not_his():
    scene, other = await make.scene(), await make.scene()
    contract = await make.delivered(scene)

    with pytest.raises(Conflict):
        await actions.write(contract, 5, by=scene.owner)
    with pytest.raises(NotFound):
        await actions.write(contract, 5, by=other.owner)
    with pytest.raises(NotFound):
        await actions.write(contract, 5, by=other.alumnus)


@pytest.mark.parametrize(
    ("rating", "text", "field"), [(0, "", "rating"), (6, "", "rating"), (5, "あ" * 2001, "words")]
)
async def test_a_review_has_one_to_five_stars_and_few_words(rating, text, field):
    scene = await make.scene()
    contract = await done(scene)

    with pytest.raises(Invalid) as refused:
        await actions.write(contract, rating, text, by=scene.owner)

    assert set(refused.value.fields) == {field}


async def test_the_page_says_what_each_side_may_do():
    scene = await make.scene()
    contract = await done(scene)
    row = await make.row(contract)
    await actions.write(contract, 5, by=scene.owner)

    mine = await queries.of_contract(row, by=scene.owner)
    theirs = await queries.of_contract(row, by=scene.alumnus)

    assert (mine.may_write, mine.theirs, mine.shown_by is not None) == (False, None, True)
    assert (theirs.may_write, theirs.mine, theirs.theirs) == (True, None, None)


async def test_the_side_that_has_not_written_is_reminded_once():
    scene = await make.scene()
    contract = await done(scene)
    await actions.write(contract, 5, by=scene.owner)
    await make.later(days=6, hours=1)

    assert (await actions.remind(), await actions.remind()) == (1, 0)

    told = await make.rows("select person_id from notification where kind = 'review.waiting'")
    assert told == [{"person_id": scene.person}]
