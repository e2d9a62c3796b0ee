"""The statements in SQL and the rules in Python say the same; and what a rule takes is written down once."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from marketplace.core import db
from marketplace.core.money import yen
from payouts import chart, journal
from payouts.gateway.protocol import BalanceTransaction
from payouts.ledger import Entry, Transfer
from payouts.reconcile import matching, pull
from payouts.reconcile.kinds import NAMES, SUGGESTIONS, Kind
from payouts.reconcile.rules import RULES, Claim, Rule, Surroundings, Transaction, fits, judge

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PLAIN = [
    rule
    for rule in RULES
    if not rule.through and rule.points in {"id", "source"} and rule.against == "stripe"
]


@dataclass(frozen=True)
class Drawn:
    """A transaction with the posting that it may have; both may be a little wrong."""

    rule: Rule
    item: BalanceTransaction
    key: str
    amount: int
    at: datetime


def _draw(chance: random.Random, number: int) -> Drawn:
    rule = chance.choice(PLAIN)
    amount, fee = chance.choice([500, -500, 900, -900]), chance.choice([0, 0, 30])
    fee = fee or (30 if rule.part == "fee" else 0)
    object_id = f"o{chance.randrange(number + 1)}"
    item = BalanceTransaction(
        id=f"txn_{number:03}",
        kind=rule.kinds[0],
        category=rule.category or "other",
        source=object_id,
        origin="",
        amount=yen(amount),
        fee=yen(fee),
        status="available",
        description="",
        made_at=AT + timedelta(minutes=chance.randrange(60)),
        available_at=AT,
    )
    measured = {"net": amount - fee, "amount": amount, "fee": fee}[rule.measure] * rule.sign
    wrong = chance.choice([0, 0, 0, 1])
    at = AT + timedelta(days=chance.choice([0, 0, 0, 2, 30]))
    return Drawn(
        rule, item, rule.prefix + (item.id if rule.points == "id" else object_id), measured + wrong, at
    )


def _by_python(drawn: list[Drawn], posted: dict[str, Transfer]) -> dict[tuple[str, str], str]:
    """Match rule by rule, the earlier transaction first, a posting once."""
    found: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, int]] = set()
    for rule in RULES:
        for one in sorted(drawn, key=lambda each: (each.item.made_at, each.item.id)):
            transaction = _transaction(one.item)
            name = rule.prefix + (one.item.id if rule.points == "id" else one.item.source)
            fact = posted.get(name)
            slot = (name, rule.half)
            if rule not in PLAIN or not rule.takes(transaction) or fact is None or slot in taken:
                continue
            if rule.part == "fee" and not transaction.fee:
                continue
            entries = {entry.account.name: entry.amount for entry in fact.entries}
            claim = Claim(rule, "", name, "JPY", fact.happened_at, entries)
            if (one.item.id, rule.part) not in found and fits(claim, transaction):
                found[one.item.id, rule.part] = name
                taken.add(slot)
    return found


def _transaction(item: BalanceTransaction) -> Transaction:
    amount, fee = item.amount.amount, item.fee.amount
    return Transaction(
        item.id, "", "stripe:platform", item.kind, item.category, item.source, amount, fee, amount - fee, "JPY", item.made_at
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
async def test_sql_matches_what_the_rules_in_python_match(database: None, seed: int):
    chance = random.Random(seed)
    drawn = [_draw(chance, number) for number in range(60)]
    posted: dict[str, Transfer] = {}
    for one in drawn:
        lines = (Entry(chart.stripe_platform(), one.amount), Entry(chart.stripe_suspense(), -one.amount))
        posted.setdefault(one.key, Transfer(one.key, one.key.partition(":")[0], lines, one.at))
    async with db.transaction(operator=True):
        await journal.record_all([(fact, "") for fact in posted.values()])
        await db.execute(
            "insert into provider_account (account, ledger_name, ledger_account) select '', name, id from ledger_account where name = 'stripe:platform'"
        )
        await pull.keep("", [one.item for one in drawn])
        for step in matching.STEPS:
            await matching.match(step, AT - timedelta(days=60), [])
        rows = await db.fetch(
            "select m.transaction_id, m.part, t.key from balance_match m join ledger_transfer t on t.id = m.transfer_id"
        )

    assert {(row["transaction_id"], row["part"]): row["key"] for row in rows} == _by_python(drawn, posted)
    assert len(rows) > 5


def test_every_kind_has_a_name_and_a_suggestion():
    assert set(NAMES) == set(SUGGESTIONS) == set(Kind)
    assert len(Kind) >= 15


def test_what_is_fresh_may_still_come():
    one = Transaction("txn", "", "stripe:platform", "refund", "refund", "re_1", -5, 0, -5, "JPY", AT)

    early = judge(one, [], Surroundings(), now=AT + timedelta(minutes=59))
    late = judge(one, [], Surroundings(), now=AT + timedelta(minutes=61))

    assert early is None
    assert late is not None
    assert late.kind == Kind.REFUND_WITHOUT_POSTING


def test_a_payout_on_its_way_is_no_break_until_it_is_overdue():
    one = Transaction("txn", "acct", "stripe:connected:p", "payout", "payout", "po_1", -5, 0, -5, "JPY", AT)
    now = AT + timedelta(days=2)

    waiting = judge(one, [], Surroundings(payout="p", on_its_way=True, transferred=True), now=now)
    late = judge(one, [], Surroundings(payout="p", on_its_way=True, overdue=True, transferred=True), now=now)

    assert waiting is None
    assert late is not None
    assert late.kind == Kind.TIMING


def test_an_entry_that_corrects_two_accounts_leaves_nothing_in_suspense():
    first, second = f"stripe:connected:{uuid4()}", f"stripe:connected:{uuid4()}"
    one = Transaction("txn", "acct", second, "payment", "charge", "py_1", 5, 0, 5, "JPY", AT)
    claim = Claim(RULES[3], str(UUID(int=1)), "transfer:x:1", "JPY", AT, {"stripe:platform": -5, first: 5})

    found = judge(one, [claim], Surroundings(), now=AT)

    assert found is not None
    assert (found.kind, dict(found.corrections)) == (Kind.WRONG_ACCOUNT, {first: -5, second: 5})


def test_every_rule_is_run_once_and_rules_of_different_statements_never_speak_of_the_same_part():
    run = [rule for step in matching.STEPS for rule in step]

    assert sorted(rule.name for rule in run) == sorted(rule.name for rule in RULES)
    for step in matching.STEPS:
        for other in matching.STEPS:
            if step is not other:
                shared = [
                    (one.name, two.name)
                    for one in step
                    for two in other
                    if (one.connected, one.part, one.prefix) == (two.connected, two.part, two.prefix)
                    and set(one.kinds) & set(two.kinds)
                ]
                assert not shared
