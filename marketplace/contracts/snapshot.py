"""Write the raw terms of a seat: everything that `Terms` holds, from the agreement and who its parties are."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marketplace.contracts import due
from marketplace.contracts.agreement import Agreement
from marketplace.contracts.due import DueRule
from marketplace.contracts.terms import Amount
from marketplace.core.clock import day_of
from marketplace.core.money import BASIS
from marketplace.core.settings import settings
from payouts.fees import SeatCost

AS_ABOVE = "内容に記載のとおり / As described in the content"
ONE_SET = "一式 / One set"
INCLUDED = "報酬額に含みます。 / Included in the fee."
RULES = {
    DueRule.DAY60: {
        "ja": "支払期日は上記の日です。成果物を早く受領したときは、受領日から起算して60日目(金融機関の休業日のときは"
        "その前営業日)までに支払います。検査の完了や請求書の到着を待ちません。",
        "en": "Payment is due on the day above. If the work is received earlier, it is paid by day 60 counted from its"
        " receipt, or the bank day before. It waits neither for inspection nor for an invoice.",
    },
    DueRule.MONTH_CLOSE: {
        "ja": "支払期日は上記の日です。成果物を早く受領したときは、受領した月の翌月末日(金融機関の休業日のときは"
        "その前営業日)までに支払います。検査の完了や請求書の到着を待ちません。",
        "en": "Payment is due on the day above. If the work is received earlier, it is paid by the end of the month"
        " after its receipt, or the bank day before. It waits neither for inspection nor for an invoice.",
    },
}
CHANGES = {
    "ja": "修正の依頼は、取引条件のどれに合わないかを示して2回まで行えます。受注者の責めによるやり直しのときだけ、"
    "受領日と支払期日を改めます。",
    "en": "Changes may be asked for twice, naming the term that is not met. Only rework for which the alumnus is at"
    " fault sets the receipt and the payment date anew.",
}


def raw_terms(
    agreement: Agreement,
    parties: Mapping[str, Any],
    cost: SeatCost,
    *,
    contract: str,
    concluded_at: datetime,
    due_on: date,
    inspected_on: date,
    withheld: bool,
) -> dict[str, Any]:
    """Return the terms as `completeness.conclude_terms` takes them; an empty text is an item that is missing.

    `parties` is a row with the names of both sides and the company's rates (see conclude.py).
    """
    return {
        "contract": contract,
        "task": str(agreement.task),
        "task_version": agreement.task_version,
        "seat": agreement.seat_number,
        "seats": agreement.seats,
        "ordered_on": day_of(concluded_at),
        "concluded_at": concluded_at,
        **_sides(parties),
        "work": _work(agreement),
        "schedule": {
            "receipt_on": agreement.deliver_on,
            "starts_at": agreement.window_starts_at,
            "ends_at": agreement.window_ends_at,
        },
        "place": {"online": agreement.online, "address": agreement.place or None},
        "inspection": {"days": agreement.inspection_days, "last_on": inspected_on},
        "fee": _fee(agreement, cost, withheld=withheld),
        "payment": {
            "due_on": due_on,
            "rule": RULES[DueRule(parties["pay_rule"])],
            "transfer_fee_borne_by": "operator",
        },
        "cancellation": _cancellation(parties),
        "change_requests": CHANGES,
    }


def planned_due_on(agreement: Agreement, rule: DueRule) -> date:
    """Return the payment day that the terms state: the rule's, or the earlier one that was chosen."""
    limit = due.stated_due_on(agreement.deliver_on, rule)
    return min(limit, due.pay_on(agreement.pay_on)) if agreement.pay_on else limit


def _sides(parties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "company": {
            "name": parties["company_name"],
            "address": parties["company_address"] or None,
            "unit": parties["unit_name"],
            "contact": parties["contact_name"],
            "registration": parties["company_registration"],
        },
        "alumnus": {"name": parties["alumnus_name"], "registration": parties["alumnus_registration"]},
        "operator": {
            "name": settings().operator_name,
            "registration": settings().operator_registration_number or None,
        },
    }


def _work(agreement: Agreement) -> dict[str, Any]:
    return {
        "title": agreement.title,
        "content": agreement.what,
        "quantity": agreement.quantity or ONE_SET,
        "specification": agreement.specification or AS_ABOVE,
        "rights": agreement.rights,
        "rights_fee": INCLUDED,
        "ways": agreement.how or None,
    }


def _fee(agreement: Agreement, cost: SeatCost, *, withheld: bool) -> dict[str, Any]:
    return {
        "price": Amount.of(cost.price),
        "tax_rate": agreement.tax_bp,
        "tax": Amount.of(cost.tax),
        "withholding": "withheld" if withheld else "not_withheld",
        "withholding_category": agreement.tax_category,
        "withheld_estimate": Amount.of(cost.withheld),
        "net_estimate": Amount.of(cost.to_person),
    }


def _cancellation(parties: Mapping[str, Any]) -> list[dict[str, Any]]:
    early, late = parties["cancel_early_bp"], parties["cancel_late_bp"]
    return [
        {"notice_hours": 24, "share": early},
        {"notice_hours": 0, "share": max(early, late)},
        {"notice_hours": None, "share": BASIS},
    ]
