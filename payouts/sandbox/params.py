"""Read request parameters by small declarative specifications, refusing what Stripe refuses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from payouts.sandbox.errors import invalid
from payouts.sandbox.store import Json
from payouts.sandbox.world import CURRENCY

Reader = Callable[[Any, str], Any]
_PART = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"-?\d+")
_KNOWN_CURRENCIES = frozenset({"jpy", "usd", "eur", "gbp", "aud", "cad", "cny", "hkd", "krw", "sgd", "twd"})
_METADATA_KEYS, _METADATA_NAME, _METADATA_VALUE = 50, 40, 500
_MAX_AMOUNT = 99_999_999
_LARGEST = 2**53


@dataclass(frozen=True)
class Field:
    """How one parameter is read, and whether it may be left out."""

    read: Reader
    required: bool = False


Spec = Mapping[str, Field]


def decode_form(text: str) -> Json:
    """Turn ``a[b]=1&c[0]=2`` into ``{"a": {"b": "1"}, "c": {"0": "2"}}``."""
    result: Json = {}
    for position, (name, value) in enumerate(parse_qsl(text, keep_blank_values=True)):
        head, _, rest = name.partition("[")
        parts = [head, *_PART.findall("[" + rest)] if rest else [head]
        place = result
        for part in parts[:-1]:
            inner = place.setdefault(part or str(position), {})
            if not isinstance(inner, dict):
                raise invalid(f"Invalid hash: {head}", param=head)
            place = inner
        place[parts[-1] or str(position)] = value
    return result


def read_params(spec: Spec, raw: Any, path: str = "") -> Json:
    """Read a hash by its specification.

    Raises ApiError 400 with ``parameter_unknown``, ``parameter_missing`` or the reader's own refusal.
    """
    if not isinstance(raw, dict):
        raise invalid("Invalid object", param=path or None)
    for name in raw:
        if name not in spec:
            if name == "payment_method_types":
                raise _no_longer_supported()
            raise invalid(
                f"Received unknown parameter: {_inner(path, name)}",
                code="parameter_unknown",
                param=_inner(path, name),
            )
    result: Json = {}
    for name, field in spec.items():
        if name in raw:
            result[name] = _present(field, raw[name], _inner(path, name))
        elif field.required:
            missing = _inner(path, name)
            raise invalid(f"Missing required param: {missing}.", code="parameter_missing", param=missing)
    return result


def _present(field: Field, value: Any, path: str) -> Any:
    if value == "" and field.required:
        raise invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
            "parameter; however it cannot be unset.",
            code="parameter_invalid_empty",
            param=path,
        )
    return field.read(value, path)


def _no_longer_supported() -> Exception:
    # Since 2026-09-30 (endive) neither PaymentIntents nor Checkout Sessions take this parameter.
    return invalid(
        "The parameter `payment_method_types` is no longer supported. Use dynamic payment methods, "
        "`allowed_payment_method_types` or `excluded_payment_method_types`.",
        code="payment_method_types_no_longer_supported",
        param="payment_method_types",
    )


def _inner(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def required(read: Reader) -> Field:
    """Ask for a parameter that must be there."""
    return Field(read, required=True)


def optional(read: Reader) -> Field:
    """Ask for a parameter that may be left out."""
    return Field(read)


def text(value: Any, path: str) -> str | None:
    """Read a string of at most 5,000 characters; an empty one unsets."""
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {value}", param=path)
    if len(value) > 5000:  # noqa: PLR2004 — Stripe's general limit
        raise invalid("Invalid string: too long", code="parameter_invalid_string_blank", param=path)
    return value or None


def integer(minimum: int | None = None, maximum: int = _LARGEST) -> Reader:
    """Read a whole number within bounds."""

    def read(value: Any, path: str) -> int:
        if isinstance(value, bool) or not _INTEGER.fullmatch(str(value)):
            raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
        number = int(value)
        if minimum is not None and number < minimum:
            message = f"This value must be greater than or equal to {minimum}."
            raise invalid(message, code="parameter_invalid_integer", param=path)
        if number > maximum:
            message = f"This value must be less than or equal to {maximum}."
            raise invalid(message, code="parameter_invalid_integer", param=path)
        return number

    return read


def amount(minimum: int = 1) -> Reader:
    """Read an amount in yen; a charge asks for at least 50."""
    whole = integer(1)

    def read(value: Any, path: str) -> int:
        yen: int = whole(value, path)
        if yen < minimum:
            raise invalid(f"Amount must be at least ¥{minimum} jpy", code="amount_too_small", param=path)
        if yen > _MAX_AMOUNT:
            raise invalid("Amount must be no more than ¥99,999,999", code="amount_too_large", param=path)
        return yen

    return read


def boolean(value: Any, path: str) -> bool:
    """Read ``true`` or ``false``."""
    if value is True or value == "true":
        return True
    if value is False or value == "false":
        return False
    raise invalid(f"Invalid boolean: {value}", param=path)


def currency(value: Any, path: str) -> str:
    """Read a currency; the sandbox holds yen only."""
    code = str(value).lower()
    if code not in _KNOWN_CURRENCIES:
        raise invalid(f"Invalid currency: {value}. Stripe currently supports these currencies: …", param=path)
    if code != CURRENCY:
        raise invalid(f"The currency {code} is not supported for this account (jpy only).", param=path)
    return code


def choice(*names: str) -> Reader:
    """Read one of the given words."""

    def read(value: Any, path: str) -> str:
        if value not in names:
            raise invalid(f"Invalid {path}: must be one of {', '.join(names)}", param=path)
        return str(value)

    return read


def url(value: Any, path: str) -> str:
    """Read an absolute http(s) address."""
    try:
        parts = urlsplit(str(value))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("Not a valid URL", code="url_invalid", param=path)
    return str(value)


def metadata(value: Any, path: str) -> dict[str, str | None]:
    """Read key-value pairs within Stripe's limits; a key with an empty value is to be removed."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise invalid("Invalid hash", param=path)
    if len(value) > _METADATA_KEYS:
        raise invalid("Metadata can have up to 50 keys.", param=path)
    for name, content in value.items():
        if content is not None and not isinstance(content, str):
            raise invalid(f"Metadata values must be strings: {name}", param=f"{path}[{name}]")
        if len(name) > _METADATA_NAME or len(content or "") > _METADATA_VALUE:
            raise invalid(
                "Metadata keys can be up to 40 characters long and values up to 500 characters.",
                param=f"{path}[{name}]",
            )
    return {name: content or None for name, content in value.items()}


