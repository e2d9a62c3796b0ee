"""The mail catcher keeps what it answered 250 for, gives it back readable, and can play a broken server."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from marketplace.core.errors import NotFound
from marketplace.notifications import caught
from marketplace.notifications.caught import Behaviour


@contextmanager
def catching(directory: Path) -> Iterator[int]:
    """Run a catcher on a free port, as the house does, and stop it at the end."""
    (directory / "port").unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "marketplace.notifications.catcher",
        "--port",
        "0",
        "--data",
        str(directory),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "catching mail" in process.stdout.readline()
            yield int((directory / "port").read_text())
        finally:
            process.terminate()
            assert process.wait(10) == 0


def mail(subject: str, to: str = "Sato <sato@example.jp>", text: str = "こんにちは") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "縁 <no-reply@enishi.example>"
    message["To"] = to
    message.set_content(text)
    return message


def send(port: int, *messages: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        for message in messages:
            server.send_message(message)


def test_a_japanese_mail_and_its_links_come_back_as_they_were_written(tmp_path: Path) -> None:
    message = mail(
        "【縁】お仕事のご案内: 翻訳(英日)と校正をお願いできますでしょうか",
        text="ご確認ください: https://enishi.example/invitations/7?token=a_b-c。\n詳細 http://localhost:8000/tasks/1",
    )
    message.add_alternative(
        '<p>佐藤様</p><a href="https://enishi.example/invitations/7?token=a_b-c&amp;x=1">承諾する</a><a href="#top">上へ</a>',
        subtype="html",
    )

    with catching(tmp_path) as port:
        send(port, message)
    [found] = caught.inbox(tmp_path)
    letter = caught.message(tmp_path, found.id)

    assert found.subject == "【縁】お仕事のご案内: 翻訳(英日)と校正をお願いできますでしょうか"
    assert found.sender == "縁 <no-reply@enishi.example>"
    assert found.to == "Sato <sato@example.jp>"
    assert found.recipients == ("sato@example.jp",)
    assert letter.text.startswith("ご確認ください")
    assert "承諾する" in letter.html
    assert letter.links == (
        "https://enishi.example/invitations/7?token=a_b-c",
        "http://localhost:8000/tasks/1",
        "https://enishi.example/invitations/7?token=a_b-c&x=1",
    )


def test_caught_mail_survives_a_restart_and_the_newest_comes_first(tmp_path: Path) -> None:
    with catching(tmp_path) as port:
        send(port, mail("一通目"), mail("二通目"))
    with catching(tmp_path) as port:
        send(port, mail("三通目"))

    subjects = [found.subject for found in caught.inbox(tmp_path)]

    assert subjects == ["三通目", "二通目", "一通目"]


def test_an_inbox_holds_one_persons_mail_and_is_read_page_by_page(tmp_path: Path) -> None:
    for number in range(5):
        caught.keep(tmp_path, "us@enishi.example", ["Sato@Example.jp"], bytes(mail(f"佐藤 {number}")))
        caught.keep(tmp_path, "us@enishi.example", ["tanaka@example.jp"], bytes(mail(f"田中 {number}")))

    first = caught.inbox(tmp_path, address="sato@example.jp", limit=3)
    second = caught.inbox(tmp_path, address="SATO@example.jp", limit=3, before=first[-1].id)

    assert [found.subject for found in first] == ["佐藤 4", "佐藤 3", "佐藤 2"]
    assert [found.subject for found in second] == ["佐藤 1", "佐藤 0"]


def test_only_the_newest_mails_are_kept(tmp_path: Path) -> None:
    for number in range(7):
        caught.keep(tmp_path, "us@enishi.example", ["sato@example.jp"], bytes(mail(str(number))), most=3)

    assert [found.subject for found in caught.inbox(tmp_path)] == ["6", "5", "4"]
    assert caught.MOST_KEPT == 5_000


def test_a_mail_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert caught.inbox(tmp_path / "never") == []
    with pytest.raises(NotFound):
        caught.message(tmp_path / "never", 1)
    caught.keep(tmp_path, "us@enishi.example", ["sato@example.jp"], bytes(mail("one")))
    with pytest.raises(NotFound):
        caught.message(tmp_path, 2)


def test_a_mail_without_headers_or_bodies_is_still_shown(tmp_path: Path) -> None:
    number = caught.keep(tmp_path, "", ["sato@example.jp"], b"\r\n\xff\xfe not a mail")

    letter = caught.message(tmp_path, number)

    assert letter.mail.subject == ""
    assert "not a mail" in letter.text


def test_a_mail_in_an_unknown_encoding_is_still_shown(tmp_path: Path) -> None:
    raw = b"Content-Type: text/plain; charset=x-unknown\r\n\r\nstill readable"

    number = caught.keep(tmp_path, "", ["sato@example.jp"], raw)

    assert caught.message(tmp_path, number).text == "still readable"


def test_a_catcher_told_to_defer_answers_451_and_keeps_nothing_until_told_otherwise(tmp_path: Path) -> None:
    with catching(tmp_path) as port:
        caught.behave(tmp_path, Behaviour.DEFER)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(port, mail("later"))
        caught.behave(tmp_path, Behaviour.ACCEPT)
        send(port, mail("now"))

    assert refused.value.smtp_code == 451
    assert [found.subject for found in caught.inbox(tmp_path)] == ["now"]


def test_a_catcher_told_to_refuse_drops_every_connection(tmp_path: Path) -> None:
    with catching(tmp_path) as port:
        caught.behave(tmp_path, Behaviour.REFUSE)

        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(port, mail("never"))

    assert caught.inbox(tmp_path) == []


def test_the_catcher_does_not_start_in_production(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "marketplace.notifications.catcher",
        "--port",
        "0",
        "--data",
        str(tmp_path),
    ]

    ended = subprocess.run(
        command, env={**os.environ, "ENISHI_ENV": "production"}, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert "ENISHI_ENV=production" in ended.stderr


def test_many_mails_at_once_are_all_kept(tmp_path: Path) -> None:
    with catching(tmp_path) as port:
        begun = [smtplib.SMTP("127.0.0.1", port, timeout=10) for _ in range(10)]
        for number, server in enumerate(begun):
            server.send_message(mail(f"mail {number}"))
        for server in begun:
            server.quit()

    assert len(caught.inbox(tmp_path)) == 10
