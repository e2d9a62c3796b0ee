"""Act 12: a gig bounty; Mei refers somebody by mail, and the company sees nothing until the candidate has agreed."""

from web.story.acts.posting import on_button
from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError

BOUNTY = "在庫システムのSQLを改善できる方を紹介してください"
REWARD = 30_000
NAO, WORD = "直江 奈緒", "前の職場で一緒に在庫システムを保守していました。"


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(12, "Somebody is referred")
    _post(stage)
    _refer(stage)
    _consent(stage)
    _go_on(stage)


def _post(stage: Stage) -> None:
    manager = stage.people["manager"]
    form = manager.open(stage.at("/bounties/new?kind=gig")).form("/bounties")
    form.fill(
        title=BOUNTY,
        what="在庫照会のSQLを画面ごとに改善する、成果物ごとの業務委託です。",
        wanted="SQLの実行計画を読んで直せる方",
        place="在宅",
        closes_on=stage.day(60),
        amount_1=REWARD,
        fee_kind="contract_share",
        fee_percent="10",
    )
    manager.send(form, do="check")
    must_equal("what the button says", on_button(manager), REWARD)
    manager.send(manager.form("/bounties"), do="publish").must_see("This reward is lawful")
    stage.paths["bounty"] = manager.path
    stage.say("Manager", "posts a gig bounty; the policy allows it; reward for one success", REWARD)


def _refer(stage: Stage) -> None:
    mei, manager = stage.people["mei"], stage.people["manager"]
    nao = stage.person("nao", NAO)
    mei.open("/referrals").must_see(BOUNTY, f"¥{REWARD:,}")
    mei.follow(stage.paths["bounty"].rpartition("/")[2])
    form = mei.form("/claims")
    mei.send(form.fill(contact=nao.email, name=NAO, word=WORD, locale="en"))
    mei.must_see("You hold the priority until")
    stage.paths["claim"] = mei.path
    if not mei.download("/receipt.txt"):
        raise StoryError("Mei's receipt is empty")
    stage.say("Mei", "reads the terms, refers an acquaintance by mail, and keeps the signed receipt")
    if manager.open(stage.at("/referrals")).sees(NAO):
        raise StoryError("the company sees the candidate before the consent")
    manager.open(f"{stage.at('')}{stage.paths['claim']}", expect=404)
    stage.say("Manager", "sees nothing of it yet")


def _consent(stage: Stage) -> None:
    nao, manager = stage.people["nao"], stage.people["manager"]
    nao.open_mail("would like to introduce you").must_see("What would be shared", BOUNTY, WORD)
    form = nao.form("/consent")
    nao.send(form.fill(agreed="on")).must_see("You are introduced to")
    stage.say(
        "Nao", "opens the caught mail, reads what would be shared with whom, and agrees without an account"
    )
    manager.open(stage.at("/referrals")).must_see(NAO)
    manager.open(f"{stage.at('')}{stage.paths['claim']}").must_see(NAO, WORD, nao.email)
    stage.say("Manager", "now sees the referral with the contact and Mei's word")


def _go_on(stage: Stage) -> None:
    """Move the referral on with a reason, which the referrer reads at once."""
    manager, mei = stage.people["manager"], stage.people["mei"]
    reason = "The profile fits; the company wants to know more."
    manager.open(f"{stage.at('')}{stage.paths['claim']}/steps/screen")
    manager.send(manager.form("/steps/screen").fill(reason="profile_fits"))
    mei.open(stage.paths["claim"]).must_see(reason, "What comes next")
    stage.say("Mei", f"reads at once where her referral is: “{reason}”")
