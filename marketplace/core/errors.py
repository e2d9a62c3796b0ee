"""The five expected failures. Anything else that is raised is a bug and stays loud.

A failure carries a message: an English sentence with named holes that is also the key of its translation
(`N_` marks it for the catalogue; the page translates it when it is shown).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for the message catalogues without translating it yet."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A translatable sentence: `text` with `%(name)s` holes, filled from `params` after translation."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True, slots=True)
class Name:
    """A company's name, said in English where it has an English form and the reader reads English."""

    name: str
    name_en: str = ""

    def __str__(self) -> str:
        return self.name

    def stored(self) -> dict[str, str]:
        """Return the name as the params of a notice or of a job keep it."""
        return {"name": self.name, "name_en": self.name_en}


class Failure(Exception):
    """An expected failure: something a person can read, understand and act on."""

    status = 500

    def __init__(self, text: str, **params: Any) -> None:
        self.message = Message(text, params)
        super().__init__(str(self.message))


class NotFound(Failure):
    """It does not exist, or this person may not know that it does."""

    status = 404

    def __init__(
        self, text: str = N_("This page does not exist, or it is not yours to see."), **params: Any
    ) -> None:
        super().__init__(text, **params)


class NotAllowed(Failure):
    """The person may see the thing but not do this to it."""

    status = 403


class Conflict(Failure):
    """The thing has moved on: somebody was quicker, or its state no longer permits this."""

    status = 409


class Invalid(Failure):
    """What was given does not hold; `fields` names each wrong field with its message."""

    status = 422

    def __init__(
        self,
        text: str = N_("Please correct the marked fields."),
        fields: Mapping[str, Message] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(text, **params)
        self.fields: dict[str, Message] = dict(fields or {})


class Unavailable(Failure):
    """Something that we depend on does not answer now; trying again later can help."""

    status = 503
