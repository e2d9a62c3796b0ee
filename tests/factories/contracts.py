"""Contracts by the real actions, for a task whose row stands in for the making of tasks."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from marketplace.companies import actions as companies
from marketplace.contracts import delivery
from marketplace.contracts.agreement import Agreement
from marketplace.contracts.conclude import conclude
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.clock import JST
from marketplace.core.money import Money, yen
from payouts import chart, funding, journal, postings
from tests.factories import alumni
from tests.factories import companies as companies_factory

_numbers = count(1)


@dataclass(frozen=True)
class Scene:
    """A company with its owner, an alumnus of it, and a published, funded task with one seat."""

    slug: str
    owner: Actor
    alumnus: Actor
    agreement: Agreement

    @property
    def company(self) -> UUID:
        return self.agreement.company

    @property
    def person(self) -> UUID:
        assert self.alumnus.person is not None
        return self.alumnus.person


async def scene(*, balance: int = 63_250, **changes: Any) -> Scene:
    """Return the worked example: a design task for ¥50,000, delivered in ten days, funded to the yen."""
    slug = f"acme-{next(_numbers)}"
    owner = await companies_factory.company(slug)
    unit = await companies.add_unit("ブランド企画部", yen(1_000_000), by=owner)
    alumnus, _ = await alumni.alumnus(owner)
    await topped_up(owner, balance)
    return Scene(slug, owner, alumnus, await task(owner, unit, **changes))


async def topped_up(owner: Actor, amount: int) -> None:
    """Credit a company with money that has come in."""
    async with db.transaction(company=owner.company):
        fact = postings.topup(
            str(owner.company),
            transaction=f"txn{next(_numbers)}",
            arrived=yen(amount),
            fee_borne=yen(0),
            happened_at=await clock.now(),
        )
        await journal.record(fact)


async def task(owner: Actor, unit: UUID, **changes: Any) -> Agreement:
    """Publish a task with one seat and set its money aside; return what a contract for it agrees on."""
    async with db.transaction(operator=True):
        agreement = replace(await _agreement(owner, unit), **changes)
        await _insert(agreement)
        maximum = seat_maximum(agreement.price)
        await funding.reserve(str(owner.company), task=str(agreement.task), version=1, amount=maximum)
    return agreement


async def seat(agreement: Agreement, number: int) -> Agreement:
    """Give a task another seat."""
    async with db.transaction(operator=True):
        found = await db.fetchval(
            "insert into seat (company_id, task_id, number) values ($1, $2, $3) returning id",
            agreement.company,
            agreement.task,
            number,
        )
    return replace(agreement, seat=found, seat_number=number)


async def concluded(scene: Scene) -> UUID:
    """Conclude the contract of a scene's seat."""
    async with db.transaction(company=scene.company, person=scene.person):
        contract = await conclude(scene.agreement, scene.person, by=scene.alumnus)
        await db.execute(
            "update seat set status = 'taken', contract_id = $2 where id = $1", scene.agreement.seat, contract
        )
    return contract


async def delivered(scene: Scene) -> UUID:
    """Conclude and deliver a text file."""
    contract = await concluded(scene)
    await delivery.deliver(contract, "納品します。", [("納品.txt", "できました".encode())], by=scene.alumnus)
    return contract


async def row(contract: UUID) -> dict[str, Any]:
    """Return a contract's row."""
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from contract where id = $1", contract) or {})


async def rows(sql: str, *args: object) -> list[dict[str, Any]]:
    """Return rows behind row-level security."""
    async with db.transaction(operator=True):
        return [dict(each) for each in await db.fetch(sql, *args)]


async def balances(scene: Scene, contract: UUID | None = None) -> dict[str, int]:
    """Return what the company and the alumnus have, in yen above zero, by the words of money.md."""
    company, person = str(scene.company), str(scene.person)
    accounts = {
        "balance": chart.company_balance(company),
        "task": chart.company_reserved(company, task=str(scene.agreement.task)),
        "payable": chart.person_payable(person),
        "fee": chart.platform_fee_revenue(),
        "tax": chart.output_tax(),
    }
    if contract:
        accounts["contract"] = chart.company_reserved_contract(company, str(contract))
    async with db.transaction(operator=True):
        return {name: (await journal.held(account)).amount for name, account in accounts.items()}


async def later(**by: float) -> datetime:
    """Move the business clock and return its time."""
    return await clock.advance(timedelta(**by))


async def until(moment: datetime) -> datetime:
    """Move the business clock to a moment."""
    async with db.transaction(operator=True):
        now = await clock.now()
    return await clock.advance(moment - now + timedelta(seconds=1))


async def start_of(day: date, hour: int = 9) -> datetime:
    """Move the business clock to an hour of a day in Japan."""
    return await until(datetime(day.year, day.month, day.day, hour, tzinfo=JST))


async def today() -> date:
    """Return the business day."""
    async with db.transaction(operator=True):
        return await clock.today()


async def _agreement(owner: Actor, unit: UUID) -> Agreement:
    assert owner.company is not None
    assert owner.member is not None
    day = await clock.today()
    return Agreement(
        company=owner.company,
        unit=unit,
        contact=owner.member,
        task=await db.fetchval("select uuidv7()"),
        task_version=1,
        seat=await db.fetchval("select uuidv7()"),
        seat_number=1,
        seats=1,
        terms_version=1,
        title="採用サイトのトップページ デザイン改修",
        what="トップページ1点と共通部品のデザイン。",
        rights="著作権は検収時に企業へ移転します。報酬額に含みます。",
        price=yen(50_000),
        tax_bp=1000,
        tax_category="design",
        deliver_on=day + timedelta(days=10),
        inspection_days=5,
        online=True,
    )


async def _insert(agreement: Agreement) -> None:
    await db.execute(
        """insert into task (id, company_id, unit_id, posted_by, status, title, what, rights, price_amount, tax_category,
             deliver_on, pay_on, expires_at, published_at)
           values ($1, $2, $3, $4, 'published', $5, $6, $7, $8, $9, $10, $10, business_now() + interval '30 days', business_now())""",
        agreement.task, agreement.company, agreement.unit, agreement.contact, agreement.title, agreement.what,
        agreement.rights, agreement.price.amount, agreement.tax_category, agreement.deliver_on,
    )  # fmt: skip
    await db.execute(
        "insert into seat (id, company_id, task_id, number) values ($1, $2, $3, 1)",
        agreement.seat,
        agreement.company,
        agreement.task,
    )


def seat_maximum(price: Money) -> Money:
    """Return the most that a seat can cost at the default rates."""
    fee = price.share(1500)
    return price + price.share(1000) + fee + fee.share(1000)
