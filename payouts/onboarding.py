"""A person's account at the provider: opened once, completed on the provider's pages, mirrored from what it says."""

from datetime import date
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import NotFound
from payouts import gateway, hooks
from payouts.gateway.protocol import ConnectedAccount
from payouts.statements import registrations


async def start(person: str, *, email: str, refresh_url: str, return_url: str) -> str:
    """Open the account if there is none and return a fresh link to its onboarding page.

    Opens its own transactions in the person's scope; the provider is called outside of them. Raises Unavailable.
    """
    owner = f"person:{person}"
    async with db.transaction(person=UUID(person)):
        await db.execute("insert into payee (owner) values ($1) on conflict do nothing", owner)
        account = await db.fetchval("select account from payee where owner = $1", owner)
    if account is None:
        made = await gateway.current().create_account(owner=owner, email=email)
        async with db.transaction(person=UUID(person)):
            account = await db.fetchval(
                """update payee set account = coalesce(account, $2), updated_at = now(),
                     status = case when status = 'new' then 'started' else status end
                   where owner = $1 returning account""",
                owner,
                made.id,
            )
    return await gateway.current().onboarding_link(account, refresh_url=refresh_url, return_url=return_url)


async def account_page(person: str) -> str:
    """Return a link to the person's own page at the provider. Raises NotFound before there is an account."""
    async with db.transaction(person=UUID(person)):
        account = await db.fetchval("select account from payee where owner = $1", f"person:{person}")
    if account is None:
        raise NotFound
    return await gateway.current().login_link(account)


async def refresh(person: str) -> str:
    """Ask the provider how the person's account stands and mirror it; return the payee's status."""
    async with db.transaction(person=UUID(person)):
        account = await db.fetchval("select account from payee where owner = $1", f"person:{person}")
    if account is None:
        return "new"
    found = await gateway.current().account(account)
    async with db.transaction(operator=True):
        await mirror(found)
    return found.status


async def mirror(account: ConnectedAccount) -> None:
    """Write down in the running operator transaction how an account stands; tell when its status has changed."""
    row = await db.fetchrow(
        "select owner, status, rail, bank_name, bank_last4 from payee where account = $1 for update",
        account.id,
    )
    if row is None or row["rail"] != "stripe":  # who is paid to a bank account of his own has his own state
        return
    await db.execute(
        """update payee set status = $2, requirements = $3, bank_name = $4, bank_last4 = $5, updated_at = now()
           where owner = $1""",
        row["owner"],
        account.status,
        list(account.requirements),
        account.bank_name,
        account.bank_last4,
    )
    if row["status"] != account.status:
        await hooks.tell("payee", person=row["owner"].partition(":")[2], status=account.status)


async def set_tax_profile(
    person: str, *, kind: str, registration_number: str | None, registered_since: date | None = None
) -> None:
    """Say whether the person is paid as an individual or a corporation, and its qualified-invoice number since a day.

    The periods of registration are kept: a statement asks what held on the day of the work.
    """
    async with db.transaction(person=UUID(person)):
        await db.execute(
            """insert into payee (owner, kind, registration_number) values ($1, $2, $3)
               on conflict (owner) do update set kind = $2, registration_number = $3, updated_at = now()""",
            f"person:{person}",
            kind,
            registration_number,
        )
        await registrations.note(person, registration_number, registered_since)
