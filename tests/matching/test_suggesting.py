"""What is being typed is answered in both scripts: what begins so, then what holds it, then what is written alike."""

import pytest

from matching.vocabulary import Alias, Skill, Vocabulary, shipped

VOCABULARY = shipped()


def suggested(typed, limit=8):
    return [suggestion.skill.slug for suggestion in VOCABULARY.suggest(typed, limit)]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("エク", "excel"),
        ("java", "java"),
        ("ぽすぐれ", "postgresql"),
        ("ぽすg", "postgresql"),
        ("ｴｸｾ", "excel"),
        ("POSTGR", "postgresql"),
        ("日商簿記2", "bookkeeping-2"),
        ("power p", "powerpoint"),
        ("kubernets", "kubernetes"),
        ("javascrpt", "javascript"),
        ("セールスフォス", "salesforce"),
        ("エクサル", "excel"),
    ],
)
def test_the_first_suggestion_is_what_most_people_mean(typed, slug):
    assert suggested(typed)[0] == slug


def test_what_begins_so_comes_before_what_holds_it_and_that_before_what_is_alike():
    skills = [
        Skill(number, slug, name, name, None)
        for number, (slug, name) in enumerate(
            [("one", "abcdef"), ("two", "xxabcd"), ("three", "abxcd"), ("four", "abcd")], start=1
        )
    ]
    vocabulary = Vocabulary(skills, [])

    found = vocabulary.suggest("abcd", 9)

    assert [suggestion.skill.slug for suggestion in found] == ["four", "one", "two", "three"]
    assert [suggestion.similarity for suggestion in found] == [100, 100, 100, 89]


def test_a_suggestion_names_each_skill_once_and_the_spelling_that_led_to_it():
    found = VOCABULARY.suggest("エク", 5)

    assert (found[0].skill.slug, found[0].term) == ("excel", "エクセル")
    assert len({suggestion.skill.slug for suggestion in found}) == len(found) == 5


def test_a_skill_s_own_name_comes_before_other_spellings_and_the_exact_spelling_before_all():
    skills = [Skill(1, "one", "abcdef", "abcdef", None), Skill(2, "two", "xyz", "xyz", None)]
    vocabulary = Vocabulary(skills, [Alias("abcx", "two", "x"), Alias("abc", "two", "x")])

    assert next(found.skill.slug for found in vocabulary.suggest("ab", 9)) == "one"
    assert next(found.skill.slug for found in vocabulary.suggest("abc", 9)) == "two"


def test_the_skill_s_own_name_stands_for_spellings_that_are_the_same_but_for_case():
    vocabulary = Vocabulary(
        [Skill(1, "k8s", "Kubernetes", "Kubernetes", None)], [Alias("KUBERNETES", "k8s", "x")]
    )

    assert vocabulary.suggest("kub", 1)[0].term == "Kubernetes"


@pytest.mark.parametrize("typed", ["", " ", "・", "無限の力", "qzqzqz"])
def test_nothing_is_suggested_for_nothing_and_for_what_nothing_is_like(typed):
    assert suggested(typed) == []


def test_an_unknown_term_is_alike_to_what_it_holds_and_to_what_is_misspelt():
    held = VOCABULARY.alike("イラレとか色々できます", 3)
    misspelt = VOCABULARY.alike("javascrpt", 3)

    assert "illustrator" in [suggestion.skill.slug for suggestion in held]
    assert (misspelt[0].skill.slug, misspelt[0].similarity) == ("javascript", 95)
    assert [each.similarity for each in held] == sorted((each.similarity for each in held), reverse=True)
    assert len(misspelt) <= 3
