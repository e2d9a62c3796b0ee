"""What happens by itself when the sandbox clock reaches it."""

from collections.abc import Callable, Mapping

from payouts.sandbox import money
from payouts.sandbox.resources import checkout, invoices, payouts
from payouts.sandbox.world import World

_ACTIONS: Mapping[str, Callable[[World, str], None]] = {
    "release": money.release,
    "send_payout": payouts.send,
    "settle_payout": payouts.settle,
    "expire_checkout": checkout.expire_by_time,
    "invoice_overdue": invoices.overdue,
}


def apply(world: World) -> int:
    """Do everything that is due, oldest first, and return how much was done."""
    store = world.store
    with store.lock:
        if store.row("select 1 from due where at <= ? limit 1", world.now) is None:
            return 0
        with store.transaction():
            found = store.rows(
                "select seq, action, object from due where at <= ? order by at, seq", world.now
            )
            for seq, action, object_id in found:
                store.run("delete from due where seq = ?", seq)
                _ACTIONS[action](world, object_id)
            return len(found)
