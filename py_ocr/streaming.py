"""Streaming: a reading that tells of lines by calling becomes an iterator over them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable

from py_ocr.drafts import OnLines
from py_ocr.types import LinesRead, OcrPage

PageStream = AsyncGenerator[LinesRead | OcrPage, None]
"""Lines as they are read, and the whole page at last."""


async def stream_page(recognize: Callable[[OnLines], Awaitable[OcrPage]]) -> PageStream:
    """Yield what `recognize` tells of lines, then the page that it returns. Raises what it raises.

    Who leaves the loop before that cancels the reading, which is over when the iterator is closed.
    """
    # None says that there is no more to come.
    told: asyncio.Queue[LinesRead | None] = asyncio.Queue()
    reading = asyncio.ensure_future(recognize(told.put_nowait))
    reading.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (lines := await told.get()) is not None:
            yield lines
        yield reading.result()
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await reading
