"""What is done to a company: opened by the operator, described and divided into units by its owner."""

from uuid import UUID

import asyncpg

from marketplace.activity import actions as activity
from marketplace.companies import members, rules
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Conflict, Invalid, Message, NotFound
from marketplace.core.money import Money

_MOST_FEE_BP = 5000


async def create(
    slug: str,
    name: str,
    *,
    owner_email: str,
    owner_name: str,
    by: Actor,
    name_en: str = "",
    platform_fee_bp: int = 1500,
) -> UUID:
    """Open a company with its first terms, and mail a sign-in link to its owner; the operator's act.

    Raises Invalid for wrong fields, a slug that is taken among them.
    """
    by.must_be("operator")
    problems = rules.Problems()
    slug = rules.check_slug(slug, problems)
    name, name_en, _, _ = rules.check_details(name, name_en, "", "", problems)
    problems.line("owner_name", owner_name, 100)
    problems.address("owner_email", owner_email)
    if not 0 <= platform_fee_bp <= _MOST_FEE_BP:
        problems["platform_fee_bp"] = Message(N_("Please write a share from 0 to 50 %."))
    problems.stop()
    async with db.transaction(operator=True):
        company: UUID | None = await db.fetchval(
            "insert into company (slug, name, name_en) values ($1, $2, $3) on conflict (slug) do nothing returning id",
            slug,
            name,
            name_en,
        )
        if company is None:
            raise Invalid(fields={"slug": Message(N_("This short name is taken. Please choose another."))})
        await db.execute(
            "insert into company_terms (company_id, version, platform_fee_bp) values ($1, 1, $2)",
            company,
            platform_fee_bp,
        )
        await activity.record("created", f"company:{company}", by=by, company=company, company_name=name)
        await members.add(company, owner_email, owner_name, ["owner"], by=by)
    return company


async def change_terms(company: UUID, *, platform_fee_bp: int, by: Actor) -> int:
    """Write the next version of what the operator charges; tasks posted before keep theirs. Return the version."""
    by.must_be("operator")
    if not 0 <= platform_fee_bp <= _MOST_FEE_BP:
        raise Invalid(fields={"platform_fee_bp": Message(N_("Please write a share from 0 to 50 %."))})
    async with db.transaction(operator=True):
        if not await db.fetchval("select true from company where id = $1 for update", company):
            raise NotFound
        version: int = await db.fetchval(
            """insert into company_terms
                 (company_id, version, platform_fee_bp, platform_tax_bp, cancel_late_bp, cancel_early_bp, pay_rule)
               select company_id, version + 1, $2, platform_tax_bp, cancel_late_bp, cancel_early_bp, pay_rule
               from company_terms where company_id = $1 order by version desc limit 1 returning version""",
            company,
            platform_fee_bp,
        )
        await activity.record("terms_changed", f"company:{company}", by=by, company=company, version=version)
    return version


async def describe(
    *, name: str, name_en: str = "", address: str = "", registration_number: str = "", by: Actor
) -> None:
    """Change a company's names, address and registration number as an invoice issuer. Raises Invalid."""
    by.must_have("owner")
    problems = rules.Problems()
    details = rules.check_details(name, name_en, address, registration_number, problems)
    problems.stop()
    async with db.transaction(**by.scope):
        await db.execute(
            "update company set name = $2, name_en = $3, address = $4, registration_number = nullif($5, '') where id = $1",
            by.company,
            *details,
        )
        await activity.record("described", f"company:{by.company}", by=by, company=by.company)


async def add_unit(name: str, limit: Money, *, site: str = "", by: Actor) -> UUID:
    """Add a unit at a site; its managers alone may publish tasks up to `limit`, more needs an approver."""
    by.must_have("owner")
    problems = rules.Problems()
    name, site = rules.check_unit(name, site, limit, problems)
    problems.stop()
    async with db.transaction(**by.scope):
        unit: UUID | None = await db.fetchval(
            """insert into unit (company_id, name, approval_limit_amount, currency, site) values ($1, $2, $3, $4, $5)
               on conflict (company_id, name) do nothing returning id""",
            by.company,
            name,
            limit.amount,
            limit.currency,
            site,
        )
        if unit is None:
            raise Invalid(fields={"name": Message(N_("There is already a unit of this name."))})
        await activity.record("unit_added", f"company:{by.company}", by=by, company=by.company, unit=name)
    return unit


async def change_unit(unit: UUID, name: str, limit: Money, *, site: str = "", by: Actor) -> None:
    """Rename a unit, set its site and its approval limit. Raises NotFound for another company's unit."""
    by.must_have("owner")
    problems = rules.Problems()
    name, site = rules.check_unit(name, site, limit, problems)
    problems.stop()
    async with db.transaction(**by.scope):
        try:
            changed = await db.execute(
                "update unit set name = $2, approval_limit_amount = $3, currency = $4, site = $6 where id = $1 and company_id = $5",
                unit,
                name,
                limit.amount,
                limit.currency,
                by.company,
                site,
            )
        except asyncpg.UniqueViolationError:
            raise Invalid(fields={"name": Message(N_("There is already a unit of this name."))}) from None
        if not changed:
            raise NotFound
        await activity.record("unit_changed", f"company:{by.company}", by=by, company=by.company, unit=name)


async def remove_unit(unit: UUID, *, by: Actor) -> None:
    """Remove a unit that nothing hangs on. Raises Conflict when members or tasks still belong to it."""
    by.must_have("owner")
    async with db.transaction(**by.scope):
        try:
            removed = await db.execute("delete from unit where id = $1 and company_id = $2", unit, by.company)
        except asyncpg.ForeignKeyViolationError:
            raise Conflict(N_("Members or tasks still belong to this unit, so it stays.")) from None
        if not removed:
            raise NotFound
        await activity.record("unit_removed", f"company:{by.company}", by=by, company=by.company)
