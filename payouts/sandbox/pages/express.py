"""The Express page: an owner sees balance and payouts and may change the bank account."""

from collections.abc import Mapping

from payouts.sandbox import money
from payouts.sandbox.pages import bank_form, onboarding
from payouts.sandbox.pages.layout import message, page, problems, redirect, yen
from payouts.sandbox.pages.words import word
from payouts.sandbox.protocol import Reply
from payouts.sandbox.resources import accounts, bank_accounts
from payouts.sandbox.store import Json
from payouts.sandbox.world import World, moment


def enter(world: World, locale: str, token: str) -> Reply:
    """Use up a login link."""
    link = world.store.find("login_link", token)
    if link is None or link["used"] or link["expires_at"] <= world.now:
        return message(locale, "gone_title", "gone", status=404)
    world.store.save("login_link", {**link, "used": True})
    visit = onboarding.start_visit(world, link)
    return redirect(f"/connect/express/{visit}?locale={locale}")


def show(
    world: World,
    locale: str,
    visit: Json,
    typed: Mapping[str, str] = {},
    errors: Mapping[str, str] = {},
    *,
    changed: bool = False,
) -> Reply:
    """Show the money and the form for another bank account."""
    own = world.within(visit["account"])
    available, pending = money.totals(own)
    note = f'<p role="status">{word(locale, "changed")}</p>' if changed else ""
    body = (
        f"{note}<p class=total>{word(locale, 'available')}: {yen(available)}</p>"
        f"<p>{word(locale, 'pending')}: {yen(pending)}</p>"
        f"<h2>{word(locale, 'history')}</h2>{_history(own, locale)}{problems(locale, errors)}"
        f'<form method="post" action="/connect/express/{visit["id"]}?locale={locale}" novalidate>'
        f"{bank_form.show(locale, bank_accounts.of(own), typed, errors)}"
        f"<button>{word(locale, 'change_bank')}</button></form>"
    )
    return page(locale, word(locale, "express_title"), body, status=422 if errors else 200)


def _history(own: World, locale: str) -> str:
    found = own.store.rows(
        "select body ->> '$.arrival_date', body ->> '$.amount', body ->> '$.status' from payout "
        "where account = ? order by seq desc limit 20",
        own.account,
    )
    if not found:
        return f"<p>{word(locale, 'no_history')}</p>"
    rows = "".join(
        f"<tr><td>{moment(arrival)[:10]}</td><td>{yen(amount)}</td>"
        f"<td>{word(locale, f'status_{status}')}</td></tr>"
        for arrival, amount, status in found
    )
    return f"<table>{rows}</table>"


def submit(world: World, locale: str, visit: Json, typed: Mapping[str, str]) -> Reply:
    """Put the new bank account in the place of the old one."""
    bank, errors = bank_form.read(locale, typed)
    if bank is None and not errors:
        errors = {"number": word(locale, "needed")}
    if errors:
        return show(world, locale, visit, typed, errors)
    accounts.onboard(world.within(visit["account"]), {}, bank)
    return redirect(f"/connect/express/{visit['id']}?locale={locale}&changed=1")
