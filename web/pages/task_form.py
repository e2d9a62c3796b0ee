"""The form of a task: what is typed, what it means, what the checks and the money say to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from marketplace.alumni import words
from marketplace.alumni.skills import learn, vocabulary
from marketplace.contracts.findings import Finding, Level
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money
from marketplace.tasks import checks, editing, queries
from marketplace.tasks.amounts import CompanyTerms, cost
from marketplace.tasks.brief import Brief
from matching.model import Wanted
from payouts.fees import SeatCost
from web import i18n, skill_words
from web.fields import Day, Line, Moment, Prose, Whole, Yen
from web.forms import Data, Form
from web.task_words import ANSWERS

MUSTS = tuple(f"must_{number}" for number in range(1, 6))
NICES = tuple(f"nice_{number}" for number in range(1, 4))
_MOST_READ = 6_000
RIGHTS = N_(
    "Copyright in the work passes to the company when it is received; its price is included in the fee. "
    "What the alumnus had before stays with the alumnus."
)


class _Words(BaseModel):
    unit: UUID | None = Field(None, title=N_("Unit"))
    title: Annotated[str, Line(120)] = Field("", title=N_("Title"))
    what: Annotated[str, Prose(10_000)] = Field("", title=N_("Work and what is handed in"))
    quantity: Annotated[str, Line(300)] = Field("", title=N_("Quantity"))
    specification: Annotated[str, Prose(2000)] = Field("", title=N_("Form and specification"))
    rights: Annotated[str, Prose(2000)] = Field("", title=N_("Rights"))
    how: Annotated[str, Prose(10_000)] = Field("", title=N_("Way of working"))
    answers: list[Annotated[str, Line(40)]] = Field(default_factory=list, title=N_("Which of these hold?"))
    languages: list[Annotated[str, Line(2)]] = Field(default_factory=list, title=N_("Languages needed"))
    nice_languages: list[Annotated[str, Line(2)]] = Field(
        default_factory=list, title=N_("Languages that are wished")
    )
    least_met: Annotated[int, Whole(1, len(MUSTS))] = Field(1, title=N_("How many of them at least"))
    free_only: bool = Field(default=False, title=N_("Only people who are free the whole time"))
    mode: Literal["offer", "apply"] = Field("offer", title=N_("How seats are given"))
    time: Literal["deliver", "window"] = Field("deliver", title=N_("When"))
    deliver_on: Annotated[date, Day()] | None = Field(None, title=N_("Delivery date (receipt)"))
    starts_on: Annotated[date, Day()] | None = Field(None, title=N_("Work starts on"))
    hours_estimate: Annotated[int, Whole(0, 1000)] = Field(0, title=N_("Expected hours"))
    window_starts_at: Annotated[datetime, Moment()] | None = Field(None, title=N_("Starts at"))
    window_ends_at: Annotated[datetime, Moment()] | None = Field(None, title=N_("Ends at"))
    where: Literal["online", "onsite"] = Field("online", title=N_("Where"))
    place: Annotated[str, Line(300)] = Field("", title=N_("Place"))
    prefecture: Annotated[int, Whole(1, 47)] | None = Field(None, title=N_("Prefecture"))
    price: Annotated[Money, Yen()] | None = Field(None, title=N_("Fee for one seat (before tax)"))
    tax_bp: Annotated[int, Whole(0, 5000)] = Field(1000, title=N_("Consumption tax"))
    tax_category: Annotated[str, Line(40)] = Field("", title=N_("Tax category of the work"))
    seats: Annotated[int, Whole(1, 50)] = Field(1, title=N_("Seats"))
    all_or_none: bool = Field(default=False, title=N_("All seats or none: we need the whole team"))
    inspection_days: Annotated[int, Whole(1, 30)] = Field(5, title=N_("Days to inspect"))
    pay_words: Annotated[str, Line(200)] = Field("", title=N_("Payment date"))
    reason: Annotated[str, Prose(2000)] = Field("", title=N_("Why it stays as it is"))


_SLOTS: dict[str, Any] = {}
for _name in (*MUSTS, *NICES):
    _label = N_("Skills needed") if _name in MUSTS else N_("Nice to have")
    _SLOTS[_name] = (Annotated[str, Line(60)], Field("", title=_label))
    _SLOTS[f"{_name}_level"] = (Annotated[int, Whole(1, 5)], Field(3, title=N_("Level")))

TaskForm: Any = create_model(
    "TaskForm", __base__=_Words, __doc__="Everything about a task; a draft may miss any part.", **_SLOTS
)


def read_brief(form: Form[Any]) -> Brief:
    """Return the brief that was typed. Raises Invalid with every wrong field."""
    given = form.data
    wrong: dict[str, Message] = {}
    musts, nices = (_wanted(given, names, wrong) for names in (MUSTS, NICES))
    if wrong:
        raise Invalid(fields=wrong)
    windowed, online = given.time == "window", given.where == "online"
    same = (
        "title", "what", "quantity", "specification", "rights", "how", "mode", "seats", "all_or_none", "hours_estimate",
        "least_met", "free_only", "tax_bp", "tax_category", "inspection_days", "pay_words", "reason",
    )  # fmt: skip
    return Brief(
        **{name: getattr(given, name) for name in same},
        musts=musts,
        nices=nices,
        languages=tuple(given.languages),
        nice_languages=tuple(code for code in given.nice_languages if code not in given.languages),
        window_starts_at=given.window_starts_at if windowed else None,
        window_ends_at=given.window_ends_at if windowed else None,
        deliver_on=None if windowed else given.deliver_on,
        starts_on=None if windowed else given.starts_on,
        online=online,
        place="" if online else given.place,
        prefecture=None if online else given.prefecture,
        price=given.price or Money.zero(),
        answers={name: ANSWERS[name][0] for name in given.answers if name in ANSWERS},
    )


def _wanted(given: Any, names: tuple[str, ...], wrong: dict[str, Message]) -> tuple[Wanted, ...]:
    found = []
    for name in names:
        if not (term := getattr(given, name)):
            continue
        skill = vocabulary().vocabulary.resolve(term)
        if skill is None:
            wrong[name] = Message(N_("We do not know this skill yet. Please choose one of the list."))
        else:
            found.append(Wanted(skill.id, getattr(given, f"{name}_level"), skill.slug))
    return tuple(found)


def written(brief: Brief, unit: UUID) -> dict[str, Any]:
    """Return a brief as the values of the form."""
    lang = i18n.locale.get()
    values: dict[str, Any] = {
        name: getattr(brief, name)
        for name in _Words.model_fields
        if hasattr(brief, name) and name != "answers"
    }
    values |= {
        "unit": unit,
        "answers": list(brief.answers),
        "languages": list(brief.languages),
        "nice_languages": list(brief.nice_languages),
        "time": "window" if brief.window_starts_at else "deliver",
        "where": "online" if brief.online else "onsite",
        "price": brief.price or None,
        "hours_estimate": brief.hours_estimate or None,
    }
    for names, wanted in ((MUSTS, brief.musts), (NICES, brief.nices)):
        for name, skill in zip(names, wanted, strict=False):
            values |= {name: vocabulary().vocabulary.name(skill.slug, lang), f"{name}_level": skill.level}
    return values


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands beside the fields and the button: findings by field, the money to the yen."""

    found: Mapping[str, list[Finding]] = field(default_factory=dict)
    seat: SeatCost | None = None
    seats: int = 1
    balance: Money = field(default_factory=Money.zero)
    before: Money = field(default_factory=Money.zero)
    fee_bp: int = 1500
    over_limit: bool = False
    usual: tuple[Money, Money] | None = None
    alike: Mapping[str, list[skill_words.Offer]] = field(default_factory=dict)
    mentioned: Sequence[skill_words.Offer] = ()
    places: Sequence[str] = ()
    asks: bool = False
    """Whether a change of a published task waits for an approver."""

    @property
    def total(self) -> Money | None:
        """What is set aside in all for the seats, or None while there is no fee."""
        return self.seat.reserve(self.seats) if self.seat else None

    @property
    def change(self) -> Money | None:
        """What is set aside more than before, below zero if less."""
        return self.total - self.before if self.total is not None else None

    @property
    def after(self) -> Money | None:
        return self.balance - self.change if self.change is not None else None

    @property
    def blocking(self) -> list[Finding]:
        return [each for found in self.found.values() for each in found if each.level is Level.BLOCK]

    @property
    def warning(self) -> list[Finding]:
        return [each for found in self.found.values() for each in found if each.level is Level.WARN]


