"""What the pages of a company's bounties promise: the law is seen while typing, and no way leads around it."""

from datetime import timedelta

import pytest

from marketplace.core.errors import NotFound
from marketplace.referrals import bounties, bounty_queries, bounty_sweeps, company_seats
from marketplace.referrals.verdicts import NotLawful
from tests.factories import bounties as factory
from tests.factories import companies, tasks
from tests.web.asgi_visitor import BASE, Visitor, signed_in
from web.story import visitor as forms

pytestmark = pytest.mark.usefixtures("database")


async def _visit(who, language: str = "en") -> Visitor:
    [found] = await tasks.rows("select email from person where id = $1", who.person)
    return await signed_in(found["email"], language)


async def _filled(firm, kind: str = "gig", **changes: object) -> dict[str, object]:
    day = await bounty_queries.today(by=firm.owner)
    return {
        "title": "動画編集ができる方",
        "what": "商品紹介の短い動画を編集する仕事です。",
        "wanted": "動画編集の経験が2年以上ある方",
        "place": "東京または在宅",
        "closes_on": (day + timedelta(days=30)).isoformat(),
        "amount_1": "30,000",
        "days_1": "0",
        "amount_2": "30,000",
        "days_2": "30",
        "guarantee_days": "30" if kind == "gig" else "90",
        **changes,
    }


async def _bounty() -> dict:
    [row] = await tasks.rows("select * from bounty")
    return row


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_gig_bounty_is_written_shown_to_the_yen_and_published_without_javascript(language):
    firm = await tasks.firm()
    visitor = await _visit(firm.owner, language)
    await visitor.open(f"/c/{firm.slug}/bounties")
    await visitor.open(f"/c/{firm.slug}/bounties/new")
    await visitor.open(f"/c/{firm.slug}/bounties/new?kind=gig")

    await visitor.send("/bounties", do="check", **await _filled(firm))
    [button] = [node.text() for node in visitor.page.css("button[value=publish]")]
    assert "60,000" in button
    await visitor.send("/bounties", do="publish", **await _filled(firm))

    row = await _bounty()
    assert row["status"] == "published"
    assert visitor.path == f"/c/{firm.slug}/bounties/{row['id']}"
    [terms] = await tasks.rows("select reward_amount, tranches from bounty_terms")
    assert terms["reward_amount"] == 60_000
    assert [part["after_days"] for part in terms["tranches"]] == [0, 30]


@pytest.mark.parametrize(
    ("language", "reason"), [("ja", "国の許可が要ります"), ("en", "needs a licence or a permission")]
)
async def test_a_hire_bounty_in_japan_shows_reason_rule_law_countries_and_four_ways(language, reason):
    firm = await tasks.firm()
    visitor = await _visit(firm.owner, language)
    await visitor.open(f"/c/{firm.slug}/bounties/new?kind=hire")

    await visitor.send("/bounties", 422, do="publish", shown="60000:0", **await _filled(firm, "hire"))

    words = visitor.page.css_first("#verdict").text(separator=" ")
    assert reason in words
    assert "JP-HIRE-OUTSIDER" in words
    assert len(visitor.page.css("#countries tbody tr")) == 3
    assert len(visitor.page.css("#ways li")) == 4
    assert visitor.page.css("button[value=publish]") == []
    row = await _bounty()
    assert row["status"] == "draft"
    [verdict] = await tasks.rows("select answer from policy_verdict where bounty_id = $1", row["id"])
    assert verdict["answer"] == "deny"


async def test_the_draft_of_a_denied_bounty_is_kept_once_and_can_go_the_way_without_a_reward():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    await visitor.open(f"/c/{firm.slug}/bounties/new?kind=hire")
    await visitor.send("/bounties", 422, do="publish", shown="60000:0", **await _filled(firm, "hire"))

    await visitor.send("/edit", do="publish", shown="0:0", reward_type="none")

    assert (await _bounty())["status"] == "published"


async def test_typing_is_answered_with_the_verdict_and_the_buttons_as_parts():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    await visitor.open(f"/c/{firm.slug}/bounties/new?kind=hire")
    node = visitor.page.css_first("form[hx-post]")
    values = {**forms._read_form(node, str(visitor.answer.url)).values, **await _filled(firm, "hire")}

    answer = await visitor.client.post(node.attributes["hx-post"], data=values, headers={"origin": BASE})

    assert answer.status_code == 200
    assert "JP-HIRE-OUTSIDER" in answer.text
    assert answer.text.count('hx-swap-oob="true"') == 4
    assert await tasks.rows("select id from policy_verdict") == []


