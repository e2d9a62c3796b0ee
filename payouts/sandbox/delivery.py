"""Deliver queued events to their receivers, signed, again and again until one answers 2xx."""

import hashlib
import hmac
import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from payouts.sandbox.sandbox import Sandbox

# Delays are real seconds: a receiver that is down for a moment must not wait for the sandbox clock.
_FIRST_RETRY, _LONGEST_RETRY = 0.5, 600.0
# About three days at the longest wait.
_GIVE_UP_AFTER = 440
_TIMEOUT = 10.0
_IDLE = 0.1
_BATCH = 50
_FEW, _HANDS = 10, 4


def signature(secret: str, body: str, now: int) -> str:
    """Sign a payload as Stripe does: HMAC-SHA256 over ``timestamp.body``."""
    mac = hmac.new(secret.encode(), f"{now}.{body}".encode(), hashlib.sha256)
    return f"t={now},v1={mac.hexdigest()}"


@dataclass(frozen=True)
class _Parcel:
    seq: int
    event: str
    secret: str
    body: str
    attempts: int


class Courier:
    """Run one thread per receiver, so that a slow one holds up nobody else."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Prepare; nothing runs before ``start``."""
        self._sandbox = sandbox
        self._stopped = threading.Event()
        self._busy: dict[str, threading.Thread] = {}
        self._watcher = threading.Thread(target=self._watch, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver what is queued, also from before a restart."""
        self._watcher.start()

    def stop(self) -> None:
        """Stop after the deliveries that are under way."""
        self._stopped.set()
        self._watcher.join()
        for thread in self._busy.values():
            thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_IDLE):
            open_urls = self._sandbox.store.rows(
                "select distinct url from delivery where done_at is null and next_at <= ?", time.time()
            )
            for (url,) in open_urls:
                running = self._busy.get(url)
                if running is None or not running.is_alive():
                    self._busy[url] = threading.Thread(target=self._drain, args=(url,), daemon=True)
                    self._busy[url].start()

    def _drain(self, url: str) -> None:
        """Deliver what is due for one receiver: a few in order, a backlog by several hands at once, as Stripe does."""
        with ThreadPoolExecutor(_HANDS) as hands:
            while not self._stopped.is_set():
                found = self._sandbox.store.rows(
                    "select seq, event, secret, body, attempts from delivery where url = ? and done_at is null "
                    "and next_at <= ? order by seq limit ?",
                    url,
                    time.time(),
                    _BATCH,
                )
                if not found:
                    return
                parcels = [_Parcel(*row) for row in found]
                count = _HANDS if len(parcels) > _FEW else 1
                list(hands.map(partial(self._carry, url), (parcels[hand::count] for hand in range(count))))

    def _carry(self, url: str, parcels: Sequence[_Parcel]) -> None:
        """Deliver parcels one after the other over one connection."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_TIMEOUT)
        try:
            for parcel in parcels:
                self._deliver(connection, parts.path or "/", parcel)
                if self._stopped.is_set():
                    return
        finally:
            connection.close()

    def _deliver(self, connection: http.client.HTTPConnection, path: str, parcel: _Parcel) -> None:
        seq = parcel.seq
        if parcel.attempts == 0 and self._met_fault(seq, json.loads(parcel.body)["type"]):
            return
        status, note = _post(connection, path, parcel)
        delivered = 200 <= status < 300  # noqa: PLR2004 — HTTP success
        attempts = parcel.attempts + 1
        if delivered or attempts >= _GIVE_UP_AFTER:
            with self._sandbox.store.transaction():
                self._close(seq, attempts, note)
                if delivered:
                    self._count_down(parcel.event)
            return
        wait = min(_FIRST_RETRY * 2.0 ** (attempts - 1), _LONGEST_RETRY)
        self._sandbox.store.run(
            "update delivery set attempts = ?, next_at = ?, last_answer = ? where seq = ?",
            attempts,
            time.time() + wait,
            note,
            seq,
        )

    def _close(self, seq: int, attempts: int, note: str) -> None:
        self._sandbox.store.run(
            "update delivery set attempts = ?, done_at = ?, last_answer = ? where seq = ?",
            attempts,
            time.time(),
            note,
            seq,
        )

    def _count_down(self, event: str) -> None:
        """Show in the event that one receiver less is waiting."""
        self._sandbox.store.run(
            "update event set body = json_set(body, '$.pending_webhooks', "
            "max(json_extract(body, '$.pending_webhooks') - 1, 0)) where id = ?",
            event,
        )

    def _met_fault(self, seq: int, kind: str) -> bool:
        """Apply a webhook fault to a first delivery; True when there is nothing to send now."""
        fault = self._sandbox.faults.for_event(kind)
        if fault is None:
            return False
        store = self._sandbox.store
        if fault.kind == "drop":
            self._close(seq, 0, "dropped")
            return True
        if fault.kind == "duplicate":
            for _ in range(fault.times - 1):
                store.run(
                    "insert into delivery (event, url, secret, body, attempts, next_at) "
                    "select event, url, secret, body, 1, next_at from delivery where seq = ?",
                    seq,
                )
            return False
        wait = fault.seconds if fault.kind == "delay" else random.uniform(0, fault.seconds)  # noqa: S311 — no secret
        # One attempt is counted so that the fault does not meet the delivery a second time.
        store.run("update delivery set attempts = 1, next_at = ? where seq = ?", time.time() + wait, seq)
        return True


def _post(connection: http.client.HTTPConnection, path: str, parcel: _Parcel) -> tuple[int, str]:
    """Post one payload and return the status, or 0 with the reason why there was none."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(parcel.secret, parcel.body, int(time.time())),
        "User-Agent": "Stripe/1.0 (sandbox)",
    }
    try:
        connection.request("POST", path, parcel.body.encode(), headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException) as problem:
        connection.close()
        return 0, repr(problem)
    return response.status, str(response.status)