async def judge(
    form: Form[Any], *, by: Actor, task: Mapping[str, Any] | None = None, taken: int = 0, live: bool = False
) -> Judged:
    """Check what is typed so far, wrong fields left out; `live` keeps silent about what is merely not written yet."""
    await learn()
    brief = readable(form)
    terms = await _terms(by, task)
    today = await _today()
    found: dict[str, list[Finding]] = {}
    for each in checks.findings(brief, rule=terms.pay_rule, issued_on=today):
        if not (live and each.rule.endswith(".missing")):
            found.setdefault(each.field, []).append(each)
    seat = cost(brief.price, brief.tax_bp, terms) if brief.price else None
    unit = next((unit for unit in await queries.units(by=by) if str(unit["id"]) == form.text("unit")), None)
    before = Money.zero()
    if task is not None and task["status"] != "draft":
        before = cost(Money(task["price_amount"]), task["tax_bp"], terms).reserve(task["seats"] - taken)
    seats = max(0, brief.seats - taken)
    return Judged(
        found,
        seat,
        seats,
        await queries.balance(by=by),
        before,
        terms.platform_fee_bp,
        bool(seat and unit and seat.reserve(brief.seats).amount > unit["approval_limit_amount"]),
        await queries.usual_prices(unit["id"], brief.tax_category, by=by)
        if unit and brief.tax_category
        else None,
        {} if live else {name: skill_words.alike(term) for name, term in unknown(form).items()},
        _mentioned(form),
        [next((name for name in names if not form.text(name).strip()), "") for names in (MUSTS, NICES)],
        asks=bool(seat and task and task["status"] != "draft" and _asks(seat, brief, task, terms, by)),
    )


