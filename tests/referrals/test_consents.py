"""The candidate's own word: given, refused, withdrawn, too late; by links that cannot be forged or used twice."""

from datetime import timedelta

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.notifications import mail
from marketplace.referrals import claims, consent_links, consents, sealed, waiting
from tests.factories import bounties, tasks
from tests.factories import claims as factory
from tests.factories.tasks import rows, work

pytestmark = pytest.mark.usefixtures("database")
VERSION = consents.TEXT_VERSION


async def _asked(contact: str = "hayashi@example.org", **wish):
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm), await factory.referrer(firm)
    return firm, by, await factory.made(bounty, by, contact, **wish)


async def _letters(claim) -> list[str]:
    found = await rows(
        "select args from outbox where kind = 'referrals.letter' and args->>'claim' = $1 order by id",
        str(claim),
    )
    return [row["args"]["letter"] for row in found]


async def test_a_consent_shows_the_claim_to_the_company_and_tells_both_sides():
    firm, by, claim = await _asked()

    await consents.give(await factory.link(claim), "林 拓也", "090-1234-5678", version=VERSION, locale="en")

    row = await factory.row(claim)
    assert (row["status"], row["candidate_name"], row["candidate_phone"]) == (
        "owned",
        "林 拓也",
        "+819012345678",
    )
    assert row["held_until"] - row["consented_at"] == timedelta(days=180)
    assert (row["next_step"], row["next_owner"], row["candidate_locale"]) == ("look", "company", "en")
    assert not await rows("select 1 from claim_contact")
    assert await _letters(claim) == ["consent", "kept"]
    assert "claim.owned" in await tasks.notices(by)
    assert "claim.received" in await tasks.notices(firm.owner)
    [word] = await rows("select act, text_version, shared from claim_consent")
    assert (word["act"], word["text_version"]) == ("given", VERSION)
    assert word["shared"] == {"name": True, "mail": True, "phone": True}
    known = await rows("select kind from known_contact where kind = 'past_claim'")
    assert len(known) == 2


async def test_a_refusal_wipes_the_contact_ends_the_line_and_is_told_to_the_referrer_alone():
    firm, by, claim = await _asked()
    [bounty] = await rows("select bounty_id from claim")
    waits = await factory.made(bounty["bounty_id"], await factory.referrer(firm), "hayashi@example.org")
    token = await factory.link(claim)

    await consents.refuse(token)
    await work()
    later = await factory.made(bounty["bounty_id"], await factory.referrer(firm), "hayashi@example.org")

    assert await factory.states([claim, waits, later]) == ["declined", "blocked", "blocked"]
    assert (await factory.row(claim))["reason"] == "refused"
    assert not await rows("select 1 from claim_contact where claim_id = $1", claim)
    assert "claim.declined" in await tasks.notices(by)
    assert (await consents.look(token)).stage == "declined"
    async with db.transaction(company=firm.company):
        assert await db.fetchval("select count(*) from claim") == 0


async def test_a_consent_is_withdrawn_by_the_own_link_and_name_and_contact_go():
    _, by, claim = await _asked()
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)
    own = await factory.link(claim, "candidate")

    await consents.withdraw(own)

    row = await factory.row(claim)
    assert (row["status"], row["reason"]) == ("withdrawn", "consent_withdrawn")
    assert (row["candidate_name"], row["candidate_email"], row["candidate_phone"]) == ("", "", "")
    assert (await consents.look(own)).stage == "withdrawn"
    assert "claim.withdrawn" in await tasks.notices(by)
    with pytest.raises(Conflict):
        await consents.withdraw(own)


async def test_the_company_is_told_of_a_withdrawal_and_its_notices_lose_the_name():
    firm, _, claim = await _asked()
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)

    await consents.withdraw(await factory.link(claim, "candidate"))

    told = await rows(
        "select kind, params from notification where path = $1 order by id",
        f"/c/{firm.slug}/referrals/{claim}",
    )
    assert [each["kind"] for each in told] == ["claim.received", "claim.consent_gone"]
    assert "林 拓也" not in str(told)
    assert (await factory.row(claim))["word"] == ""


async def test_the_referrers_link_consents_to_nothing_but_mails_the_candidate_his_own():
    _, _, claim = await _asked()
    handed = await factory.link(claim, "referrer")

    assert (await consents.look(handed)).stage == "hands_on"
    with pytest.raises(Conflict):
        await consents.give(handed, "林 拓也", version=VERSION)
    with pytest.raises(Invalid) as refusal:
        await consents.ask_letter(handed, "somebody.else@example.org")
    await consents.ask_letter(handed, "Hayashi+me@example.org")

    assert list(refusal.value.fields) == ["contact"]
    assert await _letters(claim) == ["consent", "consent"]
    async with db.transaction(operator=True):
        assert (await sealed.get(claim))["mail"] == "hayashi@example.org"


