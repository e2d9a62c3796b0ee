import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.model import Availability, Held, Place, Record, Responses, Wish
from matching.rank import rank, shut_gate
from matching.weights import SCALE, WEIGHTS_V2, adjusted
from tests.matching.cast import COMPANY, NOW, UNIT, crowds, need, needs, person, profiles

IDF = {1: 400, 2: 150, 3: 60}
few = settings(max_examples=60, deadline=None)


def order(ranking):
    return [match.person_id.int for match in ranking.matches]


def score(profile, asked=None):
    return rank(asked or need(), [profile], IDF, NOW).matches[0].score


def points(profile, name, asked=None):
    return dict(rank(asked or need(), [profile], IDF, NOW).matches[0].components)[name]


@few
@given(needs(), crowds)
def test_the_components_of_every_match_sum_to_its_score_within_their_weights(asked, crowd):
    ranking = rank(asked, crowd, IDF, NOW)

    for match in ranking.matches:
        assert sum(earned for _, earned in match.components) == match.score
        assert 0 <= match.score <= SCALE
        assert all(0 <= earned <= WEIGHTS_V2.points[name] for name, earned in match.components)


@few
@given(needs(), crowds, st.data())
def test_removing_a_person_never_reorders_or_rescores_the_others(asked, crowd, data):
    ranking = rank(asked, crowd, IDF, NOW)
    gone = data.draw(st.sampled_from(crowd)).person_id if crowd else None

    fewer = rank(asked, [profile for profile in crowd if profile.person_id != gone], IDF, NOW)

    assert fewer.matches == tuple(match for match in ranking.matches if match.person_id != gone)


@few
@given(needs(), crowds)
def test_everybody_is_either_ranked_or_counted_at_one_gate(asked, crowd):
    ranking = rank(asked, crowd, IDF, NOW)

    kept_out = {profile.person_id for profile in crowd if shut_gate(asked, profile, NOW)}
    assert {match.person_id for match in ranking.matches} == {p.person_id for p in crowd} - kept_out
    assert sum(ranking.gated.values()) == len(kept_out)


@few
@given(needs(), crowds, st.randoms(use_true_random=False))
def test_the_order_in_which_people_come_in_does_not_matter(asked, crowd, shuffler):
    shuffled = random.Random(shuffler.random()).sample(crowd, len(crowd))

    assert rank(asked, shuffled, IDF, NOW) == rank(asked, crowd, IDF, NOW)


@few
@given(needs(), crowds, st.randoms(use_true_random=False))
def test_the_order_in_which_a_task_names_its_skills_does_not_matter(asked, crowd, shuffler):
    musts, nices = (tuple(shuffler.sample(each, len(each))) for each in (asked.musts, asked.nices))

    found = rank(replace(asked, musts=musts, nices=nices), crowd, IDF, NOW)

    before = rank(asked, crowd, IDF, NOW)
    assert found.gated == before.gated
    assert [(match.person_id, match.met, match.components) for match in found.matches] == [
        (match.person_id, match.met, match.components) for match in before.matches
    ]


WILLING = {"consented": True, "intents": frozenset({"tasks"}), "employed": False, "blocked": False, "cap": None, "country": "JP"}  # fmt: skip
BARRED = {"consented": False, "intents": frozenset({"news"}), "employed": True, "blocked": True, "country": "US"}  # fmt: skip


@few
@given(needs(), crowds, st.sampled_from(sorted(BARRED)), st.data())
def test_whoever_is_blocked_or_has_not_agreed_never_appears_however_well_he_fits(asked, crowd, why, data):
    crowd = [replace(profile, **WILLING) for profile in crowd]
    barred = data.draw(st.sets(st.sampled_from([each.person_id for each in crowd]))) if crowd else set()

    found = rank(
        asked,
        [replace(each, **{why: BARRED[why]}) if each.person_id in barred else each for each in crowd],
        IDF,
        NOW,
    )

    others = rank(asked, [each for each in crowd if each.person_id not in barred], IDF, NOW)
    assert found.matches == others.matches


@few
@given(needs(), profiles(), profiles(), st.integers(0, 5_000))
def test_a_shut_gate_is_opened_by_no_weights(asked, profile, other, most):
    weights = adjusted(WEIGHTS_V2, dict.fromkeys(WEIGHTS_V2.points, most))
    crowd = [profile, replace(other, person_id=UUID(int=31))]

    heavy = rank(asked, crowd, IDF, NOW, weights=weights)

    assert heavy.gated == rank(asked, crowd, IDF, NOW).gated
    assert all(sum(earned for _, earned in match.components) == match.score for match in heavy.matches)


