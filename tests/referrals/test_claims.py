"""Refer somebody blind: one holder, a queue in the order of the receipts, and answers that betray nobody."""

import asyncio
from datetime import timedelta

import pytest

from marketplace.core import db
from marketplace.core.errors import Invalid, NotAllowed, NotFound
from marketplace.referrals import claim_queries, claims, known, receipts, sealed, waiting
from marketplace.referrals.claims import Wish
from marketplace.referrals.contacts import read
from tests.factories import alumni, bounties, tasks
from tests.factories import claims as factory
from tests.factories.companies import colleague
from tests.factories.tasks import Firm, rows, work

pytestmark = pytest.mark.usefixtures("database")


async def _scene() -> tuple[Firm, object, object]:
    firm = await tasks.firm()
    return firm, await bounties.published(firm), await factory.referrer(firm)


async def _many(firm: Firm, number: int) -> list:
    """Let this many alumni join the firm's network, asked for referrals."""
    lines = [
        f"R{n:06},紹介 {n},referrer{n}@example.jp,デザイン部,,2014-04-01,2022-03-31" for n in range(number)
    ]
    await alumni.imported(firm.owner, *lines)
    await known.feed()
    async with db.transaction(operator=True):
        await db.execute(
            """update membership set status = 'active', consent_version = 'x', consented_at = now(), intent_referrals = true
               where email like 'referrer%'"""
        )
        people = await db.fetch("select id from person where email like 'referrer%' order by email")
    from marketplace.core.actor import Actor

    return [Actor("alumnus", person=row["id"]) for row in people]


async def test_an_accepted_claim_holds_the_candidate_for_seven_days_and_has_a_signed_receipt():
    _, bounty, by = await _scene()

    claim = await factory.made(bounty, by, "hayashi@example.org")

    row = await factory.row(claim)
    assert (row["status"], row["blocked_by"]) == ("consent_pending", "")
    assert row["held_until"] - row["claimed_at"] == timedelta(days=7)
    said = receipts.verify(row["receipt"])
    assert (said.claim, said.bounty, said.referrer, said.at) == (claim, bounty, by.person, row["claimed_at"])


async def test_two_hundred_claims_at_once_have_one_holder_and_a_queue_in_the_order_of_the_receipts():
    firm, bounty, _ = await _scene()
    people = await _many(firm, 200)

    found = await asyncio.gather(
        *(claims.refer(bounty, Wish("one@example.org", "林"), by=each) for each in people)
    )

    made = await rows("select id, number, status, blocked_by from claim order by number")
    assert len(made) == len({each.claim for each in found}) == 200
    assert [row["status"] for row in made] == ["consent_pending"] + ["blocked"] * 199
    assert {row["blocked_by"] for row in made[1:]} == {"claim"}
    for step in range(3):
        await tasks.later(days=7, minutes=1)
        await waiting.lapse()
        await work()
        states = await factory.states([row["id"] for row in made[: step + 3]])
        assert states == ["withdrawn"] * (step + 1) + ["consent_pending", "blocked"]


async def test_each_reason_is_found_and_none_is_told():
    firm, bounty, by = await _scene()
    employee = await colleague(firm.owner, firm.slug, "recruiter")
    await known.feed()
    [mailbox] = await rows("select email from person where id = $1", employee.person)
    async with db.transaction(company=firm.company):
        await known.add(firm.company, "applicant", [read("090-1234-5678")])
    await factory.owned(bounty, await factory.referrer(firm), "met@example.org")
    other = await factory.referrer(firm)
    await factory.made(bounty, other, "held@example.org")
    [colleague_of_old] = await rows("select email from person where id = $1", other.person)

    found = {}
    for reason, contact in {
        "employee": mailbox["email"].upper(),
        "applicant": "+81 90 1234 5678",
        "past_claim": "met+again@example.org",
        "claim": "HELD@example.org",
        "pool": colleague_of_old["email"],
    }.items():
        found[reason] = await factory.made(bounty, by, contact)

    made = {reason: await factory.row(claim) for reason, claim in found.items()}
    assert {reason: row["blocked_by"] for reason, row in made.items()} == {reason: reason for reason in found}
    shown = [await claim_queries.held(claim, by=by) for claim in found.values()]
    assert {
        (each.row["status"], each.row["reason"], each.row["held_until"], each.link) for each in shown
    } == {("blocked", "", None, "")}
    assert all(each.said["contact"] and receipts.verify(each.row["receipt"]) for each in shown)
    assert all("blocked_by" not in each.row for each in shown)


async def test_the_same_statements_run_whatever_the_answer():
    firm, bounty, by = await _scene()
    await factory.made(bounty, await factory.referrer(firm), "held@example.org")
    async with db.transaction(company=firm.company):
        await known.add(firm.company, "employee", [read("known@example.org")])

    asked = {}
    for contact in ("free@example.org", "held@example.org", "known@example.org"):
        asked[contact] = await _statements(bounty, contact, by)

    assert asked["free@example.org"] == asked["held@example.org"] == asked["known@example.org"]
    assert len(asked["free@example.org"]) > 10


