"""A small client of the control plane; it needs the standard library only."""

import json
import urllib.request
from typing import Any

Json = dict[str, Any]
_TIMEOUT = 10.0


class Control:
    """Pull the levers of a running sandbox; every method returns the control plane's JSON answer.

    A refusal raises ``urllib.error.HTTPError``.
    """

    def __init__(self, url: str) -> None:
        """Point at a sandbox, such as ``http://127.0.0.1:12111``."""
        self._base = url.rstrip("/") + "/_sandbox/"

    def _call(self, method: str, path: str, /, **given: Any) -> Json:
        body = json.dumps(given).encode() if method == "POST" else None
        request = urllib.request.Request(self._base + path, data=body, method=method)  # noqa: S310 — our own base
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            result: Json = json.load(response)
        return result

    def health(self) -> Json:
        """Ask whether the sandbox is up; ``now`` is its time in seconds."""
        return self._call("GET", "health")

    def clock(self) -> Json:
        """Return ``offset_seconds`` and ``now``."""
        return self._call("GET", "clock")

    def set_clock(self, offset_seconds: int) -> Json:
        """Move sandbox time to real time plus the offset; what is due then has happened at return."""
        return self._call("POST", "clock", offset_seconds=offset_seconds)

    def add_fault(
        self,
        kind: str,
        *,
        count: int = 1,
        method: str = "*",
        path: str = "*",
        event: str = "*",
        seconds: float = 0.0,
        times: int = 2,
    ) -> Json:
        """Let the next ``count`` matching calls (or deliveries) meet a fault; ``faults`` names the kinds."""
        return self._call(
            "POST",
            "faults",
            kind=kind,
            count=count,
            method=method,
            path=path,
            event=event,
            seconds=seconds,
            times=times,
        )

    def faults(self) -> list[Json]:
        """Return the faults that still wait."""
        waiting: list[Json] = self._call("GET", "faults")["faults"]
        return waiting

    def clear_faults(self) -> Json:
        """Take all faults back."""
        return self._call("DELETE", "faults")

    def onboard(self, account: str, *, number: str = "0001234") -> Json:
        """Give everything that the onboarding page asks for, with this bank account number."""
        return self._call("POST", f"accounts/{account}/onboard", number=number)

    def restrict(self, account: str, *, restricted: bool = True) -> Json:
        """Bar an account from receiving transfers, or lift the bar."""
        return self._call("POST", f"accounts/{account}/restrict", restricted=restricted)

    def set_bank_failure(self, account: str, failure: str | None) -> Json:
        """Make payouts come back: account_closed, no_account, could_not_process; None lets them arrive."""
        return self._call("POST", f"accounts/{account}/bank", failure=failure)

    def settle_payouts(self) -> list[str]:
        """Let every payout on its way arrive (or come back) now; return their ids."""
        settled: list[str] = self._call("POST", "payouts/settle")["settled"]
        return settled

    def fail_payout(self, payout: str, failure: str = "account_closed") -> Json:
        """Bring a payout back, even one that looked paid; return it."""
        return self._call("POST", f"payouts/{payout}/fail", failure=failure)

    def open_dispute(self, charge: str, reason: str = "fraudulent") -> Json:
        """Let the payer dispute a card charge; return the dispute."""
        return self._call("POST", f"charges/{charge}/dispute", reason=reason)

    def win_dispute(self, dispute: str) -> Json:
        """Decide a dispute for the platform."""
        return self._call("POST", f"disputes/{dispute}/win")

    def lose_dispute(self, dispute: str) -> Json:
        """Decide a dispute for the payer."""
        return self._call("POST", f"disputes/{dispute}/lose")

    def deposit(self, customer: str, amount: int, *, sender: str = "", reference: str | None = None) -> Json:
        """Let a bank transfer in yen arrive on a customer's virtual account."""
        return self._call(
            "POST", f"customers/{customer}/deposit", amount=amount, sender=sender, reference=reference
        )

    def bank_transfer(self, number: str, amount: int, *, sender: str = "") -> Json:
        """Let a bank transfer in yen arrive on the virtual account with this number, as its payer's bank does."""
        return self._call("POST", f"virtual_accounts/{number}/deposit", amount=amount, sender=sender)

    def forget_keys(self) -> int:
        """Drop all idempotency keys, as Stripe may after a day; return how many there were."""
        return int(self._call("POST", "keys/forget")["forgotten"])

    def reset(self) -> Json:
        """Forget everything; the clock goes back to real time."""
        return self._call("POST", "reset")

    def dump(self) -> Json:
        """Return balances, counts, and transfers and payouts by ``metadata.op_id``, for verification."""
        return self._call("GET", "dump")