@few
@given(needs(), profiles())
def test_a_match_is_plain_json(asked, profile):
    for match in rank(asked, [profile], IDF, NOW).matches:
        said = [*match.reasons, *match.checks, *match.raises]
        assert json.loads(json.dumps(said)) == said


@few
@given(needs(), profiles(), st.data(), st.sampled_from([{}, {"skills": 0}, {"skills": 5_000, "recency": 0}]))
def test_learning_more_never_lowers_a_score(asked, profile, data, points):
    asked, weights = replace(asked, least_met=1, free_only=False), adjusted(WEIGHTS_V2, points)
    profile = _open(profile, asked)
    better = _taught(profile, data.draw(_skills(asked)), more=data.draw(st.sampled_from(("level", "years"))))

    [before] = rank(asked, [profile], IDF, NOW, weights=weights).matches
    [after] = rank(asked, [better], IDF, NOW, weights=weights).matches

    assert (after.met, after.score) >= (before.met, before.score)


@few
@given(needs(), crowds, st.data())
def test_who_learns_more_never_stands_lower_among_the_others(asked, crowd, data):
    asked = replace(asked, least_met=1, free_only=False)
    crowd = [_open(each, asked) for each in crowd]
    before = order(rank(asked, crowd, IDF, NOW))
    assume(before)
    learner, skill = data.draw(st.sampled_from(before)), data.draw(_skills(asked))
    taught = [_taught(each, skill, "level") if each.person_id.int == learner else each for each in crowd]

    after = order(rank(asked, taught, IDF, NOW))

    assert after.index(learner) <= before.index(learner)
    assert [each for each in after if each != learner] == [each for each in before if each != learner]


def _skills(asked):
    """Draw a skill that the task names, or any where it names none."""
    return st.sampled_from(sorted(wanted.skill for wanted in (*asked.musts, *asked.nices)) or [1])


def _taught(profile, skill, more):
    held = profile.skills.get(skill, Held(1, 0))
    level, years = (min(5, held.level + 1), held.years) if more == "level" else (held.level, held.years + 1)
    return replace(profile, skills={**profile.skills, skill: replace(held, level=level, years=years)})


def _open(profile, asked):
    """Return the person with every gate of the task open and one of its required skills held."""
    skills = dict(profile.skills)
    for first in asked.musts[:1]:
        skills[first.skill] = Held(max(first.level, profile.skills.get(first.skill, Held(1)).level))
    return replace(
        profile,
        **WILLING,
        skills=skills,
        person_id=UUID(int=profile.person_id.int + 100),
        languages=profile.languages | asked.languages,
        wish=replace(profile.wish, floor=None),
        busy=(),
    )


def test_the_limit_cuts_the_tail():
    crowd = [person(number) for number in range(10, 20)]

    assert order(rank(need(), crowd, IDF, NOW, limit=3)) == [10, 11, 12]


def test_equal_people_stand_in_the_order_of_their_ids():
    assert order(rank(need(), [person(12), person(10), person(11)], IDF, NOW)) == [10, 11, 12]


def test_more_required_skills_come_before_a_higher_score():
    all_three = person(12, skills={1: Held(3), 2: Held(2), 3: Held(1)}, availability=Availability())
    two_of_three = person(11, skills={1: Held(5, 9), 2: Held(5, 9)}, units=frozenset({UNIT}))
    one_of_three = person(10, skills={3: Held(5, 9)})

    ranking = rank(need(unit_id=UNIT), [one_of_three, two_of_three, all_three], IDF, NOW)

    assert order(ranking) == [12, 11, 10]
    assert [match.met for match in ranking.matches] == [3, 2, 1]
    assert ranking.matches[1].score > ranking.matches[0].score
    assert [match.missing for match in ranking.matches] == [(), ("excel",), ("python", "sql")]


def test_a_rare_skill_weighs_more_than_a_common_one():
    knows_rare = person(11, skills={1: Held(3)})
    knows_common = person(10, skills={3: Held(1)})

    assert order(rank(need(), [knows_common, knows_rare], IDF, NOW)) == [11, 10]


def test_a_skill_just_below_its_level_earns_part_of_it_but_is_not_met():
    below = person(skills={1: Held(2), 2: Held(3), 3: Held(2)})
    without = person(skills={2: Held(3), 3: Held(2)})

    found = rank(need(), [below], IDF, NOW).matches[0]

    assert found.met == 2
    assert found.missing == ("python",)
    assert points(without, "skills") < points(below, "skills") < points(person(), "skills")


def test_long_unused_skills_weigh_less():
    rusty = person(skills={1: Held(4, 0, 2015), 2: Held(3), 3: Held(2)})
    fresh = person(skills={1: Held(4, 0, 2026), 2: Held(3), 3: Held(2)})

    assert points(rusty, "recency") < points(person(), "recency") < points(fresh, "recency")


