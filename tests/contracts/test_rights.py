"""Whether rights pass to the company is read from what is said, not from a word in it: who keeps them owes no fee for them."""

from dataclasses import replace

import pytest

from marketplace.contracts.lint import lint
from tests.contracts.test_lint import GOOD, TODAY

KEPT = [
    "権利は移転しない。",
    "権利は移転しません。",
    "著作権の譲渡は行いません。",
    "著作権その他の権利は一切譲渡いたしません。",
    "権利の移転を伴わない業務です。",
    "権利の譲渡なし。",
    "著作権は譲渡の対象外です。",
    "著作権は譲渡の対象としない。",
    "本件により知的財産権が移転するものではありません。",
    "著作権は発注者に帰属しない。",
    "著作権はアルムナイに帰属し、発注者には移転しない。",
    "著作権は制作者に帰属します。",
    "移転する権利はありません。",
    "No rights are transferred.",
    "No rights, including copyright, are transferred.",
    "No copyright will be assigned to the company.",
    "No other intellectual property passes and none of the rights are assigned.",
    "There is no transfer of rights.",
    "The work is done without assignment of copyright.",
    "Copyright is not being transferred to the company.",
    "This does not transfer any rights.",
    "We don't assign the copyright.",
    "Rights never vest in the company.",
    "The copyright belongs to the alumnus.",
    "The alumna owns the copyright.",
    "Intellectual property is owned by the contractor.",
]
MOVED = [
    "権利は発注者に移転する。",
    "著作権は納品と同時に発注者へ譲渡しなければならない。",
    "著作権は当社に帰属します。",
    "著作者人格権は譲渡しないが、著作権は当社に譲渡する。",
    "著作権は買い取りとします。",
    "All rights are transferred to the company.",
    "No later than on delivery, all rights are transferred.",
    "No rights remain with the author: all of them are assigned to us.",
    "Rights not yet assigned are assigned on delivery.",
    "The copyright does not stay with the alumnus but belongs to the company.",
    "The company owns the copyright.",
    "Copyright vests in the company.",
]


def _asks_for_the_fee(rights: str) -> bool:
    found = lint(replace(GOOD, what="バナー3点。PNG形式。", specification="", rights=rights), issued_on=TODAY)
    return "what.rights_fee" in {finding.rule for finding in found}


@pytest.mark.parametrize("rights", KEPT)
def test_rights_that_stay_need_no_fee(rights):
    assert not _asks_for_the_fee(rights)


@pytest.mark.parametrize("rights", MOVED)
def test_rights_that_pass_need_a_stated_fee(rights):
    assert _asks_for_the_fee(rights)
