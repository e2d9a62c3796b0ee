"""Every page that anybody can reach is accessible, fits the screen, and its scripts complain of nothing."""

import pytest

from marketplace.core.actor import Actor
from tests.browser.visitors import DESKTOP, PHONE, Site
from tests.crawl import Page as Found
from tests.crawl import crawl
from tests.factories.world import World

STARTS = {
    "anonymous": [
        "/",
        "/sign-in/sent",
        "/styleguide",
        "/no-such-page",
        "/r/{consent}",
        "/r/forged",
        "/still-holds/{still_holds}",
        "/asked/{asked}?answer=busy",
        "/asked/forged",
        "/referrals/receipts/verify",
    ],
    "alumnus": ["/", "/home", "/work", "/earnings", "/me", "/notices"],
    "other": ["/work", "/work/substitutions/{substitution}"],
    "newcomer": ["/", "/home", "/work", "/earnings", "/me", "/notices"],
    "owner": ["/", "/notices", "/c/{slug}/bounties/import", "/c/{slug}/bounties/import/{bounty_report}"],
    "manager": ["/"],
    "approver": ["/"],
    "finance": ["/"],
    "auditor": ["/", "/c/{slug}/settings/units/new"],
    "operator": ["/", "/operator"],
}


def _who(world: World) -> dict[str, Actor | None]:
    parts = {"alumnus": world.shared, **world.ours.alumni, "operator": world.operator}
    return {"anonymous": None, **world.ours.members, **parts}


@pytest.fixture(scope="module")
def seen() -> set[object]:
    """Kinds of pages, and make-ups of them, that were judged already, also as somebody else."""
    return set()


def _worth_a_look(pages: list[Found], seen: set[object]) -> dict[str, list[Found]]:
    """Return by language what to judge: each make-up of a page in Japanese, each kind of page in English too."""
    looks: dict[str, list[Found]] = {"ja": [], "en": []}
    for page in pages:
        place = page.kind.partition("?")[0]
        if page.html.css_first("main") and (page.kind, page.skeleton) not in seen:
            looks["ja"].append(page)
            looks["en"] += [page] if place not in seen else []
            seen |= {place, (page.kind, page.skeleton)}
    return looks


@pytest.mark.parametrize("name", STARTS)
async def test_every_page_is_accessible_and_fits_the_screen(name: str, site: Site, seen: set[object]):
    actor = _who(site.world)[name]
    slug = site.world.ours.slug
    company = [
        f"/c/{slug}/{place}" for place in ("tasks", "contracts", "bounties", "alumni", "money", "settings")
    ]
    starts = [start.format(slug=slug, **site.world.ours.things) for start in STARTS[name]] + (
        company if name in site.world.ours.members else []
    )
    async with await site.client(actor) as client:
        pages = await crawl(client.get, starts)

    complaints = [f"{name} {page.path} answers {page.status}" for page in pages if page.status >= BROKEN]
    for language, found in _worth_a_look(pages, seen).items():
        async with site.visitor(name, actor, language) as visitor:
            for page in found:
                await visitor.open(page.path)
                for size, theme in LOOKS[language]:
                    await visitor.look(page.path, language, size, theme)
            complaints += visitor.complaints

    assert not complaints, f"{len(complaints)} complaints:\n" + "\n".join(dict.fromkeys(complaints))


async def test_the_judge_sees_what_is_wrong(site: Site):
    async with site.visitor("anonymous", None) as visitor:
        await visitor.open("/sign-in")
        await visitor.page.evaluate(
            """() => {
              document.querySelector("main").insertAdjacentHTML("beforeend", "<img src='/static/mark.svg'><p id=wide>wide</p>");
              document.getElementById("wide").style.width = "2000px";
              document.head.insertAdjacentHTML("beforeend", "<style>main { color: red }</style>");
              console.error("broken");
            }"""
        )

        await visitor.look("/sign-in", "ja", PHONE, "light")

    found = " ".join(visitor.complaints)
    assert [
        word for word in ("image-alt", "sideways", "Content Security Policy", "broken") if word not in found
    ] == []


BROKEN = 500
LOOKS = {"ja": ((DESKTOP, "light"), (PHONE, "dark")), "en": ((PHONE, "light"), (DESKTOP, "dark"))}
"""Each language on both screens, each screen in both themes."""
