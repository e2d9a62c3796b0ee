"""The one door to the payment provider; `current()` is the process's own."""

from payouts.gateway.protocol import Gateway

_open: dict[str, Gateway] = {}


def current() -> Gateway:
    """Return the provider of the settings: Stripe, or the local sandbox when STRIPE_API_BASE is set."""
    if "gateway" not in _open:
        from marketplace.core.settings import settings
        from payouts.gateway.stripe_gateway import StripeGateway

        _open["gateway"] = StripeGateway(settings().stripe_key, api_base=settings().stripe_api_base)
    return _open["gateway"]


def use(gateway: Gateway) -> None:
    """Speak to this provider from now on."""
    _open["gateway"] = gateway
