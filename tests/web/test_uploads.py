"""Files that come with a form: what they are, what they may be called, how large they may be."""

import pytest

from tests.web.doors import signed_in
from web.uploads import File, Sent, Upload, clean_name, kind_of

PDF = b"%PDF-1.7\n..."


async def test_a_file_arrives_under_a_safe_name(browser, sessions):
    token = await signed_in(browser, sessions)

    answer = await browser.post(
        "/paper",
        data={"amount": "1", "_csrf": token},
        files={"paper": ("../../etc/納品書.exe", PDF, "text/html")},
    )

    assert answer.json() == {"name": "納品書.pdf", "kind": "pdf", "bytes": len(PDF)}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        ("名前,金額\n".encode("cp932"), "csv"),
        (b"<html><script>", None),
        (b"\xef\xbb\xbf <svg onload=x>", None),
        (b"MZ\x90\x00", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\fakepath\\a.pdf", "a.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("cod\u202efdp.exe", "codfdp.pdf"),
        ("x" * 500 + ".pdf", "x" * 80 + ".pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
    ],
)
def test_hostile_file_names_become_harmless(name, clean):
    assert clean_name(name, "pdf") == clean


def test_a_file_keeps_its_bounds():
    field = File(("pdf",), most=20)

    assert isinstance(field.read(Sent("a.pdf", PDF)), Upload)
    for sent in (Sent("a.pdf", b""), Sent("a.pdf", PDF * 9), Sent("a.pdf", b"<html>"), "a.pdf"):
        with pytest.raises(ValueError, match="wrong"):
            field.read(sent)
