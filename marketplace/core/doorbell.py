"""Redis and RQ, reduced to a doorbell: PostgreSQL holds the work, RQ only wakes a worker to look for it.

Losing every bell (FLUSHALL, a stopped server) costs seconds: the scheduler's sweep rings again. The libraries
load at the first bell, so that a web server answers before it has them.
"""

import logging
from functools import cache
from typing import Any

log = logging.getLogger(__name__)

QUEUES = ("money", "work", "mail")
_MOST_WAITING = 4
_state: dict[str, str] = {"url": ""}


def use(url: str) -> None:
    """Name the server to ring at; an empty url leaves the bell silent (tests drain the rows themselves)."""
    _state["url"] = url
    connection.cache_clear()


def url() -> str:
    """Return the server's address; empty while there is none."""
    return _state["url"]


@cache
def connection() -> Any:
    """Return this process's connection pool (a redis.Redis)."""
    from redis import Redis

    return Redis.from_url(_state["url"], socket_timeout=5, socket_connect_timeout=1)


def queue(name: str) -> Any:
    """Return the RQ queue of a name (an rq.Queue), with the serializer that both sides use."""
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(name, connection=connection(), serializer=JSONSerializer, default_timeout=-1)


def ring(name: str) -> None:
    """Wake a worker for a queue unless enough bells already wait; never raises."""
    if not _state["url"]:
        return
    from redis.exceptions import RedisError

    try:
        if connection().llen(f"rq:queue:{name}") < _MOST_WAITING:
            queue(name).enqueue("marketplace.worker.drain", name, result_ttl=0, failure_ttl=60)
    except RedisError as error:
        log.warning("the doorbell is silent: %s", error)
