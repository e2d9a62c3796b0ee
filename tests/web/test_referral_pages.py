"""What the referrer's and the candidate's pages promise."""

import re

import httpx
import pytest

from marketplace.referrals import consent_links, known
from marketplace.referrals.contacts import read
from tests.factories import alumni, bounties, tasks
from tests.factories import claims as factory
from tests.factories.tasks import rows, work
from tests.web.asgi_visitor import BASE, Visitor, signed_in

pytestmark = pytest.mark.usefixtures("database")
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


async def _scene(language: str = "en"):
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm), await factory.referrer(firm)
    return firm, bounty, by, await _visit(by, language)


async def _refer(visitor: Visitor, bounty, **values: str) -> httpx.Response:
    """Send the form and stop at its answer."""
    await visitor.open(f"/referrals/bounties/{bounty}")
    token = visitor.page.css_first("input[name=_csrf]").attributes["value"]
    return await visitor.client.post(
        f"/referrals/bounties/{bounty}/claims",
        data={"_csrf": token, "locale": "ja", "candidate_country": "JP", "referrer_country": "JP", **values},
        headers={"origin": BASE},
        follow_redirects=False,
    )


@LANGUAGES
async def test_a_bounty_is_read_in_plain_words_with_its_reward_its_law_and_a_form(language):
    _, bounty, _, visitor = await _scene(language)

    listed = await visitor.open("/referrals")
    await visitor.open(f"/referrals/bounties/{bounty}")

    assert "60,000" in listed
    assert "30,000" in visitor.text
    assert ("180日間" if language == "ja" else "180 days") in visitor.text
    assert re.search("[A-Z]{2,3}-[A-Z]+", visitor.text)
    assert visitor.page.css_first("#contact") is not None
    assert visitor.page.css_first("nav a[href='/referrals'][aria-current]") is not None


async def test_accepted_and_not_available_answer_alike():
    firm, bounty, _, visitor = await _scene()
    await factory.made(bounty, await factory.referrer(firm), "held@example.org")
    from marketplace.core import db

    async with db.transaction(company=firm.company):
        await known.add(firm.company, "employee", [read("known@example.org")])

    answers = {
        who: await _refer(visitor, bounty, contact=f"{who}@example.org") for who in ("free", "held", "known")
    }

    shapes = {
        (
            answer.status_code,
            re.sub(r"[0-9a-f-]{36}", "id", answer.headers["location"]),
            answer.text,
            *sorted(answer.headers),
        )
        for answer in answers.values()
    }
    assert len(shapes) == 1
    await work()
    listed = await visitor.open("/referrals?tab=mine")
    assert listed.count("Not available") == 2
    assert listed.count("Waiting for consent") == 1


async def test_every_reason_of_not_available_reads_the_same():
    from marketplace.core import db
    from marketplace.referrals import claim_queries

    firm, bounty, by, visitor = await _scene()
    await factory.made(bounty, await factory.referrer(firm), "held@example.org")
    async with db.transaction(company=firm.company):
        await known.add(firm.company, "applicant", [read("known@example.org")])
    said = {}
    for who in ("held", "known"):
        claim = (
            (await _refer(visitor, bounty, contact=f"{who}@example.org")).headers["location"].split("/")[-1]
        )
        file = (await visitor.client.get(f"/referrals/{claim}/receipt.txt")).text
        held = await claim_queries.held(claim, by=by)
        shown = {
            key: value
            for key, value in held.row.items()
            if key not in {"id", "number", "receipt", "claimed_at", "said"}
        }
        said[who] = (shown, re.sub(r"ENISHI\S+|[0-9]", "", file))

    assert said["held"] == said["known"]


async def test_ones_own_address_and_a_wrong_one_are_refused_at_the_field_and_kept():
    _, bounty, by, visitor = await _scene()
    [mine] = await rows("select email from person where id = $1", by.person)

    for contact, said in (
        (mine["email"].replace("@", "+x@"), "That is you"),
        ("nobody", "neither a mail address"),
    ):
        answer = await _refer(visitor, bounty, contact=contact, name="林 拓也", word="よい方です")
        visitor._read(answer, 422)
        assert said in visitor.text
        assert "contact" in visitor.wrong()
        assert visitor.page.css_first("#name").attributes["value"] == "林 拓也"


@LANGUAGES
async def test_where_no_reward_is_lawful_the_page_says_why_and_how_else(language):
    from marketplace.core import db

    firm = await tasks.firm()
    bounty, by = await bounties.published(firm, "business"), await factory.referrer(firm)
    async with db.transaction(operator=True):
        await db.execute("update bounty set sector = 'insurance' where id = $1", bounty)
    visitor = await _visit(by, language)

    denied = await _refer(visitor, bounty, contact="hayashi@example.org")
    freely = await _refer(visitor, bounty, contact="hayashi@example.org", unrewarded="on")

    assert denied.status_code == 422
    assert "JP-" in denied.text
    assert freely.status_code == 303


async def test_who_is_not_asked_reads_what_to_do_and_nobody_else_finds_the_bounty():
    firm, bounty, *_ = await _scene()
    unwilling, _ = await alumni.alumnus(firm.owner, "", "tasks")
    visitor = await _visit(unwilling)

    listed = await visitor.open("/referrals")
    await visitor.open(f"/referrals/bounties/{bounty}", expect=404)

    assert "You have not asked for referrals" in listed
    assert "No referral yet" in await visitor.open("/referrals?tab=mine")


async def test_long_lists_have_pages():
    _, bounty, by, visitor = await _scene()
    for _ in range(19):
        await factory.made(bounty, by)
    await tasks.later(days=1, minutes=1)
    await factory.made(bounty, by)
    await factory.made(bounty, by)

    await visitor.open("/referrals?tab=mine&page=2")

    assert len(visitor.page.css("ul.card li")) == 1
    await visitor.open("/referrals?tab=mine&page=x")
    assert len(visitor.page.css("ul.card li")) == 20


