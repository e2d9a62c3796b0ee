from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from matching.gates import GATES
from matching.model import Availability, Deadline, Held, Place, Window, Wish
from matching.rank import rank, shut_gate
from matching.score import GATE_IDS
from tests.matching.cast import NOW, TUESDAY, need, person

HOUR = timedelta(hours=1)

SHUT = [
    ("consent", {}, {"consented": False}),
    ("intent", {}, {"intents": frozenset({"hire"})}),
    ("blocked", {}, {"blocked": True}),
    ("excluded", {"excluded": frozenset({UUID(int=10)})}, {}),
    ("conflict", {"poster_id": UUID(int=10)}, {}),
    ("conflict", {}, {"employed": True}),
    ("busy", {}, {"busy": (Window(TUESDAY.ends_at - timedelta(minutes=1), TUESDAY.ends_at),)}),
    ("busy", {"place": Place(13)}, {"busy": (Window(TUESDAY.ends_at, TUESDAY.ends_at + HOUR),)}),
    ("cap", {}, {"running": 2, "cap": 2}),
    ("language", {"languages": frozenset({"ja", "en"})}, {"languages": frozenset({"ja"})}),
    ("floor", {}, {"wish": Wish("task", floor=50_001)}),
    ("floor", {}, {"wish": Wish("hour", floor=12_501)}),  # four hours at 50,000 are 12,500 an hour
    ("payable", {}, {"country": "US"}),
    ("free", {"free_only": True}, {"availability": Availability(1)}),
    ("skills", {}, {"skills": {1: Held(2)}}),
    ("skills", {"least_met": 3}, {"skills": {1: Held(3), 2: Held(2)}}),
]

OPEN = [
    ("busy", {}, {"busy": (Window(TUESDAY.ends_at, TUESDAY.ends_at + timedelta(hours=1)),)}),
    ("busy", {"time": Deadline(date(2026, 11, 3), 240)}, {"busy": (TUESDAY,)}),
    ("cap", {}, {"running": 1, "cap": 2}),
    ("cap", {}, {"running": 99, "cap": None}),
    ("floor", {}, {"wish": Wish("task", floor=50_000)}),
    ("floor", {}, {"wish": Wish("hour", floor=12_500)}),
    ("free", {"free_only": True}, {}),
    ("skills", {}, {"skills": {3: Held(1)}}),
    ("skills", {"least_met": 2}, {"skills": {1: Held(3), 2: Held(2)}}),
    ("busy", {"place": Place(13)}, {"busy": (Window(TUESDAY.ends_at + HOUR, TUESDAY.ends_at + 2 * HOUR),)}),
]


@pytest.mark.parametrize(("gate", "asked", "known"), SHUT)
def test_a_shut_gate_keeps_the_person_out_and_is_counted(gate, asked, known):
    ranking = rank(need(**asked), [person(**known), person(11)], {}, NOW)

    assert ranking.gated == ({gate: 2} if gate == "language" else {gate: 1})
    assert all(match.person_id != UUID(int=10) for match in ranking.matches)


@pytest.mark.parametrize(("gate", "asked", "known"), OPEN)
def test_a_gate_is_open_up_to_its_very_edge(gate, asked, known):
    shut = shut_gate(need(**asked), person(**known), NOW)

    assert shut is None, gate


def test_every_gate_is_tested_shut_and_has_its_own_id():
    ids = [gate.id for gate in GATES]

    assert tuple(ids) == GATE_IDS
    assert len(ids) == len(set(ids))
    assert set(ids) == {gate for gate, _, _ in SHUT}


def test_consent_is_asked_before_anything_else():
    withdrawn = replace(person(), consented=False, blocked=True, country="US")

    assert shut_gate(need(), withdrawn, NOW) == "consent"
