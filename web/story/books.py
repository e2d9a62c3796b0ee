"""The books as the operator's pages show them: the entries of a posting, the accounts of an owner."""

import re

from web.story.stage import Stage


def posting(stage: Stage, about: str, kind: str) -> list[tuple[str, int]]:
    """Return (ledger account, amount) of the one posting of a kind about something."""
    operator = stage.people["operator"]
    operator.open(f"/operator/transfers?about={about}&kind={kind}")
    operator.open(operator.link("/operator/transfers/0"))
    return _rows(stage)


def accounts(stage: Stage, owner: str) -> dict[str, int]:
    """Return every account of an owner with what it holds."""
    stage.people["operator"].open(f"/operator/accounts?owner={owner}&empty=true")
    return dict(_rows(stage))


def _rows(stage: Stage) -> list[tuple[str, int]]:
    """Return (ledger account, amount) of every row of the book on the operator's page."""
    rows = []
    for row in stage.people["operator"].page.css("table.book tbody tr"):
        name = re.search(
            r"\b(?:company|person|stripe|revenue|tax|suspense|expense|bank):[\w:-]+", row.text(separator=" ")
        )
        amount = row.css_first("data.money")
        if name and amount:
            rows.append((name[0], int(amount.attributes["value"] or 0)))
    return rows
