"""The table of a claim's moves."""

import pytest

from marketplace.core.errors import Conflict
from marketplace.core.lifecycle import Actor
from marketplace.referrals.lifecycle import CLAIM, HOLDING, MAIN_LINE, Claim


def test_the_main_line_can_be_walked_to_its_end():
    state = Claim.CONSENT_PENDING

    for name in ("consent", "screen", "interview", "offer", "succeed", "guarantee", "vest"):
        state = CLAIM.target(name, state)

    assert state is Claim.VESTED
    assert Claim.VESTED in CLAIM.final


def test_every_state_is_reached_or_is_where_a_claim_begins():
    reached = {one.target for one in CLAIM.transitions} | {Claim.CONSENT_PENDING, Claim.BLOCKED}

    assert reached == set(Claim) == CLAIM.states


def test_what_holds_a_candidate_is_the_main_line_and_nothing_that_has_ended():
    assert frozenset(MAIN_LINE) == HOLDING
    assert not HOLDING & {Claim.BLOCKED, Claim.DECLINED, Claim.WITHDRAWN, Claim.FAILED_GUARANTEE}


@pytest.mark.parametrize("name", ["screen", "interview", "offer", "succeed", "decline"])
def test_a_company_moves_nothing_before_the_consent(name: str):
    with pytest.raises(Conflict):
        CLAIM.target(name, Claim.CONSENT_PENDING)


def test_nobody_but_the_candidate_consents():
    consent = next(one for one in CLAIM.transitions if one.name == "consent")

    assert consent.actors == {Actor.CANDIDATE}
