"""The pages of contracts: each side sees its own, does its part with one button, and saves what it may."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from marketplace import worker
from marketplace.contracts import acceptance, delivery
from marketplace.contracts.evidence import verify_evidence
from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from tests.factories import companies
from tests.factories import contracts as make
from tests.web.asgi_visitor import Visitor, operator, signed_in

pytestmark = pytest.mark.usefixtures("database", "seal_folder")

PDF = ("案.pdf", b"%PDF-1.7 white", "application/pdf")


async def visitor(person: UUID | None, language: str = "en") -> Visitor:
    """Return a person at his browser, signed in by a link."""
    email = (await make.rows("select email from person where id = $1", person))[0]["email"]
    return await signed_in(email, language)


def own(contract: UUID, below: str = "") -> str:
    return f"/contracts/{contract}{below}"


def company(scene: make.Scene, contract: UUID, below: str = "") -> str:
    return f"/c/{scene.slug}/contracts/{contract}{below}"


async def test_an_alumnus_delivers_with_files_and_the_company_approves_with_one_button():
    scene = await make.scene()
    contract = await make.concluded(scene)
    alumnus, member = await visitor(scene.person), await visitor(scene.owner.person)

    await alumnus.open(own(contract))
    await alumnus.open(own(contract, "/delivery"))
    await alumnus.send("/delivery", files={"files": PDF}, message="<b>できました</b> 🎉")
    await member.open(company(scene, contract))
    text = await member.send("/approval")

    assert "<b>できました</b> 🎉" in text
    assert "58,145" in text
    assert (await make.row(contract))["status"] == "approved"


async def test_a_second_click_on_approve_leads_to_the_same_page():
    scene = await make.scene()
    contract = await make.delivered(scene)
    member = await visitor(scene.owner.person)
    await member.open(company(scene, contract))
    first = member.page

    await member.send("/approval")
    member.page = first
    text = await member.send("/approval")

    assert member.path == company(scene, contract)
    assert "no longer possible" in text
    assert (await make.balances(scene))["payable"] == 49_895


async def test_a_file_of_the_wrong_kind_is_refused_and_the_message_is_given_back():
    scene = await make.scene()
    contract = await make.concluded(scene)
    alumnus = await visitor(scene.person)
    await alumnus.open(own(contract, "/delivery"))

    await alumnus.send(
        "/delivery", 422, files={"files": ("a.exe", b"MZ\x90\x00", "application/pdf")}, message="納品します"
    )

    assert alumnus.wrong() == {"files"}
    assert alumnus.page.css_first("#message").text().strip() == "納品します"
    assert (await make.row(contract))["status"] == "concluded"


async def test_both_sides_save_the_sealed_terms_and_the_evidence_holds():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await worker.drain_rows("work", 60)
    alumnus, member = await visitor(scene.person), await visitor(scene.owner.person)

    mine = await saved(alumnus, own(contract, "/terms.pdf"))
    theirs = await saved(member, company(scene, contract, "/terms.pdf"))
    evidence = await saved(member, company(scene, contract, "/evidence.zip"))

    assert mine.content == theirs.content
    assert verify_evidence(evidence.content).holds
    assert {row["kind"] for row in await make.rows("select kind from terms_receipt")} >= {"downloaded"}


async def test_a_delivered_file_is_saved_and_never_shown():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await delivery.deliver(contract, "納品", [('髙 "x".txt', b"plain")], by=scene.alumnus)
    file = (await make.rows("select id from delivery_file"))[0]["id"]
    member = await visitor(scene.owner.person)

    answer = await saved(member, company(scene, contract, f"/files/{file}"))

    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E9%AB%99")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == b"plain"


async def test_strangers_find_no_page_of_a_contract():
    scene, other = await make.scene(), await make.scene()
    contract = await make.delivered(scene)
    await worker.drain_rows("work", 60)
    file = (await make.rows("select id from delivery_file"))[0]["id"]
    alumnus, member = await visitor(other.person), await visitor(other.owner.person)

    for below in (
        "",
        "/delivery",
        "/terms.pdf",
        "/evidence.zip",
        f"/files/{file}",
        "/dispute",
        "/review",
        "/withdrawal",
    ):
        await alumnus.open(own(contract, below), 404)
    for below in ("", "/terms.pdf", "/evidence.zip", f"/files/{file}", "/change-request", "/cancellation"):
        await member.open(f"/c/{other.slug}/contracts/{contract}{below}", 404)
        await member.open(company(scene, contract, below), 404)


async def test_the_cancellation_page_names_the_yen_and_the_person_and_pays_just_that():
    scene = await make.scene()
    contract = await make.concluded(scene)
    await acceptance.start_due()
    member = await visitor(scene.owner.person)

    asked = await member.open(company(scene, contract, "/cancellation"))
    await member.send("/cancellation", reason="中止になりました。")

    assert "Cancel and pay ¥ 49,895 to 山田 花子" in asked
    assert (await make.balances(scene))["payable"] == 49_895


async def test_changes_are_asked_for_and_read_by_the_alumnus():
    scene = await make.scene()
    contract = await make.delivered(scene)
    member, alumnus = await visitor(scene.owner.person), await visitor(scene.person)
    await member.open(company(scene, contract, "/change-request"))

    await member.send("/change-request", 422, message="色")
    await member.send(
        "/change-request",
        term="仕様 / Specification",
        message="色が違います。",
        redeliver_on=(await make.today()).isoformat(),
    )

    assert "色が違います。" in await alumnus.open(own(contract))
    assert (await make.row(contract))["status"] == "changes_requested"


async def test_a_dispute_goes_from_one_side_to_the_other_to_the_operator():
    scene = await make.scene()
    contract = await make.delivered(scene)
    member, alumnus, judge = (
        await visitor(scene.owner.person),
        await visitor(scene.person),
        await operator(),
    )

    await member.open(company(scene, contract, "/dispute"))
    await member.send("/dispute", 422, amount="50,001", reason="違います。")
    await member.send("/dispute", amount="20,000", reason="違います。")
    await alumnus.open(own(contract, "/dispute"))
    await alumnus.send("/dispute/answer", answer="仕様どおりです。")
    dispute = (await make.rows("select id from dispute"))[0]["id"]
    assert "20,000" in await judge.open("/operator/disputes")
    assert "仕様どおりです。" in await judge.open(f"/operator/disputes/{dispute}")
    await judge.send("/resolution", award="10,000", resolution="折半")

    assert (await make.balances(scene))["payable"] == 39_916
    assert "39,916" in await alumnus.open(own(contract))


async def test_the_operator_saves_the_files_of_a_dispute_and_others_do_not():
    scene = await make.scene()
    contract = await make.delivered(scene)
    dispute = await disputes.open_dispute(contract, yen(1), "理由", by=scene.owner)
    file = (await make.rows("select id from delivery_file"))[0]["id"]
    member = await visitor(scene.owner.person)

    await member.open(f"/operator/disputes/{dispute}/files/{file}", 404)
    await member.open(f"/operator/disputes/{dispute}", 404)
    await member.open("/operator/disputes", 404)


async def test_each_side_reviews_and_reads_the_other_only_then():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await acceptance.approve(contract, by=scene.owner)
    member, alumnus = await visitor(scene.owner.person), await visitor(scene.person)

    await member.open(company(scene, contract, "/review"))
    await member.send("/review", rating=5, words="丁寧でした。")
    before = await alumnus.open(own(contract))
    await alumnus.open(own(contract, "/review"))
    after = await alumnus.send("/review", rating=4)

    assert "丁寧でした。" not in before
    assert "丁寧でした。" in after


async def test_an_auditor_reads_and_has_no_buttons():
    scene = await make.scene()
    contract = await make.delivered(scene)
    auditor = await companies.colleague(scene.owner, scene.slug, "auditor")
    someone = await visitor(auditor.person)

    await someone.open(company(scene, contract))

    assert not someone.page.css("form[action*='/approval']")
    await someone.open(company(scene, contract, "/cancellation"), 403)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_list_says_what_waits(language):
    scene = await make.scene()
    await make.delivered(scene)
    member = await visitor(scene.owner.person, language)

    text = await member.open(f"/c/{scene.slug}/contracts?stage=turn&page=7")

    assert scene.agreement.title in text
    assert (
        "1件の納品が返事を待っています" if language == "ja" else "1 delivery waits for your answer"
    ) in text
    await member.open(f"/c/{scene.slug}/contracts?stage=ended")


async def saved(someone: Visitor, path: str) -> httpx.Response:
    answer = await someone.client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer


async def test_the_day_of_conclusion_is_japans_also_in_the_small_hours():
    day = await make.today() + timedelta(days=1)
    await make.start_of(day, hour=2)
    scene = await make.scene()
    contract = await make.concluded(scene)
    someone = await visitor(scene.owner.person)

    await someone.open(company(scene, contract))

    terms = someone.page.css_first("#terms").parent.text()
    assert f"{day.day} {day:%b %Y}" in terms
