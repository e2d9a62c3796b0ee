"""A month of money at the sandbox, and levers that spoil what the provider shows of it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from marketplace.core import db
from payouts import events, planning, topups
from payouts.reconcile import runs
from tests.factories.payouts import account_of, earn, fund_platform, onboard, pay_by_card
from tests.payouts.conftest import Provider, _no_listeners, letterbox, provider  # noqa: F401


@dataclass
class World:
    """Two companies that have paid in, by bank and by card; two people who were paid."""

    provider: Provider
    company: str
    person: str
    account: str
    charge: str

    async def news(self) -> None:
        """Take in what the provider tells."""
        await self.provider.drain()
        await events.fill_gaps()
        await self.provider.drain()

    async def advance(self, **by: Any) -> None:
        await self.provider.advance(**by)
        await self.news()

    def listed(self, kind: str, account: str = "") -> list[dict[str, Any]]:
        """Return what the provider lists of a kind on an account, the oldest first."""
        rows = self.store.rows(
            "select body from balance_transaction where account = ? and json_extract(body, '$.type') = ? order by seq",
            account,
            kind,
        )
        return [json.loads(body) for (body,) in rows]

    @property
    def store(self) -> Any:
        return self.provider.server.sandbox.store

    def spoil(self, transaction: dict[str, Any], **changed: Any) -> None:
        """Let the provider show a movement otherwise; without what it nets to, that follows."""
        body = {**transaction, **changed}
        body["net"] = body["amount"] - body["fee"]
        if "account" in changed:
            self.store.run(
                "update balance_transaction set account = ? where id = ?", body.pop("account"), body["id"]
            )
        if "created" in changed:
            self.store.run(
                "update balance_transaction set created = ? where id = ?", body["created"], body["id"]
            )
        self.store.save("balance_transaction", body)

    def hide(self, transaction: dict[str, Any]) -> None:
        """Let the provider forget a movement."""
        self.store.run("delete from balance_transaction where id = ?", transaction["id"])

    def another_payout(self) -> str:
        """Let the provider know of a second payout like the first; return its id."""
        (body,) = self.store.row("select body from payout where account = ?", self.account)
        payout = {**json.loads(body), "id": f"po_{uuid4().hex[:20]}"}
        self.store.add("payout", payout, account=self.account, created=payout["created"])
        return str(payout["id"])

    def invent(self, like: dict[str, Any], account: str = "", **changed: Any) -> dict[str, Any]:
        """Let the provider show a movement that nobody made."""
        body = {**like, "id": f"txn_{uuid4().hex[:20]}", **changed}
        body["net"] = body["amount"] - body["fee"]
        self.store.add("balance_transaction", body, account=account, created=body["created"])
        return body


@pytest.fixture
async def world(provider: Provider) -> World:  # noqa: F811
    company, person = str(uuid4()), await onboard(provider.control)
    await fund_platform(provider.control, company, 200_000)
    other = str(uuid4())
    url = await topups.start_card_topup(
        other, topups.Money(80_000, "JPY"), name="Acme", email="a@b.example", title="Top-up",
        success_url="http://localhost/ok", cancel_url="http://localhost/no", requested_by="m",
    )  # fmt: skip
    pay_by_card(url)
    await events.fill_gaps()
    await provider.drain()
    await earn(person, company)
    async with db.transaction(operator=True):
        charge = str(await db.fetchval("select charge from topup where owner = $1", f"company:{other}"))
    found = World(provider, company, person, await account_of(person), charge)
    await planning.pay()
    await found.news()
    await found.advance(days=1, hours=1)
    await found.advance(days=5)
    await events.watch_payouts()
    return found


async def reconcile() -> dict[str, Any]:
    """Run to the end; return the run."""
    async with db.transaction(operator=True):
        run = await runs.start()
    for _ in range(500):
        if not await runs.step(run):
            break
    async with db.transaction(operator=True):
        return dict(await db.fetchrow("select * from reconcile_run where id = $1", run))


async def breaks(*, status: tuple[str, ...] = ("open", "proposed")) -> list[dict[str, Any]]:
    """Return the breaks in these states, the oldest first."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            "select * from reconcile_break where status = any($1::text[]) order by id", list(status)
        )
    return [dict(row) for row in rows]


async def kinds() -> list[str]:
    """Return the kinds of the live breaks, sorted."""
    return sorted(row["kind"] for row in await breaks())


async def later(world: World, **by: Any) -> None:
    """Let enough time pass for news to count as missing."""
    await world.advance(**(by or {"hours": 2}))
