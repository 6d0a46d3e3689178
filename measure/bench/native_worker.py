"""A native engine as a process: an image path a line on stdin, a JSON line with the reading on stdout."""

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure.rapidocr_engine import open_rapidocr
from py_ocr.backends.onnx_runtime import ort
from py_ocr.native import NativeChoice, NativeReader, open_models

Read = Callable[[Path], tuple[dict[str, float], int]]
"""Reads an image: milliseconds by stage (as far as they are known), and the number of its lines."""


class InferenceClock:
    """Adds up how long ONNX Runtime's sessions run, whoever runs them."""

    def __init__(self) -> None:
        self.elapsed_ms = 0.0
        run = ort.InferenceSession.run

        def timed(session: ort.InferenceSession, *args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return run(session, *args, **kwargs)
            finally:
                self.elapsed_ms += (time.perf_counter() - began) * 1000

        ort.InferenceSession.run = timed


def native(threads: int, profile: str | None = None) -> Read:
    """Return py_ocr on native ONNX Runtime; None is the default profile."""
    reader = NativeReader(open_models(None), NativeChoice(threads=threads, profile=profile))

    def read(image: Path) -> tuple[dict[str, float], int]:
        page = reader.read(image, lambda _stage, _done, _total: None)
        return page["timings_ms"], len(page["lines"])

    return read


def rapidocr(threads: int) -> Read:
    """Return RapidOCR with its default models, which are the same weights, and its default settings."""
    engine = open_rapidocr(threads)

    def read(image: Path) -> tuple[dict[str, float], int]:
        return {}, len(engine(image).txts or ())

    return read


def main() -> None:
    """Serve until stdin ends."""
    # Ctrl-C reaches every process of a terminal; this one ends when the benchmark closes its stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine, threads, *rest = sys.argv[1:]
    clock = InferenceClock()
    read = rapidocr(int(threads)) if engine == "rapidocr" else native(int(threads), *rest)
    print("{}", flush=True)
    for line in sys.stdin:
        clock.elapsed_ms = 0.0
        stages_ms, lines = read(Path(line.rstrip("\n")))
        print(json.dumps({"inference_ms": clock.elapsed_ms, "stages_ms": stages_ms, "lines": lines}), flush=True)


if __name__ == "__main__":
    main()
