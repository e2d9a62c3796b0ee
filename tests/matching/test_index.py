from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import score
from matching.entry import entry_of
from matching.index import Index, Placed
from matching.question import question_of
from matching.weights import COMPONENTS, WEIGHTS_V2, adjusted
from tests.matching.cast import NOW, crowds, need, needs, person

TODAY = NOW.date()
weights = st.just(WEIGHTS_V2) | st.builds(
    adjusted, st.just(WEIGHTS_V2), st.dictionaries(st.sampled_from(COMPONENTS), st.integers(0, 5_000), max_size=4)
)
nears = st.dictionaries(st.integers(1, 9), st.frozensets(st.integers(1, 12)), max_size=4)


@st.composite
def questions(draw):
    near = draw(nears)
    asked = draw(needs())
    idf = draw(st.dictionaries(st.integers(1, 9), st.integers(50, 1_200)))
    return question_of(asked, idf, NOW, draw(weights), lambda skill: near.get(skill, frozenset()))


def ranked(question, entries, k):
    text = score.text_points(question, None)
    best = sorted(
        (-score.met(question, entry), -sum(score.points(question, entry)) - text, entry.person_id)
        for entry in entries
        if score.shut(question, entry) is None
    )
    return [Placed(person_id, -met, -points) for met, points, person_id in best[:k]]


@settings(max_examples=80, deadline=None)
@given(questions(), crowds, st.integers(1, 9))
def test_the_index_answers_as_the_specification_does(question, crowd, k):
    entries = [entry_of(profile, TODAY) for profile in crowd]
    index = Index.build(entries)

    assert index.top(question, k) == ranked(question, entries, k)
