import json
from math import log, sqrt
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.meaning import ONE, centroid, meaning_points, whole
from matching.text import TextStatistics, fused_points, text_points
from matching.words import words

ALICE, BOB, CAROL = UUID(int=1), UUID(int=2), UUID(int=3)
CROWD = {
    ALICE: "経理と決算を十年。freee と Excel。",
    BOB: "Python developer, data pipelines and SQL",
    CAROL: "店舗での接客と販売、Excel での売上管理",
}
SNAPSHOT = TextStatistics.of(CROWD.values())
vocabulary = st.sampled_from(["経理", "決算", "excel", "python", "sql", "接客", "data", "販売"])
texts = st.lists(vocabulary, max_size=12).map(" ".join)
crowds = st.dictionaries(st.uuids(), texts, min_size=1, max_size=8)
few = settings(max_examples=80, deadline=None)


def alone(query, text, statistics=SNAPSHOT):
    return text_points(query, {ALICE: text}, statistics)[ALICE]


def test_the_person_whose_text_answers_the_task_comes_first():
    accounting = text_points("月次決算の経理", CROWD, SNAPSHOT)
    engineering = text_points("SQL and data pipeline", CROWD, SNAPSHOT)

    assert max(accounting, key=accounting.get) == ALICE
    assert max(engineering, key=engineering.get) == BOB
    assert accounting[BOB] == engineering[ALICE] == 0


def test_the_points_are_the_root_of_the_share_of_bm25_s_own_maximum():
    documents = {ALICE: "sql data", BOB: "sql sql etl", CAROL: "etl"}
    statistics = TextStatistics.of(documents.values())
    mean, sql, data = 6 / 3, log(1 + 1.5 / 2.5), log(1 + 2.5 / 1.5)

    def bm25(uses, length):
        return uses * 2.2 / (uses + 1.2 * (0.25 + 0.75 * length / mean))

    found = text_points("sql sql data", documents, statistics)

    most = (2 * sql + data) * 2.2
    assert found[ALICE] == pytest.approx(10_000 * sqrt((2 * sql + data) * bm25(1, 2) / most), abs=8)
    assert found[BOB] == pytest.approx(10_000 * sqrt(2 * sql * bm25(2, 3) / most), abs=8)
    assert found[CAROL] == 0


@few
@given(texts, crowds, crowds, st.data())
def test_removing_a_person_never_changes_the_points_of_the_others(query, snapshot, crowd, data):
    statistics = TextStatistics.of(snapshot.values())
    gone = data.draw(st.sampled_from(sorted(crowd)))

    fewer = text_points(query, {who: text for who, text in crowd.items() if who != gone}, statistics)

    everybody = text_points(query, crowd, statistics)
    assert fewer == {who: points for who, points in everybody.items() if who != gone}


@few
@given(texts, crowds, crowds)
def test_points_are_whole_numbers_from_nothing_to_full(query, snapshot, crowd):
    found = text_points(query, crowd, TextStatistics.of(snapshot.values()))

    assert found.keys() == crowd.keys()
    assert all(type(points) is int and 0 <= points <= 10_000 for points in found.values())


@few
@given(st.lists(vocabulary, min_size=1, max_size=6), st.lists(vocabulary, max_size=4), crowds)
def test_a_word_of_the_task_in_place_of_an_idle_one_never_lowers_a_text(query, said, snapshot):
    statistics = TextStatistics.of(snapshot.values())

    idle = alone(" ".join(query), " ".join([*said, "idle"]), statistics)
    answering = alone(" ".join(query), " ".join([*said, query[0]]), statistics)

    assert answering >= idle


@few
@given(texts, crowds)
def test_the_order_of_words_and_of_people_does_not_matter(query, crowd):
    turned = {who: " ".join(reversed(crowd[who].split())) for who in reversed(crowd)}

    assert text_points(query, crowd, TextStatistics.of(crowd.values())) == text_points(
        query, turned, TextStatistics.of(turned.values())
    )


def test_a_word_that_nobody_uses_tells_no_one_apart():
    assert alone("Excel 四捨五入", CROWD[ALICE]) == alone("Excel", CROWD[ALICE]) > 0
    assert alone("四捨五入", "四捨五入") == 0


def test_a_text_without_a_word_has_no_points_and_an_empty_snapshot_gives_none():
    assert alone("Excel", "") == 0
    assert alone("", CROWD[ALICE]) == 0
    assert alone("Excel", "Excel", TextStatistics.of([])) == 0


def test_a_shorter_text_that_says_the_same_has_more_points():
    assert alone("Excel", "Excel") > alone("Excel", CROWD[ALICE])


@few
@given(crowds, st.lists(st.lists(st.integers(-99, 99), min_size=3, max_size=3), max_size=3))
def test_a_snapshot_survives_being_stored(crowd, vectors):
    snapshot = TextStatistics.of(crowd.values(), [tuple(vector) for vector in vectors])

    stored = json.dumps(snapshot.to_json())

    assert TextStatistics.from_json(json.loads(stored)) == snapshot
    assert stored == json.dumps(
        TextStatistics.of(reversed(crowd.values()), [tuple(v) for v in vectors]).to_json()
    )


def test_a_snapshot_counts_texts_words_and_holders():
    snapshot = TextStatistics.of(["sql sql data", "sql"])

    assert (snapshot.texts, snapshot.words, snapshot.frequencies) == (2, 4, {"sql": 2, "data": 1})
    assert snapshot.rarity("data") > snapshot.rarity("sql") > 0 == snapshot.rarity("etl")


def test_meaning_is_measured_from_the_mean_of_the_snapshot_to_the_query_itself():
    query, other = whole([1.0, 0.0]), whole([0.0, 1.0])
    halfway = whole([0.75, 0.6614])

    found = meaning_points(query, {ALICE: query, BOB: other, CAROL: halfway}, centroid([query, other]))

    assert found[ALICE] == 10_000
    assert found[BOB] == 0
    assert found[CAROL] == pytest.approx(5_000, abs=2)


def test_a_query_at_the_mean_tells_no_one_apart():
    query = whole([0.6, 0.8])

    assert meaning_points(query, {ALICE: query}, query) == {ALICE: 0}
    assert meaning_points(query, {}, query) == {}


def test_words_and_meaning_count_the_same_and_who_has_no_vector_keeps_half():
    query, other = whole([1.0, 0.0]), whole([0.0, 1.0])
    snapshot = TextStatistics.of(CROWD.values(), [query, other])

    found = fused_points(
        {ALICE: 4_000, BOB: 4_000, CAROL: 4_001}, query, {ALICE: query, BOB: other}, snapshot
    )

    assert found == {ALICE: 7_000, BOB: 2_000, CAROL: 2_000}


def test_without_a_centre_in_the_snapshot_words_stand_alone():
    lexical = {ALICE: 4_000}

    assert fused_points(lexical, whole([1.0]), {ALICE: whole([1.0])}, SNAPSHOT) == lexical


def test_a_whole_vector_fits_sixteen_bits():
    assert whole([1.0, -1.0, 0.0]) == (ONE, -ONE, 0)
    assert ONE < 2**15


def test_repeating_a_word_saturates():
    steps = [alone("Excel", "Excel " * many) for many in (1, 2, 4, 8)]

    assert steps == sorted(steps)
    assert steps[1] - steps[0] > steps[3] - steps[2]
    assert words("Excel " * 2) == ["excel", "excel"]
