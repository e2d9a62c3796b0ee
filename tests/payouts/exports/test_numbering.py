"""Numbers stay: what was exported keeps its own, what is new comes behind it, what is not as it was is named."""

from dataclasses import replace

import pytest

from marketplace.core.money import yen
from payouts.exports.journal import Slip
from payouts.exports.numbering import MOST, Known, compare
from tests.payouts.exports.month import day, journal

SLIPS = list(journal().slips)


def exported(slips: list[Slip]) -> dict[str, Known]:
    return {each.slip.key: Known(each.number, each.slip.digest) for each in compare(slips, {}).slips}


def test_a_month_that_was_never_exported_is_numbered_by_its_days():
    found = compare(SLIPS, {})

    assert [each.number for each in found.slips] == list(range(1, len(SLIPS) + 1))
    assert [each.slip.on for each in found.slips] == sorted(each.slip.on for each in found.slips)
    assert found.fresh == {slip.key for slip in SLIPS}


def test_a_late_slip_comes_behind_and_moves_nothing():
    known = exported(SLIPS[1:])

    found = compare(SLIPS, known)

    assert found.fresh == {SLIPS[0].key}
    assert [each.slip for each in found.after(len(known))] == [SLIPS[0]]
    assert {each.slip.key: each.number for each in found.slips[:-1]} == {
        key: one.number for key, one in known.items()
    }


def test_a_slip_that_says_something_else_and_one_that_fell_away_are_named():
    known = exported(SLIPS)
    line = replace(SLIPS[3].lines[0], amount=yen(1))
    changed = replace(SLIPS[3], lines=(line, *SLIPS[3].lines[1:]))

    found = compare([*SLIPS[:3], changed, *SLIPS[5:]], known)

    assert (found.fresh, found.changed, found.gone) == (frozenset(), {changed.key}, (5,))


def test_the_number_of_a_slip_that_fell_away_is_given_to_no_other():
    known = exported(SLIPS[:2])
    known[SLIPS[1].key] = replace(known[SLIPS[1].key], is_gone=True)

    found = compare([SLIPS[0], SLIPS[2]], known)

    assert [each.number for each in found.slips] == [1, 3]
    assert found.gone == ()


def test_a_new_title_makes_no_other_slip():
    renamed = [replace(slip, title="anders") for slip in SLIPS]

    assert compare(renamed, exported(SLIPS)).changed == frozenset()


def test_a_month_has_no_more_slips_than_numbers():
    known = {"x": Known(MOST, "0" * 64)}

    with pytest.raises(ValueError, match="more slips"):
        compare([replace(SLIPS[0], on=day(2))], known)
