"""Act 15: a hire bounty in Japan with a reward for alumni is denied, with its rule, its reason and the lawful ways."""

from web.story.stage import Stage
from web.story.visitor import StoryError

REWARD = 300_000


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(15, "The law says no")
    manager = stage.people["manager"]
    form = manager.open(stage.at("/bounties/new?kind=hire")).form("/bounties")
    form.fill(
        title="在庫システムの開発者を紹介してください",
        what="自社の在庫システムを育てる正社員の募集です。",
        wanted="SQLと業務システムの開発経験がある方",
        place="東京都台東区",
        closes_on=stage.day(60),
        amount_1=REWARD,
    )
    manager.send(form, do="check").must_see("It cannot be published like this")
    stage.say("Manager", "offers alumni a reward for a hire in Japan", REWARD)
    if manager.page.css_first("button[value=publish]"):
        raise StoryError("a denied bounty has a button that publishes it")
    _reasons(stage)
    _lawful_way(stage)


def _reasons(stage: Stage) -> None:
    manager = stage.people["manager"]
    rules, reasons = manager.texts("#verdict code"), manager.texts("#verdict > p")
    ways = manager.texts("#ways h3")
    if not rules or not reasons or not ways:
        raise StoryError(f"the denial gives no rule, reason or way.\n{manager.text[:1500]}")
    stage.say("Enishi", f"denies it by rule {rules[0]}: {reasons[0]}")
    stage.say("Enishi", f"names the lawful ways: {'; '.join(ways)}")


def _lawful_way(stage: Stage) -> None:
    """Ask for the same without a reward: that is always lawful."""
    manager = stage.people["manager"]
    form = manager.form("/bounties").fill(reward_type="none", amount_1="")
    manager.send(form, do="check").must_see("Without a reward this is always lawful")
    manager.send(manager.form("/bounties"), do="publish").must_see("The bounty is published")
    stage.say("Manager", "takes one of them: the same bounty without a reward is published")
