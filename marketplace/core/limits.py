"""How often something may be tried: counters in Valkey, counted and judged in one step, for all processes together."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from marketplace.core import doorbell
from marketplace.core.errors import N_, Unavailable

# Counts every key first, so that a try counts for each of them, and returns the longest wait (ms) of those that are over.
_COUNT = """
local wait = 0
for i, key in ipairs(KEYS) do
  local tries = redis.call('INCR', key)
  if tries == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
  if tries > tonumber(ARGV[2 * i - 1]) then wait = math.max(wait, redis.call('PTTL', key)) end
end
return wait
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a span that begins with the first of them."""

    name: str
    most: int
    within: timedelta


async def wait_for(*tries: tuple[Limit, str]) -> timedelta:
    """Count a try for each (limit, key); return how long to wait, zero when every limit admits it.

    Keys are stored as hashes. Raises Unavailable when the counters do not answer: whoever guards a door keeps it shut.
    Without a server named (`doorbell.use("")`: tests, single commands) nothing is counted; production names one.
    """
    url = doorbell.url()
    if not url:
        return timedelta(0)
    from redis.exceptions import RedisError

    keys = [f"limit:{limit.name}:{_hash(key)}" for limit, key in tries]
    numbers = [n for limit, _ in tries for n in (limit.most, int(limit.within.total_seconds() * 1000))]
    try:
        wait = await _client(url).eval(_COUNT, len(keys), *keys, *numbers)
    except (RedisError, OSError) as error:
        raise Unavailable(
            N_(
                "This is not possible for a moment, because a safeguard does not answer. Please try again soon."
            )
        ) from error
    return timedelta(milliseconds=int(wait))


@cache
def _client(url: str) -> Any:
    """Return this process's connections (a redis.asyncio.Redis); few, and with short time-outs, for a person waits."""
    from redis.asyncio import BlockingConnectionPool, Redis

    pool = BlockingConnectionPool.from_url(
        url, max_connections=8, timeout=3, socket_timeout=2, socket_connect_timeout=2
    )
    return Redis.from_pool(pool)


def _hash(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
