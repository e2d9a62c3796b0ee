"""Fetch what stands at an address that a stranger has written: over https, from the open internet, within bounds.

A name is resolved once and the connection goes to the very address that was judged, so that a name cannot lead
elsewhere between the look and the call. Each redirect is judged the same way. No proxy, cookie or key goes along.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext

import httpx

from marketplace.core.errors import N_, Unavailable
from marketplace.core.settings import settings

SECONDS = 15
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2_000
PORT = 443
_GONE = {401, 403, 404, 410}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the content, or None where nothing has changed since `etag`; and the mark to ask with next time."""

    content: bytes | None
    etag: str


class Unfetched(Unavailable):
    """It could not be fetched; the message is for whoever wrote the address."""


def parsed(address: str) -> httpx.URL:
    """Return an address as it is asked. Raises Unfetched for one that may not be asked, whatever answers there."""
    text = address.strip()
    if text.lower().startswith("webcal://"):  # how calendar programs write "subscribe to this"
        text = "https://" + text[len("webcal://") :]
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise Unfetched(N_("This is no address. Please copy it whole, from https:// on.")) from None
    if url.scheme != "https" or not url.host or len(text) > LONGEST_ADDRESS:
        raise Unfetched(N_("Please paste a whole address that begins with https://."))
    if url.userinfo:
        raise Unfetched(N_("An address with a name and a password in it cannot be used."))
    if (url.port or PORT) != PORT and not settings().calendar_loopback:
        raise Unfetched(
            N_("Only the usual port of https can be used. Please paste an address without a port.")
        )
    return url.copy_with(fragment=None)


async def fetch(address: str, *, most: int, etag: str = "") -> Fetched:
    """Fetch at most `most` bytes. Raises Unfetched saying what is wrong and what to do."""
    url = parsed(address)
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=SECONDS) as client,
        ):
            for _ in range(MOST_REDIRECTS + 1):
                found = await _ask(client, url, most, etag)
                if isinstance(found, Fetched):
                    return found
                url = parsed(str(url.join(found)))
    except TimeoutError:
        raise Unfetched(N_("%(host)s does not answer in time. We try again later."), host=url.host) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        if "CERTIFICATE" in str(error).upper():
            raise Unfetched(N_("The certificate of %(host)s does not hold."), host=url.host) from None
        raise Unfetched(N_("%(host)s cannot be reached. We try again later."), host=url.host) from None
    raise Unfetched(N_("This address leads on and on to others. Please copy the last one."))


async def _ask(client: httpx.AsyncClient, url: httpx.URL, most: int, etag: str) -> Fetched | str:
    """Ask once; return what came, or where it leads."""
    pinned = url.copy_with(host=str(await _public(url)))
    asked = client.build_request(
        "GET",
        pinned,
        headers={
            "host": url.netloc.decode("ascii"),
            "user-agent": "Enishi calendar",
            "accept": "text/calendar, */*;q=0.1",
            "accept-encoding": "identity",  # so that nothing small unfolds into something large
            **({"if-none-match": etag} if etag else {}),
        },
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    answer = await client.send(asked, stream=True)
    try:
        if answer.status_code == httpx.codes.NOT_MODIFIED and etag:
            return Fetched(None, etag)
        if answer.has_redirect_location:
            return answer.headers["location"]
        _must_be_right(answer, url.host)
        return Fetched(await _content(answer, most), answer.headers.get("etag", "")[:200])
    finally:
        await answer.aclose()


def _must_be_right(answer: httpx.Response, host: str) -> None:
    status = answer.status_code
    if status in _GONE:
        raise Unfetched(
            N_("%(host)s does not know this address any more (%(status)s). Please copy the secret address anew from your calendar's settings."),
            host=host, status=status,
        )  # fmt: skip
    if status != httpx.codes.OK:
        raise Unfetched(
            N_("%(host)s answers with an error (%(status)s). We try again later."), host=host, status=status
        )
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unfetched(N_("%(host)s sends packed files, which we do not open."), host=host)


async def _content(answer: httpx.Response, most: int) -> bytes:
    content = bytearray()
    async for part in answer.aiter_raw():
        content += part
        if len(content) > most:
            raise Unfetched(N_("What stands there is larger than %(most)s MB."), most=most // 1_000_000)
    return bytes(content)


async def _public(url: httpx.URL) -> Address:
    """Return the one address that is asked. Raises Unfetched when the name leads anywhere but to the open internet."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii").strip("[]"), url.port or PORT, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        raise Unfetched(
            N_("There is no server of the name %(host)s. Please look whether the address was copied whole."),
            host=url.host,
        ) from None
    addresses = [ipaddress.ip_address(each[4][0]) for each in found]
    if not addresses or not all(_may_be_asked(each) for each in addresses):
        raise Unfetched(N_("This address does not lead to the open internet."))
    return addresses[0]


def _may_be_asked(address: Address) -> bool:
    """Tell whether an address is one of the open internet, also the one that it wraps."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = ipaddress.IPv4Address(address.packed[-4:])
        if wrapped is not None:
            return _may_be_asked(wrapped)
        if address.scope_id:
            return False
    if settings().calendar_loopback and address.is_loopback:
        return True
    return address.is_global and not (address.is_multicast or address.is_reserved)


@cache
def _trusted() -> SSLContext:
    """Return whom we believe: the usual authorities, or those of SSL_CERT_FILE."""
    return httpx.create_ssl_context()
