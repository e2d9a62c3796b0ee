"""Stripe's wire contract, derived from the types that the installed stripe library carries.

Every service method of the library names a path, a TypedDict for its parameters and a class for its answer. They
are read as syntax trees and turned into JSON Schemas, one per class and only when a value asks for it. So the
contract is exactly that of the pinned library version, with nothing copied from it.
"""

import ast
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stripe
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from payouts.sandbox.params import decode_form

Schema = dict[str, Any]
_ROOT = Path(stripe.__file__).parent
_SERVICES = (
    "_account_service",
    "_account_external_account_service",
    "_account_login_link_service",
    "_balance_service",
    "_balance_settings_service",
    "_balance_transaction_service",
    "_charge_service",
    "_credit_note_service",
    "_customer_service",
    "_customer_cash_balance_service",
    "_customer_cash_balance_transaction_service",
    "_customer_funding_instructions_service",
    "_dispute_service",
    "_event_service",
    "_invoice_service",
    "_invoice_item_service",
    "_invoice_payment_service",
    "_payment_intent_service",
    "_payout_service",
    "_refund_service",
    "_tax_rate_service",
    "_transfer_service",
    "_transfer_reversal_service",
    "_webhook_endpoint_service",
    "checkout._session_service",
    "test_helpers._customer_service",
    "v2.core._account_service",
    "v2.core._account_link_service",
    "v2.core._event_service",
)
_PLAIN: dict[str, Schema] = {
    "Any": {},
    "object": {},
    "None": {"type": "null"},
    "bool": {"type": "boolean"},
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "str": {"type": "string"},
    "Decimal": {"type": "string"},
}
# A form carries everything as text; an empty text unsets a parameter.
_ON_THE_WIRE: dict[str, Schema] = _PLAIN | {
    "bool": {"enum": ["true", "false"]},
    "float": {"type": "string", "pattern": r"^-?[0-9.]+$"},
    "int": {"type": "string", "pattern": "^-?[0-9]+$"},
    "None": {"const": ""},
}


@dataclass(frozen=True)
class Module:
    """One source file of the library: its classes by dotted name and where imported names come from."""

    name: str
    classes: dict[str, ast.ClassDef]
    imports: dict[str, tuple[str, str]]
    tree: ast.Module


@cache
def module(name: str) -> Module:
    """Parse a module of the library, including what only type checkers import."""
    tree = ast.parse((_ROOT / (name.removeprefix("stripe.").replace(".", "/") + ".py")).read_text())
    imports = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    classes: dict[str, ast.ClassDef] = {}
    _collect(tree, "", classes)
    return Module(name, classes, imports, tree)


def _collect(node: ast.Module | ast.ClassDef, prefix: str, found: dict[str, ast.ClassDef]) -> None:
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            found[prefix + inner.name] = inner
            _collect(inner, f"{prefix}{inner.name}.", found)


@dataclass(frozen=True)
class Reader:
    """Turn annotations of one class into schemas; ``wire`` is form or json."""

    home: Module
    owner: str
    wire: str

    def schema(self, node: ast.expr) -> Schema:
        """Return the JSON Schema of an annotation."""
        match node:
            case ast.Constant(value=str() as text):
                return self.schema(ast.parse(text, mode="eval").body)
            case ast.Constant(value=None):
                return self._plain("None")
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._named(name)
            case ast.BinOp(left=left, right=right):
                return {"anyOf": [self.schema(left), self.schema(right)]}
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._generic(name, inner)
        raise TypeError(ast.unparse(node))

    def _plain(self, name: str) -> Schema:
        return (_ON_THE_WIRE if self.wire == "form" else _PLAIN)[name]

    def _generic(self, name: str, inner: ast.expr) -> Schema:
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Literal":
            return {"enum": [ast.literal_eval(part) for part in parts]}
        last = self.schema(parts[-1])
        return {
            "Dict": {"type": "object", "additionalProperties": last},
            "ExpandableField": {"anyOf": [{"type": "string"}, last]},
            "List": {"type": "array", "items": last},
            "ListObject": _page(last),
            "Optional": {"anyOf": [last, self._plain("None")]},
            "Union": {"anyOf": [self.schema(part) for part in parts]},
            "UntypedStripeObject": {"type": "object", "additionalProperties": last},
        }.get(name, last)

    def _named(self, name: str) -> Schema:
        if name in _PLAIN:
            return self._plain(name)
        prefix = self.owner
        while prefix:
            if f"{prefix}.{name}" in self.home.classes:
                return self._reference(self.home.name, f"{prefix}.{name}")
            prefix = prefix.rpartition(".")[0]
        if name in self.home.classes:
            return self._reference(self.home.name, name)
        return self._reference(*self.home.imports[name])

    def _reference(self, module_name: str, class_name: str) -> Schema:
        return {"$ref": f"sdk:///{self.wire}/{module_name}/{class_name}"}


