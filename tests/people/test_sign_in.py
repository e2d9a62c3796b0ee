"""What signing in by a mailed link promises."""

import asyncio
from datetime import timedelta

import pytest

from marketplace.core import db
from marketplace.core.errors import Conflict, Invalid, NotFound
from marketplace.people import actions, sessions, sign_in
from tests.factories.companies import signed_in

pytestmark = pytest.mark.usefixtures("database")


async def _link(email: str, lives: timedelta = sign_in.LIVES) -> str:
    async with db.transaction(operator=True):
        return await sign_in.make_link(await sign_in.find_or_add(email, "X"), "/me", lives)


async def _mails() -> int:
    async with db.transaction(operator=True):
        return await db.fetchval("select count(*) from outbox where kind = 'mail.link'")


async def test_a_link_opens_one_session_and_leads_where_it_was_meant():
    link = await _link("x@example.jp")

    used = await sign_in.use(link)

    assert used.next_path == "/me"
    assert (await sessions.find(used.token)).email == "x@example.jp"


async def test_a_used_an_expired_and_a_forged_link_open_nothing():
    used, expired = await _link("x@example.jp"), await _link("x@example.jp", timedelta(seconds=-1))
    await sign_in.use(used)

    for link, failure in ((used, Conflict), (expired, Conflict), ("forged", NotFound), ("", NotFound)):
        with pytest.raises(failure):
            await sign_in.use(link)


async def test_two_browsers_with_one_link_open_one_session():
    link = await _link("x@example.jp")

    results = await asyncio.gather(sign_in.use(link), sign_in.use(link), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "SignedIn"]


async def test_asking_with_an_unknown_address_mails_nothing_and_looks_the_same():
    await _link("x@example.jp")

    assert await sign_in.ask("nobody@example.jp") == await sign_in.ask(" X@example.jp ")

    assert await _mails() == 1


async def test_only_the_hash_of_a_link_and_of_a_session_is_kept(owner):
    link = await _link("x@example.jp")
    used = await sign_in.use(link)

    kept = await owner.fetch("select token_hash from sign_in_link union all select token_hash from session")

    assert all(token.encode() not in row["token_hash"] for row in kept for token in (link, used.token))


async def test_a_person_changes_name_and_language_and_no_one_elses():
    mine, other = (await signed_in("x@example.jp")).as_alumnus(), await signed_in("y@example.jp")

    await actions.introduce("髙橋　健🙂", "en", by=mine)

    again = await signed_in("x@example.jp")
    assert (again.name, again.locale) == ("髙橋 健🙂", "en")
    assert (await signed_in("y@example.jp")).name == other.name


@pytest.mark.parametrize("name", ["", "  ", "あ" * 101, "a\u202eb", "a\x00b"])
async def test_a_name_that_cannot_be_shown_is_refused(name):
    mine = (await signed_in("x@example.jp")).as_alumnus()

    with pytest.raises(Invalid) as refusal:
        await actions.introduce(name, "fr", by=mine)

    assert set(refusal.value.fields) == {"name", "locale"}


async def test_signing_out_everywhere_ends_every_session():
    first, second = (
        await sign_in.use(await _link("x@example.jp")),
        await sign_in.use(await _link("x@example.jp")),
    )

    assert await sessions.end_all(first.person) == 2

    assert [await sessions.find(session.token) for session in (first, second)] == [None, None]
