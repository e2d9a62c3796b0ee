"""The one door to the payment provider; `current()` is the process's own."""

from marketplace.core.errors import N_, Unavailable
from marketplace.core.settings import settings
from payouts.gateway.protocol import Gateway

_open: dict[str, Gateway] = {}


def current() -> Gateway:
    """Return the provider of the settings: Stripe, or the local sandbox when STRIPE_API_BASE is set.

    Raises Unavailable when neither a key nor a sandbox is set: the sandbox's key never goes to Stripe.
    """
    if "gateway" not in _open:
        from payouts.gateway.stripe_gateway import StripeGateway

        if settings().sandbox and not settings().stripe_api_base:
            raise Unavailable(N_("No payment provider is set up."))
        _open["gateway"] = StripeGateway(settings().stripe_key, api_base=settings().stripe_api_base)
    return _open["gateway"]


def use(gateway: Gateway) -> None:
    """Speak to this provider from now on."""
    _open["gateway"] = gateway


def forget() -> None:
    """Ask the settings again at the next `current()`."""
    _open.clear()
