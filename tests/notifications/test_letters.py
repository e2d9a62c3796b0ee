"""A notice's mail says names in the reader's language and carries what belongs to it."""

from email.message import EmailMessage

import pytest

from marketplace import worker
from marketplace.contracts import documents
from marketplace.core import db
from marketplace.notifications import mail
from tests.factories import contracts, tasks

pytestmark = pytest.mark.usefixtures("database", "seal_folder")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """Keep the mails that would go to a server: the wall of the house."""
    letters: list[EmailMessage] = []

    async def keep(letter: EmailMessage) -> None:
        letters.append(letter)

    monkeypatch.setattr(mail, "send", keep)
    return letters


@pytest.mark.parametrize(("language", "name"), [("en", "Aozora"), ("ja", "あおば製作所")])
async def test_a_company_is_named_in_the_readers_language(sent: list[EmailMessage], language, name):
    firm = await tasks.firm()
    person = await tasks.alumnus(firm)
    await tasks.rows("update person set locale = $2 where id = $1 returning id", person.person, language)

    await tasks.published(firm)
    await worker.drain_rows("mail", 60)

    [email] = [
        row["email"] for row in await tasks.rows("select email from person where id = $1", person.person)
    ]
    assert any(name in letter["subject"] for letter in sent if letter["to"] == email)


async def test_the_mail_of_the_terms_carries_the_sealed_document_itself(sent: list[EmailMessage]):
    scene = await contracts.scene()
    contract = await contracts.concluded(scene)

    await worker.drain_rows("work", 60)
    await worker.drain_rows("mail", 60)

    document = await documents.read(contract, by=scene.alumnus)
    async with db.transaction(operator=True):
        email = await db.fetchval("select email from person where id = $1", scene.person)
    attached = [part for letter in sent if letter["to"] == email for part in letter.iter_attachments()]
    assert [part.get_filename() for part in attached] == [f"terms-{contract}.pdf"]
    assert attached[0].get_content() == document.content