def test_a_related_skill_stands_in_for_a_missing_one_in_part():
    def near(skill):
        return frozenset({7}) if skill == 1 else frozenset()

    related = person(10, skills={7: Held(1), 2: Held(2), 3: Held(1)})
    without = person(11, skills={2: Held(2), 3: Held(1)})

    ranking = rank(need(), [without, related], IDF, NOW, near=near)

    assert order(ranking) == [10, 11]
    assert ranking.matches[0].missing == ("python",)


def test_a_newcomer_stands_between_a_bad_record_and_a_long_good_one():
    newcomer = person(11)
    badly_reviewed = person(10, record=Record(completed=4, late=3, cancelled=2, reviews=4, stars=6))
    trusted = person(12, record=Record(completed=20, reviews=15, stars=73))

    ranking = rank(need(), [badly_reviewed, newcomer, trusted], IDF, NOW)

    assert order(ranking) == [12, 11, 10]


@few
@given(st.integers(1, 5), st.integers(0, 40))
def test_a_newcomer_is_never_below_a_badly_reviewed_one_for_being_new(bad, answered):
    newcomer = person(11)
    badly_reviewed = person(
        10, record=Record(bad, 0, 0, bad, bad), responses=Responses(answered, answered, 0)
    )

    assert score(newcomer) >= score(badly_reviewed)


def test_one_bad_review_alone_puts_a_person_below_a_newcomer():
    once = person(record=Record(completed=1, reviews=1, stars=1))

    assert points(once, "reliability") < points(person(), "reliability")


@pytest.mark.parametrize(
    ("component", "better", "worse"),
    [
        ("rate", {"wish": Wish("task", 50_000)}, {"wish": Wish("task", 55_000)}),
        ("rate", {"wish": Wish("hour", 12_500)}, {"wish": Wish("hour", 12_501)}),
        ("activity", {"last_active_at": NOW}, {"last_active_at": NOW - timedelta(days=60)}),
        ("activity", {"last_active_at": NOW - timedelta(days=60)}, {"last_active_at": None}),
        ("place", {"prefecture": 13}, {"prefecture": 14}),
        ("place", {"prefecture": 14}, {"prefecture": 27}),
        ("unit", {"units": frozenset({UNIT})}, {"sites": frozenset({"川崎工場"})}),
        ("unit", {"sites": frozenset({" 川崎工場"})}, {"units": frozenset()}),
        ("load", {}, {"running": 1}),
        ("exposure", {"shown": 3}, {"shown": 4}),
        ("response", {"responses": Responses(10, 10, 600)}, {"responses": Responses(10, 10, 40_000)}),
        ("response", {"responses": Responses()}, {"responses": Responses(10, 0, 0)}),
        ("language", {"languages": frozenset({"ja", "en"})}, {"languages": frozenset({"ja"})}),
    ],
)
def test_each_circumstance_moves_its_own_component(component, better, worse):
    asked = need(place=Place(13), unit_id=UNIT, site="川崎工場", nice_languages=frozenset({"en"}))

    assert points(person(**better), component, asked) > points(person(**worse), component, asked)


def test_who_prefers_not_to_work_online_stands_below_who_does_for_an_online_task():
    assert score(person(remote_ok=True)) > score(person(remote_ok=False))


def test_a_task_without_required_skills_ranks_everybody():
    ranking = rank(need(musts=()), [person(skills={})], IDF, NOW)

    assert order(ranking) == [10]
    assert dict(ranking.matches[0].components)["skills"] == WEIGHTS_V2.points["skills"]


def test_stored_text_moves_a_person_and_is_said():
    crowd = [person(10), person(11)]

    ranking = rank(need(), crowd, IDF, NOW, text={UUID(int=11): 5_000})

    assert order(ranking) == [11, 10]
    assert dict(ranking.matches[0].components)["text"] == WEIGHTS_V2.points["text"] // 2
    assert any("text of the profile" in reason["key"] for reason in ranking.matches[0].reasons)
    assert dict(rank(need(), crowd, IDF, NOW).matches[0].components)["text"] == WEIGHTS_V2.points["text"]


def test_the_ranking_names_its_weights():
    assert rank(need(), [], IDF, NOW).weights_version == "v2"


def test_a_profile_of_another_company_is_refused_loudly():
    stranger = person(company_id=UUID(int=99))

    with pytest.raises(ValueError, match="another company"):
        rank(need(company_id=COMPANY), [stranger], IDF, NOW)


def test_a_naive_now_is_refused_loudly():
    with pytest.raises(ValueError, match="aware"):
        rank(need(), [], IDF, datetime(2026, 11, 2))  # noqa: DTZ001 - the point of the test
