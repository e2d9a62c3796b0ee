"""Tell people of their money: arrived, refused by the bank, waiting for a set-up, added to a balance, taken back."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_, Name
from marketplace.core.money import Money
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare
from payouts import hooks
from payouts.holds import BANK_FAILURES

declare(
    "money.paid",
    title=N_("%(amount)s has arrived in your bank"),
    body=N_("Paid for: %(titles)s. Your statement shows every step."),
    button=N_("See the earnings"),
)
declare(
    "money.bank_refused",
    title=N_("Your bank did not accept %(amount)s: please give other bank details"),
    body=N_(
        "The money is yours and safe: it is back among what you are owed. "
        "Give other bank details in your payment set-up, and it is sent again by itself."
    ),
    button=N_("Give other bank details"),
)
declare(
    "money.setup_needed",
    title=N_("%(amount)s waits for your payment set-up"),
    body=N_("It takes about five minutes. The payment starts by itself as soon as the set-up is complete."),
    button=N_("Go to the payment set-up"),
)
declare(
    "money.added",
    title=N_("%(amount)s was added to your balance"),
    body=N_("It is free for new tasks. Tasks that waited for money are published by themselves."),
    button=N_("See the balance"),
)
declare(
    "money.taken_back",
    title=N_("A card payment of %(amount)s was taken back"),
    body=N_(
        "The holder of the card has disputed the payment. Publishing is stopped, and what was set aside for open seats is "
        "back in the balance. Unspent balance covers the payment first; the rest is owed. "
        "Contracts that are concluded are still paid."
    ),
    button=N_("See the balance"),
)
declare(
    "money.chargeback",
    title=N_("%(company_name)s: a card payment of %(amount)s was taken back"),
    body=N_(
        "Publishing is stopped for this company, and what was set aside for open seats is back in its balance. "
        "Lift the stop when the payment is settled."
    ),
    button=N_("Look at the company"),
)


declare(
    "money.debt_paid",
    title=N_("%(amount)s of what your company owed is paid"),
    body=N_("It was owed for a card payment that was taken back. Still owed: %(left)s."),
    button=N_("See the balance"),
)


@hooks.on("paid")
async def tell_paid(payout: str, person: str, items: Iterable[Mapping[str, Any]], **_news: object) -> None:
    """Tell the alumnus that the money is in the bank."""
    rows = list(items)
    amount = Money(sum(row["net_amount"] for row in rows), rows[0]["currency"]) if rows else Money(0)
    titles = " · ".join(dict.fromkeys(row["title"] for row in rows))
    await _tell(person, "money.paid", "/earnings", f"money.paid:{payout}", amount=amount, titles=titles)


@hooks.on("failed")
async def tell_failed(payout: str, person: str, code: str, **_news: object) -> None:
    """Tell the alumnus what to do when the bank refuses; other failures are the operator's."""
    if code in BANK_FAILURES:
        await _bank_refused(payout, person)


@hooks.on("returned")
async def tell_returned(payout: str, person: str, **_news: object) -> None:
    """Tell the alumnus what to do when the bank sends the money back."""
    await _bank_refused(payout, person)


async def _bank_refused(payout: str, person: str) -> None:
    row = await _payout(payout)
    key = f"money.bank_refused:{payout}:{row['attempt']}"
    await _tell(person, "money.bank_refused", "/me/payout", key, amount=Money(row["amount"], row["currency"]))


@hooks.on("held")
async def tell_held(payout: str, person: str, reason: str, **_news: object) -> None:
    """Tell the alumnus when only the missing set-up holds the money back."""
    if reason == "onboarding_incomplete":
        row = await _payout(payout)
        amount = Money(row["amount"], row["currency"])
        await _tell(person, "money.setup_needed", "/me/payout", f"money.setup_needed:{payout}", amount=amount)


@hooks.on("topup")
async def tell_added(company: str, amount: Money, **_news: object) -> None:
    """Tell the company's owners and finance that money has arrived."""
    await _tell_company(company, "money.added", amount)


@hooks.on("debt_paid")
async def tell_debt_paid(company: str, amount: Money, left: Money, **_news: object) -> None:
    """Tell the company's owners and finance that its balance has paid what was owed."""
    await _tell_company(company, "money.debt_paid", amount, left=left)


@hooks.on("chargeback")
async def tell_taken_back(company: str, amount: Money, **_news: object) -> None:
    """Tell the company's owners and finance, and the operator, that a card payment was taken back."""
    await _tell_company(company, "money.taken_back", amount)
    row = await db.fetchrow("select slug, name, name_en from company where id::text = $1", company)
    assert row is not None
    for operator in await db.fetch("select id from person where is_operator"):
        await notify(
            "money.chargeback",
            person=operator["id"],
            path=f"/operator/companies/{row['slug']}",
            company_name=Name(row["name"], row["name_en"]),
            amount=amount,
        )


async def _payout(payout: str) -> Any:
    return await db.fetchrow("select amount, currency, attempt from payout where id = $1", UUID(payout))


async def _tell(person: str, kind: str, path: str, dedupe: str, **params: Any) -> None:
    if await db.fetchval("select true from person where id::text = $1", person):
        await notify(kind, person=UUID(person), path=path, dedupe=dedupe, **params)


async def _tell_company(company: str, kind: str, amount: Money, **params: Any) -> None:
    rows = await db.fetch(
        """select m.person_id, m.company_id, c.slug from member m join company c on c.id = m.company_id
           where m.company_id::text = $1 and m.status = 'active' and m.roles && array['owner', 'finance']""",
        company,
    )
    for row in rows:
        await notify(
            kind,
            person=row["person_id"],
            company=row["company_id"],
            path=f"/c/{row['slug']}/money",
            amount=amount,
            **params,
        )
