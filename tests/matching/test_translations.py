import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
HOLES = re.compile(r"%\((\w+)\)s")
MARKED = {found[2] for found in extract_from_dir(ROOT / "matching", keywords={"N_": None})}


@pytest.fixture(scope="module")
def japanese():
    with (ROOT / "web/locale/ja/matching.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale="ja") if message.id}


def test_every_sentence_has_its_japanese_and_no_japanese_is_left_over(japanese):
    assert set(japanese) == MARKED
    assert all(japanese.values())


def test_each_translation_fills_the_same_holes(japanese):
    for english, translated in japanese.items():
        assert set(HOLES.findall(english)) == set(HOLES.findall(translated)), english
        assert english.count("%%") == translated.count("%%"), english
