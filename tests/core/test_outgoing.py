"""What is fetched from a stranger's address: from the open internet over https, in bounds, and nothing else."""

import asyncio
import gzip
import socket

import pytest

from marketplace.core import outgoing
from marketplace.core.outgoing import Fetched, Unfetched
from marketplace.core.settings import Settings, settings
from tests.factories.https_server import https_server

MOST = 1_000


@pytest.fixture
async def far(tmp_path, monkeypatch):
    """Serve on loopback, which this process may ask for once."""
    async with https_server(tmp_path) as (far, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        monkeypatch.setenv("ENISHI_CALENDAR_LOOPBACK", "true")
        _forget()
        yield far
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    settings.cache_clear()
    outgoing._trusted.cache_clear()


async def test_what_stands_there_comes_with_its_mark_and_unchanged_it_does_not_come_again(far):
    far.says(b"BEGIN", etag='"7"')

    first = await outgoing.fetch(far.address(), most=MOST)
    second = await outgoing.fetch(far.address(), most=MOST, etag=first.etag)

    assert (first, second) == (Fetched(b"BEGIN", '"7"'), Fetched(None, '"7"'))
    path, headers = far.asked[0]
    assert (path, headers["host"]) == ("/mine.ics", f"localhost:{far.port}")
    assert {"cookie", "authorization"}.isdisjoint(headers)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://localhost/", "https://127.1/", "https://0/", "https://2130706433/", "https://0x7f000001/",
        "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:a00:1]/", "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[ff02::1]/", "https://10.1.2.3/",
        "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://192.0.2.1/",
    ],
)  # fmt: skip
async def test_no_address_within_leads_anywhere(address):
    with pytest.raises(Unfetched, match=r"open internet|no server"):
        await outgoing.fetch(address, most=MOST)


@pytest.mark.parametrize(
    "address",
    ["", "mine.ics", "http://calendar.example/", "ftp://calendar.example/", "file:///etc/passwd", "https://", "https://me:secret@calendar.example/",
     "https://calendar.example:8443/", "https://calendar.example:22/", "https://calendar.example/" + "a" * 2_000],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_only_whole_addresses_of_https_are_asked(address):
    with pytest.raises(Unfetched):
        outgoing.parsed(address)


def test_what_a_calendar_program_calls_webcal_is_https():
    assert str(outgoing.parsed(" webcal://calendar.example/a?b=1 ")) == "https://calendar.example/a?b=1"


@pytest.mark.parametrize(
    "to",
    ["http://localhost/", "https://10.0.0.1/", "https://169.254.169.254/", "https://[::ffff:192.168.0.1]/"],
)
async def test_a_redirect_is_judged_like_an_address(far, to):
    far.says(status=302, location=to)

    with pytest.raises(Unfetched):
        await outgoing.fetch(far.address(), most=MOST)

    assert len(far.asked) == 1


async def test_redirects_are_followed_a_few_times_and_no_more(far):
    far.says(status=302, location="/next", path="/mine.ics")
    far.says(b"here", path="/next")
    far.says(status=302, location="/round", path="/round")

    assert (await outgoing.fetch(far.address(), most=MOST)).content == b"here"
    with pytest.raises(Unfetched, match="on and on"):
        await outgoing.fetch(far.address("/round"), most=MOST)
    assert [path for path, _ in far.asked].count("/round") == outgoing.MOST_REDIRECTS + 1


async def test_a_name_is_resolved_once_and_the_call_goes_where_was_looked(far, monkeypatch):
    far.says(b"here")
    resolved = []

    def turning(host, *rest, **more):
        """Answer as a name that leads to loopback at the first look and into a private network afterwards."""
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(resolved) == 1 else "10.0.0.1", far.port))]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", turning)

    assert (await outgoing.fetch(far.address(), most=MOST)).content == b"here"
    assert resolved == ["localhost"]


async def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("203.0.114.7", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(Unfetched, match="open internet"):
        await outgoing.fetch("https://calendar.example/", most=MOST)


async def test_a_certificate_for_another_name_does_not_hold(tmp_path, far, monkeypatch):
    folder = tmp_path / "other"
    folder.mkdir()
    async with https_server(folder, "calendar.example") as (other, authority):
        other.says(b"here")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        outgoing._trusted.cache_clear()

        with pytest.raises(Unfetched, match="certificate"):
            await outgoing.fetch(other.address(), most=MOST)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"content": b"a" * (MOST + 1)}, "larger"),
        ({"content": gzip.compress(b"a" * 10**6), "content_encoding": "gzip"}, "packed"),
        ({"status": 404}, "does not know"),
        ({"status": 503}, "error"),
        ({"status": 304}, "error"),
    ],
    ids=["large", "packed", "gone", "broken", "unasked"],
)
async def test_what_is_too_large_packed_gone_or_broken_says_so(far, says, why):
    far.says(**says)

    with pytest.raises(Unfetched, match=why):
        await outgoing.fetch(far.address(), most=MOST)


async def test_a_server_that_drips_is_left_in_time(far, monkeypatch):
    far.says(b"a" * 500)
    far.drip = 0.05
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)

    with pytest.raises(Unfetched, match="in time"):
        await asyncio.wait_for(outgoing.fetch(far.address(), most=MOST), 20)


def test_production_does_not_start_with_loopback_allowed():
    named = [each for each in Settings(calendar_loopback=True).missing_for_production() if "LOOPBACK" in each]

    assert named
    assert not [each for each in Settings().missing_for_production() if "LOOPBACK" in each]
