"""The worked example as raw terms: a design task of ¥50,000 between Aoba and Misaki."""

import copy
from typing import Any

from marketplace.contracts.terms import Terms

RAW: dict[str, Any] = {
    "contract": "C-2026-000184",
    "task": "T-2026-0091",
    "task_version": 2,
    "seat": 1,
    "seats": 2,
    "ordered_on": "2026-11-20",
    "concluded_at": "2026-11-20T14:32:10+09:00",
    "company": {
        "name": "株式会社あおば製作所",
        "address": "東京都千代田区丸の内1-2-3",
        "contact": "田中 健一",
    },
    "alumnus": {"name": "髙橋 美咲", "registration": "T7123456789012"},
    "operator": {"name": "縁結び株式会社"},
    "work": {
        "title": "採用サイトのトップページ デザイン改修",
        "content": "採用サイトのトップページ1点と共通部品のデザイン。",
        "quantity": "トップページ1点、共通部品12点",
        "specification": "Figma データで納品。",
        "rights": "著作権は受領日に発注者へ移転する。",
        "rights_fee": "権利の対価は報酬に含む。",
    },
    "schedule": {"receipt_on": "2026-12-11"},
    "place": {"online": True},
    "inspection": {"days": 7, "last_on": "2026-12-18"},
    "fee": {
        "price": {"amount": 50_000},
        "tax_rate": 1_000,
        "tax": {"amount": 5_000},
        "withholding": "withheld",
        "withholding_category": "デザイン料",
        "withheld_estimate": {"amount": 5_105},
        "net_estimate": {"amount": 49_895},
    },
    "payment": {
        "due_on": "2027-01-29",
        "rule": {
            "ja": "12月末日締め、1月末日払い。",
            "en": "Closed at the end of December, paid at the end of January.",
        },
        "transfer_fee_borne_by": "operator",
    },
    "cancellation": [
        {"notice_hours": 24, "share": 0},
        {"notice_hours": 0, "share": 6_000},
        {"notice_hours": None, "share": 10_000},
    ],
    "change_requests": {
        "ja": "条件を示して依頼します。手直しは2回までです。",
        "en": "Citing a term, at most twice.",
    },
}


def raw(**changes: Any) -> dict[str, Any]:
    """Return the raw terms with dotted paths (written with __) replaced; None takes the item away."""
    data = copy.deepcopy(RAW)
    for path, value in changes.items():
        *way, last = path.split("__")
        part = data
        for step in way:
            part = part[step]
        part[last] = value
        if value is None:
            del part[last]
    return data


def terms(**changes: Any) -> Terms:
    return Terms.model_validate(raw(**changes))
