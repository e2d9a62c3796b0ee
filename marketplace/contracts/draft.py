"""What a company's member has typed so far: any part may be missing or badly worded."""

from dataclasses import dataclass
from datetime import date, datetime

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """The terms of a task as typed. `pay_on` is free text or a chosen day; days are days in Japan."""

    title: str = ""
    what: str = ""
    quantity: str = ""
    specification: str = ""
    rights: str = ""
    how: str = ""
    receipt_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""
    online: bool | None = None
    pay_on: str | date | None = None
    price: Money | None = None
    formula: str = ""
    work_starts_on: date | None = None
    base_contract: str = ""
    base_contract_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkAnswers:
    """Answers about the way of working; None means that nobody has answered yet."""

    may_substitute: bool | None = None
    may_refuse: bool | None = None
    directed: bool | None = None
    fixed_hours: bool | None = None
    fixed_place: bool | None = None
    company_tools: bool | None = None
    bears_no_risk: bool | None = None
    paid_by_hour: bool | None = None
    exclusive: bool | None = None
    same_work_as_employees: bool | None = None
    penalties: bool | None = None
    renewals: int | None = None
