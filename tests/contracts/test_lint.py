from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.contracts.draft import TermsDraft
from marketplace.contracts.findings import Level
from marketplace.contracts.lint import lint
from marketplace.core.errors import Message
from marketplace.core.money import Money, yen

TODAY = date(2026, 11, 20)
GOOD = TermsDraft(
    title="採用サイトのトップページ デザイン改修",
    what="採用サイトのトップページ1点。Figma データで納品。著作権は検収の時に移転し、その対価は報酬に含む。",
    receipt_on=date(2026, 12, 11),
    online=True,
    pay_on=date(2027, 1, 29),
    price=yen(50_000),
)
ENGLISH = replace(
    GOOD,
    title="Redesign of the careers page",
    what="One careers page, handed in as a Figma file. The copyright is transferred; the fee includes it.",
    pay_on="29 January 2027",
)


def blocked(draft: TermsDraft) -> set[str]:
    return {finding.rule for finding in lint(draft, issued_on=TODAY) if finding.level is Level.BLOCK}


def warned(draft: TermsDraft) -> set[str]:
    return {finding.rule for finding in lint(draft, issued_on=TODAY) if finding.level is Level.WARN}


@pytest.mark.parametrize("draft", [GOOD, ENGLISH])
def test_complete_terms_can_be_published_and_say_what_is_in_order(draft):
    findings = lint(draft, issued_on=TODAY)

    assert [(finding.rule, finding.level) for finding in findings] == [
        (rule, Level.OK) for rule in ("what.ok", "receipt.ok", "due.ok")
    ]


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("検収完了後、翌月末までに支払う", {"due.inspection", "due.by_a_day"}),
        ("検収後30日以内", {"due.inspection", "due.by_a_day"}),
        ("検収日の翌月末払い", {"due.inspection"}),
        ("検査合格後 2027年1月29日", {"due.inspection"}),
        ("承認され次第お支払いします", {"due.inspection"}),
        ("成果物を確認後に支払います", {"due.inspection"}),
        ("サイト公開後の月末", {"due.inspection"}),
        ("請求書受領後30日", {"due.invoice"}),
        ("請求書の到着した月の翌月末", {"due.invoice"}),
        ("ご請求いただいた月の翌月末", {"due.invoice"}),
        ("インボイス到着の翌月", {"due.invoice"}),
        ("2027年1月29日まで", {"due.by_a_day"}),
        ("遅くとも2027年1月29日", {"due.by_a_day"}),
        ("受領日から60日以内", {"due.by_a_day"}),
        ("受領日から６０日以内", {"due.by_a_day"}),
        ("受領から60日以内", {"due.by_a_day"}),
        ("2027年1月29日頃", {"due.vague"}),
        ("2027年1月29日予定", {"due.vague"}),
        ("別途協議のうえ決定", {"due.vague"}),
        ("速やかに支払う", {"due.vague"}),
        ("元請からの入金後", {"due.vague"}),
        ("月末締め翌月末払い", {"due.no_day"}),
        ("翌月末", {"due.no_day"}),
        ("1月29日", {"due.no_day"}),
        ("2027年2月30日", {"due.no_day"}),
        ("決まっていません", {"due.no_day"}),
        ("2027年1月29日または2027年2月26日", {"due.two_days"}),
        ("", {"due.missing"}),
        ("   ", {"due.missing"}),
        ("Within 30 days of receipt", {"due.by_a_day"}),
        ("by 29 January 2027", {"due.by_a_day"}),
        ("No later than January 29, 2027", {"due.by_a_day"}),
        ("on or before 2027-01-29", {"due.by_a_day"}),
        ("net 30", {"due.by_a_day"}),
        ("30 days after acceptance", {"due.inspection"}),
        ("upon approval by the manager", {"due.inspection", "due.by_a_day"}),
        ("after sign-off", {"due.inspection"}),
        ("when the invoice arrives", {"due.invoice"}),
        ("30 days after we are invoiced", {"due.invoice"}),
        ("around 29 January 2027", {"due.vague"}),
        ("as soon as possible", {"due.vague"}),
        ("end of next month", {"due.no_day"}),
        ("January 2027", {"due.no_day"}),
    ],
)
def test_a_payment_day_that_is_not_one_fixed_day_is_refused(words, rules):
    assert blocked(replace(GOOD, pay_on=words)) == rules


