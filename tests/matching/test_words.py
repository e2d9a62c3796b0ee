import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.words import folded, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("経理の経験", ["経理", "経験"]),
        ("データ分析", ["デー", "ータ", "分析"]),
        ("ﾃﾞｰﾀ分析", ["デー", "ータ", "分析"]),
        ("人事・労務", ["人事", "労務"]),
        ("売上管理", ["売上", "上管", "管理"]),
        ("英 語", ["英", "語"]),
        ("よろしくお願いします", ["願"]),
        ("SQLとPython", ["sql", "python"]),
        ("데이터 분석", ["데이", "이터", "분석"]),
    ],
)
def test_japanese_is_cut_into_pairs_of_characters_without_its_grammar(text, said):
    assert words(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The Analysis of queries", ["analysi", "query"]),
        ("services", ["service"]),
        ("business process", ["business", "process"]),
        ("C++, C# and Node.js", ["c++", "c#", "node", "js"]),
        ("Résumé Cautăm", ["resume", "cautam"]),
        ("snake_case", ["snake", "case"]),
        ("2級 ISO9001", ["2", "級", "iso9001"]),
    ],
)
def test_latin_words_meet_without_case_accents_plurals_and_stop_words(text, said):
    assert words(text) == said


def test_a_voiced_kana_keeps_its_mark():
    assert folded("ガイド") == "ガイド"
    assert words("ガイド") != words("カイト")


@given(st.text(), st.text())
def test_words_of_two_lines_are_the_words_of_each(first, second):
    assert words(f"{first}\n{second}") == words(first) + words(second)


@given(st.text())
def test_nothing_that_is_found_is_empty(text):
    assert all(words(text))
