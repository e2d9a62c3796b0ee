"""A half-planted demo world is known by its mark, and nothing else is ever thrown away."""

import fcntl
import os

import pytest

from marketplace.core.engines.engine import AlreadyRunning
from web import replanting

OURS = {"ENISHI_PORT": "8000"}


@pytest.fixture
def data(tmp_path):
    for part in ("postgres", "valkey", "sandbox", "mail", "keys", "logs"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "file").write_text("x")
    return tmp_path


def test_a_world_is_half_planted_from_the_beginning_of_planting_to_its_end(data):
    assert not replanting.half_planted(data, OURS)

    (data / replanting.BEGUN).touch()
    assert replanting.half_planted(data, OURS)

    (data / replanting.PLANTED).touch()
    assert not replanting.half_planted(data, OURS)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY"])
def test_what_is_not_our_own_is_never_half_planted(data, name):
    (data / replanting.BEGUN).touch()

    assert not replanting.half_planted(data, {**OURS, name: "elsewhere"})


def test_clearing_throws_the_world_away_and_keeps_the_rest(data):
    (data / replanting.BEGUN).touch()

    replanting.clear(data)

    assert sorted(each.name for each in data.iterdir()) == ["keys", "logs"]


def test_nothing_is_cleared_under_a_running_house(data):
    (data / replanting.BEGUN).touch()
    owner = os.open(data / "postgres.owner", os.O_RDWR | os.O_CREAT)
    os.write(owner, b"4711")
    fcntl.flock(owner, fcntl.LOCK_EX)

    with pytest.raises(AlreadyRunning):
        replanting.clear(data)

    os.close(owner)
    assert (data / "postgres" / "file").exists()
