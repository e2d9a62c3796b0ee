"""The bounties and referrals of the demo world are believable: complete, lawful where published, with a fate each."""

from datetime import date

import pytest

from marketplace.referrals import bounty_brief, bounty_terms
from marketplace.seeds.bounty_specs import bounties, claims
from marketplace.seeds.cast import COMPANIES
from marketplace.seeds.referral_fates import BOUNTIES, CLAIMS

TODAY = date(2026, 11, 10)


def test_there_are_bounties_of_each_kind_and_every_fate_is_somebodys():
    assert {spec.given["kind"] for spec in bounties()} == {"gig", "business", "hire"}
    assert {spec.fate for spec in bounties()} == set(BOUNTIES)
    assert {spec.fate for spec in claims()} == set(CLAIMS)


def test_every_bounty_belongs_to_a_unit_of_the_cast_and_every_referral_to_a_published_bounty():
    units = {company.slug: {name for name, _limit in company.units} for company in COMPANIES}
    published = {spec.key for spec in bounties() if spec.fate == "published"}

    assert all(spec.unit in units[spec.company] for spec in bounties())
    assert {spec.bounty for spec in claims()} == published


@pytest.mark.parametrize("spec", bounties(), ids=lambda spec: spec.key)
def test_each_bounty_is_complete_and_its_terms_hold(spec):
    brief = spec.brief(TODAY)

    wrong = bounty_brief.unfit(brief) | bounty_brief.incomplete(brief, today=TODAY)

    assert wrong | bounty_terms.wrong(spec.terms, brief.kind) == {}


def test_nobody_is_referred_twice_but_the_one_who_is_not_available_then():
    seen = [spec.contact for spec in claims() if spec.fate != "blocked"]

    assert len(seen) == len(set(seen))
    assert {spec.contact for spec in claims() if spec.fate == "blocked"} <= set(seen)
