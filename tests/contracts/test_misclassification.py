import pytest

from marketplace.contracts.draft import TermsDraft, WorkAnswers
from marketplace.contracts.findings import RECORDED, Level
from marketplace.contracts.misclassification import check_work

NOTHING = WorkAnswers()


def signs(how: str) -> set[str]:
    return {finding.rule for finding in check_work(TermsDraft(how=how), NOTHING)}


@pytest.mark.parametrize(
    ("how", "sign"),
    [
        ("毎朝9時に集合", "work.hours"),
        ("9:00〜18:00で対応してください", "work.hours"),
        ("10時から17時まで", "work.hours"),
        ("週3日のシフト制", "work.hours"),
        ("勤務時間は定時です", "work.hours"),
        ("Every morning at 9 we meet", "work.hours"),
        ("Work from 9am to 5pm", "work.hours"),
        ("担当者の指示に従い作業してください", "work.direction"),
        ("日報を出してください", "work.direction"),
        ("Work under the supervision of the lead", "work.direction"),
        ("Follow all instructions of the team", "work.direction"),
        ("週3回出社してください", "work.place"),
        ("本社で勤務", "work.place"),
        ("Come to the office on Mondays", "work.place"),
        ("時給2,000円", "work.hourly"),
        ("1時間あたり3,000円", "work.hourly"),
        ("Paid 3,000 yen per hour", "work.hourly"),
        ("専属でお願いします", "work.exclusive"),
        ("期間中は他社の仕事を受けてはならない", "work.exclusive"),
        ("You may not work for other companies", "work.exclusive"),
        ("遅刻は罰金1,000円", "work.penalties"),
        ("違約金を支払う", "work.penalties"),
        ("A penalty applies to delays", "work.penalties"),
        ("依頼は断れません", "work.refusal"),
        ("You must accept all requests", "work.refusal"),
        ("再委託は禁止", "work.substitution"),
        ("必ず本人が直接作業すること", "work.substitution"),
        ("No subcontracting", "work.substitution"),
        ("貸与PCを使う", "work.tools"),
        ("Use the company laptop", "work.tools"),
        ("固定給です", "work.risk"),
        ("社員と同じ業務です", "work.same_work"),
        ("The same work as our employees", "work.same_work"),
    ],
)
def test_one_sign_is_a_warning_that_can_be_published_with_its_reason(how, sign):
    findings = check_work(TermsDraft(how=how), NOTHING)

    assert sign in {finding.rule for finding in findings}
    assert Level.BLOCK not in {finding.level for finding in findings}
    assert all(finding.note == RECORDED for finding in findings)


@pytest.mark.parametrize(
    "how",
    [
        "",
        "週1回、都合の合う時に打合せをします。",
        "出社は不要です。",
        "時間の指定はありません。シフトもありません。",
        "勤務時間は自由です。",
        "指示に従う必要はありません。",
        "専属ではありません。",
        "罰金はありません。",
        "12月11日に納品。質問はメールで。",
        "No fixed working hours.",
        "There are no penalties.",
        "This is not exclusive.",
        "You do not need to come to the office.",
        "Refine the draft with us. A defined scope.",
    ],
)
def test_free_ways_of_working_show_no_sign(how):
    assert signs(how) == set()


def test_fixed_hours_direction_and_hourly_pay_together_cannot_be_published():
    findings = check_work(TermsDraft(how="9:00〜18:00。上司の指示に従う。時給1,500円。"), NOTHING)

    assert findings[0].rule == "work.employment"
    assert findings[0].level is Level.BLOCK


@pytest.mark.parametrize("left_out", ["fixed_hours", "directed", "paid_by_hour"])
def test_answers_block_only_when_all_three_are_there(left_out):
    all_three = {"fixed_hours": True, "directed": True, "paid_by_hour": True}

    together = check_work(TermsDraft(), WorkAnswers(**all_three))
    two = check_work(TermsDraft(), WorkAnswers(**{**all_three, left_out: False}))

    assert Level.BLOCK in {finding.level for finding in together}
    assert Level.BLOCK not in {finding.level for finding in two}
    assert len(two) == 2


def test_words_and_answers_count_together():
    findings = check_work(TermsDraft(how="時給1,500円"), WorkAnswers(fixed_hours=True, directed=True))

    assert Level.BLOCK in {finding.level for finding in findings}


def test_rights_that_are_denied_are_signs_and_rights_that_are_given_are_not():
    denied = check_work(TermsDraft(), WorkAnswers(may_refuse=False, may_substitute=False))
    given = check_work(TermsDraft(), WorkAnswers(may_refuse=True, may_substitute=True))

    assert {finding.rule for finding in denied} == {"work.refusal", "work.substitution"}
    assert given == []


@pytest.mark.parametrize(("renewals", "rules"), [(None, []), (2, []), (3, ["work.renewals"])])
def test_the_third_renewal_for_the_same_person_is_asked_about(renewals, rules):
    findings = check_work(TermsDraft(), WorkAnswers(renewals=renewals))

    assert [finding.rule for finding in findings] == rules


def test_the_suggested_text_replaces_only_the_sentence_that_showed_the_sign():
    how = "資料をお渡しします。毎朝9時に集合し、その日の作業を確認します。よろしくどうぞ。"

    [finding] = check_work(TermsDraft(how=how), NOTHING)

    assert finding.fix == "資料をお渡しします。週1回、都合の合う時に打合せをします。よろしくどうぞ。"
    assert finding.message.params == {"words": "毎朝9時"}


def test_every_suggested_text_is_itself_free_of_signs():
    signs_of_employment = (
        *("毎朝9時に集合", "指示に従い作業", "出社する", "専属です", "罰金あり", "断れません"),
        *("再委託は禁止", "貸与PC", "固定給", "社員と同じ"),
    )
    typed = "\n".join(signs_of_employment)

    for finding in check_work(TermsDraft(how=typed), NOTHING):
        assert finding.fix_label is not None
        assert signs(finding.fix_label.params["text"]) == set()
