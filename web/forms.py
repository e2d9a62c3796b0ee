"""Forms: read everything, collect every error, give back what was typed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar, get_args, get_origin
from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from marketplace.core import formats
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money
from web.uploads import Sent
from web.visit import AnyRequest

Model = TypeVar("Model", bound=BaseModel)
Data = dict[str, list[str | Sent]]

MOST_FIELDS = 1000
UNREADABLE = N_("The form could not be read. Please open the page again and send it once more.")

REASONS = {
    "missing": N_("Please fill this in."),
    "bool_parsing": N_("Please choose one of the offered answers."),
    "enum": N_("Please choose one of the offered answers."),
    "literal_error": N_("Please choose one of the offered answers."),
    "uuid_parsing": N_("Please choose one of the offered answers."),
    "int_parsing": N_("Please write a whole number."),
    "too_short": N_("Please choose at least %(min_length)s."),
    "too_long": N_("Please choose at most %(max_length)s."),
}
"""Pydantic's own findings in our words; what is not named here reads as `OTHER`."""

OTHER = N_("Please check what you wrote here.")


async def form_data(request: AnyRequest) -> Data:
    """Read an urlencoded or multipart body once per request: name → values in the order sent."""
    known: Data | None = request.scope["state"].get("form")
    if known is None:
        kind = request.content_type[0]
        if kind == "multipart/form-data":
            known = await _multipart(request)
        elif kind == "application/x-www-form-urlencoded":
            known = _urlencoded(await request.body())
        else:
            known = {}
        request.scope["state"]["form"] = known
    return known


def _urlencoded(body: bytes) -> Data:
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ClientException(UNREADABLE) from None
    data: Data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


async def _multipart(request: AnyRequest) -> Data:
    try:
        items = (await request.form()).multi_items()
    except UnicodeDecodeError:
        raise ClientException(UNREADABLE) from None
    data: Data = {}
    for name, value in items:
        if isinstance(value, UploadFile):
            if value.filename:
                data.setdefault(name, []).append(Sent(value.filename, await value.read()))
            await value.close()
        else:
            data.setdefault(name, []).append(str(value))
    return data


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list or any(
        get_origin(part) is list for part in get_args(field.annotation)
    )


class Form(Generic[Model]):
    """A model bound to what was typed.

    Templates ask `text(name)`, `all(name)`, `error(name)`, `label(name)`, `must(name)`; handlers ask `data`.
    """

    def __init__(self, model: type[Model], values: Mapping[str, Any] | BaseModel | None = None) -> None:
        """Open a form, empty or with the values that a thing has now."""
        self.model = model
        self.is_sent = False
        self.typed: Data = {}
        self.errors: dict[str, Message] = {}
        self._value: Model | None = None
        given = dict(values or {})  # a model yields its pairs, its values untouched
        for name, value in given.items():
            items = value if isinstance(value, list | tuple) else [value]
            self.typed[name] = [written(item) for item in items if item is not None]

    @classmethod
    async def read(cls, model: type[Model], request: AnyRequest) -> Self:
        """Read the request's body into a form; never raises for what a person typed."""
        return cls.of(model, await form_data(request))

    @classmethod
    def of(cls, model: type[Model], data: Mapping[str, Sequence[str | Sent]]) -> Self:
        """Read values by name; an empty text counts as not given."""
        form = cls(model)
        form.is_sent = True
        form.typed = {name: list(values) for name, values in data.items()}
        raw: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            given = [value for value in data.get(name, ()) if isinstance(value, Sent) or value.strip()]
            if _is_list(field):
                raw[name] = given
            elif given:
                raw[name] = given[-1]
        try:
            form._value = model.model_validate(raw)
        except ValidationError as problem:
            form.errors = _messages(problem, model)
        return form

    @property
    def data(self) -> Model:
        """Return the read values; raises Invalid with every wrong field."""
        if self._value is None or self.errors:
            raise Invalid(fields=self.errors)
        return self._value

    def refuse(self, refusal: Invalid) -> Self:
        """Add what an action found wrong; a refusal without fields stands above the form."""
        self.errors.update(refusal.fields or {"": refusal.message})
        return self

    def text(self, name: str) -> str:
        """Return what was typed last in this field, or the model's default."""
        values = [value for value in self.typed.get(name, ()) if isinstance(value, str)]
        if self.is_sent or name in self.typed:
            return values[-1] if values else ""
        default = self.model.model_fields[name].get_default(call_default_factory=False)
        return written(default) if isinstance(default, str | int | Money | date) else ""

    def all(self, name: str) -> list[str]:
        """Return every value typed under this name."""
        return [value for value in self.typed.get(name, ()) if isinstance(value, str)]

    def error(self, name: str) -> Message | None:
        """Return what is wrong with a field."""
        return self.errors.get(name)

    def label(self, name: str) -> str:
        """Return the field's title: an English sentence to translate."""
        return self.model.model_fields[name].title or name

    def must(self, name: str) -> bool:
        """Tell whether the field has to be filled in."""
        return self.model.model_fields[name].is_required()

    def most(self, name: str) -> int | None:
        """Return the most characters that the field takes, if it has such a bound."""
        for rule in self.model.model_fields[name].metadata:
            if type(rule).__name__ in {"Line", "Prose"}:
                return int(rule.most)
        return None


def written(value: Any) -> str:
    """Write a value as a person would type it into its control."""
    match value:
        case bool():
            return "on" if value else ""
        case Money():
            return f"{value.amount:,}"
        case datetime():
            return formats.in_japan(value).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case _:
            return str(getattr(value, "value", value))


def _messages(problem: ValidationError, model: type[BaseModel]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for error in problem.errors(include_url=False, include_input=False):
        context = error.get("ctx", {})
        name = str(error["loc"][0]) if error["loc"] else str(context.get("field", ""))
        message = context.get("message") or Message(REASONS.get(error["type"], OTHER), _texts(context))
        found.setdefault(name if name in model.model_fields else "", message)
    order = list(model.model_fields)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] else -1))


def _texts(context: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in context.items()}
