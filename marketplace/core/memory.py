"""The memory of a process that serves: what it has loaded stays, and the collector need not look at it again."""

import gc


def settle() -> None:
    """Take what was loaded out of the collector's rounds, and let them come less often: up to a fifth of a page's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
