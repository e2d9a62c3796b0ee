"""Skills named in running text are found where a word stands, and nowhere else."""

import pytest

from matching.vocabulary import Alias, Skill, Vocabulary, shipped, shipped_aliases, shipped_skills

VOCABULARY = shipped()


def found(text):
    return [skill.slug for skill in VOCABULARY.found_in(text)]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("GoとRustでのAPI開発", ["go", "rust", "rest-api"]),
        ("C++、C、R、JavaScript/TypeScript", ["cpp", "c", "r", "javascript", "typescript"]),
        ("Experience in Go, and power point skills", ["go", "powerpoint"]),
        ("簿記２級、freeeでの月次決算", ["bookkeeping-2", "freee", "monthly-closing"]),
        ("excelで集計し、パワポで報告", ["excel", "powerpoint"]),
        ("Looking for a python developer who knows PostgreSQL (Postgres)", ["python", "postgresql"]),
        ("We use .NET and C# daily.", ["dotnet", "csharp"]),
    ],
)
def test_skills_are_found_in_their_order_and_once(text, slugs):
    assert found(text) == slugs


@pytest.mark.parametrize(
    "text",
    [
        "Please go to the venue, see section c or r.",
        "Go to the hall.",
        "Vitamin C is fine.",
        "Access to the hall is free. Word of mouth helps. You excel at it.",
        "net income",
        "ラストスパートまで頑張る",
        "営業時間は10時から",
        "お話をうかがいます",
        "",
    ],
)
def test_ordinary_words_and_parts_of_words_are_no_skills(text):
    assert found(text) == []


def test_the_longest_spelling_is_taken():
    assert found("法人営業の経験") == ["corporate-sales"]
    assert found("Google Apps Scriptで自動化") == ["google-apps-script"]


def test_a_sign_between_two_words_does_not_make_one_of_them():
    assert found("営業・事務") == ["sales", "office-work"]
    assert "indesign" not in found("the elements in design")
    assert found("made with InDesign") == ["indesign"]


def test_every_shipped_spelling_is_found_when_it_stands_alone():
    lost = {
        term: slugs
        for term, slug in [
            *((name, skill.slug) for skill in shipped_skills() for name in (skill.name_ja, skill.name_en)),
            *((alias.term, alias.slug) for alias in shipped_aliases()),
        ]
        if (slugs := found(f"「{term}」")) != [slug]
    }

    assert lost == {}


def test_half_width_kana_and_full_width_letters_are_read():
    vocabulary = Vocabulary([Skill(1, "cpp", "C++", "C++", None)], [Alias("シープラ", "cpp", "enishi")])

    assert [len(vocabulary.found_in(text)) for text in ("ｼｰﾌﾟﾗを使う", "Ｃ＋＋を使う", "シープラス")] == [
        1,
        1,
        0,
    ]
