"""How a hold on a reward reads: its title, the sentence that its facts fill, and the referrer's answer to it."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Message
from marketplace.referrals import flag_notices, flags
from marketplace.referrals.fraud import Sign
from web import i18n
from web.fields import Prose


class AppealForm(BaseModel):
    """How it came about."""

    appeal: Annotated[str, Prose(flags.MOST_WORDS)] = Field(title=N_("How it came about"))


def title_of(flag: Any) -> str:
    """Name a flag in a few words."""
    return i18n.tr(flag_notices.TITLES[Sign(flag["kind"])])


def words_of(flag: Any) -> str:
    """Say in a sentence what a flag rests on."""
    return i18n.tr(Message(flag_notices.WORDS[Sign(flag["kind"])], flag["facts"]))
