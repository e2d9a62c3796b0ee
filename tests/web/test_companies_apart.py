"""Two companies share an alumna; nothing of one is on any page that the other's people can reach."""

import pytest

from tests.crawl import crawl
from tests.factories.world import World
from tests.web.guests import Guest

EVERYWHERE = [
    "/",
    "/home",
    "/work",
    "/work?tab=board",
    "/earnings",
    "/me",
    "/notices",
    "/operator",
    "/c/{slug}/alumni",
]
PLACES = ("tasks", "contracts", "alumni", "alumni/export.csv", "money", "money/payouts.csv", "settings")
OURS = ("owner", "manager", "approver", "finance", "recruiter", "auditor", "other", "newcomer")


@pytest.mark.parametrize("name", OURS)
async def test_nothing_of_the_other_company_is_to_be_seen(name: str, world: World, people: dict[str, Guest]):
    starts = [start.format(slug=world.theirs.slug) for start in EVERYWHERE]
    starts += [f"/c/{world.ours.slug}/{place}" for place in PLACES]

    pages = await crawl(lambda path: people[name].ask("GET", path), starts, examples=6)

    texts = {page.path: page.text.replace(f"/c/{world.theirs.slug}/alumni", "") for page in pages}
    assert any(world.ours.names.word in text for text in texts.values()), "the pages say nothing at all"
    assert [
        f"{path} says {marker}"
        for path, text in texts.items()
        for marker in world.theirs.names.markers
        if marker in text
    ] == []


async def test_the_shared_alumna_sees_both_and_each_company_only_its_own_part_of_her(
    world: World, people: dict[str, Guest]
):
    pages = await crawl(
        lambda path: people["alumnus"].ask("GET", path), ["/home", "/work", "/me"], examples=6
    )
    card = f"/c/{world.ours.slug}/alumni/{world.ours.things['membership:shared']}"
    ours = (await people["owner"].ask("GET", card)).text

    said = "".join(page.text for page in pages)
    assert world.ours.names.word in said
    assert world.theirs.names.word in said
    assert world.shared.name in ours or "佐藤 美咲" in ours
    assert [marker for marker in world.theirs.names.markers if marker in ours] == []
