"""What the pages need to know about the installation: a small protocol, so that any settings object fits."""

from typing import Protocol


class Settings(Protocol):
    """The settings that the web layer reads; the process's own settings object carries them."""

    @property
    def base_url(self) -> str:
        """Return the address that people type, with scheme and without a final slash."""

    @property
    def secret(self) -> bytes:
        """Return at least 32 random bytes that sign form tokens and notices."""

    @property
    def env(self) -> str:
        """Return `production`, `development` or `test`."""

    @property
    def sandbox(self) -> bool:
        """Tell whether the money is make-believe."""

    @property
    def stripe_api_base(self) -> str:
        """Return the address of the local sandbox, whose hosted pages forms may lead to; empty for Stripe itself."""

    @property
    def demo(self) -> bool:
        """Tell whether this is the demonstration, where anybody may be anybody; never in production."""

    @property
    def operator_name(self) -> str:
        """Return the name of whoever runs this installation."""
