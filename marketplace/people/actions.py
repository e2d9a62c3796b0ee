"""What a person does to the account itself."""

from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.people import spelling

LONGEST_NAME = 100


async def introduce(name: str, locale: str, *, by: Actor) -> None:
    """Set the name that people read and the language that mails speak. Raises Invalid naming the wrong field."""
    if by.person is None:
        raise NotFound
    name = spelling.tidy(name)
    wrong: dict[str, Message] = {}
    if not 1 <= len(name) <= LONGEST_NAME or not spelling.is_showable(name):
        wrong["name"] = Message(
            N_("Please write a name of 1 to %(most)s characters."), {"most": LONGEST_NAME}
        )
    if locale not in {"ja", "en"}:
        wrong["locale"] = Message(N_("Please choose Japanese or English."))
    if wrong:
        raise Invalid(fields=wrong)
    async with db.transaction(person=by.person):
        await db.execute("update person set name = $2, locale = $3 where id = $1", by.person, name, locale)
