"""Act 5: the first wave is ranked and invited; nobody answers, the invitations lapse, the next wave goes out."""

from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError, Visitor

FIRST_WAVE = 3
LAPSE_HOURS = 25


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(5, "The best are asked first")
    manager = stage.people["manager"]
    manager.wait_for(f"{stage.paths['design']}/matches", "Asked")
    ranked = names(manager)
    reasons = manager.texts("ol li ul li")
    if not reasons:
        raise StoryError("the ranked list gives no reasons")
    stage.say("Manager", f"sees the ranked list with reasons: {' > '.join(ranked)} ({reasons[0]} …)")
    must_equal("who ranks last", ranked[-1], stage.people["aoi"].name)
    first = manager.text.count("Asked")
    must_equal("invited in the first wave", first, FIRST_WAVE)
    stage.say("Enishi", f"invites the first wave of {first}; nobody answers")
    stage.move_clock(LAPSE_HOURS)
    aoi = stage.people["aoi"]
    aoi.open_mail("採用サイト")
    stage.say("Enishi", "the invitations have lapsed; the second wave reaches Aoi by mail")


def names(visitor: Visitor) -> list[str]:
    """Return who is on the ranked list, the best first."""
    return visitor.texts("ol > li h3")
