"""Many images at once, for `Reader.read_many`: processes with an engine each, whose pages come as they are done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, cast

from PIL import Image

from py_ocr.api.page import ReadPage
from py_ocr.api.source import ReadableFile, Source
from py_ocr.api.warm import WarmEngine, wait_for
from py_ocr.errors import OcrError
from py_ocr.parallel import EnginePool

ALL_CORES: Final = 0


def read_at_once(
    sources: Iterable[Source], jobs: int, profile: str | None, options: dict[str, Any]
) -> Iterator[tuple[Source, ReadPage | OcrError]]:
    """Yield each source with its page, or why it has none, as they are done; `jobs` 0 is one for each core."""
    count = jobs or os.cpu_count() or 1
    threads = options.get("threads") or max(1, (os.cpu_count() or 1) // count)
    pool: EnginePool[_Sent] = EnginePool(_Start(profile, {**options, "threads": threads}), count)
    with pool:
        for source, outcome in pool.run((_Sent(source) for source in sources), in_order=False):
            yield source.original, cast("ReadPage | OcrError", outcome)


class _Sent:
    """A source on its way: files and what Pillow has open cannot cross, so their content does."""

    def __init__(self, source: Source) -> None:
        self.original = source

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        source = self.original
        if isinstance(source, Image.Image):
            return _Named, (source.copy(), str(getattr(source, "filename", "") or ""))
        if hasattr(source, "read"):
            name = getattr(source, "name", "")
            return _Named, (cast(ReadableFile, source).read(), name if isinstance(name, str) else "")
        return _Named, (source, None)


class _Named:
    """A source that has arrived, and the name that it had; None where it tells it itself."""

    def __init__(self, source: Source, name: str | None) -> None:
        self.source = source
        self.name = name


class _Start:
    """Starts an engine in a process of the pool."""

    def __init__(self, profile: str | None, options: dict[str, Any]) -> None:
        self._profile = profile
        self._options = options

    def __call__(self) -> Callable[[Any], ReadPage]:
        engine = WarmEngine(self._profile, **self._options)

        def read(sent: _Named) -> ReadPage:
            page = wait_for(engine.submit(sent.source))
            return page if sent.name is None else page.named(sent.name)

        return read
