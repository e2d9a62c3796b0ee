"""The hosted pages work without a script, in two languages, and say that the money is not real."""

import pytest
import stripe

from payouts.sandbox.control import Control
from tests.payouts.sandbox.flow import BANK, CARD, PERSON, REFRESH, RETURN, Flow
from tests.payouts.sandbox.visitor import Page, Visitor


def enter(visitor: Visitor, url: str, **headers: str) -> Page:
    return visitor.open(visitor.open(url, **headers).location or "")


def owed(client: stripe.StripeClient, account: str) -> set[str]:
    requirements = client.v2.core.accounts.retrieve(account, {"include": ["requirements"]}).requirements
    assert requirements is not None
    return {entry.description for entry in requirements.entries or []}


def test_a_link_opens_the_form_once_and_then_leads_back(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    url = flow.link(flow.account())

    first, second = visitor.open(url), visitor.open(url)

    assert (first.status, second.status) == (303, 303)
    assert "/connect/visits/" in (first.location or "")
    assert second.location == REFRESH


def test_a_link_expires(client: stripe.StripeClient, flow: Flow, visitor: Visitor, control: Control) -> None:
    url = flow.link(flow.account())

    control.set_clock(3_600)

    assert visitor.open(url).location == REFRESH


def test_what_is_left_out_stays_required_and_can_be_given_later(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    account = flow.account()
    before = owed(client, account)
    back = visitor.submit(enter(visitor, flow.link(account)), surname="山田", given_name="花子")
    between = owed(client, account)
    second = enter(visitor, flow.link(account))
    visitor.submit(
        second,
        **{
            name: value
            for name, value in {**PERSON, **BANK}.items()
            if "name" not in name or name == "bank_name"
        },
    )

    assert back.location == RETURN
    assert "identity.individual.surname" in before - between
    assert "defaults.payout_methods" in between
    assert second.html.css_first("#surname").attributes["value"] == "山田"  # type: ignore[union-attr]
    assert owed(client, account) == set()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("number", "12"),
        ("bank_code", "12345"),
        ("branch_code", "1"),
        ("birth", "1990-13-01"),
        ("postal_code", "15"),
    ],
)
def test_a_wrong_entry_is_shown_beside_its_field_and_nothing_is_lost(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor, name: str, typed: str
) -> None:
    form = enter(visitor, flow.link(flow.account()))

    again = visitor.submit(form, **{**PERSON, **BANK, name: typed})

    field = again.html.css_first(f"#{name}")
    assert again.status == 422
    assert field.attributes["aria-invalid"] == "true"  # type: ignore[union-attr]
    assert again.html.css_first(f"#{field.attributes['aria-describedby']}").text()  # type: ignore[union-attr]
    assert field.attributes["value"] == typed  # type: ignore[union-attr]
    assert again.html.css_first("#surname").attributes["value"] == "山田"  # type: ignore[union-attr]


def test_a_second_visit_replaces_the_bank_account(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    account = flow.payee("1111113")

    visitor.submit(enter(visitor, flow.link(account)), **{**BANK, "number": "7654321"})

    banks = client.v1.accounts.external_accounts.list(account).data
    assert [bank.last4 for bank in banks] == ["4321"]  # type: ignore[union-attr]


def test_the_express_page_shows_the_money_and_changes_the_bank(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    account = flow.funded(50_000)
    flow.payout(account, 20_000)
    url = client.v1.accounts.login_links.create(account).url
    page = enter(visitor, url)
    empty = visitor.submit(page)
    changed = visitor.open(visitor.submit(page, **{**BANK, "number": "7654321"}).location or "")

    assert "¥30,000" in page.text
    assert "¥20,000" in page.text
    assert empty.status == 422
    assert "4321" in changed.text
    assert visitor.open(url).status == 404


def test_a_declined_card_is_shown_and_another_one_pays(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    session = flow.checkout(12_345)
    form = visitor.open(session.url)
    declined = visitor.submit(form, **{**CARD, "card": "4000000000000002"})
    open_still = client.v1.checkout.sessions.retrieve(session.id)
    paid = visitor.submit(declined, **CARD)
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})

    assert "¥12,345" in form.text
    assert declined.status == 422
    assert declined.html.css_first("#card").attributes["aria-invalid"] == "true"  # type: ignore[union-attr]
    assert (open_still.status, open_still.payment_status) == ("open", "unpaid")
    assert paid.location == f"http://127.0.0.1:9/ok?session={session.id}"
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert done.payment_intent.metadata["op_id"] == "topup"  # type: ignore[union-attr]
    assert len(client.v1.charges.list({"payment_intent": done.payment_intent.id}).data) == 2  # type: ignore[union-attr]


def test_paying_twice_from_two_windows_charges_once(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor
) -> None:
    session = flow.checkout()
    form = visitor.open(session.url)

    first, second = visitor.submit(form, **CARD), visitor.submit(form, **CARD)

    assert first.location == second.location
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("name", "typed"), [("card", "4242424242424241"), ("expiry", "13/30"), ("cvc", "12")]
)
def test_checkout_refuses_what_cannot_be_a_card(flow: Flow, visitor: Visitor, name: str, typed: str) -> None:
    form = visitor.open(flow.checkout().url)

    again = visitor.submit(form, **{**CARD, name: typed})

    assert again.status == 422
    assert again.html.css_first(f"#{name}").attributes["aria-invalid"] == "true"  # type: ignore[union-attr]


def test_a_paid_session_stays_complete_when_its_time_is_up(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor, control: Control
) -> None:
    session = flow.checkout()
    visitor.submit(visitor.open(session.url), **CARD)

    control.set_clock(2 * 86_400)

    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_an_expired_session_cannot_be_paid(
    client: stripe.StripeClient, flow: Flow, visitor: Visitor, control: Control
) -> None:
    session, late = flow.checkout(), flow.checkout()
    form = visitor.open(session.url)
    client.v1.checkout.sessions.expire(session.id)
    control.set_clock(86_400)

    assert visitor.submit(form, **CARD).status == 410
    assert visitor.open(late.url).status == 410
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize(
    "case",
    [
        ("", "en-US,en;q=0.9", "en", "Sandbox money"),
        ("", "ja", "ja", "テスト用のお金"),
        ("", "fr", "ja", "テスト用のお金"),
        ("?locale=en", "ja", "en", "Sandbox money"),
    ],
)
def test_every_page_says_in_the_visitors_language_that_the_money_is_not_real(
    client: stripe.StripeClient,
    flow: Flow,
    visitor: Visitor,
    case: tuple[str, str, str, str],
) -> None:
    query, accepted, language, banner = case
    headers = {"Accept-Language": accepted}
    account = flow.payee()

    pages = [
        visitor.open(flow.checkout().url + query, **headers),
        enter(visitor, flow.link(account) + query, **headers),
        enter(visitor, client.v1.accounts.login_links.create(account).url + query, **headers),
    ]

    for page in pages:
        assert page.html.css_first("html").attributes["lang"] == language  # type: ignore[union-attr]
        assert banner in page.html.css_first("[role=note]").text()  # type: ignore[union-attr]
        labelled = {label.attributes.get("for") for label in page.html.css("label")}
        inputs = [
            field for field in page.html.css("input, select") if field.attributes.get("type") != "checkbox"
        ]
        assert {field.attributes["id"] for field in inputs} <= labelled
        assert page.html.css("script") == []
