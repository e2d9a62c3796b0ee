"""How a call that moves money ended, when it did not plainly succeed. The default is: we do not know."""

from typing import Any

_RATE_LIMITED = 429
_BUSY = 409
_BROKEN = 500
_WRONG_KEY = {401, 403}
SECONDS_TO_MEND_A_KEY = 600.0


class Refused(Exception):
    """A definitive no: nothing was done, and the same key would answer the same for a day."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Unclear(Exception):
    """Nobody knows whether it was done. `again`: the same key may be sent again soon."""

    def __init__(self, code: str, message: str, *, again: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.again = again


class Busy(Exception):
    """Nothing was done: come back later with the same key."""

    def __init__(self, code: str, *, seconds: float) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Misused(Exception):
    """The key stands for another request: a bug of ours that a person must look at."""


def classify(error: Any) -> Refused | Unclear | Busy | Misused:
    """Name the outcome behind an error of the stripe library (a StripeError).

    Connection error, time-out and 409: unclear, the same key may be tried again. Any 5xx: unclear at once, for
    Stripe replays a stored 500. 429: not done. A refused key of ours (401, 403) is mended by a person, so it waits.
    Other 4xx: definitive.
    """
    import stripe

    status, message, code = error.http_status, str(error.user_message or error), _code(error)
    if isinstance(error, stripe.IdempotencyError):
        return Misused(message)
    if status == _RATE_LIMITED:
        return Busy("rate_limit", seconds=2.0)
    if status in _WRONG_KEY:
        return Busy(code or "authentication", seconds=SECONDS_TO_MEND_A_KEY)
    if status is None or status == _BUSY or status >= _BROKEN:
        return Unclear(code or _unnamed(status), message, again=status is None or status == _BUSY)
    return Refused(code or _unnamed(status), message)


def _unnamed(status: int | None) -> str:
    return f"http_{status}" if status else "connection"


def _code(error: Any) -> str:
    inner = getattr(error, "error", None)
    return str(error.code or getattr(inner, "code", None) or "")
