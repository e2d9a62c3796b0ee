"""What reading an alumni file promises, whatever people send."""

import pytest

from marketplace.alumni import csv_file, csv_import
from marketplace.core.errors import Invalid

HEADER = "社員番号,氏名,メール,部署,役職,入社日,退職日"
TAKAHASHI = "100456,髙橋 健🙂,ken@example.jp,開発部,エンジニア,2016/10/01,2024/06/30"
KNOWN = {
    "external_key": "100456",
    "name": "髙橋 健",
    "email": "ken@example.jp",
    "former_unit": "開発部",
    "former_title": "エンジニア",
    "joined_on": "2016-10-01",
    "left_on": "2024-06-30",
}


def _parse(*lines: str, header: str = HEADER) -> list[csv_import.Row]:
    return csv_import.parse("\n".join((header, *lines)).encode()).rows


def _refusal(content: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        csv_import.parse(content)
    return str(refusal.value.fields["file"])


@pytest.mark.parametrize(
    ("codec", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp932", "Shift-JIS")]
)
def test_utf8_with_and_without_bom_and_shift_jis_read_the_same(codec, name):
    text = f"{HEADER}\r\n{TAKAHASHI.replace('🙂', '')}\r\n"

    parsed = csv_import.parse(text.encode(codec))

    assert parsed.encoding == name
    assert [(row.line, row.data, row.problems) for row in parsed.rows] == [(2, KNOWN, ())]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n \r\n", "empty"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\x00", "not a text file"),
        (b"a,b\x00c\r\n", "not a text file"),
        (HEADER.encode() + b"\r\n1,\xff\xfe\xfd,x@example.jp\r\n", "Line 2 is written neither"),
        (b"\xef\xbb\xbf" + "氏名".encode("cp932"), "Line 1 is written neither"),
        (HEADER.encode(), "nobody below"),
        ("氏名,部署\n山田,営業\n".encode(), "社員番号, メール"),
        (HEADER.encode("euc-jp") + b"\r\n1,A,a@example.jp", "written in EUC-JP"),
        (HEADER.encode("euc-jp") + "\r\n1,佐藤 あい,a@example.jp".encode("euc-jp"), "written in EUC-JP"),
        (HEADER.encode("iso2022-jp") + b"\r\n1,A,a@example.jp", "written in ISO-2022-JP"),
        (HEADER.encode() + b'\n1,"A,a@example.jp\n2,B,b@example.jp\n', "begins on line 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(content, words):
    assert words in _refusal(content)


def test_a_file_over_the_limits_is_refused(monkeypatch):
    line = "1,A,a@example.jp,,,,\n"
    assert "100,000 rows" in _refusal((HEADER + "\n" + line * 100_001).encode())

    assert "20 MB" in _refusal(b"x" * 20_000_001)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Employee ID\tName\tE-mail", "1\tA\ta@example.jp"),
        ("employee_number;Full Name;Email Address", "1;A;a@example.jp"),
        ("※社員番号,お名前,メール アドレス", "1,A,a@example.jp"),
        ("ＩＤ,NAME,ＭＡＩＬ", "１,A,Ａ@example.jp"),
        ('"社員番号","氏名","メール"', '"1","A","A@Example.jp"'),
    ],
)
def test_headers_are_known_by_many_names_and_fields_part_by_comma_tab_or_semicolon(header, line):
    [row] = _parse(line, header=header)

    assert (row.data, row.problems) == ({"external_key": "1", "name": "A", "email": "a@example.jp"}, ())


def test_a_name_may_come_in_two_columns():
    whole, half, none = _parse(
        "1,髙橋,健,a@example.jp", "2,,花子,b@example.jp", "3,,,c@example.jp", header="社員番号,姓,名,メール"
    )

    assert (whole.data["name"], half.data["name"]) == ("髙橋 健", "花子")
    assert [problem.field for problem in none.problems] == ["name"]


@pytest.mark.parametrize(
    "written",
    [
        "2020-4-1",
        "2020/04/01",
        "2020年4月1日",
        "20200401",
        "令和2年4月1日",
        "R2.4.1",
        "２０２０／４／１",
        "2020/4/1 0:00",
    ],
)
def test_a_day_is_read_as_people_write_it(written):
    [row] = _parse(f"1,A,a@example.jp,,,{written},")

    assert (row.data["joined_on"], row.problems) == ("2020-04-01", ())


