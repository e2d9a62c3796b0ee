import csv
from pathlib import Path

import pytest

from matching.vocabulary import (
    Alias,
    Skill,
    Vocabulary,
    norm,
    shipped,
    shipped_aliases,
    shipped_neighbours,
    shipped_skills,
)

VOCABULARY = shipped()
VARIANTS = Path(__file__).with_name("data") / "variants.csv"


@pytest.mark.parametrize(
    ("term", "slug"),
    [
        ("ポスグレ", "postgresql"),
        ("ポストグレス", "postgresql"),
        ("postgres", "postgresql"),
        ("psql", "postgresql"),
        ("エクセル", "excel"),
        ("ｴｸｾﾙ", "excel"),  # half-width kana
        ("ＥＸＣＥＬ", "excel"),  # full-width letters
        ("パワポ", "powerpoint"),
        ("スプシ", "google-sheets"),
        ("簿記2級", "bookkeeping-2"),
        ("簿記２級", "bookkeeping-2"),
        ("日商簿記二級", "bookkeeping-2"),
        ("TOEIC", "toeic"),
        ("トーイック", "toeic"),
        ("node js", "nodejs"),
        ("Node.JS", "nodejs"),
        ("NODE-JS", "nodejs"),
        ("C++", "cpp"),
        ("C#", "csharp"),
        ("C", "c"),
        ("シーシャープ", "csharp"),
        ("ジャバ スクリプト", "javascript"),
        ("セールス・フォース", "salesforce"),
        ("イラレ", "illustrator"),
        ("フォトショ", "photoshop"),
        ("k8s", "kubernetes"),
        ("ワープレ", "wordpress"),
        ("ラズパイ", "raspberry-pi"),
        ("社労士", "labor-consultant"),
        ("宅建", "real-estate-agent"),
        ("文字おこし", "transcription"),
        ("同通", "simultaneous-interpreting"),
        ("テレアポ", "telemarketing"),
        ("Cloud (AWS, GAE, Azure, etc.)", "cloud"),
    ],
)
def test_a_skill_is_found_as_people_write_it(term, slug):
    assert VOCABULARY.resolve(term).slug == slug


@pytest.mark.parametrize("term", ["", " ", "・", "イラストレーター", "something nobody ever did"])
def test_what_is_unknown_or_ambiguous_is_not_guessed(term):
    assert VOCABULARY.resolve(term) is None


def test_every_shipped_skill_and_alias_leads_to_its_own_skill():
    for skill in shipped_skills():
        assert VOCABULARY.resolve(skill.name_ja) == VOCABULARY.resolve(skill.name_en) == skill
    for alias in shipped_aliases():
        assert VOCABULARY.resolve(alias.term).slug == alias.slug


def test_ids_are_unique_fit_a_skill_code_and_parents_exist():
    skills = shipped_skills()

    assert len({skill.id for skill in skills}) == len(skills)
    assert all(0 < skill.id < 4096 for skill in skills)
    assert all(skill.parent is None or skill.parent in VOCABULARY.skills for skill in skills)


def test_at_least_500_japanese_spellings_are_our_own():
    ours = [
        a for a in shipped_aliases() if a.source == "enishi" and any(ord(sign) > 0x3000 for sign in a.term)
    ]

    assert len({norm(alias.term) for alias in ours}) >= 500


@pytest.mark.parametrize(
    "domain",
    [
        "programming",
        "office-work",
        "accounting",
        "finance",
        "sales",
        "logistics",
        "manufacturing",
        "events",
        "care-education",
        "languages",
        "human-resources",
        "marketing",
        "design",
        "video-audio",
    ],
)
def test_every_domain_has_japanese_spellings_of_our_own(domain):
    ours = {
        a.slug
        for a in shipped_aliases()
        if a.source == "enishi" and any(ord(sign) > 0x3000 for sign in a.term)
    }

    assert len([slug for slug in ours if VOCABULARY.skills[slug].parent == domain]) >= 10


def test_every_way_in_which_people_write_a_skill_leads_to_it():
    variants = written_variants()

    missed = {
        (term, slug)
        for term, slug in variants
        if (found := VOCABULARY.resolve(term)) is None or found.slug != slug
    }

    assert len(variants) >= 300
    assert missed == set()


def test_no_written_variant_is_merely_the_skill_s_own_name():
    for term, slug in written_variants():
        skill = VOCABULARY.skills[slug]
        assert norm(term) not in {norm(skill.slug), norm(skill.name_ja), norm(skill.name_en)}


def written_variants():
    with VARIANTS.open(encoding="utf-8", newline="") as file:
        return [(row["term"], row["slug"]) for row in csv.DictReader(file)]


def test_one_spelling_for_two_skills_is_refused():
    skills = [Skill(1, "go", "Go", "Go", None), Skill(2, "go-game", "囲碁", "Igo", None)]

    with pytest.raises(ValueError, match="both go and go-game"):
        Vocabulary(skills, [Alias("Ｇ・Ｏ", "go-game", "enishi")])


def test_near_a_skill_are_its_parent_its_children_and_its_neighbours():
    skills = [
        Skill(1, "databases", "データベース", "Databases", None),
        Skill(2, "postgresql", "PostgreSQL", "PostgreSQL", "databases"),
        Skill(3, "mysql", "MySQL", "MySQL", "databases"),
        Skill(4, "sql", "SQL", "SQL", None),
    ]

    vocabulary = Vocabulary(skills, [], [("sql", "postgresql")])

    assert vocabulary.near("databases") == {"postgresql", "mysql"}
    assert vocabulary.near("postgresql") == {"databases", "sql"}
    assert vocabulary.near("sql") == {"postgresql"}
    assert vocabulary.near("mysql") == {"databases"}
    assert vocabulary.near("nothing") == frozenset()


def test_a_parent_or_a_neighbour_that_is_no_skill_is_refused():
    lone = Skill(1, "sql", "SQL", "SQL", None)

    with pytest.raises(KeyError):
        Vocabulary([lone], [], [("sql", "postgresql")])
    with pytest.raises(KeyError):
        Vocabulary([Skill(1, "sql", "SQL", "SQL", "databases")], [])


def test_shipped_neighbours_are_mutual_told_once_and_no_parents():
    pairs = shipped_neighbours()

    assert len(pairs) >= 300
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    for one, other in pairs:
        assert one != other
        assert VOCABULARY.skills[one].parent != other
        assert VOCABULARY.skills[other].parent != one
        assert other in VOCABULARY.near(one)
        assert one in VOCABULARY.near(other)


def test_normal_form_keeps_signs_that_tell_skills_apart_and_the_long_vowel():
    assert norm(" Ｃ＋＋ ") == "c++"
    assert norm("C#") == "c#"
    assert norm("サーバー") != norm("サーバ")
    assert norm("UI／UX‐Design_v.2") == "uiuxdesignv2"
