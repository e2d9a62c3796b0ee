"""Files that are handed in: judged by their bytes, stored under harmless names."""

import pytest

from marketplace.contracts import files
from marketplace.core.errors import Invalid

PDF = b"%PDF-1.7 ..."
ZIP = b"PK\x03\x04" + b"\x00" * 30


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\見積.pdf", "見積.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ('a";\r\nSet-Cookie: x.pdf', "a__Set-Cookie_ x.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ("髙﨑🎉.pdf", "髙﨑🎉.pdf"),
        ("...", "file.pdf"),
        ("\x00", "file.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("run.exe", "run.pdf"),
    ],
)
def test_a_hostile_name_becomes_harmless(sent, stored):
    assert files.check([(sent, PDF)])[0].name == stored


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.bin", PDF, "pdf"),
        ("a", b"\x89PNG\r\n\x1a\n..", "png"),
        ("a.png", b"\xff\xd8\xff\xe0", "jpg"),
        ("a", b"GIF89a", "gif"),
        ("a", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("a.docx", ZIP + b"word/document.xml", "docx"),
        ("a.docx", ZIP, "zip"),
        ("a.exe", ZIP, "zip"),
        ("a.csv", "品名,数量\n".encode("cp932"), "csv"),
        ("a.md", "# 見出し".encode(), "md"),
        ("a.html", b"plain words", "txt"),
    ],
)
def test_the_kind_is_what_the_bytes_show(name, content, kind):
    assert files.check([(name, content)])[0].name.endswith(f".{kind}")


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", b"\x7fELF\x02", b"<html>", b"\xef\xbb\xbf <svg onload=x>", b"\xfe\xff\x00a"],
)
def test_empty_and_other_kinds_are_refused(content):
    with pytest.raises(Invalid) as refused:
        files.check([("a.pdf", content)])

    assert set(refused.value.fields) == {"files"}


def test_the_bounds_are_ten_files_of_ten_megabytes_and_fifty_together():
    largest = PDF + b" " * (files.MOST_BYTES - len(PDF))

    assert len(files.check([("a.pdf", PDF)] * 10)) == 10
    assert len(files.check([("a.pdf", largest)] * 5)) == 5
    for given in ([("a.pdf", PDF)] * 11, [("a.pdf", largest + b" ")], [("a.pdf", largest)] * 6):
        with pytest.raises(Invalid):
            files.check(given)