async def _statements(bounty, contact, by) -> list[str]:
    said = []
    async with db.transaction():
        connection = db.current().connection
        connection.add_query_logger(heard := lambda record: said.append(record.query))
        try:
            await claims.refer(bounty, Wish(contact), by=by)
        finally:
            connection.remove_query_logger(heard)
    return said


@pytest.mark.parametrize(
    "alias",
    ["Kenji.Tanaka+me@gmail.com", "kenjitanaka@googlemail.com", "ｋｅｎｊｉｔａｎａｋａ＠ｇｍａｉｌ．ｃｏｍ"],
)
async def test_oneself_is_told_so_under_every_alias(alias):
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm), await factory.referrer(firm, "kenji.tanaka@gmail.com")

    with pytest.raises(Invalid) as refusal:
        await claims.refer(bounty, Wish(alias), by=by)

    assert "That is you" in str(refusal.value.fields["contact"])
    assert not await rows("select id from claim")


async def test_a_day_has_so_many_tries_and_each_counts_whatever_its_answer(monkeypatch):
    _, bounty, by = await _scene()
    monkeypatch.setattr(claims, "MOST_A_DAY", 3)
    [mine] = await rows("select email from person where id = $1", by.person)
    with pytest.raises(Invalid):
        await claims.refer(bounty, Wish(mine["email"]), by=by)
    await factory.made(bounty, by)
    await factory.made(bounty, by)

    with pytest.raises(NotAllowed):
        await claims.refer(bounty, Wish("one.more@example.org"), by=by)
    await tasks.later(days=1, minutes=1)
    again = await factory.made(bounty, by)

    assert await factory.states([again]) == ["consent_pending"]


async def test_asking_again_returns_ones_own_claim():
    _, bounty, by = await _scene()
    first = await factory.made(bounty, by, "hayashi@example.org")

    second = await claims.refer(bounty, Wish("Hayashi+x@example.org"), by=by)

    assert second.claim == first
    assert len(await rows("select id from claim")) == 1


async def test_who_is_not_asked_for_referrals_finds_no_bounty():
    firm, bounty, _ = await _scene()
    stranger = await factory.referrer(await tasks.firm())
    unwilling, _ = await alumni.alumnus(firm.owner, "", "tasks")

    for person in (stranger, unwilling):
        with pytest.raises(NotFound):
            await claims.refer(bounty, Wish("hayashi@example.org"), by=person)
        assert (await claim_queries.asked(by=person))["bounties"] == []


async def test_taking_back_wipes_the_contact_and_lets_the_next_one_move_up():
    firm, bounty, by = await _scene()
    first = await factory.made(bounty, by, "hayashi@example.org")
    second = await factory.made(bounty, await factory.referrer(firm), "hayashi@example.org")

    await claims.take_back(first, by=by)
    await work()

    assert await factory.states([first, second]) == ["withdrawn", "consent_pending"]
    kept = await rows("select claim_id from claim_contact")
    assert [row["claim_id"] for row in kept] == [second]


async def test_a_lapsed_priority_is_wiped_and_a_newcomer_goes_behind_who_waits():
    firm, bounty, by = await _scene()
    first = await factory.made(bounty, by, "hayashi@example.org")
    second = await factory.made(bounty, await factory.referrer(firm), "hayashi@example.org")
    await tasks.later(days=7, minutes=1)

    await waiting.lapse()
    third = await factory.made(bounty, await factory.referrer(firm), "hayashi@example.org")

    assert await factory.states([first, second, third]) == ["withdrawn", "consent_pending", "blocked"]
    assert (await factory.row(first))["reason"] == "no_consent"
    assert (await factory.row(first))["digest"]
    assert not await rows("select 1 from claim_contact where claim_id = $1", first)


async def test_what_is_not_available_keeps_its_contact_equally_long_for_every_reason():
    firm, bounty, by = await _scene()
    await factory.made(bounty, await factory.referrer(firm), "held@example.org")
    async with db.transaction(company=firm.company):
        await known.add(firm.company, "employee", [read("known@example.org")])
    blocked = [await factory.made(bounty, by, f"{name}@example.org") for name in ("held", "known")]

    await tasks.later(days=29)
    await sealed.wipe_over()
    before = await rows("select claim_id from claim_contact where claim_id = any($1::uuid[])", blocked)
    await tasks.later(days=2)
    await sealed.wipe_over()

    assert len(before) == 2
    assert not await rows("select 1 from claim_contact where claim_id = any($1::uuid[])", blocked)