@pytest.mark.parametrize(
    "words",
    [
        "2027年1月29日",
        "2027年1月29日(金)に支払います",
        "２０２７年１月２９日",
        "2027/1/29",
        "2027-01-29",
        "2027.1.29",
        "令和9年1月29日",
        "2027年1月29日に銀行振込",
        "検収の有無にかかわらず、2027年1月29日に支払う",
        "検収の結果によらず2027年1月29日",
        "請求書は不要です。2027年1月29日に支払います。",
        "請求書の提出に関わらず2027年1月29日",
        "29 January 2027",
        "29th of January 2027",
        "January 29, 2027",
        "Jan. 29, 2027",
        "2027-01-29 by bank transfer",
        "29 January 2027, regardless of inspection",
        "29 January 2027, whether or not the work has been accepted",
        "No invoice is needed; paid on 29 January 2027",
    ],
)
def test_one_calendar_day_with_its_year_is_accepted(words):
    assert blocked(replace(GOOD, pay_on=words)) == set()


def test_a_wrong_payment_day_comes_with_the_right_one_to_put_in():
    why = Message("12月末締め・1月末払い。")

    findings = lint(
        replace(GOOD, pay_on="検収後"), issued_on=TODAY, suggested_due=date(2027, 1, 29), suggested_why=why
    )
    [wrong] = [finding for finding in findings if finding.level is Level.BLOCK]

    assert (wrong.field, wrong.fix, wrong.note) == ("pay_on", "2027-01-29", why)
    assert wrong.fix_label is not None
    assert wrong.fix_label.params == {"day": date(2027, 1, 29)}
    assert "article 4" in str(wrong.source)


def test_the_last_lawful_day_passes_and_the_next_day_does_not():
    latest = date(2027, 1, 29)

    on_time = lint(replace(GOOD, pay_on=latest), issued_on=TODAY, latest_due=latest)
    too_late = lint(replace(GOOD, pay_on="2027年1月30日"), issued_on=TODAY, latest_due=latest)

    assert Level.BLOCK not in {finding.level for finding in on_time}
    assert "due.too_late" in {finding.rule for finding in too_late}


def test_the_day_of_receipt_counts_as_day_one():
    findings = lint(replace(GOOD, pay_on=date(2027, 2, 8)), issued_on=TODAY)

    [due] = [finding for finding in findings if finding.rule == "due.ok"]

    assert due.message.params == {"count": 60}


@pytest.mark.parametrize(
    "text",
    [
        "支払いは検収後に行います。",
        "報酬は請求書の受領後にお支払いします。",
        "Payment follows the acceptance of the work.",
    ],
)
def test_a_tie_hidden_in_another_field_is_found_there(text):
    findings = lint(replace(GOOD, how=text), issued_on=TODAY)

    assert [finding.field for finding in findings if finding.level is Level.BLOCK] == ["how"]


