"""The door for applicant tracking systems: nothing is believed unsigned, nothing is applied twice, nothing is lost."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from marketplace import worker
from marketplace.core import sealing
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.people import sessions
from marketplace.referrals import ats, ats_apply, pipeline
from tests.factories import companies
from tests.factories import pipeline as make
from tests.web.doors import BASE, Settings
from web.app import create_app

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(Settings(), sessions))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as found:
        yield found


def moment(minutes: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def event(number: str = "evt-1", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "occurred_at": moment(-60),
        "candidate": {"email": "hayashi@example.com"},
        "stage": "screening",
        **changes,
    }


async def send(
    client: httpx.AsyncClient,
    at: make.Scene,
    message: Any,
    secret: str,
    *,
    when: float | None = None,
    raw: bytes | None = None,
    work: bool = True,
) -> int:
    body = json.dumps(message).encode() if raw is None else raw
    stamp = int(when or time.time())
    proof = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    answer = await client.post(
        f"/hooks/ats/{at.slug}", content=body, headers={"enishi-signature": f"t={stamp},v1={proof}"}
    )
    if work:
        await worker.run_until_idle()
    return answer.status_code


async def outcome(number: str = "evt-1") -> str:
    return (await make.rows("select outcome from ats_event where id = $1", number))[0]["outcome"]  # type: ignore[no-any-return]


async def test_a_signed_message_moves_the_claim_and_tells_the_referrer(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)

    status = await send(
        client,
        at,
        event(stage="interview", reason="wants_to_meet", note="12月1日に面談", next_on="2099-12-01"),
        secret,
    )
    refused = await outcome()
    await send(
        client, at, event("evt-2", candidate={"email": "Hayashi@Example.com", "external_id": "A-77"}), secret
    )

    row = await make.row(claim)
    assert (status, refused) == (200, "refused:next_on")
    assert (row["status"], row["external_id"], await outcome("evt-2")) == ("screening", "A-77", "applied")
    assert row["next_on"] is not None
    [move] = await make.rows("select * from claim_move where claim_id = $1 and from_status = 'owned'", claim)
    assert (move["actor"], move["reason"]) == ("provider", "profile_fits")
    assert len(await make.told(at.referrer.person, "claim.screening")) == 1


async def test_the_route_stores_and_answers_and_only_a_job_applies(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)

    await send(client, at, event(), secret, work=False)

    assert (await make.row(claim))["status"] == "owned"
    await worker.run_until_idle()
    assert (await make.row(claim))["status"] == "screening"


@pytest.mark.parametrize(
    "forge",
    [
        {"secret": "ats_wrong"},
        {"when": 1},
        {"when": 2_000_000_000_000},
        {"when": -301},
        {"when": 301},
    ],
)
async def test_a_forged_or_stale_message_leaves_no_trace(client: httpx.AsyncClient, forge: dict[str, Any]):
    at = await make.scene()
    await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)
    when = forge.get("when")
    when = time.time() + when if when is not None and abs(when) < 1000 and when != 1 else when

    status = await send(client, at, event(), forge.get("secret", secret), when=when)

    assert status == 400
    assert not await make.rows("select from ats_event")


async def test_a_changed_body_is_not_believed(client: httpx.AsyncClient):
    at = await make.scene()
    secret = await ats.make(by=at.owner)
    body = json.dumps(event()).encode()
    stamp = int(time.time())
    proof = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()

    answer = await client.post(
        f"/hooks/ats/{at.slug}",
        content=body.replace(b"screening", b"offer    "),
        headers={"enishi-signature": f"t={stamp},v1={proof}"},
    )

    assert answer.status_code == 400


async def test_a_company_without_a_door_and_no_company_answer_alike(client: httpx.AsyncClient):
    at = await make.scene()
    nobody = make.Scene(
        "nobody",
        *[getattr(at, name) for name in ("owner", "recruiter", "referrer", "unit", "bounty", "kind")],
    )

    found = [await send(client, where, event(), "ats_any") for where in (at, nobody)]

    assert found == [400, 400]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 50_000,
        json.dumps({"id": "x"}).encode(),
        json.dumps({**event(), "occurred_at": "2026-12-01T10:00:00"}).encode(),
        json.dumps({**event(), "occurred_at": "2099-12-01T10:00:00Z"}).encode(),
        json.dumps({**event(), "note": "a\x00b"}).encode(),
        json.dumps({**event(), "note": "x" * 70_000}).encode(),
        json.dumps({**event(), "candidate": {"claim": "not an id"}}).encode(),
    ],
)
async def test_a_signed_message_that_cannot_be_read_is_refused_in_words(
    client: httpx.AsyncClient, raw: bytes
):
    at = await make.scene()
    secret = await ats.make(by=at.owner)

    assert await send(client, at, None, secret, raw=raw) == 422
    assert not await make.rows("select from ats_event")


async def test_a_repeated_id_is_heard_and_changes_nothing(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)
    await send(client, at, event(), secret)

    again = await send(client, at, event(stage="declined", reason="filled"), secret)

    assert again == 200
    assert (await make.row(claim))["status"] == "screening"
    assert len(await make.rows("select from ats_event")) == 1


async def test_an_older_message_that_comes_later_does_not_move_the_claim_back(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)

    await send(client, at, event("second", occurred_at=moment(-10), stage="interview"), secret)
    await send(client, at, event("first", occurred_at=moment(-20)), secret)

    assert (await make.row(claim))["status"] == "interview"
    assert await outcome("first") == "superseded"


async def test_an_unknown_candidate_waits_in_sight_until_the_number_is_known(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, "other@example.com")
    secret = await ats.make(by=at.owner)
    await send(client, at, event(candidate={"external_id": "A-1"}), secret)
    unknown = await outcome()

    await pipeline.link(claim, "A-1", by=at.recruiter)
    await worker.run_until_idle()

    assert unknown == "unknown_candidate"
    assert len(await make.told(at.owner.person, "referral.ats_unapplied")) == 1
    assert (await outcome(), (await make.row(claim))["status"]) == ("applied", "screening")


async def test_a_message_is_tried_again_by_hand(client: httpx.AsyncClient):
    at = await make.scene()
    secret = await ats.make(by=at.owner)
    await send(client, at, event(), secret)
    await make.claim(at, "hayashi@example.com")

    assert await ats_apply.again("evt-1", by=at.owner) == "applied"
    assert await ats_apply.again("evt-1", by=at.owner) == "applied"
    with pytest.raises(NotFound):
        await ats_apply.again("evt-9", by=at.owner)
    with pytest.raises(NotAllowed):
        await ats_apply.again("evt-1", by=at.recruiter)


async def test_a_mail_address_with_two_open_claims_moves_neither(client: httpx.AsyncClient):
    at = await make.scene()
    one = await make.claim(at, "hayashi@example.com")
    two = await make.claim(
        at, "hayashi@example.com", bounty_id=await make.bounty(at.owner, at.unit, title="別の案件")
    )
    secret = await ats.make(by=at.owner)

    await send(client, at, event(), secret)
    await send(client, at, event("evt-2", candidate={"claim": str(two)}), secret)

    assert await outcome() == "unknown_candidate"
    assert [(await make.row(each))["status"] for each in (one, two)] == ["owned", "screening"]


async def test_another_companys_claim_is_out_of_reach(client: httpx.AsyncClient):
    at, other = await make.scene(), await make.scene()
    theirs = await make.claim(other, "hayashi@example.com")
    secret = await ats.make(by=at.owner)

    await send(client, at, event(candidate={"claim": str(theirs)}), secret)
    await send(client, at, event("evt-2"), secret)

    assert [await outcome(), await outcome("evt-2")] == ["unknown_candidate", "unknown_candidate"]
    assert (await make.row(theirs))["status"] == "owned"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stage": "hired"}, "unknown_stage"),
        ({"stage": "succeeded"}, "unknown_stage"),
        ({"reason": "nonsense"}, "refused:reason"),
        ({"stage": "declined", "reason": "other", "note": "x"}, "refused:note"),
    ],
)
async def test_what_cannot_be_applied_says_why_and_moves_nothing(
    client: httpx.AsyncClient, changes: dict[str, Any], said: str
):
    at = await make.scene()
    claim = await make.claim(at, "hayashi@example.com")
    secret = await ats.make(by=at.owner)

    await send(client, at, event(**changes), secret)

    assert await outcome() == said
    assert (await make.row(claim))["status"] == "owned"


async def test_a_message_for_a_claim_that_has_ended_is_kept_as_not_possible(client: httpx.AsyncClient):
    at = await make.scene()
    claim = await make.claim(at, external_id="A-1")
    secret = await ats.make(by=at.owner)
    await pipeline.end(claim, "decline", by=at.recruiter, reason="filled")

    await send(client, at, event(candidate={"external_id": "A-1"}), secret)

    assert await outcome() == "not_possible"


async def test_a_new_secret_leaves_the_old_one_a_day_and_removing_closes_the_door(client: httpx.AsyncClient):
    at = await make.scene()
    old = await ats.make(by=at.owner)
    new = await ats.make(by=at.owner)

    both = [await send(client, at, event(f"evt-{secret}"), secret) for secret in (old, new)]
    await make.rows("update ats_endpoint set previous_until = now() returning company_id")
    late = await send(client, at, event("evt-late"), old)
    await ats.remove(by=at.owner)
    closed = await send(client, at, event("evt-closed"), new)

    assert (both, late, closed) == ([200, 200], 400, 400)


async def test_only_the_owner_holds_the_secret_and_the_database_holds_it_sealed():
    at = await make.scene()

    secret = await ats.make(by=at.owner)

    [row] = await make.rows("select * from ats_endpoint")
    assert secret.encode() not in row["sealed_secret"]
    assert sealing.open_sealed(ats.PURPOSE, str(at.company), row["sealed_secret"]) == secret.encode()
    with pytest.raises(sealing.Unsealable):
        sealing.open_sealed(ats.PURPOSE, "another company", row["sealed_secret"])
    for role in ("manager", "recruiter", "finance"):
        with pytest.raises(NotAllowed):
            await ats.make(by=await companies.colleague(at.owner, at.slug, role))
