"""Several runs of a model at once, where a backend takes more than one: the next is prepared while others compute."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Job = TypeVar("Job")


async def run_in_flight(jobs: Iterable[Job], run: Callable[[Job], Awaitable[None]], most: int) -> None:
    """Run every job, the first ones first, and never more than `most` of them at once.

    A job is taken from `jobs` when there is room for it, so a generator can make it then. When one fails, or whoever
    waits here is cancelled, no other is begun, and those that run are cancelled and have ended before this raises.
    Raises what the first job that failed raised, as it is.
    """
    waiting = iter(jobs)

    async def lane() -> None:
        for job in waiting:
            await run(job)

    lanes = [asyncio.ensure_future(lane()) for _ in range(most)]
    try:
        await asyncio.gather(*lanes)
    finally:
        for each in lanes:
            each.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
