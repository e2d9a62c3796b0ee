"""Connected accounts (Accounts v2, recipient configuration) and their v1 mirror."""

from collections.abc import Iterator
from contextlib import contextmanager

from payouts.sandbox import events, lists
from payouts.sandbox.errors import ApiError, invalid, no_such
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import (
    EXPAND,
    LIST,
    Field,
    boolean,
    choice,
    currency,
    fields,
    integer,
    items,
    merge_metadata,
    metadata,
    optional,
    required,
    text,
)
from payouts.sandbox.resources import account_state, bank_accounts
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, World, new_id


def fetch(world: World, account_id: str, *, param: str = "id") -> Json:
    """Return the record of a connected account or refuse with ``resource_missing``."""
    record = world.store.find("account", account_id)
    if record is None:
        raise no_such("destination" if param == "destination" else "account", account_id, param=param)
    return record


def may_receive(world: World, record: Json) -> bool:
    """Say whether transfers to this account are allowed now."""
    bank = bank_accounts.of(world.within(record["id"]))
    return account_state.transfers_status(record, bank) == "active"


def create(world: World, call: Call) -> Json:
    """Open an account that can do nothing until its owner has been onboarded."""
    params = call.params
    identity = params.get("identity", {})
    if identity.get("country", "jp") != "jp":
        raise invalid("Only accounts in jp can be created on this platform.", param="identity.country")
    if "recipient" in params.get("configuration", {}) and "identity" not in params:
        raise invalid("Missing required field: identity.country", code="parameter_missing", param="identity")
    record = _fill(_blank(world), params)
    world.store.add("account", record, account="", created=world.now)
    events.emit_thin(world, "v2.core.account.created", about=record["id"])
    return _shown(world, record, params)


def _blank(world: World) -> Json:
    return {
        "id": new_id("acct"),
        "created": world.now,
        "contact_email": None,
        "contact_phone": None,
        "display_name": None,
        "dashboard": "none",
        "country": "jp",
        "entity_type": None,
        "fees_collector": "application",
        "losses_collector": "application",
        "currency": CURRENCY,
        "locales": None,
        "profile": None,
        "metadata": {},
        "requested": False,
        "applied": False,
        "closed": False,
        "restricted": False,
        "person": {},
    }


def _fill(record: Json, params: Json) -> Json:
    """Write the given parameters into the record."""
    for name in ("contact_email", "contact_phone", "display_name", "dashboard"):
        record[name] = params.get(name, record[name])
    record["metadata"] = merge_metadata(record["metadata"], params.get("metadata") or record["metadata"])
    defaults = params.get("defaults", {})
    for name in ("currency", "locales", "profile"):
        record[name] = defaults.get(name, record[name])
    for name in ("fees_collector", "losses_collector"):
        record[name] = defaults.get("responsibilities", {}).get(name, record[name])
    identity = params.get("identity", {})
    record["entity_type"] = identity.get("entity_type", record["entity_type"])
    record["person"] |= _person(identity.get("individual", {}))
    recipient = params.get("configuration", {}).get("recipient")
    if recipient is not None:
        capability = recipient.get("capabilities", {}).get("stripe_balance", {}).get("stripe_transfers", {})
        record["applied"] = recipient.get("applied", True)
        record["requested"] = capability.get("requested", record["requested"])
    return record


def _person(individual: Json) -> Json:
    person: Json = {
        name: individual[name] for name in ("given_name", "surname", "address") if name in individual
    }
    born = individual.get("date_of_birth")
    if born:
        person["birth"] = f"{born['year']:04}-{born['month']:02}-{born['day']:02}"
    return person


def retrieve(world: World, call: Call) -> Json:
    """Show one account with the parts that ``include`` asks for."""
    return _shown(world, fetch(world, call.path["id"]), call.params)


def update(world: World, call: Call) -> Json:
    """Change an account; what is left out stays."""
    record = fetch(world, call.path["id"])
    if record["closed"]:
        raise ApiError(400, "This account is closed.", code="account_closed")
    with told(world.within(record["id"])):
        world.store.save("account", _fill(record, call.params))
    return _shown(world, record, call.params)


def _shown(world: World, record: Json, params: Json) -> Json:
    bank = bank_accounts.of(world.within(record["id"]))
    return account_state.v2(record, bank, params.get("include", []))


def retrieve_v1(world: World, call: Call) -> Json:
    """Show a connected account in the v1 shape."""
    record = fetch(world, call.path["account"])
    return account_state.v1(record, bank_accounts.of(world.within(record["id"])))


def retrieve_own(world: World, _call: Call) -> Json:
    """Show the calling account in the v1 shape."""
    if world.account:
        record = fetch(world, world.account)
        return account_state.v1(record, bank_accounts.of(world))
    platform = {"person": dict.fromkeys(("given_name", "surname", "birth", "address", "terms"), "platform")}
    record = _blank(world) | platform | {"id": "acct_platform", "requested": True}
    return account_state.v1(record, bank_accounts.of(world)) | {"charges_enabled": True}


