"""What Stripe answers when it refuses: one exception, one constructor per family."""

from typing import Any


class ApiError(Exception):
    """Carry a refusal to the client in Stripe's error shape.

    ``keeps_effects`` marks a refusal whose side effects stay, such as the failed charge of a declined card.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        keeps_effects: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param
        self.extra = extra or {}
        self.headers = headers or {}
        self.keeps_effects = keeps_effects

    def body(self) -> dict[str, Any]:
        """Give the JSON body, with only the members that say something."""
        error = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None} | self.extra}


def invalid(message: str, *, code: str | None = None, param: str | None = None) -> ApiError:
    """Refuse a request that makes no sense as it stands (400)."""
    return ApiError(400, message, code=code, param=param)


def no_such(noun: str, object_id: str, *, param: str = "id") -> ApiError:
    """Say that an object does not exist for this account (404 when named in the path, else 400)."""
    status = 404 if param == "id" else 400
    return ApiError(status, f"No such {noun}: '{object_id}'", code="resource_missing", param=param)


def insufficient_balance(message: str) -> ApiError:
    """Refuse a movement that the available balance does not cover."""
    return ApiError(400, message, code="balance_insufficient")


def unauthenticated(message: str, *, code: str | None = None) -> ApiError:
    """Refuse a call without a usable key (401)."""
    return ApiError(401, message, code=code, headers={"WWW-Authenticate": 'Bearer realm="Stripe"'})


def lock_timeout() -> ApiError:
    """Say that the object is busy with another request (409)."""
    return ApiError(
        409,
        "This object cannot be accessed right now because another API request or Stripe process is currently "
        "accessing it. If you see this error intermittently, retry the request.",
        code="lock_timeout",
        headers={"Stripe-Should-Retry": "true"},
    )


def key_in_use() -> ApiError:
    """Say that the same idempotency key is being executed at this moment (409)."""
    return ApiError(
        409,
        "There is currently another in-progress request using this idempotency key. Please try again later.",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


def rate_limited() -> ApiError:
    """Say that there were too many requests (429)."""
    return ApiError(
        429,
        "Request rate limit exceeded. Learn more about rate limits at https://docs.stripe.com/rate-limits.",
        code="rate_limit",
    )


def broken() -> ApiError:
    """Answer as Stripe does when something failed on its side (500)."""
    return ApiError(500, "An unknown error occurred", kind="api_error")


def declined(decline_code: str, message: str, **extra: Any) -> ApiError:
    """Refuse a card (402); the failed attempt stays on the books."""
    return ApiError(
        402,
        message,
        kind="card_error",
        code="card_declined",
        extra={"decline_code": decline_code, **extra},
        keeps_effects=True,
    )
