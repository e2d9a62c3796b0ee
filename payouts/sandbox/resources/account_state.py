"""What an account still owes and what it may do, and how the v2 and the v1 API show it. Pure."""

from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY, moment, public

_IDENTITY = {
    "given_name": "identity.individual.given_name",
    "surname": "identity.individual.surname",
    "birth": "identity.individual.date_of_birth",
    "address": "identity.individual.address",
    "terms": "identity.attestations.terms_of_service.account",
}
_V1_NAMES = {
    "identity.individual.given_name": "individual.first_name",
    "identity.individual.surname": "individual.last_name",
    "identity.individual.date_of_birth": "individual.dob.day",
    "identity.individual.address": "individual.address.line1",
    "identity.attestations.terms_of_service.account": "tos_acceptance.date",
    "defaults.payout_methods": "external_account",
}
INCLUDES = ("configuration.recipient", "defaults", "identity", "requirements", "future_requirements")


def missing(record: Json, bank: Json | None) -> list[str]:
    """Name what the account has not given yet, in v2 words."""
    owed = [word for name, word in _IDENTITY.items() if not record["person"].get(name)]
    return owed if bank else [*owed, "defaults.payout_methods"]


def transfers_status(record: Json, bank: Json | None) -> str:
    """Say whether platform money may be sent to the account: active or restricted."""
    barred = record["restricted"] or record["closed"] or not record["requested"]
    return "restricted" if barred or missing(record, bank) else "active"


def payouts_status(record: Json, bank: Json | None) -> str:
    """Say whether its balance may be paid out: not while the bank account is switched off."""
    broken = bank is not None and bank["status"] == "errored"
    return "restricted" if broken else transfers_status(record, bank)


def v2(record: Json, bank: Json | None, include: list[str]) -> Json:
    """Show the account as ``v2.core.account``; parts that are not asked for are null."""
    parts: Json = {
        "configuration": _configuration(record, bank) if "configuration.recipient" in include else None,
        "defaults": _defaults(record, bank) if "defaults" in include else None,
        "identity": _identity(record) if "identity" in include else None,
        "requirements": _requirements(record, bank) if "requirements" in include else None,
        "future_requirements": {"entries": []} if "future_requirements" in include else None,
    }
    return {
        "id": record["id"],
        "object": "v2.core.account",
        "applied_configurations": ["recipient"] if record["applied"] else [],
        "closed": record["closed"],
        "contact_email": record["contact_email"],
        "contact_phone": record["contact_phone"],
        "created": moment(record["created"]),
        "dashboard": record["dashboard"],
        "display_name": record["display_name"],
        "livemode": False,
        "metadata": record["metadata"],
        **parts,
    }


def _configuration(record: Json, bank: Json | None) -> Json:
    balance = {
        "payouts": _capability(payouts_status(record, bank), record),
        "stripe_transfers": _capability(transfers_status(record, bank), record),
    }
    recipient = {
        "applied": record["applied"],
        "capabilities": {"stripe_balance": balance if record["requested"] else None},
    }
    return {"customer": None, "merchant": None, "recipient": recipient if record["applied"] else None}


def _capability(status: str, record: Json) -> Json:
    detail = {"code": "requirements_past_due", "resolution": "provide_info"}
    if record["restricted"]:
        detail = {"code": "restricted_other", "resolution": "contact_stripe"}
    return {"status": status, "status_details": [] if status == "active" else [detail]}


def _defaults(record: Json, bank: Json | None) -> Json:
    return {
        "currency": record["currency"],
        "locales": record["locales"],
        "payout_methods": {CURRENCY: bank["id"]} if bank else None,
        "profile": record["profile"],
        "responsibilities": {
            "fees_collector": record["fees_collector"],
            "losses_collector": record["losses_collector"],
            "requirements_collector": "stripe",
        },
    }


def _identity(record: Json) -> Json:
    person = record["person"]
    birth = [int(part) for part in person["birth"].split("-")] if person.get("birth") else None
    individual = {
        "account": record["id"],
        "address": person.get("address"),
        "created": moment(record["created"]),
        "date_of_birth": dict(zip(("year", "month", "day"), birth, strict=True)) if birth else None,
        "email": record["contact_email"],
        "given_name": person.get("given_name"),
        "id": "person_" + record["id"].removeprefix("acct_"),
        "metadata": {},
        "object": "v2.core.account_person",
        "surname": person.get("surname"),
        "updated": moment(record["created"]),
    }
    return {
        "attestations": None,
        "business_details": None,
        "country": record["country"],
        "entity_type": record["entity_type"],
        "individual": individual if record["entity_type"] == "individual" else None,
    }


def _requirements(record: Json, bank: Json | None) -> Json:
    entries = [_entry(word) for word in missing(record, bank)]
    if bank is not None and bank["status"] == "errored":
        entries.append(_broken_bank(bank))
    summary = {"minimum_deadline": {"status": "past_due", "time": None}} if entries else None
    return {"alternatives": [], "entries": entries, "summary": summary}


def _entry(word: str) -> Json:
    return {
        "awaiting_action_from": "user",
        "description": word,
        "errors": [],
        "impact": {"restricts_capabilities": [_restricts("stripe_balance.stripe_transfers")]},
        "minimum_deadline": {"status": "past_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def _broken_bank(bank: Json) -> Json:
    problem = {"code": "invalid_value_other", "description": "The bank account could not be paid."}
    return _entry("defaults.payout_methods") | {
        "errors": [problem],
        "impact": {"restricts_capabilities": [_restricts("stripe_balance.payouts")]},
        "reference": {"inquiry": None, "resource": bank["id"], "type": "payment_method"},
        "requested_reasons": [{"code": "routine_verification"}],
    }


def _restricts(capability: str) -> Json:
    return {"capability": capability, "configuration": "recipient", "deadline": {"status": "past_due"}}


def v1(record: Json, bank: Json | None) -> Json:
    """Show the account as the v1 API does."""
    owed = [_V1_NAMES[word] for word in missing(record, bank)]
    transfers = transfers_status(record, bank) == "active"
    payouts = payouts_status(record, bank) == "active"
    if transfers and not payouts:
        owed = ["external_account"]
    disabled = "rejected.other" if record["restricted"] else "requirements.past_due"
    return {
        "id": record["id"],
        "object": "account",
        "business_type": record["entity_type"],
        "capabilities": {"transfers": "active" if transfers else "inactive"},
        "charges_enabled": False,
        "country": record["country"].upper(),
        "created": record["created"],
        "default_currency": record["currency"],
        "details_submitted": bool(record["person"].get("terms")),
        "email": record["contact_email"],
        "external_accounts": {
            "object": "list",
            "data": [public(bank)] if bank else [],
            "has_more": False,
            "url": f"/v1/accounts/{record['id']}/external_accounts",
        },
        "metadata": record["metadata"],
        "payouts_enabled": payouts,
        "requirements": {
            "alternatives": [],
            "current_deadline": None,
            "currently_due": owed,
            "disabled_reason": None if payouts else disabled,
            "errors": [],
            "eventually_due": owed,
            "past_due": owed,
            "pending_verification": [],
        },
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "none",
    }
