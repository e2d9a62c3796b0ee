"""A company names its employees by a file: any encoding, only hashes kept."""

import pytest

from marketplace.core.errors import Invalid, NotAllowed
from marketplace.referrals import known_file
from tests.factories import bounties, tasks
from tests.factories import claims as factory
from tests.factories.companies import colleague
from tests.factories.tasks import rows

pytestmark = pytest.mark.usefixtures("database")
TEXT = "氏名,メール\r\n山田 花子,hanako@aoba.example.jp\r\n空,\r\n佐藤,Ｓａｔｏ＠aoba.example.jp\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
async def test_employees_of_a_file_are_known_and_nothing_else_of_it_is_kept(encoding):
    firm = await tasks.firm()
    bounty, by = await bounties.published(firm), await factory.referrer(firm)

    done = await known_file.add_employees(TEXT.encode(encoding), by=firm.owner)
    again = await known_file.add_employees(TEXT.encode(encoding), by=firm.owner)
    claim = await factory.made(bounty, by, "sato+x@aoba.example.jp")

    assert (done.added, done.before, done.unread) == (2, 0, (3,))
    assert (again.added, again.before) == (0, 2)
    assert (await factory.row(claim))["blocked_by"] == "employee"
    dump = await rows("select row_to_json(k)::text as kept from known_contact k")
    assert not any("hanako" in row["kept"] for row in dump)


@pytest.mark.parametrize("content", [b"", b"name\nyamada\n", b"\xff\xfe\x00", b"PK\x03\x04", b'"open\n'])
async def test_a_file_without_an_address_is_refused(content):
    firm = await tasks.firm()

    with pytest.raises(Invalid) as refusal:
        await known_file.add_employees(content, by=firm.owner)

    assert list(refusal.value.fields) == ["file"]


async def test_only_the_owner_names_employees():
    firm = await tasks.firm()
    recruiter = await colleague(firm.owner, firm.slug, "recruiter")

    with pytest.raises(NotAllowed):
        await known_file.add_employees(TEXT.encode(), by=recruiter)