def _asks(seat: SeatCost, brief: Brief, task: Mapping[str, Any], terms: CompanyTerms, by: Actor) -> bool:
    before = cost(Money(task["price_amount"]), task["tax_bp"], terms).reserve(task["seats"])
    return editing.asks_approver(
        before,
        seat.reserve(brief.seats),
        limit=task["approval_limit_amount"],
        poster=task["posted_by"],
        by=by,
    )


def unknown(form: Form[Any]) -> dict[str, str]:
    """Return the skills of the form that nobody knows, by field."""
    known = vocabulary().vocabulary
    typed = {name: form.text(name) for name in (*MUSTS, *NICES)}
    return {name: term for name, term in typed.items() if term.strip() and known.resolve(term) is None}


async def pass_on(form: Form[Any], *, by: Actor) -> None:
    """Pass the words that nobody knows on to the operator, and say so beside them."""
    if not (terms := unknown(form)):
        return
    await words.note_task_words(terms.values(), by=by)
    said = Message(
        N_("We do not know this word yet and have passed it on. Please choose a similar skill for now.")
    )
    form.errors.update(dict.fromkeys(terms, said))


def _mentioned(form: Form[Any]) -> list[skill_words.Offer]:
    known = vocabulary().vocabulary
    chosen = (known.resolve(form.text(name)) for name in (*MUSTS, *NICES))
    text = "\n".join(form.text(name) for name in ("title", "what", "quantity", "specification"))
    return skill_words.mentioned(text[:_MOST_READ], (skill.slug for skill in chosen if skill))


def take(form: Form[Any], what: str) -> bool:
    """Put a suggested skill (`field:slug`) into its field; False for what is neither."""
    name, _, slug = what.partition(":")
    skill = vocabulary().vocabulary.skills.get(slug)
    if skill is None or name not in {*MUSTS, *NICES}:
        return False
    form.typed[name] = [skill.name(i18n.locale.get())]
    return True


def readable(form: Form[Any]) -> Brief:
    """Return the brief of the fields that can be read."""
    rest: Data = {name: values for name, values in form.typed.items() if name not in form.errors}
    try:
        return read_brief(Form.of(TaskForm, rest))
    except Invalid as refusal:
        return read_brief(
            Form.of(TaskForm, {name: values for name, values in rest.items() if name not in refusal.fields})
        )


async def _terms(by: Actor, task: Mapping[str, Any] | None) -> CompanyTerms:
    if task is None or task["status"] == "draft":
        return await queries.current_terms(by=by)
    return await queries.current_terms(by=by, version=task["terms_version"])


async def _today() -> date:
    async with db.transaction():
        return await clock.today()


def mend(form: Form[Any], judged: Judged, what: str) -> bool:
    """Put the fix of a finding (`field:rule`) into the form; False where there is none."""
    name, _, rule = what.partition(":")
    for each in judged.found.get(name, ()):
        if each.rule == rule and each.fix is not None:
            form.typed[name] = [each.fix]
            return True
    return False
