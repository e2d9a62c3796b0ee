"""Bank accounts behind connected accounts, with test numbers whose payouts fail."""

from payouts.sandbox import events
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id

# Stripe's Japanese test account numbers; every other number works.
_FAILING_NUMBERS = {"1111113": "account_closed", "1111116": "no_account"}


def of(world: World) -> Json | None:
    """Return the calling account's bank account; the platform has had one from the beginning."""
    found = world.store.row(
        "select id from bank_account where account = ? order by seq desc limit 1", world.account
    )
    if found is not None:
        return world.store.find("bank_account", found[0])
    if world.account:
        return None
    platform = {"bank_name": "サンドボックス銀行", "bank_code": "9999", "branch_code": "001"}
    return _add(
        world, platform | {"type": "futsu", "number": "0000001", "holder": "エニシ ウンエイ"}, "acct_platform"
    )


def replace(world: World, details: Json) -> Json:
    """Put a new bank account in the place of the old one; ``details`` come from a hosted form."""
    old = of(world)
    if old is not None:
        world.store.delete("bank_account", old["id"])
        events.emit(world, "account.external_account.deleted", {**old, "deleted": True})
    bank = _add(world, details, world.account)
    events.emit(world, "account.external_account.created", bank)
    return bank


def _add(world: World, details: Json, owner: str) -> Json:
    bank = {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": owner,
        "account_holder_name": details["holder"],
        "account_holder_type": "individual",
        "account_type": details["type"],
        "available_payout_methods": ["standard"],
        "bank_name": details["bank_name"],
        "country": "JP",
        "currency": CURRENCY,
        "default_for_currency": True,
        "fingerprint": None,
        "future_requirements": None,
        "last4": details["number"][-4:],
        "metadata": {},
        "requirements": None,
        "routing_number": details["bank_code"] + details["branch_code"],
        "status": "new",
        "_number": details["number"],
        "_failure": _FAILING_NUMBERS.get(details["number"]),
    }
    return world.store.add("bank_account", bank, account=world.account, created=world.now)


def failure_of(bank: Json) -> str | None:
    """Say why payouts to this bank account come back, if they do."""
    reason: str | None = bank["_failure"]
    return reason


def set_failure(world: World, reason: str | None) -> Json | None:
    """Make payouts to the account's bank come back from now on (None: arrive again)."""
    bank = of(world)
    return None if bank is None else world.store.save("bank_account", {**bank, "_failure": reason})
