"""Lay the terms out as the rows of the contract document: labels, values, sums. Pure data, no drawing."""

from typing import Any

from marketplace.contracts import phrases
from marketplace.contracts.phrases import Pair
from marketplace.contracts.terms import Amount, Fee, Party, Terms, sha256

Row = dict[str, str]
Section = dict[str, Any]


def sheet(terms: Terms) -> dict[str, Any]:
    """Return everything that the template draws, as plain text: no logic and no arithmetic is left to it."""
    return {
        "title": "取引条件明示書 兼 業務委託契約書",
        "title_en": "Statement of terms and contract for services",
        "number": terms.contract,
        "language": terms.language,
        "fingerprint": sha256(terms),
        "meta": _meta(terms),
        "parties": [
            _party("発注者(委託者)", "Company", terms.company),
            _party("受注者(アルムナイ)", "Alumnus", terms.alumnus),
        ],
        "key": _key(terms),
        "sections": _sections(terms),
        "money": _money(terms.fee),
        "money_note": _money_note(terms.fee),
        "cancellation": _cancellation(terms),
        "record": _record(terms),
        "language_note": _language_note(terms),
    }


def _row(ja: str, en: str, value: str, value_en: str = "") -> Row:
    return {"ja": ja, "en": en, "value": value, "value_en": value_en}


def _pair(ja: str, en: str, pair: Pair) -> Row:
    return _row(ja, en, *pair)


def _meta(terms: Terms) -> list[Row]:
    return [
        _row("契約番号", "Contract", terms.contract),
        _pair("発注日", "Order date", phrases.day(terms.ordered_on)),
        _row(
            "案件・版・募集枠",
            "Task, version, seat",
            f"{terms.task}(第{terms.task_version}版)・枠 {terms.seat} / {terms.seats}",
            f"Version {terms.task_version}, seat {terms.seat} of {terms.seats}",
        ),
    ]


def _party(ja: str, en: str, party: Party) -> dict[str, Any]:
    lines = [
        (party.address, "住所", "Address"),
        (party.unit, "部署", "Unit"),
        (party.contact, "担当者", "Contact"),
        (party.registration, "登録番号", "Registration no."),
    ]
    return {
        "ja": ja,
        "en": en,
        "name": party.name,
        "lines": [{"ja": label, "en": english, "value": value} for value, label, english in lines if value],
    }


def _receipt(terms: Terms) -> Row:
    schedule = terms.schedule
    if schedule.starts_at and schedule.ends_at:
        period = phrases.period(schedule.starts_at, schedule.ends_at)
        return _pair("役務の提供を受ける期間", "Period of service", period)
    assert schedule.receipt_on is not None
    return _pair("納品期日(受領日)", "Receipt of the work", phrases.day(schedule.receipt_on))


def _key(terms: Terms) -> list[Row]:
    return [
        _row("報酬額(税抜)", "Fee, excluding tax", phrases.money(terms.fee.price)),
        _pair("支払期日", "Payment due on", phrases.day(terms.payment.due_on)),
        _receipt(terms),
    ]


def _sections(terms: Terms) -> list[Section]:
    return [
        {"id": "work", "ja": "業務の内容", "en": "The work", "rows": _work(terms)},
        {"id": "when", "ja": "期日・場所・検査", "en": "Dates, place and inspection", "rows": _when(terms)},
        {"id": "fee", "ja": "報酬", "en": "Fee", "rows": _formula(terms.fee)},
        {"id": "payment", "ja": "支払", "en": "Payment", "rows": _payment(terms)},
        {"id": "cancellation", "ja": "取消しのときの支払", "en": "Payment on cancellation", "rows": []},
        {"id": "other", "ja": "そのほかの条件", "en": "Other terms", "rows": _other(terms)},
    ]


def _work(terms: Terms) -> list[Row]:
    work = terms.work
    rows = [
        _row("件名", "Title", work.title),
        _row("内容", "Content", work.content),
        _row("数量", "Quantity", work.quantity),
        _row("仕様", "Specification", work.specification),
        _row("権利の扱い", "Rights", work.rights),
        _row("権利の対価", "Fee for the rights", work.rights_fee),
    ]
    ways = work.ways or "受注者に任せます。"
    return [*rows, _row("進め方", "Way of working", ways, "" if work.ways else "Left to the alumnus.")]


def _when(terms: Terms) -> list[Row]:
    place = terms.place.address or "オンライン"
    inspection = terms.inspection
    ja, en = phrases.day(inspection.last_on)
    rows = [_receipt(terms)]
    if terms.schedule.receipt_on and terms.schedule.starts_at:
        rows.append(_pair("受領日", "Receipt", phrases.day(terms.schedule.receipt_on)))
    return [
        *rows,
        _row(
            "場所",
            "Place",
            f"{place}(オンラインも可)" if terms.place.online and terms.place.address else place,
            "Online" if terms.place.online else "",
        ),
        _row(
            "検査",
            "Inspection",
            f"受領日から{inspection.days}日間。{ja}に完了します。連絡がないときは合格とみなします。",
            f"{inspection.days} days from receipt, complete on {en}. Silence approves. "
            "The payment date does not depend on it.",
        ),
    ]