def onboard(world: World, person: Json, bank: Json | None) -> None:
    """Take over what the owner gave on a hosted page; ``world`` is the account's own."""
    with told(world):
        record = fetch(world, world.account)
        record["person"] |= {name: value for name, value in person.items() if value}
        world.store.save("account", record)
        if bank is not None:
            bank_accounts.replace(world, bank)


def restrict(world: World, *, restricted: bool) -> None:
    """Bar the account from receiving money, or lift the bar."""
    with told(world):
        world.store.save("account", fetch(world, world.account) | {"restricted": restricted})


def switch_off_bank(world: World, bank_id: str) -> None:
    """Disable the bank account after a failed payout until it is replaced."""
    bank = world.store.find("bank_account", bank_id)
    if bank is None or bank["status"] == "errored":
        return
    with told(world):
        bank["status"] = "errored"
        world.store.save("bank_account", bank)
        events.emit(world, "account.external_account.updated", bank, previous={"status": "new"})


def list_external(world: World, call: Call) -> Json:
    """List the bank accounts of a connected account."""
    account = fetch(world, call.path["account"])
    return lists.page(world.within(account["id"]), "bank_account", "external account", call)


@contextmanager
def told(world: World) -> Iterator[None]:
    """Emit the events for whatever changes inside; ``world`` is the account's own."""
    before = _abilities(world)
    yield
    after = _abilities(world)
    platform = world.within("")
    if before != after:
        events.emit_thin(platform, "v2.core.account[requirements].updated", about=world.account)
    for position, capability in enumerate(("stripe_balance.stripe_transfers", "stripe_balance.payouts")):
        if before[position] != after[position]:
            events.emit_thin(
                platform,
                "v2.core.account[configuration.recipient].capability_status_updated",
                about=world.account,
                data={"updated_capability": capability},
            )
    record = fetch(world, world.account)
    events.emit(world, "account.updated", account_state.v1(record, bank_accounts.of(world)))


def _abilities(world: World) -> tuple[str, str, list[str]]:
    record, bank = fetch(world, world.account), bank_accounts.of(world)
    return (
        account_state.transfers_status(record, bank),
        account_state.payouts_status(record, bank),
        account_state.missing(record, bank),
    )


_ADDRESS = {
    name: optional(text) for name in ("city", "country", "line1", "line2", "postal_code", "state", "town")
}
_BIRTH = {
    "day": required(integer(1, 31)),
    "month": required(integer(1, 12)),
    "year": required(integer(1900, 2100)),
}
_INDIVIDUAL = {
    "address": optional(fields(_ADDRESS)),
    "date_of_birth": optional(fields(_BIRTH)),
    "email": optional(text),
    "given_name": optional(text),
    "phone": optional(text),
    "surname": optional(text),
}
_IDENTITY = {
    "country": optional(text),
    "entity_type": optional(choice("company", "government_entity", "individual", "non_profit")),
    "individual": optional(fields(_INDIVIDUAL)),
}
_PROFILE = {name: optional(text) for name in ("business_url", "doing_business_as", "product_description")}
_COLLECTORS = {
    "fees_collector": required(choice("application", "application_custom", "application_express", "stripe")),
    "losses_collector": required(choice("application", "stripe")),
}
_DEFAULTS = {
    "currency": optional(currency),
    "locales": optional(items(text)),
    "profile": optional(fields(_PROFILE)),
    "responsibilities": optional(fields(_COLLECTORS)),
}
_REQUESTED = fields({"stripe_transfers": optional(fields({"requested": required(boolean)}))})
_INCLUDE: Field = optional(items(choice(*account_state.INCLUDES)))


def _recipient(**more: Field) -> Field:
    capabilities = fields({"stripe_balance": optional(_REQUESTED)})
    return optional(fields({"recipient": optional(fields({"capabilities": optional(capabilities), **more}))}))


_CREATE = {
    "configuration": _recipient(),
    "contact_email": optional(text),
    "contact_phone": optional(text),
    "dashboard": optional(choice("express", "full", "none")),
    "defaults": optional(fields(_DEFAULTS)),
    "display_name": optional(text),
    "identity": optional(fields(_IDENTITY)),
    "include": _INCLUDE,
    "metadata": optional(metadata),
}
_UPDATE = {**_CREATE, "configuration": _recipient(applied=optional(boolean))}

OPERATIONS = (
    Operation("POST", "/v2/core/accounts", _CREATE, create),
    Operation("GET", "/v2/core/accounts/{id}", {"include": _INCLUDE}, retrieve),
    Operation("POST", "/v2/core/accounts/{id}", _UPDATE, update),
    Operation("GET", "/v1/accounts/{account}", EXPAND, retrieve_v1),
    Operation(
        "GET",
        "/v1/accounts/{account}/external_accounts",
        {**LIST, "object": optional(choice("bank_account", "card"))},
        list_external,
    ),
    Operation("GET", "/v1/account", EXPAND, retrieve_own),
)
