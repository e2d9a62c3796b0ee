"""Stripe's protocol around every call: key, version, account, idempotency, parameters, errors."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from payouts.sandbox import errors
from payouts.sandbox.errors import ApiError
from payouts.sandbox.expand import expand
from payouts.sandbox.faults import Fault
from payouts.sandbox.idempotency import V1_SECONDS, V2_SECONDS, Stored, fingerprint_of
from payouts.sandbox.operation import Call, Operation
from payouts.sandbox.params import decode_form, read_params
from payouts.sandbox.routes import Match, find
from payouts.sandbox.sandbox import Sandbox
from payouts.sandbox.store import Json
from payouts.sandbox.world import API_VERSION, World, new_id

_NOT_STORED = (409, 429)
_FINAL = (400, 401, 402, 403, 404)
_LAST_SUCCESS = 299


class Dropped(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True)
class Request:
    """An HTTP request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.target).path


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def answer(sandbox: Sandbox, request: Request) -> Reply:
    """Answer one API call as Stripe would; raises Dropped when a fault closes the connection."""
    request_id = new_id("req")
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    key = request.headers.get("idempotency-key")
    if key is not None:
        headers["Idempotency-Key"] = key
    try:
        reply = _checked(sandbox, request, request_id, key)
    except ApiError as refusal:
        reply = _refused(refusal)
    return Reply(reply.status, reply.body, headers | reply.headers)


def _refused(refusal: ApiError) -> Reply:
    advice = {"Stripe-Should-Retry": "false"} if refusal.status in _FINAL else {}
    body = json.dumps(refusal.body(), ensure_ascii=False)
    return Reply(refusal.status, body, advice | refusal.headers)


def _checked(sandbox: Sandbox, request: Request, request_id: str, key: str | None) -> Reply:
    _authenticate(request.headers.get("authorization", ""))
    _check_version(request.headers.get("stripe-version", API_VERSION))
    found = find(request.method, request.path)
    if found is None:
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        raise ApiError(404, message)
    account = _account(sandbox, request)
    key = key if request.method != "GET" else None
    fault = sandbox.faults.for_call(request.method, request.path)
    with sandbox.keys.in_flight(account, key):
        _before(fault)
        world = sandbox.world(account, request_id=request_id, idempotency_key=key)
        sandbox.catch_up()
        reply = _keyed(sandbox, world, request, found, fault)
    if fault is not None and fault.kind == "drop_after":
        raise Dropped
    return reply


def _authenticate(header: str) -> None:
    kind, _, key = header.partition(" ")
    if kind.lower() != "bearer" or not key:
        raise errors.unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not key.startswith("sk_test_"):
        raise errors.unauthenticated(f"Invalid API Key provided: {key[:8]}***", code="api_key_invalid")


def _check_version(version: str) -> None:
    if version != API_VERSION:
        raise errors.invalid(
            f"Invalid Stripe API version: {version}. This sandbox speaks {API_VERSION} only.",
            code="invalid_api_version",
        )


def _account(sandbox: Sandbox, request: Request) -> str:
    account = request.headers.get("stripe-account") or request.headers.get("stripe-context") or ""
    if account and sandbox.store.find("account", account) is None:
        raise ApiError(
            403,
            f"The provided key does not have access to account '{account}' (or that account does not exist). "
            "Application access may have been revoked.",
            code="account_invalid",
        )
    return account


def _before(fault: Fault | None) -> None:
    """Let the faults happen that leave nothing done."""
    if fault is None:
        return
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    elif fault.kind == "drop_before":
        raise Dropped
    elif fault.kind == "rate_limit":
        raise errors.rate_limited()
    elif fault.kind == "lock_timeout":
        raise errors.lock_timeout()
    elif fault.kind == "error_before":
        raise errors.broken()


def _keyed(
    sandbox: Sandbox,
    world: World,
    request: Request,
    match: Match,
    fault: Fault | None,
) -> Reply:
    """Replay the stored answer of the key, or execute and store."""
    v2 = request.path.startswith("/v2/")
    key = world.idempotency_key
    if request.method == "GET":
        with sandbox.store.lock:
            return _executed(world, request, match, fault)
    fingerprint = fingerprint_of(request.method, request.path, request.body)
    with sandbox.store.transaction():
        if key is not None:
            after = world.now - (V2_SECONDS if v2 else V1_SECONDS)
            stored = sandbox.keys.find(world.account, key, fingerprint, after=after)
            if stored is not None:
                replayed = {"Idempotent-Replayed": "true", "Original-Request": stored.request_id}
                return Reply(stored.status, stored.body, replayed)
        reply = _executed(world, request, match, fault)
        # v1 keeps refusals too once execution has begun; v2 executes failures again.
        kept = reply.status <= _LAST_SUCCESS if v2 else reply.status not in _NOT_STORED
        if key is not None and kept:
            answered = Stored(reply.status, reply.body, world.request_id or "")
            sandbox.keys.keep(world.account, key, fingerprint, answered, world.now)
        return reply


def _executed(world: World, request: Request, match: Match, fault: Fault | None) -> Reply:
    """Read the parameters (a refusal here is never stored) and run the operation."""
    params = read_params(match.operation.spec, _raw_params(request))
    call = Call(params, match.variables, request.path)
    try:
        if fault is not None and fault.kind == "payment_required":
            raise errors.declined("generic_decline", "Your card was declined.")
        body = _run(world, match.operation, call)
    except ApiError as refusal:
        return _refused(refusal)
    if fault is not None and fault.kind == "error_after":
        return _refused(errors.broken())
    return Reply(200, json.dumps(body, ensure_ascii=False))


def _run(world: World, operation: Operation, call: Call) -> Json:
    if operation.method == "GET":
        return expand(world, operation.run(world, call), call.params.get("expand", []))
    with world.store.savepoint():
        try:
            return expand(world, operation.run(world, call), call.params.get("expand", []))
        except ApiError as refusal:
            if not refusal.keeps_effects:
                raise
            kept = refusal
    raise kept


def _raw_params(request: Request) -> Json:
    if request.method == "POST" and request.path.startswith("/v2/"):
        try:
            raw = json.loads(request.body or "{}")
        except ValueError as problem:
            raise errors.invalid("The request body is not valid JSON.", code="invalid_json") from problem
        if not isinstance(raw, dict):
            raise errors.invalid("The request body must be a JSON object.", code="invalid_json")
        return raw
    return decode_form(request.body if request.method == "POST" else urlsplit(request.target).query)