def _page(item: Schema) -> Schema:
    members = {
        "object": {"const": "list"},
        "data": {"type": "array", "items": item},
        "has_more": {"type": "boolean"},
        "url": {"type": "string"},
    }
    return {"type": "object", "properties": members, "required": list(members)}


def _of_class(uri: str) -> Resource[Any]:
    """Build the schema of one class when a reference asks for it."""
    _, _, _, wire, module_name, class_name = uri.split("/")
    home = module(module_name)
    reader = Reader(home, class_name, wire)
    members: Schema = {}
    required = []
    for node in home.classes[class_name].body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        kind = ast.unparse(node.annotation)
        if kind.startswith(("ClassVar", "Type[")):
            continue
        members[node.target.id] = reader.schema(node.annotation)
        if not kind.strip("'\"").startswith(("Optional", "NotRequired")):
            required.append(node.target.id)
    schema = {"type": "object", "properties": members, "required": required}
    # A v2 event's class is chosen by its type; the base class does not know the members of its kinds.
    closed = not module_name.startswith(("stripe.v2.core._event", "stripe.events."))
    return Resource(schema | ({"additionalProperties": False} if closed else {}), DRAFT202012)


_REGISTRY: Registry[Any] = Registry(retrieve=cache(_of_class))  # type: ignore[call-arg]


@dataclass(frozen=True)
class Declared:
    """One call of the library: method, path pattern, and the schemas of parameters and answer."""

    method: str
    path: str
    pattern: re.Pattern[str]
    params: Schema
    answer: Schema


@cache
def calls() -> tuple[Declared, ...]:
    """Read every call of the services used here, the fixed paths before those with variable parts."""
    found = [call for service in _SERVICES for call in _of_service(module(f"stripe.{service}"))]
    return tuple(sorted(found, key=lambda call: call.path.count("{")))


def _of_service(home: Module) -> list[Declared]:
    return [
        declared
        for node in ast.walk(home.tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "_request"
        for declared in [_declared(home, node, inner)]
    ]


def _declared(home: Module, function: ast.FunctionDef, request: ast.Call) -> Declared:
    method, path = (
        next(part.value for part in ast.walk(node) if isinstance(part, ast.Constant)) for node in request.args
    )
    wire = "json" if path.startswith("/v2/") and method == "post" else "form"
    annotation = next(argument.annotation for argument in function.args.args if argument.arg == "params")
    pattern = re.compile(re.sub(r"\{\w+\}", r"[^/]+", path) + "$")
    assert annotation is not None
    assert function.returns is not None
    return Declared(
        method=method.upper(),
        path=path,
        pattern=pattern,
        params=Reader(home, "", wire).schema(annotation),
        answer=Reader(home, "", "json").schema(function.returns),
    )


def find(method: str, path: str) -> Declared:
    """Return the library's declaration of a call."""
    return next(call for call in calls() if call.method == method.upper() and call.pattern.match(path))


def violations(schema: Schema, value: Any) -> list[str]:
    """List how a value breaks a schema, with the place of each break."""
    errors = Draft202012Validator(schema, registry=_REGISTRY).iter_errors(value)
    # Of a choice of schemas the nearest one says best what is wrong.
    nearest = (best_match([error]) or error for error in errors)
    return [f"{error.json_path}: {error.message[:300]}" for error in nearest]


def request_violations(method: str, url: str, body: str) -> list[str]:
    """Check a request as it stands on the wire."""
    parts = urlsplit(url)
    declared = find(method, parts.path)
    if method.upper() == "POST" and parts.path.startswith("/v2/"):
        given: Any = json.loads(body or "{}")
    else:
        given = lists_restored(decode_form(body if method.upper() == "POST" else parts.query))
    return violations(declared.params, given)


def lists_restored(value: Any) -> Any:
    """Turn hashes whose names are 0, 1, 2 … back into the lists that the form encoding made them from."""
    if not isinstance(value, dict):
        return value
    if value and all(name == str(position) for position, name in enumerate(value)):
        return [lists_restored(inner) for inner in value.values()]
    return {name: lists_restored(inner) for name, inner in value.items()}


def answer_violations(method: str, path: str, body: Any) -> list[str]:
    """Check a successful answer; a deleted object keeps only its name."""
    if body.get("deleted") is True:
        return [] if set(body) == {"id", "object", "deleted"} else ["$: a deleted object keeps too much"]
    return violations(find(method, path).answer, body)


def object_violations(class_path: str, body: Any) -> list[str]:
    """Check an object against a class such as ``stripe._payout/Payout``."""
    return violations({"$ref": f"sdk:///json/{class_path}"}, body)