async def test_an_amount_that_was_not_shown_is_shown_first():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    await visitor.open(f"/c/{firm.slug}/bounties/new?kind=gig")
    await visitor.send("/bounties", do="check", **await _filled(firm))

    await visitor.send("/bounties", 422, do="publish", **await _filled(firm, amount_1="90,000"))

    assert "¥120,000 now" in visitor.text
    assert await tasks.rows("select id from bounty") == []


@pytest.mark.parametrize("door", ["create", "publication", "import"])
async def test_a_program_gets_the_same_denial_as_a_problem_with_its_rules(door):
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    at = f"/c/{firm.slug}/bounties"
    await visitor.open(f"{at}/new?kind=hire")
    form = forms._read_form(visitor.page.css_first("form[hx-post]"), str(visitor.answer.url))
    values = {**form.values, **await _filled(firm, "hire"), "do": "publish", "shown": "60000:0"}
    headers = {"origin": BASE, "accept": "application/json"}
    if door == "create":
        answer = await visitor.client.post(at, data=values, headers=headers)
    elif door == "publication":
        bounty = await factory.draft(firm, "hire", factory.HIRE_TERMS)
        answer = await visitor.client.post(f"{at}/{bounty}/publication", data=values, headers=headers)
    else:
        answer = await visitor.client.post(
            f"{at}/import", data=values, files={"file": ("x.csv", b"\x00")}, headers=headers
        )

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("file" if door == "import" else "JP-HIRE-OUTSIDER") in answer.json()["fields"]


async def test_a_file_of_bounties_is_brought_in_row_by_row():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    ends = (await bounty_queries.today(by=firm.owner)) + timedelta(days=30)
    content = f"種類,題名,内容,探している人,場所,募集の終わり,報奨額,公開\nhire,営業,営業職,経験者,東京,{ends},300000,公開\ngig,編集,編集,経験者,在宅,{ends},30000,公開\n"
    await visitor.open(f"/c/{firm.slug}/bounties/import")

    await visitor.send("/import", files={"file": ("bounties.csv", content.encode("cp932"))})
    report = visitor.answer.url.path
    await visitor.open(report)

    assert report.startswith(f"/c/{firm.slug}/bounties/import/")
    assert "JP-HIRE-OUTSIDER" in visitor.text
    rows = await tasks.rows("select kind, status from bounty order by id")
    assert [tuple(row.values()) for row in rows] == [("hire", "draft"), ("gig", "published")]


async def test_a_changed_bounty_shows_its_new_version_and_the_earlier_one():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")
    visitor = await _visit(firm.owner)
    await visitor.open(f"/c/{firm.slug}/bounties/{bounty}/edit")

    await visitor.send("/edit", do="check", amount_1="50,000")
    await visitor.send("/edit", do="publish")

    assert "version 2" in visitor.text
    assert "Earlier versions" in visitor.text
    assert (await _bounty())["version"] == 2


async def test_pausing_resuming_and_closing_from_the_page():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")
    visitor = await _visit(firm.owner)
    await visitor.open(f"/c/{firm.slug}/bounties/{bounty}")

    await visitor.send("/pause")
    assert "paused" in visitor.text
    await visitor.send("/resumption")
    await visitor.send("/closure", 422)
    assert visitor.wrong() == {"reason"}
    await visitor.send("/closure", reason="充足したため")

    assert (await _bounty())["status"] == "closed"
    assert "充足したため" in visitor.text


async def test_the_list_is_searched_paged_and_handed_out_as_a_file():
    firm = await tasks.firm()
    for number in range(21):
        await factory.draft(firm, "gig", title=f"=紹介 {number}")
    visitor = await _visit(firm.owner)

    await visitor.open(f"/c/{firm.slug}/bounties?page=2")
    assert "=紹介 0" in visitor.text
    await visitor.open(f"/c/{firm.slug}/bounties?q=nothing")
    assert "No such bounty" in visitor.text
    answer = await visitor.client.get(f"/c/{firm.slug}/bounties/export.csv?tab=draft")

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 22
    assert lines[1].startswith("'=紹介 20,")


async def test_an_empty_list_teaches_the_first_step():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)

    await visitor.open(f"/c/{firm.slug}/bounties")

    assert "A reward for bringing the right person" in visitor.text