async def test_a_candidate_named_by_phone_gets_the_link_at_his_own_mail_box():
    _, by, claim = await _asked("090-1234-5678")
    handed = await factory.link(claim, "referrer")
    [mine] = await rows("select email from person where id = $1", by.person)
    assert await _letters(claim) == []

    with pytest.raises(Invalid):
        await consents.ask_letter(handed, "080-0000-0000", "hayashi@example.org")
    with pytest.raises(Invalid) as own:
        await consents.ask_letter(handed, "+81 90 1234 5678", mine["email"].replace("@", "+x@"))
    await consents.ask_letter(handed, "+81 90 1234 5678", "hayashi@example.org")
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)

    assert list(own.value.fields) == ["mail"]
    assert (await factory.row(claim))["candidate_email"] == "hayashi@example.org"
    assert (await consents.look(handed)).stage == "used"


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "../../etc", "林", "\u202e", "%00", "A" * 5000])
async def test_a_forged_link_opens_nothing(forged):
    await _asked()

    for act in (consents.look, consents.refuse, consents.withdraw):
        with pytest.raises(NotFound):
            await act(forged)
    with pytest.raises(NotFound):
        await consents.give(forged, "林 拓也", version=VERSION)


async def test_a_link_of_another_kind_or_claim_is_another_token():
    _, _, claim = await _asked()
    tokens = {consent_links.token(claim, via) for via in ("mail", "referrer", "candidate")}

    assert len(tokens) == 3
    with pytest.raises(NotFound):
        await consents.look(consent_links.token(claim, "candidate"))


async def test_an_answer_after_the_seven_days_is_too_late_even_before_the_sweep():
    _, _, claim = await _asked()
    token = await factory.link(claim)
    await tasks.later(days=7, minutes=1)

    assert (await consents.look(token)).stage == "over"
    with pytest.raises(Conflict):
        await consents.give(token, "林 拓也", version=VERSION)
    await waiting.lapse()

    assert (await consents.look(token)).stage == "over"
    assert await factory.states([claim]) == ["withdrawn"]


async def test_a_link_consents_once_and_two_at_once_are_one():
    import asyncio

    _, _, claim = await _asked()
    token = await factory.link(claim)

    answers = await asyncio.gather(
        *(consents.give(token, "林 拓也", version=VERSION) for _ in range(4)),
        consents.refuse(token),
        return_exceptions=True,
    )

    assert sum(isinstance(each, Conflict) for each in answers) == 4
    assert len(await rows("select 1 from claim_consent")) == 1


async def test_an_outdated_text_consents_to_nothing():
    _, _, claim = await _asked()

    with pytest.raises(Conflict):
        await consents.give(await factory.link(claim), "林 拓也", version="2020-01-01")

    assert await factory.states([claim]) == ["consent_pending"]


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [
        ("", "", "name"),
        ("x" * 101, "", "name"),
        ("a\u202eb", "", "name"),
        ("林", "12", "phone"),
        ("林", "abc", "phone"),
    ],
)
async def test_a_consent_names_what_is_wrong(name, phone, field):
    _, _, claim = await _asked()

    with pytest.raises(Invalid) as refusal:
        await consents.give(await factory.link(claim), name, phone, version=VERSION)

    assert list(refusal.value.fields) == [field]


async def test_the_referrer_and_the_candidate_are_reminded_once_before_the_end():
    _, by, claim = await _asked()
    await tasks.later(days=5, minutes=1)

    await waiting.remind()
    await waiting.remind()

    assert (await tasks.notices(by)).count("claim.consent_ends") == 1
    assert await _letters(claim) == ["consent", "reminder"]


async def test_an_ownership_ends_with_a_reminder_before_and_a_reason_after():
    firm, by, claim = await _asked()
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)
    await tasks.later(days=167)
    await waiting.remind()
    await waiting.end_ownership()
    still = await factory.states([claim])

    await tasks.later(days=14)
    await waiting.end_ownership()

    assert still == ["owned"]
    row = await factory.row(claim)
    assert (row["status"], row["reason"]) == ("declined", "ownership_over")
    assert "claim.ownership_ends" in await tasks.notices(by)
    assert "claim.ownership_ends" in await tasks.notices(firm.owner)


async def test_the_mail_carries_the_link_in_the_candidates_language_and_no_answered_one_is_mailed(
    monkeypatch,
):
    from marketplace import worker

    sent = []

    async def keep(letter) -> None:
        sent.append(letter)

    monkeypatch.setattr(mail, "send", keep)
    _, _, claim = await _asked("Hayashi.T@example.org", locale="en")
    await worker.drain_rows("mail", 60)
    [letter] = [each for each in sent if each["To"] == "Hayashi.T@example.org"]

    text = letter.get_body(("plain",)).get_content()
    token = text.partition("/r/")[2].split()[0]
    assert "would like to introduce you" in letter["Subject"]
    assert (await consents.look(token)).stage == "asks"
    await consents.refuse(token)
    async with db.transaction(operator=True):
        from marketplace.core import outbox

        await outbox.enqueue("referrals.letter", queue="mail", claim=str(claim), letter="reminder")
    before = len(sent)
    await worker.drain_rows("mail", 60)
    assert not [each for each in sent[before:] if each["To"] == "Hayashi.T@example.org"]


async def test_a_candidate_who_has_agreed_under_one_address_is_not_introduced_twice_for_one_bounty():
    firm, _, claim = await _asked("090-1234-5678")
    [row] = await rows("select bounty_id from claim")
    second = await factory.made(row["bounty_id"], await factory.referrer(firm), "hayashi@example.org")
    await consents.ask_letter(await factory.link(claim, "referrer"), "090-1234-5678", "hayashi@example.org")
    await consents.give(await factory.link(claim), "林 拓也", version=VERSION)

    with pytest.raises(Conflict):
        await consents.give(await factory.link(second), "林 拓也", version=VERSION)

    assert timedelta(days=7) == claims.PRIORITY