def _formula(fee: Fee) -> list[Row]:
    return [_row("算定方法", "Formula", fee.formula)] if fee.formula else []


def _money(fee: Fee) -> list[Row]:
    withheld = _withheld(fee)
    return [
        _row("報酬額(税抜)", "Fee, excluding tax", phrases.money(fee.price)),
        _row(f"消費税等({phrases.percent(fee.tax_rate)})", "Consumption tax", phrases.money(fee.tax)),
        _row(*withheld, _minus(fee.withheld_estimate)),
        _row("受注者の受取額(見込)", "To the alumnus (estimate)", phrases.money(fee.net_estimate)),
    ]


def _minus(amount: Amount) -> str:
    return f"−{phrases.money(amount)}" if amount.amount else phrases.money(amount)


def _withheld(fee: Fee) -> Pair:
    if fee.withholding == "withheld":
        return f"源泉徴収税額(見込・{fee.withholding_category})", "Income tax withheld (estimate)"
    return f"源泉徴収なし({fee.withholding_category})", "No income tax withheld"


def _money_note(fee: Fee) -> Row:
    ja = "プラットフォームの手数料は発注者が負担し、受注者の報酬からは差し引きません。"
    en = "The platform fee is borne by the company and never taken off the fee."
    if fee.withholding == "withheld":
        ja += "源泉徴収税額は支払のときに定まり、発注者が納付します。"
        en += " The tax withheld is fixed at payment and remitted by the company."
    return _row("", "", ja, en)


def _payment(terms: Terms) -> list[Row]:
    payment = terms.payment
    bearer = (
        ("発注者", "the company") if payment.transfer_fee_borne_by == "company" else ("運営", "the operator")
    )
    return [
        _pair("支払期日", "Payment due on", phrases.day(payment.due_on)),
        _row("支払期日の決め方", "How the day is set", payment.rule.ja, payment.rule.en),
        _row(
            "支払方法",
            "Method",
            "受注者名義の銀行口座への振込(Stripe Connect による)",
            "Bank transfer to the alumnus's own account, through Stripe Connect",
        ),
        _row("振込手数料", "Transfer fee", f"{bearer[0]}が負担します。", f"Borne by {bearer[1]}."),
        _row(
            "収納代行",
            "Collection",
            f"{terms.operator.name}(運営)が受注者に代わって報酬を受領し、受注者に引き渡します。",
            "The operator receives the fee on behalf of the alumnus and hands it over.",
        ),
    ]


def _cancellation(terms: Terms) -> list[dict[str, str]]:
    steps = terms.cancellation
    rows = []
    for before, step in zip((None, *steps), steps, strict=False):
        ja, en = phrases.notice(step, before)
        amount = phrases.money(Amount.of(terms.fee.price.money.share(step.share)))
        rows.append({"ja": ja, "en": en, "share": phrases.percent(step.share), "amount": amount})
    return rows


def _other(terms: Terms) -> list[Row]:
    rows = [_row("修正の依頼", "Change requests", terms.change_requests.ja, terms.change_requests.en)]
    if terms.redelegation is not None:
        passed = terms.redelegation
        ja, en = phrases.day(passed.prime_due_on)
        text = (
            f"再委託です。元委託者:{passed.prime_client}\n元委託業務:{passed.prime_work}\n"
            f"元委託の支払期日:{ja}"
        )
        rows.append(
            _row(
                "再委託", "Re-delegation", text, f"Re-delegated work. Payment due from the prime client: {en}"
            )
        )
    for item in terms.open_items:
        ja, en = phrases.day(item.fixed_on)
        rows.append(
            _row(
                "未定の事項",
                "Left open",
                f"{item.item}\n理由:{item.reason}\n定める期日:{ja}",
                f"To be fixed on {en}",
            )
        )
    if terms.base_contract is not None:
        base = terms.base_contract
        ja, en = phrases.day(base.ends_on) if base.ends_on else ("", "")
        until = f"\n有効期限:{ja}" if ja else ""
        rows.append(
            _row(
                "基本契約",
                "Base contract",
                f"{base.title}({base.reference}){until}",
                f"Ends on {en}" if en else "",
            )
        )
    return rows


def _record(terms: Terms) -> Row:
    ja, en = phrases.moment(terms.concluded_at)
    return _row(
        "締結の記録",
        "Record of conclusion",
        f"{ja}、双方の電子的な同意により締結。同意の記録は{terms.operator.name}(運営)が保管します。",
        f"Concluded electronically by both sides on {en}. The operator keeps the record of consent.",
    )


def _language_note(terms: Terms) -> Row:
    if terms.language == "en":
        return _row(
            "",
            "",
            "業務の内容は英語の記載を正文とします。",
            "The work is described in English, which prevails there.",
        )
    return _row(
        "",
        "",
        "日本語を正文とし、英語は参考です。",
        "The Japanese text prevails; the English is for reference.",
    )
