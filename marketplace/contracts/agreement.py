"""What a contract needs to know of the task for whose seat it is concluded."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Agreement:
    """One seat of one version of a task, as both sides see it when they agree. Days are days in Japan.

    `contact` is the member who answers for the task and gets its notices. `terms_version` names the row of
    company_terms with the platform's fee, the cancellation rates and the payment rule. Work with a window is done
    in it; without one it may begin on `starts_on`, or at once. `pay_on` is the stated payment day, if one was
    chosen: an earlier day than the rule's, never a later one.
    """

    company: UUID
    unit: UUID
    contact: UUID
    task: UUID
    task_version: int
    seat: UUID
    seat_number: int
    seats: int
    terms_version: int
    title: str
    what: str
    rights: str
    price: Money
    tax_bp: int
    tax_category: str
    deliver_on: date
    inspection_days: int
    online: bool
    place: str = ""
    how: str = ""
    quantity: str = ""
    specification: str = ""
    window_starts_at: datetime | None = None
    window_ends_at: datetime | None = None
    starts_on: date | None = None
    pay_on: date | None = None