@LANGUAGES
async def test_the_holders_part_gives_the_link_the_receipt_and_the_way_back(language):
    _, bounty, by, visitor = await _scene(language)
    claim = await factory.made(bounty, by, "hayashi@example.org")

    await visitor.open("/referrals?tab=mine")
    file = (await visitor.client.get(f"/referrals/{claim}/receipt.txt")).text
    checked = await visitor.open("/referrals/receipts/verify")
    await visitor.send("/receipts/verify", receipt=file)
    genuine = visitor.text
    await visitor.open("/referrals/receipts/verify")
    await visitor.send(
        "/receipts/verify", expect=422, receipt=file.replace("ENISHI-RECEIPT-1.e", "ENISHI-RECEIPT-1.f")
    )

    assert "Ed25519" in checked
    assert str(claim) in genuine
    assert str(claim) not in visitor.text
    said = {"ja": "本物ではありません", "en": "is not genuine"}[language]
    assert said in visitor.page.css_first(".note[data-tone=danger]").text()
    await visitor.open("/referrals/receipts/verify")
    await visitor.send("/receipts/verify", expect=422, receipt="")
    assert "receipt" in visitor.wrong()


async def test_taking_back_is_one_press():
    _, bounty, by, visitor = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org")
    await visitor.open("/referrals")
    token = visitor.page.css_first("input[name=_csrf]").attributes["value"]

    answer = await visitor.client.post(
        f"/referrals/{claim}/taking-back", data={"_csrf": token}, headers={"origin": BASE}
    )

    assert "taken the referral back" in answer.text
    assert await factory.states([claim]) == ["withdrawn"]


@LANGUAGES
async def test_a_candidate_without_an_account_reads_agrees_and_withdraws(language):
    _, bounty, by, _ = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org", word="ご一緒して頼れる方でした。")
    visitor = Visitor(language)
    path = f"/r/{await factory.link(claim)}"

    await visitor.open(f"{path}?lang={language}")
    assert "ご一緒して頼れる方でした。" in visitor.text
    assert "hayashi@example.org" in visitor.text
    await visitor.send("/consent", expect=422, name="")
    assert visitor.wrong() == {"name"}
    await visitor.send("/consent", expect=422, name="林 拓也")
    assert visitor.wrong() == {"agreed"}
    await visitor.send("/consent", name="林 拓也", agreed="on")
    assert await factory.states([claim]) == ["owned"]
    assert "hayashi@example.org" not in visitor.text
    await visitor.send("/withdrawal")

    assert await factory.states([claim]) == ["withdrawn"]
    assert (await factory.row(claim))["candidate_email"] == ""
    assert not visitor.page.css("form[method=post][action*='/r/']")


async def test_a_candidate_says_no_with_one_press():
    _, bounty, by, _ = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org")
    visitor = Visitor()
    path = f"/r/{await factory.link(claim)}"
    await visitor.open(path)

    await visitor.send("/refusal")

    assert "You have said no" in visitor.text
    assert await factory.states([claim]) == ["declined"]
    assert "You have said no" in await visitor.open(path)


async def test_the_link_that_a_referrer_hands_on_asks_where_to_mail_ones_own():
    _, bounty, by, _ = await _scene()
    claim = await factory.made(bounty, by, "090-1234-5678")
    visitor = Visitor()
    await visitor.open(f"/r/{consent_links.token(claim, 'referrer')}")

    await visitor.send("/letter", expect=422, contact="080-1111-2222", mail="me@example.org")
    assert visitor.wrong() == {"contact"}
    await visitor.send("/letter", expect=422, contact="090 1234 5678", mail="")
    assert visitor.wrong() == {"mail"}
    await visitor.send("/letter", contact="090 1234 5678", mail="me@example.org")

    assert "We have mailed you a link of your own" in visitor.text
    assert await factory.states([claim]) == ["consent_pending"]


@LANGUAGES
@pytest.mark.parametrize("token", ["x", "A" * 43, "%E6%9E%97", "..%2F"])
async def test_a_forged_link_says_so_and_nothing_else(token, language):
    await _scene()
    visitor = Visitor(language)

    await visitor.open(f"/r/{token}", expect=404)

    assert not visitor.page.css("form[method=post][action*='/r/']")


async def test_an_expired_link_says_that_nothing_was_shared():
    _, bounty, by, _ = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org")
    visitor = Visitor()
    path = f"/r/{await factory.link(claim)}"
    await visitor.open(path)
    await tasks.later(days=7, minutes=1)

    await visitor.send("/consent", expect=409, name="林 拓也", agreed="on")

    assert "The time to answer has passed" in visitor.text
    assert "hayashi" not in visitor.text


@LANGUAGES
async def test_the_owner_names_employees_by_a_file(language):
    firm = await tasks.firm()
    visitor = await _visit(firm.owner, language)
    await visitor.open(f"/c/{firm.slug}/settings/known")

    await visitor.send("/known", files={"file": ("list.csv", b"a@aoba.jp\nb@aoba.jp\n", "text/csv")})

    assert "2" in visitor.text
    await visitor.send("/known", expect=422, files={"file": ("list.csv", b"nothing\n", "text/csv")})
    assert "file" in visitor.wrong()


@pytest.mark.parametrize("path", ["%FF", "%ED%A0%80", "%00", "a%2Fb", "💌", "A" * 3000])
async def test_no_token_breaks_the_candidates_page(path):
    await _scene()
    visitor = Visitor()

    answer = await visitor.client.get(f"/r/{path}")

    assert answer.status_code in {400, 404}