def fields(spec: Spec) -> Reader:
    """Read a nested hash."""
    return lambda value, path: read_params(spec, {} if value == "" else value, path)


def items(read: Reader) -> Reader:
    """Read a list, which the form encoding carries as a hash with numbers for names."""

    def read_all(value: Any, path: str) -> list[Any]:
        if value == "":
            return []
        if isinstance(value, dict):
            value = list(value.values())
        if not isinstance(value, list):
            raise invalid("Invalid array", param=path)
        return [read(item, f"{path}[{position}]") for position, item in enumerate(value)]

    return read_all


def time_range(value: Any, path: str) -> dict[str, int]:
    """Read ``created``: one moment, or a hash of gt, gte, lt, lte."""
    whole = integer()
    if not isinstance(value, dict):
        moment: int = whole(value, path)
        return {"gte": moment, "lte": moment}
    return read_params({name: optional(whole) for name in ("gt", "gte", "lt", "lte")}, value, path)


EXPAND: Spec = {"expand": optional(items(text))}
LIST: Spec = {
    **EXPAND,
    "limit": optional(integer(1, 100)),
    "starting_after": optional(text),
    "ending_before": optional(text),
}


def merge_metadata(old: Mapping[str, str], new: Mapping[str, str | None]) -> dict[str, str]:
    """Apply an update of metadata: new values replace, None removes, an empty update clears."""
    if not new:
        return {}
    merged = {**old, **new}
    return {name: value for name, value in merged.items() if value is not None}
