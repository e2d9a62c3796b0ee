"""Let a request pass only so often: 429 with the time to wait, 503 while nobody counts."""

from ipaddress import IPv6Address, ip_address
from math import ceil

from litestar.exceptions import TooManyRequestsException

from marketplace.core import limits
from marketplace.core.limits import Limit
from web.visit import AnyRequest

IPV6_NETWORK = 64
"""Bits that name one customer's network (RFC 6177): behind them an address is free to choose."""


async def admit(*tries: tuple[Limit, str]) -> None:
    """Count a try for each (limit, key). Raises TooManyRequestsException (429), Unavailable (503)."""
    wait = await limits.wait_for(*tries)
    if wait:
        raise TooManyRequestsException(headers={"retry-after": str(ceil(wait.total_seconds()))})


def origin(request: AnyRequest) -> str:
    """Return from where a request comes: an IPv4 address, or the network of an IPv6 address.

    Behind a proxy the server has put the client's address there (production: FORWARDED_ALLOW_IPS).
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return (int(address) >> (128 - IPV6_NETWORK)).to_bytes(IPV6_NETWORK // 8, "big").hex()
    return str(address)
