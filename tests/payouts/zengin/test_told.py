"""What banks say of a file is read strictly: a transfer twice, an unknown one or an unknown word is named by its line."""

from datetime import date, datetime

import pytest

from marketplace.core.errors import Invalid
from payouts.lead import file_by, first_file_day, last_file_day
from payouts.zengin import banks
from payouts.zengin.record import Account, Row, Sender, TransferFile, generate
from payouts.zengin.told import Held, Told, code_of, news, read

NEAR = date(2026, 12, 1)
_AT = Account("0001", "ﾐｽﾞﾎ", "240", "ｼﾝｼﾞﾕｸ", 1, "0765432")


def _file(*results: str, number: int = 3) -> bytes:
    rows = tuple(Row(_AT, "ｻﾄｳ", 100 * place, place, result) for place, result in enumerate(results, 1))
    return generate(TransferFile(Sender("1", "ｴﾆｼ", _AT), NEAR, number, rows))


def _refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read(content, number=3, near=NEAR)
    message = refused.value.fields["file"]
    return message.text % message.params


def test_the_result_place_of_each_record_is_read():
    assert read(_file("", "0", "1", "2", "3", "8", "9"), number=3, near=NEAR) == [
        Told(line, line - 1, 100 * (line - 1), code)
        for line, code in enumerate(
            [
                "",
                "",
                "no_account",
                "incorrect_account_holder_name",
                "account_closed",
                "recalled",
                "could_not_process",
            ],
            2,
        )
    ]


def test_a_list_is_read_and_lines_without_a_result_tell_nothing():
    content = '番号,氏名,金額,結果\r\n1,佐藤,"49,895",済\r\n2,田中,100,\r\n3,林,1,組戻し\r\n'

    assert read(content.encode("cp932"), number=3, near=NEAR) == [
        Told(2, 1, 49_895, ""),
        Told(4, 3, 1, "recalled"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_file("", number=4), "result of file 4"),
        (_file("5"), "nobody knows: 5"),
        (b"no,amount,result\r\n", "nothing of any"),
        (b"no,amount,result\r\n1,5,paid\r\n1,5,paid\r\n", "Line 3 names transfer 1 again, which line 2"),
        (b"no,amount,result\r\nx,5,paid\r\n", "Line 2 does not begin"),
        (b"no,amount,result\r\n1,five,paid\r\n", "Line 2 has no amount"),
        (b"no,amount,result\r\n1,5,perhaps\r\n", "nobody knows: perhaps"),
        (b"", "empty"),
        (b"%PDF-1.7", "no CSV"),
    ],
)
def test_what_cannot_be_read_is_named(content, said):
    assert said in _refusal(content)


@pytest.mark.parametrize("word", ["済", "振込済", "PAID", "０", "0"])
def test_words_of_arrival_are_known(word):
    assert code_of(word) == ""


def test_only_what_is_new_is_news_and_other_amounts_stand_apart():
    held = {
        1: Held(100, "sent", ""),
        2: Held(100, "paid", ""),
        3: Held(100, "failed", "no_account"),
        4: Held(100, "sent", ""),
    }

    fresh, different = news(
        [Told(2, 1, 100, ""), Told(3, 2, 100, ""), Told(4, 3, 100, "no_account"), Told(5, 4, 99, "")], held
    )

    assert fresh == {1: ""}
    assert different == {4: 99}


@pytest.mark.parametrize("told", [Told(2, 9, 100, ""), Told(2, 3, 100, "")])
def test_a_transfer_that_is_not_ours_or_rises_from_the_dead_is_refused(told):
    with pytest.raises(Invalid):
        news([told], {3: Held(100, "failed", "no_account")})


def _jst(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour)  # noqa: DTZ001 - a moment in Japan, as the rule takes it


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (_jst(1, 14), date(2026, 12, 2)),
        (_jst(1, 15), date(2026, 12, 3)),
        (_jst(4, 14), date(2026, 12, 7)),  # a Friday
        (_jst(5, 10), date(2026, 12, 8)),  # a Saturday: it leaves on Monday
        (_jst(29, 14), date(2026, 12, 30)),
        (_jst(30, 14), date(2027, 1, 4)),
        (_jst(30, 16), date(2027, 1, 5)),
        (_jst(20, 16, 11), date(2026, 11, 25)),  # over a weekend and a holiday
    ],
)
def test_a_file_arrives_on_the_bank_day_after_it_left(now, first):
    assert first_file_day(now, 15) == first
    assert file_by(first) >= now.date()


def test_a_file_names_no_day_beyond_thirty():
    assert last_file_day(date(2026, 12, 3)) == date(2026, 12, 30)


def test_banks_are_found_by_every_name_the_exact_one_first():
    assert [banks.bank(typed).code for typed in ("みずほ銀行", "ミズホ", "1", "0001 みずほ")] == ["0001"] * 4
    assert banks.find_branches("0001", "新宿")[0].code == "240"
    assert banks.branch("0001", "新宿支店").code == "240"
    assert banks.bank("信用") is None
    assert banks.bank("") is None
    assert banks.find_banks("") == []
    assert banks.find_branches("9999", "新宿") == []
