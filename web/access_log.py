"""One line per request: method, route, status, time. No query, header or body: nothing secret is in it."""

import logging
from time import perf_counter

from litestar.types import Scope

from web.visit import Visit

log = logging.getLogger("enishi.access")


def write(scope: Scope, visit: Visit, status: int, started: float) -> None:
    """Log the route's template rather than the address: a path may hold a one-time token."""
    if log.isEnabledFor(logging.INFO):
        person = visit.info.person if visit.info is not None else "-"
        route = scope.get("path_template") or "(no route)"
        log.info("%s %s %d %.1fms %s", visit.method, route, status, (perf_counter() - started) * 1000, person)