async def test_a_licence_is_filed_by_one_person_and_signed_off_by_another():
    await factory.operator()
    second = await factory.operator("second@enishi.example.jp", "運営 次郎")
    first = await signed_in("operator@enishi.example.jp", "en")
    day = (await factory.filing()).valid_from
    await first.open("/operator/licences")
    await first.send("/operator/licences", 422, number="x")
    assert {"valid_to", "scheme", "document"} <= first.wrong()
    await first.send(
        "/operator/licences",
        number="13-ユ-300001", valid_from=day.isoformat(), valid_to=(day + timedelta(days=365)).isoformat(),
        scheme="upper_limit", fee_cap="11.0", fee_table_notified_on=day.isoformat(),
        files={"document": ("licence.pdf", factory.PDF)},
    )  # fmt: skip
    assert "somebody else signs it off" in first.text
    assert first.page.css("form[action$=signature]") == []

    other = await _visit(second)
    await other.open("/operator/licences")
    await other.send("/signature")

    [row] = await tasks.rows("select fee_cap_bp, signed_off_by, document_sha256 from referral_licence")
    assert (row["fee_cap_bp"], row["signed_off_by"]) == (1100, str(second.person))
    await other.send("/withdrawal", 422)
    await other.send("/withdrawal", reason="更新しません")
    assert "更新しません" in other.text


async def test_the_operator_notes_a_companys_country_and_its_bounties_are_judged_anew():
    firm = await tasks.firm()
    bounty = await factory.published(firm, "gig")
    visitor = await _visit(await factory.operator())
    await visitor.open(f"/operator/companies/{firm.slug}")
    assert '<option value="JP" selected>' in visitor.answer.text

    await visitor.send("/country", 422, country="ZZ")
    assert "country" in visitor.wrong()
    await visitor.send("/country", country="US")
    await bounty_sweeps.sweep()

    assert "The law of this country counts" in visitor.text
    verdicts = await tasks.rows("select facts from policy_verdict where bounty_id = $1 order by id", bounty)
    assert [row["facts"]["countries"] for row in verdicts] == [["JP"], ["JP", "US"]]


async def test_no_company_notes_its_own_country():
    firm = await tasks.firm()

    with pytest.raises(NotFound):
        await company_seats.move_to(firm.company, "US", by=firm.owner)

    assert (await tasks.rows("select country from company where id = $1", firm.company))[0]["country"] == "JP"


async def test_an_owner_files_a_permission_and_a_recruiter_only_reads_it():
    firm = await tasks.firm()
    visitor = await _visit(firm.owner)
    day = (await factory.filing()).valid_from
    await visitor.open(f"/c/{firm.slug}/settings")
    await visitor.open(f"/c/{firm.slug}/settings/permissions")

    await visitor.send(
        "/permissions",
        number="東-0123", valid_from=day.isoformat(), valid_to=(day + timedelta(days=90)).isoformat(),
        approved="300,000", files={"document": ("permission.pdf", factory.PDF)},
    )  # fmt: skip

    assert "東-0123" in visitor.text
    recruiter = await _visit(await companies.colleague(firm.owner, firm.slug, "recruiter"))
    await recruiter.open(f"/c/{firm.slug}/settings/permissions")
    assert recruiter.page.css("form[enctype]") == []
    link = recruiter.page.css_first("a[href$=document]").attributes["href"]
    assert (await recruiter.client.get(link)).content == factory.PDF


async def test_a_review_that_was_refused_says_so_on_the_draft_and_leaves_it_to_be_changed():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "gig", country="SG")
    owner = await _visit(firm.owner)
    await owner.open(f"/c/{firm.slug}/bounties/{bounty}")
    await owner.send("/publication")
    assert "Waiting for a person of the operator" in owner.text
    visitor = await _visit(await factory.operator())
    await visitor.open("/operator/reviews")
    await visitor.open(visitor.page.css_first("a[href^='/operator/reviews/']").attributes["href"])
    await visitor.send("/decision", answer="deny", note="現地法に反します")

    await owner.open(f"/c/{firm.slug}/bounties/{bounty}")

    assert "現地法に反します" in owner.text
    assert owner.page.css("form[action$=publication]") == []


async def test_a_review_is_decided_on_the_operators_page_and_the_bounty_then_published():
    firm = await tasks.firm()
    bounty = await factory.draft(firm, "gig", country="SG")
    with pytest.raises(NotLawful):
        await bounties.publish(bounty, by=firm.owner)
    visitor = await _visit(await factory.operator())
    await visitor.open("/operator/reviews")
    await visitor.open(visitor.page.css_first("a[href^='/operator/reviews/']").attributes["href"])

    await visitor.send("/decision", 422, answer="allow")
    await visitor.send("/decision", answer="allow", note="現地の弁護士が確認済み")

    assert "No referral reward waits" in visitor.text
    owner = await _visit(firm.owner)
    await owner.open(f"/c/{firm.slug}/bounties/{bounty}")
    await owner.send("/publication")
    assert (await _bounty())["status"] == "published"
