"""The operator ends a contract and stops a company by hand: every time with a reason, and the amount on the button."""

import pytest

from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from tests.factories import contracts as make
from tests.web.asgi_visitor import operator, signed_in

pytestmark = pytest.mark.usefixtures("database", "seal_folder")


async def test_the_operator_finds_a_company_s_contract_and_cancels_it_with_a_reason():
    scene = await make.scene()
    contract = await make.concluded(scene)
    visitor = await operator()
    await visitor.open(f"/operator/companies/{scene.slug}")
    listed = await visitor.open(f"/operator/companies/{scene.slug}/contracts")
    shown = await visitor.open(f"/operator/contracts/{contract}")

    await visitor.send("/cancellation", 422, reason="")
    wrong = visitor.wrong()
    done = await visitor.send("/cancellation", reason="The company has closed down")

    [row] = await make.rows("select title, cancelled_by from contract")
    assert row["title"] in listed
    assert "Cancel and pay ¥ 49,895 to 山田 花子" in shown
    assert wrong == {"reason"}
    assert "The operator cancelled" in done
    assert "The company has closed down" in done
    assert row["cancelled_by"] == "operator"
    [email] = await make.rows("select email from person where id = $1", scene.person)
    alumnus = await signed_in(email["email"])
    assert "The operator cancelled" in await alumnus.open(f"/contracts/{contract}")
    assert "The company has closed down" in await alumnus.open("/notices")


async def test_a_contract_that_has_moved_on_offers_no_cancelling():
    scene = await make.scene()
    contract = await make.delivered(scene)
    await disputes.open_dispute(contract, yen(1_000), "合っていません。", by=scene.owner)

    shown = await (await operator()).open(f"/operator/contracts/{contract}")

    assert "What was agreed" in shown
    assert "Cancel by hand" not in shown


async def test_the_operator_stops_a_company_with_a_reason_and_sees_it():
    scene = await make.scene()
    visitor = await operator()
    await visitor.open(f"/operator/companies/{scene.slug}")

    await visitor.send("/stop", 422, reason="")
    wrong = visitor.wrong()
    stopped = await visitor.send("/stop", reason="Strange cards, 100% unclear")
    lifted = await visitor.send("/publishing", reason="Explained")

    assert wrong == {"reason"}
    assert "Publishing is stopped since" in stopped
    assert "Strange cards, 100% unclear" in stopped
    assert "Stop publishing" in lifted
