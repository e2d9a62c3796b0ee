"""The levers of the sandbox: what a bank, a card network or the weather does in the real world.

All under ``/_sandbox/``, JSON in and out, no key; ``control.Control`` is the client.

GET  health                                      is it up
GET  clock, POST clock {offset_seconds}          sandbox time = real time + offset; due things then happen
GET  faults, POST faults {kind, count, method, path, event, seconds, times}, DELETE faults
POST accounts/{id}/onboard {number?}             give everything that the onboarding page asks for
POST accounts/{id}/restrict {restricted}         bar from transfers, or lift the bar
POST accounts/{id}/bank {failure}                payouts come back with this code; null: arrive again
POST payouts/settle                              let every payout arrive now
POST payouts/{id}/fail {failure}                 bring one back, even when it looked paid
POST charges/{id}/dispute {reason?}              open a dispute
POST disputes/{id}/win, disputes/{id}/lose       decide it
POST customers/{id}/deposit {amount, sender?, reference?}   a bank transfer arrives
POST virtual_accounts/{number}/deposit {amount, sender?}    the same, addressed as a bank does: by account number
POST keys/forget                                 drop all idempotency keys
POST reset                                       forget everything; the clock goes back to real time
GET  dump                                        balances, counts, transfers and payouts by metadata.op_id, invoices
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from payouts.sandbox.errors import ApiError, invalid, no_such
from payouts.sandbox.faults import CALL_FAULTS, WEBHOOK_FAULTS, Fault
from payouts.sandbox.protocol import Reply, Request
from payouts.sandbox.resources import accounts, bank_accounts, disputes, funding, payouts
from payouts.sandbox.sandbox import Sandbox
from payouts.sandbox.store import KINDS, Json
from payouts.sandbox.world import World, public

_PERSON = {
    "given_name": "花子",
    "surname": "山田",
    "birth": "1990-01-01",
    "address": {"country": "JP", "postal_code": "1500001", "state": "東京都", "line1": "神宮前1-1-1"},
    "terms": True,
}
_BANK = {
    "bank_name": "テスト銀行",
    "bank_code": "0001",
    "branch_code": "001",
    "type": "futsu",
    "number": "0001234",
    "holder": "ヤマダ ハナコ",
}


def answer(sandbox: Sandbox, request: Request) -> Reply:
    """Answer one call of the control plane."""
    _, _, *parts = request.path.split("/")
    try:
        given = json.loads(request.body or "{}")
        with sandbox.store.transaction():
            result = _run(sandbox, request.method, parts, given)
        sandbox.catch_up()
    except ApiError as refusal:
        return Reply(refusal.status, json.dumps(refusal.body(), ensure_ascii=False))
    return Reply(200, json.dumps(result, ensure_ascii=False))


def _run(sandbox: Sandbox, method: str, parts: list[str], given: Json) -> Json:
    name = f"{method} {'/'.join(parts)}"
    if name in _WHOLE:
        return _WHOLE[name](sandbox, given)
    if len(parts) == 3 and method == "POST":  # noqa: PLR2004 — noun, id, verb
        noun, object_id, verb = parts
        lever = _ONE.get(f"{noun}/{verb}")
        if lever is not None:
            return public(lever(sandbox.world(), object_id, given))
    raise ApiError(404, f"The control plane does not know {name}.")


def _health(sandbox: Sandbox, _given: Json) -> Json:
    return {"status": "ok", "now": sandbox.clock.now()}


def _clock(sandbox: Sandbox, given: Json) -> Json:
    if "offset_seconds" in given:
        sandbox.clock.set_offset(int(given["offset_seconds"]))
    return {"offset_seconds": sandbox.clock.offset_seconds, "now": sandbox.clock.now()}


def _faults(sandbox: Sandbox, _given: Json) -> Json:
    return {"faults": [asdict(fault) for fault in sandbox.faults.waiting]}


def _add_fault(sandbox: Sandbox, given: Json) -> Json:
    known = {field.name for field in fields(Fault)}
    if given.get("kind") not in {*CALL_FAULTS, *WEBHOOK_FAULTS} or not known.issuperset(given):
        raise invalid(f"A fault has a kind of {CALL_FAULTS + WEBHOOK_FAULTS} and members of {sorted(known)}.")
    sandbox.faults.add(Fault(**given))
    return _faults(sandbox, {})


def _clear_faults(sandbox: Sandbox, _given: Json) -> Json:
    sandbox.faults.clear()
    return _faults(sandbox, {})


def _settle(sandbox: Sandbox, _given: Json) -> Json:
    world = sandbox.world()
    waiting = [
        payout["id"]
        for status in ("pending", "in_transit")
        for payout in world.store.matching("payout", status=status)
    ]
    for payout_id in waiting:
        payouts.settle(world, payout_id)
    return {"settled": waiting}


def _forget_keys(sandbox: Sandbox, _given: Json) -> Json:
    return {"forgotten": sandbox.keys.forget()}


def _reset(sandbox: Sandbox, _given: Json) -> Json:
    sandbox.store.clear()
    sandbox.faults.clear()
    sandbox.clock.set_offset(0)
    return {"reset": True}


def _dump(sandbox: Sandbox, _given: Json) -> Json:
    """Sum up for verification; ``balances_agree`` compares each balance with its transactions."""
    store = sandbox.store
    kept = store.rows("select account, available, pending from balance order by account")
    summed = store.rows(
        "select account, sum(iif(body ->> '$.status' = 'available', body ->> '$.net', 0)), "
        "sum(iif(body ->> '$.status' = 'pending', body ->> '$.net', 0)) from balance_transaction "
        "group by account order by account"
    )
    return {
        "balances": {
            account or "platform": {"available": available, "pending": pending}
            for account, available, pending in kept
        },
        "balances_agree": kept == summed,
        "cash": dict(store.rows("select customer, available from cash")),
        "counts": {kind: (store.row(f"select count(*) from {kind}") or (0,))[0] for kind in KINDS},
        "transfers_by_op_id": _by_op_id(sandbox, "transfer"),
        "payouts_by_op_id": _by_op_id(sandbox, "payout"),
        "invoices": [_invoice(made) for made in sandbox.store.matching("invoice")],
        "deliveries_waiting": (store.row("select count(*) from delivery where done_at is null") or (0,))[0],
    }


def _by_op_id(sandbox: Sandbox, kind: str) -> dict[str, list[Json]]:
    """Group the transfers or payouts of all accounts by the id of the operation that made them."""
    grouped: dict[str, list[Json]] = {}
    for thing in sandbox.store.matching(kind):
        summary = {"id": thing["id"], "amount": thing["amount"], "destination": thing["destination"]}
        extra = {"status": thing["status"]} if kind == "payout" else {"reversed": thing["amount_reversed"]}
        grouped.setdefault(thing["metadata"].get("op_id", ""), []).append(summary | extra)
    return grouped


def _invoice(made: Json) -> Json:
    """Sum an invoice up: whose it is on our side, its state, and what it asked for when it was finalised."""
    whose = {name: made["metadata"].get(name, "") for name in ("invoice", "number")}
    return whose | {"id": made["id"], "status": made["status"], "total": made["total"]}


_WHOLE: Mapping[str, Callable[[Sandbox, Json], Json]] = {
    "GET health": _health,
    "GET clock": _clock,
    "POST clock": _clock,
    "GET faults": _faults,
    "POST faults": _add_fault,
    "DELETE faults": _clear_faults,
    "POST payouts/settle": _settle,
    "POST keys/forget": _forget_keys,
    "POST reset": _reset,
    "GET dump": _dump,
}


def _onboard(world: World, account_id: str, given: Json) -> Json:
    accounts.fetch(world, account_id)
    number = given.get("number", _BANK["number"])
    accounts.onboard(world.within(account_id), _PERSON, {**_BANK, "number": number})
    return {"account": account_id}


def _restrict(world: World, account_id: str, given: Json) -> Json:
    accounts.fetch(world, account_id)
    accounts.restrict(world.within(account_id), restricted=bool(given.get("restricted", True)))
    return {"account": account_id}


def _bank(world: World, account_id: str, given: Json) -> Json:
    failure = _failure(given, None)
    bank = bank_accounts.set_failure(world.within(account_id), failure)
    if bank is None:
        raise no_such("bank account of", account_id)
    return bank


def _fail(world: World, payout_id: str, given: Json) -> Json:
    return payouts.fail(world, payout_id, _failure(given, "account_closed") or "account_closed")


def _failure(given: Json, default: str | None) -> str | None:
    failure: str | None = given.get("failure", default)
    if failure is not None and failure not in payouts.FAILURES:
        raise invalid(f"A failure is one of {sorted(payouts.FAILURES)}.", param="failure")
    return failure


def _dispute(world: World, charge_id: str, given: Json) -> Json:
    return disputes.open_for(world, charge_id, given.get("reason", "fraudulent"))


def _win(world: World, dispute_id: str, _given: Json) -> Json:
    return disputes.win(world, dispute_id)


def _lose(world: World, dispute_id: str, _given: Json) -> Json:
    return disputes.lose(world, dispute_id)


def _deposit(world: World, customer_id: str, given: Json) -> Json:
    yen: Any = given.get("amount")
    if not isinstance(yen, int) or yen < 1:
        raise invalid("A deposit needs an amount in yen.", param="amount")
    return funding.deposit(
        world, customer_id, yen, sender=given.get("sender", ""), reference=given.get("reference")
    )


def _deposit_to(world: World, number: str, given: Json) -> Json:
    return _deposit(world, funding.holder(world, number), given)


_ONE: Mapping[str, Callable[[World, str, Json], Json]] = {
    "accounts/onboard": _onboard,
    "accounts/restrict": _restrict,
    "accounts/bank": _bank,
    "payouts/fail": _fail,
    "charges/dispute": _dispute,
    "disputes/win": _win,
    "disputes/lose": _lose,
    "customers/deposit": _deposit,
    "virtual_accounts/deposit": _deposit_to,
}
