"""The hosted page of an invoice: pay by card, or read where a bank transfer goes."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from payouts.sandbox.pages.checkout import card_fields, read_card
from payouts.sandbox.pages.layout import message, page, problems, yen
from payouts.sandbox.pages.words import word
from payouts.sandbox.protocol import Reply
from payouts.sandbox.resources import cash, payments
from payouts.sandbox.store import Json
from payouts.sandbox.world import JST, World

_PAYABLE = ("open", "uncollectible")


def answer(world: World, locale: str, invoice_id: str, typed: Mapping[str, str] | None) -> Reply:
    """Show the page of an invoice, or take what was typed on it."""
    if typed is None:
        return enter(world, locale, invoice_id)
    return submit(world, locale, invoice_id, typed)


def enter(
    world: World,
    locale: str,
    invoice_id: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] = {},
) -> Reply:
    """Show an invoice: what it asks for, and how to pay while it is open."""
    invoice = world.store.find("invoice", invoice_id)
    if invoice is None or invoice["status"] == "draft":
        return message(locale, "gone_title", "gone", status=404)
    title = word(locale, "invoice_title", number=invoice["number"])
    lines = "".join(
        f"<li>{escape(line['description'] or '')}: {yen(line['amount'])}</li>"
        for line in invoice["lines"]["data"]
    )
    top = f"<ul>{lines}</ul><p class=total>{word(locale, 'total')}: {yen(invoice['amount_due'])}</p>"
    if invoice["status"] not in _PAYABLE:
        return page(locale, title, f"{top}<p>{word(locale, 'invoice_' + invoice['status'])}</p>")
    body = top + _ways(locale, invoice, typed or {}, errors)
    return page(locale, title, body, status=422 if errors else 200)


def _ways(locale: str, invoice: Json, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    due = datetime.fromtimestamp(invoice["due_date"], JST).date().isoformat() if invoice["due_date"] else "–"
    zengin = cash.zengin_address(invoice["customer"])["zengin"]
    account = word(
        locale,
        "invoice_bank",
        bank=zengin["bank_name"],
        bank_code=zengin["bank_code"],
        branch=zengin["branch_name"],
        branch_code=zengin["branch_code"],
        number=zengin["account_number"],
        holder=zengin["account_holder_name"],
    )
    return (
        f"<p>{word(locale, 'invoice_due', day=due)}</p>{problems(locale, errors)}"
        f"<p class=hint>{word(locale, 'card_hint')}</p>"
        f'<form method="post" action="/invoices/{invoice["id"]}?locale={locale}" novalidate>'
        f"{card_fields(locale, typed, errors)}"
        f"<button>{word(locale, 'pay', amount=yen(invoice['amount_remaining']))}</button></form>"
        f"<h2>{word(locale, 'invoice_by_bank')}</h2><p>{account}</p>"
    )


def submit(world: World, locale: str, invoice_id: str, typed: Mapping[str, str]) -> Reply:
    """Try to pay by card; only an open invoice can be paid."""
    invoice = world.store.find("invoice", invoice_id)
    if invoice is None or invoice["status"] not in _PAYABLE:
        return enter(world, locale, invoice_id)
    card, errors = read_card(locale, typed)
    if errors or card is None:
        return enter(world, locale, invoice_id, typed, errors)
    (payment,) = world.store.matching("invoice_payment", invoice=invoice_id, status="open")
    intent = world.store.find("payment_intent", payment["_intent"])
    assert intent is not None
    refusal = payments.pay_by_card(world, intent, card)
    if refusal is not None:
        return enter(world, locale, invoice_id, typed, {"card": word(locale, refusal[0])})
    return enter(world, locale, invoice_id)