@pytest.mark.parametrize(
    "text",
    [
        "検収は7日間です。",
        "請求書のデザインを1点作ります。",
        "You inspect the draft with us.",
        "著作権は検収の時に移転する。",
    ],
)
def test_speaking_of_inspection_or_invoices_without_payment_is_fine(text):
    assert blocked(replace(GOOD, how=text)) == set()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"title": " "}, "title.missing"),
        ({"what": ""}, "what.missing"),
        ({"receipt_on": None}, "receipt.missing"),
        ({"receipt_on": date(2026, 11, 19)}, "receipt.past"),
        ({"work_starts_on": date(2026, 11, 19)}, "issue.after_start"),
        ({"online": None}, "place.missing"),
        ({"online": False, "place": " "}, "place.missing"),
        ({"price": None}, "fee.missing"),
        ({"price": yen(0)}, "fee.not_positive"),
        ({"price": Money(-1)}, "fee.not_positive"),
        ({"price": None, "formula": "応相談"}, "fee.open"),
        ({"price": None, "formula": "別途協議"}, "fee.open"),
        ({"price": None, "formula": "to be agreed, about 500 an item"}, "fee.open"),
        ({"how": "基本契約書の定めによる。"}, "base.not_linked"),
        ({"base_contract": "B-1", "base_contract_ends_on": date(2026, 12, 10)}, "base.expired"),
        ({"how": "振込手数料は受託者の負担とします。"}, "fee.netted"),
        ({"how": "報酬から手数料を差し引きます。"}, "fee.netted"),
        ({"how": "Transfer fees are borne by the contractor."}, "fee.netted"),
        ({"how": "仕上がりにより報酬を減額することがあります。"}, "fee.reduced"),
        ({"how": "協力金をお願いします。"}, "fee.reduced"),
        ({"how": "We may reduce the fee."}, "fee.reduced"),
    ],
)
def test_each_missing_or_unlawful_item_stops_publication(change, rule):
    assert blocked(replace(GOOD, **change)) == {rule}


@pytest.mark.parametrize(
    "change",
    [
        {"price": None, "formula": "1文字2円 × 納品文字数"},
        {"online": False, "place": "東京本社"},
        {"work_starts_on": TODAY},
        {"receipt_on": TODAY},
        {
            "how": "基本契約書の定めによる。",
            "base_contract": "B-1",
            "base_contract_ends_on": date(2026, 12, 11),
        },
        {"how": "振込手数料は発注者の負担です。"},
    ],
)
def test_items_that_hold_stop_nothing(change):
    assert blocked(replace(GOOD, **change)) == set()


def test_a_period_takes_the_place_of_a_day_of_receipt_unless_it_runs_backwards():
    start, end = datetime(2026, 12, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)

    forwards = blocked(replace(GOOD, receipt_on=None, starts_at=start, ends_at=end))
    backwards = blocked(replace(GOOD, receipt_on=None, starts_at=end, ends_at=start))

    assert forwards == set()
    assert backwards == {"receipt.reversed"}


@pytest.mark.parametrize(
    ("what", "rules"),
    [
        ("サイトのデザインをお願いします", {"what.quantity", "what.specification", "what.rights"}),
        ("バナー3点のデザイン", {"what.specification", "what.rights"}),
        ("バナー3点。PNG形式。", {"what.rights"}),
        ("バナー3点。PNG形式。著作権は発注者に譲渡する。", {"what.rights_fee"}),
        ("バナー3点。PNG形式。著作権は受託者に残る。", set()),
        ("相談1回60分。報告書はなく、成果物は生じません。", set()),
        ("Two banners as PNG files.", {"what.rights"}),
        ("Two banners as PNG files. All rights are assigned to the company.", {"what.rights_fee"}),
        ("Two banners as PNG files. The copyright stays with the author.", set()),
    ],
)
def test_quantity_specification_rights_and_their_fee_are_asked_for(what, rules):
    assert warned(replace(GOOD, what=what)) == rules


@pytest.mark.parametrize(
    "text", ["修正は無制限でお願いします。", "満足するまで何度でも修正", "Unlimited revisions."]
)
def test_endless_rework_is_warned_about(text):
    assert warned(replace(GOOD, how=text)) == {"change.endless"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_judged_without_failing(what, pay_on):
    findings = lint(replace(GOOD, what=what, how=what, pay_on=pay_on), issued_on=TODAY)

    assert all(str(finding.message) for finding in findings)


@given(st.dates(date(2026, 1, 1), date(2099, 12, 31)))
def test_every_day_written_in_japanese_or_iso_is_read_back(day):
    written = [f"{day.year}年{day.month}月{day.day}日", day.isoformat(), f"{day:%B} {day.day}, {day.year}"]

    assert all("due.no_day" not in blocked(replace(GOOD, pay_on=words)) for words in written)
