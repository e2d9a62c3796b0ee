"""Concluding a contract: complete terms, the seat's money, and a document on its way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.contracts import documents
from marketplace.contracts.conclude import conclude
from marketplace.contracts.terms import canonical_json
from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from tests.factories import contracts as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_concluded_contract_holds_its_terms_and_exactly_its_money():
    scene = await make.scene()

    contract = await make.concluded(scene)

    row = await make.row(contract)
    assert (row["price_amount"], row["tax_amount"], row["withheld_amount"]) == (50_000, 5_000, 5_105)
    assert (row["fee_amount"], row["fee_tax_amount"], row["status"]) == (7_500, 750, "concluded")
    held = await make.balances(scene, contract)
    assert (held["task"], held["contract"], held["balance"]) == (0, 58_145, 5_105)
    async with db.transaction(person=scene.person):
        terms = await documents.terms_of(contract)
    stored = await make.rows("select body, sha256 from terms_snapshot")
    assert stored[0]["body"] == canonical_json(terms)
    assert terms.fee.net_estimate.amount == 49_895


async def test_missing_terms_conclude_nothing_and_each_is_named():
    scene = await make.scene()
    hollow = replace(scene.agreement, what=" ", rights="")

    with pytest.raises(Invalid) as refused:
        await make.concluded(replace(scene, agreement=hollow))

    assert set(refused.value.fields) == {"work.content", "work.rights"}
    assert await make.rows("select 1 from contract") == []
    assert (await make.balances(scene))["task"] == 63_250


async def test_an_unknown_tax_category_is_asked_about_and_never_guessed():
    scene = await make.scene()

    with pytest.raises(Conflict):
        await make.concluded(replace(scene, agreement=replace(scene.agreement, tax_category="dance")))


async def test_a_corporation_is_not_withheld_from():
    scene = await make.scene()
    async with db.transaction(operator=True):
        await db.execute(
            "insert into payee (owner, kind) values ($1, 'corporation')", f"person:{scene.person}"
        )

    contract = await make.concluded(scene)

    assert (await make.row(contract))["withheld_amount"] == 0
    assert (await make.balances(scene, contract))["contract"] == 63_250


async def test_a_stranger_to_the_network_gets_no_contract():
    scene = await make.scene()
    other = await make.scene()

    with pytest.raises(NotFound):
        async with db.transaction(company=scene.company, person=other.person):
            await conclude(scene.agreement, other.person, by=other.alumnus)


async def test_an_earlier_chosen_payment_day_is_stated_and_a_later_one_is_not():
    scene = await make.scene(balance=200_000)
    deliver_on = scene.agreement.deliver_on
    soon = deliver_on + timedelta(days=7)

    early = await make.concluded(replace(scene, agreement=replace(scene.agreement, pay_on=soon)))
    again = await make.task(scene.owner, scene.agreement.unit, pay_on=deliver_on + timedelta(days=400))
    late = await make.concluded(replace(scene, agreement=again))

    assert (await make.row(early))["stated_due_on"] <= soon
    assert (await make.row(late))["stated_due_on"] < deliver_on + timedelta(days=63)


async def test_work_without_a_window_may_begin_when_it_is_concluded():
    scene = await make.scene()

    contract = await make.concluded(scene)

    row = await make.row(contract)
    assert row["starts_at"] == row["concluded_at"]