async def test_the_company_sees_nothing_before_the_consent_and_the_claim_after_it():
    firm, bounty, by = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org")
    blocked = await factory.made(bounty, await factory.referrer(firm), "hayashi@example.org")

    before = await _seen_by_company(firm)
    from marketplace.referrals import consents

    await consents.give(await factory.link(claim), "林 拓也", version=consents.TEXT_VERSION)
    after = await _seen_by_company(firm)

    assert before == dict.fromkeys(before, 0)
    assert after["claim"] == 1
    assert after["claim_contact"] == after["referral_try"] == 0
    async with db.transaction(company=firm.company):
        assert await db.fetchval("select count(*) from claim where id = $1", blocked) == 0


async def _seen_by_company(firm: Firm) -> dict[str, int]:
    tables = (
        "claim", "claim_contact", "claim_move", "claim_consent", "consent_link", "referral_try", "contact_due",
        "policy_verdict",
    )  # fmt: skip
    found = {}
    async with db.transaction(company=firm.company):
        for table in tables:
            only = " where claim_id is not null" if table == "policy_verdict" else ""
            found[table] = await db.fetchval(f"select count(*) from {table}{only}")
        found["events"] = await db.fetchval(
            "select count(*) from activity_event where subject like 'claim:%'"
        )
        found["notices"] = await db.fetchval("select count(*) from notification where kind like 'claim.%'")
    return found


async def test_other_alumni_see_nothing_of_a_claim():
    firm, bounty, by = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org")
    other = await factory.referrer(firm)

    with pytest.raises(NotFound):
        await claim_queries.held(claim, by=other)
    with pytest.raises(NotFound):
        await claims.take_back(claim, by=other)
    async with db.transaction(person=other.person):
        assert await db.fetchval("select count(*) from claim") == 0
        assert await db.fetchval("select count(*) from claim_contact") == 0


async def test_the_contact_rests_encrypted():
    _, bounty, by = await _scene()
    claim = await factory.made(bounty, by, "hayashi@example.org", word="推薦します")

    [kept] = await rows("select sealed from claim_contact where claim_id = $1", claim)
    jobs = await rows("select args::text as args from outbox")

    assert b"hayashi" not in kept["sealed"]
    assert not any("hayashi" in row["args"] for row in jobs)
    async with db.transaction(person=by.person):
        assert (await sealed.get(claim))["contact"] == "hayashi@example.org"


async def test_where_no_reward_is_lawful_the_referrer_reads_why_and_may_refer_without_one():
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm, "business"), await factory.referrer(firm)
    contact = "abroad@example.org"
    async with db.transaction(operator=True):
        await db.execute("update bounty set sector = 'insurance' where id = $1", bounty)

    denied = await claims.refer(bounty, Wish(contact), by=by)
    shown = (await claim_queries.mine(by=by))["claims"]
    freely = await claims.refer(bounty, Wish(contact, unrewarded=True), by=by)

    assert denied.denied is not None
    assert denied.denied.deciding
    assert shown == []
    assert not await rows("select 1 from claim_contact where claim_id = $1", denied.claim)
    assert freely.denied is None
    assert (await factory.row(freely.claim))["unrewarded"]
    assert await factory.states([freely.claim]) == ["consent_pending"]
    verdicts = await rows("select answer from policy_verdict where claim_id is not null order by id")
    assert [row["answer"] for row in verdicts] == ["deny", "allow"]  # of the reward, and of none


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact": "nobody"},
        {"contact": "x@example.org", "name": "x" * 101},
        {"contact": "x@example.org", "name": "a\u202eb"},
        {"contact": "x@example.org", "word": "x" * 1001},
        {"contact": "x@example.org", "locale": "fr"},
        {"contact": "x@example.org", "candidate_country": "jp"},
        {"contact": "x@example.org", "referrer_country": "JPN"},
    ],
)
async def test_what_cannot_be_is_refused_by_its_field_and_no_try_is_used_up(wrong):
    _, bounty, by = await _scene()
    field = list(wrong)[-1]

    with pytest.raises(Invalid) as refusal:
        await claims.refer(bounty, Wish(**wrong), by=by)

    assert list(refusal.value.fields) == [field]
    assert not await rows("select id from referral_try")


async def test_a_closed_bounty_promotes_nobody():
    firm, bounty, by = await _scene()
    first = await factory.made(bounty, by, "hayashi@example.org")
    second = await factory.made(bounty, await factory.referrer(firm), "hayashi@example.org")
    from marketplace.referrals import bounties as actions

    await actions.close(bounty, "決まりました。", by=firm.owner)

    await claims.take_back(first, by=by)
    await work()

    assert await factory.states([first, second]) == ["withdrawn", "blocked"]


async def test_names_of_new_members_and_alumni_are_known_by_themselves():
    firm, bounty, by = await _scene()
    await alumni.imported(firm.owner, "000777,新人 一郎,ichiro@example.jp,デザイン部,,2014-04-01,2022-03-31")

    await known.feed()
    claim = await factory.made(bounty, by, "Ichiro+x@example.jp")

    assert (await factory.row(claim))["blocked_by"] == "pool"
    assert not await rows("select id from contact_due")
