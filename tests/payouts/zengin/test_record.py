"""A transfer file is 120 bytes a record, the same bytes for the same values, and reads back as what was written."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from payouts.zengin.kana import LETTERS, bank_text, lacking, printed
from payouts.zengin.record import KINDS, OWN_KINDS, Account, Row, Sender, TransferFile, generate, parse

GOLDEN = Path(__file__).with_name("golden") / "furikomi.txt"
NEAR = date(2026, 12, 1)

digits = st.text("0123456789")
signs = st.text(sorted(LETTERS), max_size=40).map(lambda text: " ".join(text.split()))


def number(width: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=width, max_size=width)


def named(width: int) -> st.SearchStrategy[str]:
    return signs.map(lambda text: text[:width].rstrip())


def account(kinds: tuple[int, ...]) -> st.SearchStrategy[Account]:
    return st.builds(Account, number(4), named(15), number(3), named(15), st.sampled_from(kinds), number(7))


@st.composite
def transfer_files(draw: st.DrawFn) -> TransferFile:
    sender = Sender(draw(number(10)), draw(named(40)), draw(account(OWN_KINDS)))
    pay_on = NEAR + timedelta(days=draw(st.integers(-30, 30)))
    to = st.tuples(
        account(KINDS), named(30), st.integers(1, 9_999_999_999), st.sampled_from(["", "0", "1", "9"])
    )
    listed = draw(st.lists(to, min_size=1, max_size=5))
    rows = tuple(
        Row(where, holder, amount, place, result)
        for place, (where, holder, amount, result) in enumerate(listed, 1)
    )
    return TransferFile(sender, pay_on, draw(st.integers(1, 9_999_999_999)), rows)


@given(transfer_files(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_back_the_same(file, newline):
    content = generate(file, newline=newline)

    assert parse(content, near=NEAR) == file
    assert content == generate(file, newline=newline)
    assert len(content) == (len(file.rows) + 3) * (122 if newline else 120)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_name_is_printed_once_and_for_all(text):
    name = bank_text(text)

    assert bank_text(name) == name
    assert len(printed(text, 30)) <= 30
    assert len(name.encode("cp932", errors="replace")) == len(name) or lacking(name)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("さとう　みさき", "ｻﾄｳ ﾐｻｷ"),
        ("ショウジ リョッコ", "ｼﾖｳｼﾞ ﾘﾖﾂｺ"),
        ("ｼｮｳｼﾞ", "ｼﾖｳｼﾞ"),
        ("ハ゛ンタ゛ ホ゜ール", "ﾊﾞﾝﾀﾞ ﾎﾟ-ﾙ"),
        ("カ）エニシ", "ｶ)ｴﾆｼ"),
        ("ヴィオラ・ヲノ", "ｳﾞｲｵﾗ.ｵﾉ"),
        ("ａｂｃ１２", "ABC12"),
        ("ﾊﾞ゛", "ﾊﾞﾞ"),
    ],
)
def test_kana_become_those_of_the_banks(typed, shown):
    assert bank_text(typed) == shown
    assert lacking(bank_text(typed)) == []


def test_what_a_file_cannot_hold_is_named_with_its_field():
    with pytest.raises(Invalid) as refused:
        generate(_file(Row(_TO, "佐藤ﾐｻｷ", 1, 1), Row(_TO, "ｻﾄｳ", 0, 2), Row(_TO, "ｱ" * 31, 10**10, 3)))

    assert sorted(refused.value.fields) == ["1.holder", "2.amount", "3.holder"]
    assert refused.value.fields["1.holder"].params["characters"] == "佐 藤"


_TO = Account("0005", "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞ", "240", "ｼﾝｼﾞﾕｸ", 1, "1234567")
_FROM = Account("0001", "ﾐｽﾞﾎ", "240", "ｼﾝｼﾞﾕｸ", 1, "0765432")


def _file(*rows: Row) -> TransferFile:
    return TransferFile(Sender("1234567890", "ｴﾝﾑｽﾋﾞ(ｶ", _FROM), date(2026, 12, 30), 7, rows)


def test_the_golden_file_is_written_to_the_byte():
    rows = (
        Row(_TO, "ｻﾄｳ ﾐｻｷ", 49_895, 1),
        Row(Account("9900", "ﾕｳﾁﾖ", "018", "ｾﾞﾛｲﾁﾊﾁ", 1, "0654321"), "ﾀﾅｶ ｹﾝ", 1, 2),
        Row(Account("0033", "ﾍﾟｲﾍﾟｲ", "001", "ﾎﾝﾃﾝ", 2, "0000001"), "ｶ)ｱｵｿﾞﾗ", 9_999_999_999, 3),
    )

    assert generate(_file(*rows)) == GOLDEN.read_bytes()


def test_the_places_of_the_golden_file_are_those_of_the_published_layout():
    header, first, *_, trailer, end = GOLDEN.read_bytes().decode("cp932").split("\r\n")[:-1]

    assert header[:14] == "1210" + "1234567890"
    assert (header[54:58], header[58:62], header[77:80], header[95], header[96:103]) == (
        "1230",
        "0001",
        "240",
        "1",
        "0765432",
    )
    assert (first[0], first[1:5], first[20:23], first[42], first[43:50]) == (
        "2",
        "0005",
        "240",
        "1",
        "1234567",
    )
    assert (first[50:80].rstrip(), first[80:90], first[90]) == ("ｻﾄｳ ﾐｻｷ", "0000049895", "0")
    assert (first[91:101], first[101:111], first[111]) == ("0000000001", "0000000007", "7")
    assert (trailer[0], trailer[1:7], trailer[7:19]) == ("8", "000003", "010000049895")
    assert end == "9" + " " * 119


def test_the_day_of_a_file_lies_in_the_year_that_is_near():
    content = generate(_file(Row(_TO, "ｻﾄｳ", 1, 1)))

    assert parse(content, near=date(2027, 1, 4)).pay_on == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"9" + b" " * 119 + b"\r\n", b""),
        (b"0000049895", b"0000049896"),
        (b"8000001", b"8000002"),
        (b"\r\n2", b"\r\n7"),
        (b"1210", b"1110"),
        (b"12345678", b"12\xff45678"),
        (b"1230", b"1331"),
    ],
)
def test_a_spoilt_file_is_refused(old, new):
    content = generate(_file(Row(_TO, "ｻﾄｳ ﾐｻｷ", 49_895, 1)))

    assert _refused(content.replace(old, new, 1))


@pytest.mark.parametrize("content", [b"", b"9\r\n", b"1" * 240, b"x" * 10_000_000, b"1210\x00" * 100])
def test_what_is_no_file_at_all_is_refused(content):
    assert _refused(content)


def _refused(content: bytes) -> bool:
    with pytest.raises(Invalid) as refusal:
        parse(content, near=NEAR)
    return "file" in refusal.value.fields
