"""Act 13: the candidate joins, takes a spot task and is approved: the referral comes true by itself."""

from web.story.acts import alumni, company, contract, delivery, posting, topup
from web.story.acts.proof import LEFT
from web.story.acts.referral import NAO, REWARD
from web.story.stage import Stage, must_equal

PAID_IN, CREDITED = 60_000, 57_840
REPORT, REPORT_COST, NAO_RECEIVES = "入出庫履歴画面のSQL改善", 25_300, 22_000
BALANCE = LEFT + CREDITED - REPORT_COST
# Ten percent of the contract's price, and its consumption tax; the reward is collected beside them.
FEE, TAX = 2_000, 200
ASKED = FEE + TAX + REWARD


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(13, "The referral comes true")
    _join(stage)
    _work(stage)
    mei = stage.people["mei"]
    mei.wait_for(stage.paths["claim"], "The candidate's first contract was approved.")
    stage.say("Enishi", "records the success by itself; Mei reads why; a share of the fee is asked for", FEE)


def _join(stage: Stage) -> None:
    owner, nao = stage.people["owner"], stage.people["nao"]
    company.upload(stage, [f"00006,{NAO},{nao.email},{company.UNIT},業務委託,2015-04-01,2023-03-31"])
    owner.send(owner.form("/confirmation"))
    owner.wait_for(stage.at("/alumni"), NAO)
    owner.send(owner.open(stage.at("/alumni")).form("/alumni/invitations"))
    alumni.join(stage, nao)
    alumni.add_skills(nao, {"SQL": 4})
    stage.say("Nao", "is invited into the network and joins in three taps")


def _work(stage: Stage) -> None:
    """Fund, post, choose, deliver, approve."""
    topup.by_card(stage, PAID_IN, CREDITED, LEFT + CREDITED)
    stage.paths["report"] = posting.post(stage, _report(stage), REPORT_COST)
    stage.people["manager"].wait_for(stage.paths["report"], "on the board")
    contract.apply(stage, "nao", "report", "在庫システムの保守で同じ種類のSQLを改善してきました。")
    delivery.deliver(stage.people["nao"], stage.paths["report contract"], "報告書.txt")
    delivery.approve(stage, "nao", "report", NAO_RECEIVES)
    must_equal("the free balance after the work", topup.balance(stage), BALANCE)
    stage.say("Nao", "takes a spot task, delivers, and is approved; payable", NAO_RECEIVES)


def _report(stage: Stage) -> dict[str, object]:
    return {
        "title": REPORT,
        "what": "入出庫履歴の検索1画面分のSQLを改め、報告書を1部添える。",
        "specification": "SQL と報告書",
        "must_1": "SQL",
        "must_1_level": 3,
        "price": 20_000,
        "tax_category": "coding",
        "deliver_on": stage.day(7),
        "mode": "apply",
    }
