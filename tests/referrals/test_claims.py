"""Refer somebody blind: one holder, a queue in the order of the receipts, and answers that betray nobody."""

from datetime import timedelta

import pytest

from marketplace.referrals import receipts
from tests.factories import bounties, tasks
from tests.factories import claims as factory

pytestmark = pytest.mark.usefixtures("database")


async def test_an_accepted_claim_holds_the_candidate_for_seven_days_and_has_a_signed_receipt():
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm), await factory.referrer(firm)

    claim = await factory.made(bounty, by, "hayashi@example.org")

    row = await factory.row(claim)
    assert (row["status"], row["blocked_by"]) == ("consent_pending", "")
    assert row["held_until"] - row["claimed_at"] == timedelta(days=7)
    said = receipts.verify(row["receipt"])
    assert (said.claim, said.bounty, said.referrer, said.at) == (claim, bounty, by.person, row["claimed_at"])
