"""The terms: the immutable, complete snapshot of what was agreed for one seat.

Holds every item of the Freelance Act, article 3, and what compliance and the money need beside it. A snapshot
never changes: its canonical bytes, and so its hash, are the same wherever and whenever they are computed.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from marketplace.core.money import Money

BASIS = 10_000
_CONTROL = frozenset(chr(code) for code in (*range(32), 127)) - {"\n", "\t"}


def _clean(text: str) -> str:
    if any(sign in _CONTROL for sign in text):
        raise ValueError("control characters")
    if not text.strip():
        raise ValueError("blank")
    return text


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Short = Annotated[str, Field(max_length=300), AfterValidator(_clean)]
Long = Annotated[str, Field(max_length=10_000), AfterValidator(_clean)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Share = Annotated[StrictInt, Field(ge=0, le=BASIS)]  # basis points
Count = Annotated[StrictInt, Field(ge=1)]


class Part(BaseModel):
    """A frozen part of the snapshot that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Amount(Part):
    """Money in minor units, with its currency beside it."""

    amount: Annotated[StrictInt, Field(ge=0)]
    currency: Literal["JPY"] = "JPY"

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls.model_validate({"amount": money.amount, "currency": money.currency})

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Bilingual(Part):
    """A clause in Japanese, which holds, and in English, which helps."""

    ja: Long
    en: Long


class Party(Part):
    """One side: its name, and its address and person in charge where given."""

    name: Short
    address: Short | None = None
    unit: Short | None = None
    contact: Short | None = None
    registration: Short | None = None  # T + 13 digits for a qualified invoice issuer


class Work(Part):
    """What is to be done, how much of it, in which form, and what becomes of the rights."""

    title: Short
    content: Long
    quantity: Long
    specification: Long
    rights: Long
    rights_fee: Long
    ways: Long | None = None


class Schedule(Part):
    """When the work is received: a planned day, or the period in which a service is given."""

    receipt_on: date | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None

    @model_validator(mode="after")
    def _day_or_period(self) -> Self:
        if (self.starts_at is None) != (self.ends_at is None):
            raise ValueError("a period has a start and an end")
        if self.receipt_on is None and self.starts_at is None:
            raise ValueError("neither day nor period")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("the period ends before it starts")
        return self


class Place(Part):
    """Where the work is handed in or done."""

    online: StrictBool
    address: Short | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.online and self.address is None:
            raise ValueError("neither online nor a place")
        return self


class Inspection(Part):
    """How long the company may inspect, and the last day of it; silence approves."""

    days: Count
    last_on: date


class Fee(Part):
    """The fee and what becomes of it on the way to the alumnus; the withholding is an estimate.

    `formula` is given when the fee follows from one; `price` is then the most that it can be.
    """

    price: Amount
    formula: Long | None = None
    tax_treatment: Literal["tax_separate"] = "tax_separate"
    tax_rate: Share
    tax: Amount
    withholding: Literal["withheld", "not_withheld"]
    withholding_category: Short
    withheld_estimate: Amount
    net_estimate: Amount
    platform_fee_charged_to_alumnus: Literal[False] = False

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.price.amount == 0:
            raise ValueError("the fee is zero")
        if self.withholding == "not_withheld" and self.withheld_estimate.amount:
            raise ValueError("withheld although not to be withheld")
        paid = self.price.money + self.tax.money - self.withheld_estimate.money
        if self.net_estimate.money != paid:
            raise ValueError("fee + tax - withheld is not the net")
        return self


class Payment(Part):
    """The one calendar day of payment, the rule that made it, and how it is paid."""

    due_on: date
    rule: Bilingual
    method: Literal["bank_transfer_stripe_connect"] = "bank_transfer_stripe_connect"
    transfer_fee_borne_by: Literal["company", "operator"]


class CancellationStep(Part):
    """Cancelled at least `notice_hours` before the start (0: before it; None: after), `share` is paid."""

    notice_hours: Annotated[StrictInt, Field(ge=0)] | None
    share: Share


DEFAULT_CANCELLATION = (
    CancellationStep(notice_hours=24, share=0),
    CancellationStep(notice_hours=0, share=6_000),
    CancellationStep(notice_hours=None, share=BASIS),
)


class Redelegation(Part):
    """The work is passed on from a prime client (再委託): its name and its due day."""

    prime_client: Short
    prime_work: Long
    prime_due_on: date


class OpenItem(Part):
    """An item that cannot be fixed yet: why, and when it will be."""

    item: Short
    reason: Long
    fixed_on: date


class BaseContract(Part):
    """Common terms agreed beforehand, which these terms rely on."""

    title: Short
    reference: Short
    ends_on: date | None = None


class Terms(Part):
    """The agreed terms of one seat of one task, complete and for ever the same."""

    schema_version: Literal[1] = 1
    language: Literal["ja", "en"] = "ja"
    contract: Short
    task: Short
    task_version: Count
    seat: Count
    seats: Count
    ordered_on: date
    concluded_at: Moment
    company: Party
    alumnus: Party
    operator: Party
    work: Work
    schedule: Schedule
    place: Place
    inspection: Inspection
    fee: Fee
    payment: Payment
    cancellation: Annotated[tuple[CancellationStep, ...], Field(min_length=1, max_length=12)]
    change_requests: Bilingual
    redelegation: Redelegation | None = None
    open_items: Annotated[tuple[OpenItem, ...], Field(max_length=30)] = ()
    base_contract: BaseContract | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.seat > self.seats:
            raise ValueError("the seat is not one of the seats")
        notice = [step.notice_hours for step in self.cancellation]
        hours = [-1 if hour is None else hour for hour in notice]
        if hours != sorted(set(hours), reverse=True) or notice[-1] is not None:
            raise ValueError("the cancellation table runs from early to after the start")
        shares = [step.share for step in self.cancellation]
        if shares != sorted(shares):
            raise ValueError("a later cancellation does not pay less")
        return self


def canonical_json(terms: Terms) -> bytes:
    """Return the one byte form of `terms`: UTF-8, sorted keys, no spaces, times in UTC, no floats."""
    data = terms.model_dump(mode="json")
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256(terms: Terms) -> str:
    """Return the hex SHA-256 of the canonical bytes: the fingerprint printed on the document."""
    return hashlib.sha256(canonical_json(terms)).hexdigest()