def test_the_first_years_of_the_eras_are_right():
    days = ["昭和64年1月7日", "平成元年1月8日", "H31.4.30", "令和元年5月1日"]

    rows = _parse(*(f"{n},A,a{n}@example.jp,,,{day}," for n, day in enumerate(days)))

    assert [row.data["joined_on"] for row in rows] == ["1989-01-07", "1989-01-08", "2019-04-30", "2019-05-01"]


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (",A,a@example.jp", "external_key", "empty"),
        ("1,,a@example.jp", "name", "empty"),
        ("1,A,-", "email", "empty"),
        ("1,A,a at example.jp", "email", "mail address"),
        ("1,A,A <a@example.jp>", "email", "mail address"),
        ("1,A,a@localhost", "email", "mail address"),
        ("=1+1,A,a@example.jp", "external_key", "formula"),
        ('1,"=HYPERLINK(""http://x"")",a@example.jp', "name", "formula"),
        ("1,@SUM(A1),a@example.jp", "name", "formula"),
        ("1,＝1+1,a@example.jp", "name", "formula"),
        ("1,+81 90,a@example.jp", "name", "formula"),
        ("1,A,a@example.jp,-1", "former_unit", "formula"),
        (f"1,{'あ' * 101},a@example.jp", "name", "longer than 100"),
        (f"{'1' * 81},A,a@example.jp", "external_key", "longer than 80"),
        ("1,A\u202eB,a@example.jp", "name", "cannot be shown"),
        ("1,A\x07B,a@example.jp", "name", "cannot be shown"),
        ("1,A,a@example.jp,,,2021-02-29,", "joined_on", "calendar"),
        ("1,A,a@example.jp,,,43922,", "joined_on", "year, month and day"),
        ("1,A,a@example.jp,,,0001-01-01,", "joined_on", "too far"),
        ("1,A,a@example.jp,,,2024-01-01,2020-01-01", "left_on", "before joining"),
        ("1,A,a@example.jp,,,,,extra", "", "more cells"),
    ],
)
def test_a_wrong_row_says_which_field_and_why_and_the_others_stand(line, field, words):
    good, wrong = _parse("0,Good,good@example.jp", line)

    assert good.problems == ()
    [problem] = wrong.problems
    assert (problem.field, words in str(problem.message)) == (field, True)


def test_html_emoji_and_rare_ideographs_are_kept_as_they_are():
    [row] = _parse("1,<b>髙﨑 神代</b> 👩‍💻,a@example.jp,R&D <script>")

    assert row.data["name"] == "<b>髙﨑 神代</b> 👩‍💻"
    assert row.data["former_unit"] == "R&D <script>"


def test_the_later_of_two_rows_with_one_key_or_address_is_refused():
    rows = _parse("1,A,a@example.jp", "2,B,b@example.jp", "1,C,c@example.jp", "3,D,A@EXAMPLE.JP")

    assert [[str(problem.message) for problem in row.problems] for row in rows] == [
        [],
        [],
        ["The same value stands already in line 2."],
        ["The same value stands already in line 2."],
    ]


def test_lines_are_counted_as_an_editor_counts_them():
    rows = _parse('1,"A\nB",a@example.jp', "", ",,,", "2,C,c@example.jp")

    assert [(row.line, row.data["name"]) for row in rows] == [(2, "A B"), (6, "C")]


def test_columns_that_we_do_not_know_are_named_and_left_out():
    parsed = csv_import.parse("社員番号,血液型,氏名,メール\n1,A,山田,a@example.jp".encode())

    assert (parsed.unknown, parsed.rows[0].data["name"]) == (("血液型",), "山田")


def test_the_sample_file_reads_without_a_problem():
    parsed = csv_import.parse(csv_import.sample())

    assert [row.problems for row in parsed.rows] == [(), ()]
    assert csv_file.decode(csv_import.sample()).encoding == "UTF-8 (BOM)"
