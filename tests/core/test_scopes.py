"""Every table declares its scope, and PostgreSQL keeps it."""

import asyncpg
import pytest

pytestmark = pytest.mark.usefixtures("database")

SCOPES = {"company", "person", "shared", "owner", "operator", "matcher"}
BOOKKEEPING = {"migration"}  # Piccolo's own list of migrations that ran


async def _tables(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    return await owner.fetch(
        """select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
                  obj_description(c.oid) as note,
                  (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns,
                  (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
           from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
             and c.relname <> all($1)""",
        list(BOOKKEEPING),
    )


async def test_every_table_declares_one_scope_and_forces_it(owner):
    for table in await _tables(owner):
        scope = (table["note"] or "").removeprefix("scope: ")

        assert scope in SCOPES, table["name"]
        assert table["enabled"], table["name"]
        assert table["forced"], table["name"]
        assert table["policies"] > 0, table["name"]


async def test_a_scope_is_carried_by_the_columns_that_its_policy_reads(owner):
    needs = {
        "company": {"company_id"},
        "person": {"person_id"},
        "shared": {"company_id", "person_id"},
        "owner": {"owner"},
    }
    exceptions = {
        "company",
        "person",
        "ledger_transfer",
    }  # keyed by their own id, or scoped through their entries
    for table in await _tables(owner):
        scope = table["note"].removeprefix("scope: ")
        if table["name"] not in exceptions:
            assert needs.get(scope, set()) <= set(table["columns"]), table["name"]


async def test_no_view_function_or_role_reads_around_the_policies(owner):
    views = await owner.fetch(
        "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
    )
    definers = await owner.fetch(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    )
    strong = await owner.fetch(
        "select rolname from pg_roles where rolname like 'enishi%' and (rolsuper or rolbypassrls or rolcreaterole)"
    )

    assert [row["relname"] for row in views] == []
    assert {row["proname"] for row in definers} <= {"ledger_check_transfer", "ledger_check_entries"}
    assert [row["rolname"] for row in strong] == []


async def test_uniqueness_and_foreign_keys_between_company_tables_carry_the_company(owner):
    rows = await owner.fetch(
        """select con.conrelid::regclass::text as source, con.confrelid::regclass::text as target, con.conname,
             array(select attname::text from pg_attribute where attrelid = con.conrelid and attnum = any(con.conkey)) as columns
           from pg_constraint con
           where con.contype = 'f'
             and obj_description(con.conrelid) = 'scope: company' and obj_description(con.confrelid) = 'scope: company'
             and con.confrelid <> 'company'::regclass"""
    )

    assert rows
    for row in rows:
        assert "company_id" in row["columns"], f"{row['source']} → {row['target']}"


async def test_nobody_but_the_matcher_reads_match_profiles(owner, database_urls):
    web = await asyncpg.connect(database_urls["web"])
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await web.fetch("select profile from match_profile")
        async with web.transaction():
            await web.execute("set local role enishi_matcher")
            await web.fetch("select profile from match_profile")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await web.fetch("select * from membership")
    finally:
        await web.close()


async def test_without_a_scope_nothing_is_seen(owner, database_urls):
    await owner.execute("insert into company (slug, name) values ('aoba', 'あおば製作所')")
    web = await asyncpg.connect(database_urls["web"])
    try:
        seen = await web.fetch("select * from company")
    finally:
        await web.close()

    assert seen == []
