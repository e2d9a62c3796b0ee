"""What a manager has written about a task: one value for the form, the checks, the snapshot and the matching."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from marketplace.contracts import wording
from marketplace.contracts.draft import TermsDraft, WorkAnswers
from marketplace.contracts.due import DueRule, stated_due_on
from marketplace.core.clock import JST, day_of
from marketplace.core.money import Money
from matching.model import Deadline, Need, Place, Wanted, Window

USUAL_HOURS = 8
"""How long delivered work is taken to last where nobody said."""

LAST_TAKING = time(18)
"""Until when on the day before somebody can still be taken on: the end of an office day."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The words, the time, the place, the money and the answers of a task; any part may still be missing."""

    title: str = ""
    what: str = ""
    quantity: str = ""
    specification: str = ""
    rights: str = ""
    how: str = ""
    mode: Literal["offer", "apply"] = "offer"
    musts: tuple[Wanted, ...] = ()
    nices: tuple[Wanted, ...] = ()
    languages: tuple[str, ...] = ()
    nice_languages: tuple[str, ...] = ()
    least_met: int = 1
    free_only: bool = False
    seats: int = 1
    all_or_none: bool = False
    window_starts_at: datetime | None = None
    window_ends_at: datetime | None = None
    deliver_on: date | None = None
    starts_on: date | None = None
    hours_estimate: int = 0
    online: bool = True
    place: str = ""
    prefecture: int | None = None
    price: Money = field(default_factory=Money.zero)
    tax_bp: int = 1000
    tax_category: str = ""
    inspection_days: int = 5
    pay_words: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    reason: str = ""

    @property
    def received_on(self) -> date | None:
        """The planned day of receipt: the delivery date, or the last day of the window."""
        if self.window_ends_at is not None:
            # A window that ends at midnight ends with the day before.
            return day_of(self.window_ends_at - timedelta(microseconds=1))
        return self.deliver_on

    @property
    def offer_ends_at(self) -> datetime | None:
        """The moment after which nobody can be taken on: the start, or where only a day is fixed the evening before.

        The day is that of the start, else that of the delivery: whoever were taken on later had no time to do it.
        """
        if self.window_starts_at is not None:
            return self.window_starts_at
        day = self.starts_on or self.deliver_on
        if day is None:
            return None
        return datetime.combine(day - timedelta(days=1), LAST_TAKING, JST).astimezone(UTC)

    def suggested_pay_on(self, rule: str) -> date | None:
        """Return the lawful payment day by the company's rule, the latest that may be stated."""
        return stated_due_on(self.received_on, DueRule(rule)) if self.received_on else None

    def pay_on(self, rule: str) -> date | None:
        """Return the one day that the payment words name; words left empty mean the suggested day."""
        if not self.pay_words.strip():
            return self.suggested_pay_on(rule)
        days = wording.days_in(self.pay_words)
        return days[0] if len(days) == 1 else None

    def terms_draft(self, rule: str) -> TermsDraft:
        """Return the brief as the terms lint reads it."""
        return TermsDraft(
            title=self.title,
            what=self.what,
            quantity=self.quantity,
            specification=self.specification,
            rights=self.rights,
            how=self.how,
            receipt_on=self.received_on,
            starts_at=self.window_starts_at,
            ends_at=self.window_ends_at,
            place=self.place,
            online=self.online,
            pay_on=self.pay_words.strip() or self.suggested_pay_on(rule),
            price=self.price or None,
            work_starts_on=self.starts_on,
        )

    def work_answers(self) -> WorkAnswers:
        """Return the answers about the way of working as the misclassification check reads them."""
        known = {item.name for item in fields(WorkAnswers)}
        return WorkAnswers(**{name: value for name, value in self.answers.items() if name in known})

    def need(self, task: UUID, company: UUID, *, unit: UUID, poster: UUID, site: str = "") -> Need:
        """Return the brief as matching asks it; `poster` is the person who posted it, `site` that of the unit."""
        return Need(
            task_id=task,
            company_id=company,
            time=self._time(),
            price_yen=self.price.amount,
            musts=self.musts,
            nices=self.nices,
            languages=frozenset(self.languages),
            nice_languages=frozenset(self.nice_languages),
            least_met=self.least_met,
            free_only=self.free_only,
            place=Place(None if self.online else self.prefecture),
            seats=self.seats,
            unit_id=unit,
            poster_id=poster,
            site=site,
        )

    def _time(self) -> Window | Deadline:
        if self.window_starts_at is not None and self.window_ends_at is not None:
            return Window(self.window_starts_at, self.window_ends_at)
        if self.deliver_on is None:
            raise ValueError("a task without time is not matched")
        return Deadline(self.deliver_on, (self.hours_estimate or USUAL_HOURS) * 60)


_JSON = {"musts", "nices"}
_CODES = {"languages", "nice_languages"}
_PLAIN = tuple(item.name for item in fields(Brief) if item.name not in {"price", "answers", *_JSON})


def from_row(row: Mapping[str, Any]) -> Brief:
    """Return the brief of a row of `task`."""
    values = {name: row[name] for name in _PLAIN}
    values |= {name: tuple(row[name]) for name in _CODES}
    values |= {name: tuple(Wanted(**wanted) for wanted in row[name]) for name in _JSON}
    return Brief(
        **values,
        price=Money(row["price_amount"], row["currency"]),
        answers=row["misclassification"].get("answers", {}),
    )


def to_columns(brief: Brief, rule: str) -> dict[str, Any]:
    """Return the columns of `task` that hold the brief."""
    columns = {name: getattr(brief, name) for name in _PLAIN}
    columns |= {name: list(getattr(brief, name)) for name in _CODES}
    columns |= {name: [asdict(wanted) for wanted in getattr(brief, name)] for name in _JSON}
    return {
        **columns,
        "deliver_on": brief.received_on,
        "price_amount": brief.price.amount,
        "currency": brief.price.currency,
        "pay_on": brief.pay_on(rule),
        "misclassification": {"answers": dict(brief.answers)},
    }
