"""The signs that make a reward wait."""

from dataclasses import replace

import pytest

from marketplace.referrals.fraud import (
    LONGEST_RING,
    MOST_CLAIMS,
    MOST_SUCCESSES,
    Facts,
    Found,
    Sign,
    Traces,
    signs_of,
)

ORDINARY = Facts(
    "gig",
    Traces(b"phone", b"home", ("みずほ銀行", "1234"), "aoba.example"),
    Traces(b"laptop", b"office", ("みずほ銀行", "9876"), "kawa.example"),
)


def kinds(facts: Facts) -> list[Sign]:
    return [found.sign for found in signs_of(facts)]


def test_an_ordinary_claim_shows_no_sign():
    assert signs_of(ORDINARY) == ()


@pytest.mark.parametrize(
    ("facts", "sign"),
    [
        (replace(ORDINARY, same_person=True), Sign.SELF_REFERRAL),
        (replace(ORDINARY, candidate=replace(ORDINARY.candidate, device=b"phone")), Sign.SAME_DEVICE),
        (replace(ORDINARY, candidate=replace(ORDINARY.candidate, address=b"home")), Sign.SAME_ADDRESS),
        (
            replace(ORDINARY, candidate=replace(ORDINARY.candidate, bank=("みずほ銀行", "1234"))),
            Sign.SAME_BANK,
        ),
        (replace(ORDINARY, ring=2), Sign.RING),
        (replace(ORDINARY, ring=LONGEST_RING), Sign.RING),
        (replace(ORDINARY, claims=MOST_CLAIMS + 1), Sign.VELOCITY),
        (replace(ORDINARY, successes=MOST_SUCCESSES + 1), Sign.VELOCITY),
        (replace(ORDINARY, decides=True), Sign.COUNTERPARTY_EMPLOYEE),
    ],
)
def test_each_sign_is_found_alone(facts: Facts, sign: Sign):
    assert kinds(facts) == [sign]


@pytest.mark.parametrize(
    "facts",
    [
        replace(ORDINARY, ring=LONGEST_RING + 1),
        replace(ORDINARY, claims=MOST_CLAIMS),
        replace(ORDINARY, successes=MOST_SUCCESSES),
        replace(ORDINARY, candidate=replace(ORDINARY.candidate, domain="aoba.example")),
        replace(
            ORDINARY,
            kind="business",
            referrer=Traces(domain="gmail.com"),
            candidate=Traces(domain="gmail.com"),
        ),
    ],
)
def test_what_is_usual_is_no_sign(facts: Facts):
    assert kinds(facts) == []


def test_a_customer_brought_from_the_referrers_own_employer_is_a_sign_and_says_which():
    facts = replace(ORDINARY, kind="business", candidate=replace(ORDINARY.candidate, domain="aoba.example"))

    assert signs_of(facts) == (
        Found(Sign.COUNTERPARTY_EMPLOYEE, {"why": "same_domain", "domain": "aoba.example"}),
    )


@pytest.mark.parametrize("kind", ["gig", "business", "hire"])
def test_what_is_unknown_on_both_sides_is_never_the_same(kind: str):
    assert signs_of(Facts(kind, Traces(), Traces())) == ()
    assert signs_of(Facts(kind, Traces(b"", b"", None, ""), Traces(b"", b"", None, ""))) == ()
