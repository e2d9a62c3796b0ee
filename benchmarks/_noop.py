"""The job of the rival queue: a coroutine that does nothing, on the process's one loop."""

import asyncio

_loop = asyncio.new_event_loop()


async def _nothing() -> None:
    return None


def job(_number: int) -> None:
    """Do nothing the way that our jobs are done: on a loop that lives as long as the process."""
    _loop.run_until_complete(_nothing())
